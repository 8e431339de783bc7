"""Titles of people and offices, in one table. Takes nothing, gives tuples of words and parts of patterns.

Words are in lower case and American spelling; `alternatives` makes them a pattern's part, with or without a capital.
"""

from collections.abc import Iterable

# Who holds one of these leads a state or its government, and is also called its leader.
HEADS = ("president", "premier", "chancellor", "minister", "king")
# Other offices by which a text says who somebody is.
OFFICES = (
    *HEADS, "leader", "secretary", "governor", "mayor", "senator", "spokesman", "spokeswoman", "aide", "counterpart",
    "adviser", "advisor", "envoy", "ambassador",
)  # fmt: skip
# Before a name these say that it is a person's, whatever else it may look like.
ADDRESSED = (
    "mr", "mrs", "ms", "dr", "sen", "rep", "gov", "gen", "president", "premier", "chancellor", "minister", "secretary",
    "senator", "governor", "king", "queen", "prince", "princess", "pope", "ayatollah", "ambassador", "mayor",
)  # fmt: skip
# Whatever else may stand before a person's name without being part of it.
_OTHERS = (
    "miss", "mx", "prof", "professor", "sir", "dame", "lord", "lady", "baroness", "rev", "reverend", "father", "rabbi",
    "imam", "archbishop", "bishop", "cardinal", "general", "lt", "lieutenant", "col", "colonel", "maj", "major",
    "capt", "captain", "sgt", "sergeant", "admiral", "adm", "marshal", "representative", "congressman",
    "congresswoman", "president-elect", "speaker", "chairman", "chairwoman", "chair", "chief", "director", "judge",
    "justice", "attorney", "sheriff", "spokesperson", "candidate", "dictator", "commissioner", "treasurer", "emperor",
    "sultan", "emir", "sheikh",
)  # fmt: skip
# Words that go with a title: "former Vice President".
BESIDE = (
    "crown", "vice", "deputy", "acting", "former", "ex", "then", "foreign", "prime", "defense", "defence", "finance",
    "interior", "state", "supreme",
)  # fmt: skip
TITLES = tuple(dict.fromkeys((*ADDRESSED, *OFFICES, *_OTHERS, *BESIDE)))
# What, described by a country, stands for its government: "Chinese officials". A president is himself.
GOVERNMENTS = frozenset({
    "administration", "army", "authorities", "delegation", "diplomats", "embassy", "forces", "government", "leaders",
    "leadership", "military", "ministers", "ministry", "officials", "regime", "side", "state", "troops",
})  # fmt: skip


def alternatives(words: Iterable[str]) -> str:
    """The words as alternatives of a pattern, longest first, each with a large or small first letter."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(f"[{word[0].upper()}{word[0]}]{word[1:]}" for word in ordered)
