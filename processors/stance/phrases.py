"""Phrases of a sentence made whole: "dlr bridge loan" is "500 mln dlr bridge loan". Takes places, gives places. Pure.

The reader of roles tags word by word and now and then stops inside a name, a sum, a hyphenated word or a quotation.
"""

import itertools
import re
from collections.abc import Iterable

from processors.encoder.pieces import Offsets
from processors.vocabulary.bare_words import NOUNS

LONGEST_NAME = 80  # characters; a longer name is more likely two
LONGEST_QUOTE = 60  # characters to look for the mark that closes or opens a quotation
MOST_WORDS = 7  # that may follow "of"
# A phrase ends before one of these, since a clause, a place or a time follows. "Of", "and" and articles do not end it.
ENDS = frozenset(
    """or but nor that which who whom whose where when while as is are was were be been will would has have had can
    could should may might must does do did to in for on at by from after before with over during because if unless
    until since than into through under against among between about said says say not so per via amid despite without
    within toward towards like including up off down""".split()  # noqa: SIM905 - words read best as words
)
_WITHIN_DEEDS = frozenset({"in", "on", "to", "with", "from", "into", "against"})
_PREFIX = re.compile(r"\b(?:anti|pro|non|ex|post|pre)-$", re.IGNORECASE)
_LEFT_OF_WORD = re.compile(r"(?:[\w]+[-’'.&])*[\w]*[-$€£]?$")
_RIGHT_OF_WORD = re.compile(r"(?:\w+|[-.&](?=\w))+")
_UNIT = re.compile(r"(?:dlrs?|mln|bln|million|billion|trillion|pct|percent|yen|stg|tonnes|\d)\b", re.IGNORECASE)
_AMOUNT = re.compile(
    r"(?:[$€£]\s?)?\d[\d.,/-]*\s+(?:(?:mln|bln|million|billion|trillion)\s+)?$|[$€£]\s?$", re.IGNORECASE
)
_OF = re.compile(r" of (?=[\w\"“‘])")
_AFTER_ONE_WORD = re.compile(r" (?:against|between|of|on|over) (?=[\w\"“‘])")
_AFTER_GENERAL = re.compile(r" (?:about|against|between|for|from|of|on|over|to|with) (?=[\w\"“‘])")
# Nouns whose complement says which is meant, as a person's or a country's would not.
GENERAL = NOUNS | frozenset(
    """attack attacks attempt attempts ban bans bid contract cut cuts demand demands limits need opposition pledge
    pressure push refusal restrictions right rights sanctions support tax taxes threat threats""".split()  # noqa: SIM905 - words read best as words
)
_DESCRIBED = re.compile(r" ([a-z][\w’'-]*+)")
_NO_NOUNS = frozenset("again also and earlier last later next not now of then this today tomorrow yesterday".split())  # noqa: SIM905 - words read best as words
MOST_DESCRIBED = 4  # words that a nationality describes
_ABBREVIATION = re.compile(r"(?:[A-Za-z]\.)+|[A-Z][a-z]{1,3}\.")
# Of a name before one of these only a person or a part is meant: "GOP strategist", "Trump campaign".
_MODIFIES = re.compile(
    r" (?:activist|administration|advis[eo]r|aide|ambassador|analyst|banker|campaign|candidate|consultant|"
    r"critic|delegate|diplomat|donor|economist|executive|farmer|fighter|judge|lawmaker|lawyer|leader|loyalist|member|"
    r"militant|minister|nominee|officer|official|operative|politician|prosecutor|protester|representative|senator|"
    r"soldier|spokes(?:wo)?man|spokesperson|staffer|strategist|supporter|surrogate|voter|worker)s?\b"
)
_PART = re.compile(
    r"(?:^|\s)(?:all|both|couple|dozens?|few|half|hundreds|majority|many|members?|millions|minority|most|none|number|"
    r"one|several|some|third|thousands|two|three|four|five|six|seven|eight|nine|ten|\d+%?)$",
    re.IGNORECASE,
)
_CUT_CLAUSE = re.compile(r" that(?: (?:the|a|an|its|his|her|their|[A-Z][\w.’'-]*))+$")
_DANGLING = re.compile(r"(?:[\s,]+(?:of|and|the|a|an|more|its|their|his|her))+$")


def whole(text: str, place: Offsets, names: Iterable[Offsets]) -> Offsets:
    """The place grown to the ends of the words, names, sums and quotations that it cuts."""
    start, end = place
    for first, last in names:
        if first < end and start < last and last - first <= LONGEST_NAME:
            start, end = min(start, first), max(end, last)
            if end == last and (noun := _MODIFIES.match(text, end)):
                end = noun.end()
    start, end = _quotation(text, *_sum(text, *_words(text, start, end)))
    clause = _CUT_CLAUSE.search(text[start:end])
    return start, start + clause.start() if clause else end


def with_group(text: str, place: Offsets) -> Offsets:
    """The place with the group of which it is a part: "majority of Americans", "ten of the largest companies"."""
    return with_complement(text, place) if _PART.search(text[slice(*place)]) else place


def with_complement(text: str, place: Offsets) -> Offsets:
    """The place with the words after it that say which: "tracking of telephone records", "plan to close the base".

    What follows a single word may begin with other words than "of". A deed or a quotation is another matter: "of
    ignoring the calls" is what somebody is accused of, while "of interfering" says which policy is meant.
    """
    phrase = text[slice(*place)]
    begins = _complement(phrase).match(text, place[1])
    if begins is None or text[begins.end()] in '"“‘':
        return place
    deed = re.match(r"\w+ing\b", text[begins.end() :])
    if deed and phrase.rpartition(" ")[2] not in GENERAL:
        return place
    ends, most = (ENDS - _WITHIN_DEEDS, 2 * MOST_WORDS) if deed else (ENDS, MOST_WORDS)
    end = begins.end()
    for count, word in enumerate(re.finditer(r"\S+", text[begins.end() : begins.end() + 120])):
        said = word.group().strip("\"'“”‘’(),.;:!?—")
        if said.casefold() in ends or count == most:
            break
        short = _ABBREVIATION.fullmatch(word.group())
        end = begins.end() + (word.end() if short else word.start() + len(word.group().rstrip("\"'“”(),.;:!?—")))
        if word.group()[-1] in ",.;:!?)—" and not short:
            break
    grown = _DANGLING.sub("", text[place[1] : end])
    return (place[0], place[1] + len(grown)) if len(grown) > begins.end() - place[1] else place


def with_noun(text: str, place: Offsets, before: int | None = None) -> Offsets:
    """The place of a nationality or a party with what it describes: of "Russian", "Russian aggression".

    What begins at ``before`` or later is not of it.
    """
    if text[slice(*place)].endswith("s"):  # "Democrats" describe nothing
        return place
    end = place[1]
    for word in itertools.islice(_DESCRIBED.finditer(text, end), MOST_DESCRIBED):
        if word.start() != end or word[1] in ENDS | _NO_NOUNS or (before is not None and word.end() > before):
            break
        end = word.end()
    return place[0], end


def _complement(phrase: str) -> re.Pattern[str]:
    """What may begin the complement of a phrase."""
    if not phrase.islower() or " " in phrase:
        return _OF
    return _AFTER_GENERAL if phrase in GENERAL else _AFTER_ONE_WORD


def _words(text: str, start: int, end: int) -> Offsets:
    left = _LEFT_OF_WORD.search(text[:start])
    if left and not _PREFIX.search(text[:start]):
        start = left.start()
    if text[end : end + 1] == "%":
        end += 1
    elif text[end - 1 : end].isalnum() and (right := _RIGHT_OF_WORD.match(text, end)):
        end = right.end()
    if re.search(r"\b(?:[A-Z]\.)+[A-Z]$", text[start:end]) and text[end : end + 1] == ".":
        end += 1
    return start, end


def _sum(text: str, start: int, end: int) -> Offsets:
    amount = _AMOUNT.search(text[:start]) if _UNIT.match(text, start) else None
    return (amount.start() if amount else start), end


def _quotation(text: str, start: int, end: int) -> Offsets:
    """Grown to the mark that closes a quotation begun inside, or that opens one ended inside."""
    inside = text[start:end]
    straight = inside.count('"') % 2 == 1
    begun = (straight and text.count('"', 0, start) % 2 == 0) or inside.count("“") > inside.count("”")
    ended = (straight and not begun) or inside.count("”") > inside.count("“")
    if begun:
        closing = min((at for mark in '"”' if (at := text.find(mark, end, end + LONGEST_QUOTE)) >= 0), default=None)
        return start, end if closing is None else closing + 1
    if ended:
        opening = max(text.rfind(mark, max(0, start - LONGEST_QUOTE), start) for mark in '"“')
        return (opening if opening >= 0 else start), end
    return start, end
