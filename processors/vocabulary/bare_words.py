"""Phrases that say nothing by themselves: "they", "the deal", "his decision". Takes a phrase, says whether it is one.

A reader who sees only a row of stances cannot know which deal is meant.
"""

SMALL = frozenset(
    """about after against all and are as at be been before by do for from had has have if in is not of on or to up was
    were will with""".split()  # noqa: SIM905 - words read best as words
)
DETERMINERS = frozenset(
    "a an any both each her his its my new no other our said some such that the their these this those your".split()  # noqa: SIM905 - words read best as words
)
PRONOUNS = frozenset(
    """he her hers herself him himself his i it itself me myself one ones others ourselves she so that them themselves
    they this those us we what which who whom you yourself""".split()  # noqa: SIM905 - words read best as words
)
NOUNS = frozenset(
    """action actions agreement allegation allegations amendment approach bid bill call calls case change changes charge
    charges claim claims comment comments deal decision decisions effort efforts idea issue law laws lawsuit
    legislation measure measures motion move moves notion offer plan plans policies
    policy position practice process program project proposal proposals provision provisions regulation regulations
    remark remarks report request resolution rule rules ruling statement step steps suggestion suit system
    thing things way work""".split()  # noqa: SIM905 - words read best as words
)


def is_bare(phrase: str) -> bool:
    """Whether the phrase is a pronoun, or a noun that could stand for anything with at most a determiner before it."""
    words = phrase.casefold().replace("’s", "").replace("'s", "").split()
    while len(words) > 1 and words[0] in DETERMINERS:
        words = words[1:]
    empty = PRONOUNS | DETERMINERS | SMALL
    return all(word in empty for word in words) or (len(words) == 1 and words[0] in NOUNS)
