"""Phrases that say nothing by themselves: "they", "the deal", "his decision". Takes a phrase, says whether it is one.

A reader who sees only a row of stances cannot know which deal is meant.
"""

import re

from processors.vocabulary.titles import BESIDE, OFFICES, TITLES

SMALL = frozenset(
    """about after against all and are as at be been before by do for from had has have if in is not of on or to up was
    were will with""".split()  # noqa: SIM905 - words read best as words
)
DETERMINERS = frozenset(
    "a an any both each her his its my new no other our own said some such that the their these this those your".split()  # noqa: SIM905 - words read best as words
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


# Who these are cannot be known without the text, unlike "critics" and "protesters", who say what they are.
ANYBODY = frozenset(
    """agencies agency allies association authority base board boards body chamber city coalition colleagues commission
    committee committees companies company corporation council countries country department directors duo
    establishment firm firms former government governments group groups kingdom latter leaders man member
    members men ministry movement nations one organization organizations others owner owners pair panel parties
    party report side sides some state statement states study those unit woman women""".split()  # noqa: SIM905 - words read best as words
)
# Somebody whom the text has named before, or names next: "the New York billionaire", "the Vermont independent".
PERSONS = frozenset(TITLES) - frozenset(BESIDE) | frozenset(
    """author billionaire businessman businesswoman celebrity centrist challenger congressman congresswoman conservative
    democrat freshman frontrunner front-runner hopeful host incumbent independent journalist lawmaker lawyer liberal
    magnate millionaire mogul native newcomer nominee officer politician populist progressive republican socialist star
    tycoon veteran""".split()  # noqa: SIM905 - words read best as words
)

# Which country's it is only the text says.
_OF_A_PARTY = re.compile(
    r"(?:Christian )?(?:Communist|Conservative|Democrat|Democratic|Labou?r|Liberal|Marxist|Republican|Socialist)"
    r" (?:administration|cabinet|government|regime)",
    re.IGNORECASE,
)
_ALONE = frozenset(
    {"administration", "bank", "campaign", "community", "court", "emirate", "exchange", "fund", "school"}
)
# "The Louisianian", "the New Yorker"; not "the Vatican".
_ONE_OF_A_PEOPLE = re.compile(
    r"[A-Z][a-z]+(?:ian|oan|ean)|Alaskan|Arizonan|Iowan|Kansan|Nevadan|New Yorker|Texan|Vermonter"
)


def is_anybody(phrase: str) -> bool:
    """Whether the phrase, as a holder, says only that it is some person, body or group."""
    words = phrase.casefold().rstrip(".").split() or [""]
    if words[0] in SMALL - {"all"} | {"among", "between", "inside", "under", "within"}:
        return True  # a piece of a sentence: "within his own party"
    if words[0] in {"my", "our"}:
        return True  # of somebody who is quoted
    if words[-1] in PERSONS:
        return all(word in DETERMINERS or word in BESIDE for word in words[:-1])
    return words[-1] in ANYBODY and all(word in DETERMINERS or word == "of" for word in words[:-1])


def is_nobodys(phrase: str) -> bool:
    """Whether the phrase, as a target, is a body that is not named, or its: "the bank", "the agency's plan".

    Of such rows a third were right for the reader who judged them for training, of all rows more than half.
    """
    words = phrase.casefold().replace("’", "'").split()
    while len(words) > 1 and words[0] in DETERMINERS:
        words = words[1:]
    if len(words) == 1:
        return words[0] in ANYBODY or words[0] in _ALONE
    owner, named = "", False
    for word in phrase.replace("’", "'").split():  # "the executive committee's decision", but not "Bundesbank board's"
        named = named or word[0].isupper()
        if word.endswith(("'s", "s'")):
            owner = word.casefold().removesuffix("s").removesuffix("'")
            break
    return not named and owner in (ANYBODY | {"bank", "emirate"}) - {"government"}


def is_epithet(before: str, phrase: str) -> bool:
    """Whether the phrase, after those words, is another name for a person: "the" before "Vermont independent".

    "The Russian president" is understood, since there is one at a time.
    """
    if not before.casefold().endswith("the "):
        return False
    words = [word for word in phrase.casefold().split(" of ")[0].split() if word not in BESIDE]
    is_person = bool(words) and words[-1] in PERSONS and not (len(words) > 1 and words[-1] in OFFICES)
    return is_person or bool(_ONE_OF_A_PEOPLE.fullmatch(phrase))


def is_bare(phrase: str) -> bool:
    """Whether the phrase is a pronoun, or a noun that could stand for anything with at most a determiner before it."""
    words = phrase.casefold().replace("’s", "").replace("'s", "").split()
    while len(words) > 1 and words[0] in DETERMINERS:
        words = words[1:]
    if _OF_A_PARTY.fullmatch(phrase):
        return True
    empty = PRONOUNS | DETERMINERS | SMALL
    return all(word in empty for word in words) or (len(words) == 1 and words[0] in NOUNS)
