"""A text's paragraphs and sentences, found by rule. Takes a text, gives `Passage` offsets into it.

Wire copy comes in two layouts: paragraphs parted by blank lines, or lines broken at a fixed width with each
paragraph indented (Reuters, NITF). Both are read. No model is needed, so every annotator sees the same
sentences, and a parser need not be run on sentences that cannot matter.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

LONGEST = 2_000  # characters in one passage; longer ones are cut at a space, which bounds the models' memory

WRAPPED = 100  # where no line is longer than this, lines are broken at a fixed width and mean nothing

_INDENTED_BREAK = re.compile(r"\n\s*\n|\n(?=[ \t]{2,}\S)|\n(?=\t)|\u2029")
_LINE_BREAK = re.compile(r"\n|\u2029")
# Begins where a run of marks begins and never gives one back: a page of dots takes time in its length, not its square.
_ENDING = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’)\]]*+(?=\s)|[。！？]+[」』”]*")
# Letters of scripts without spaces between words: ideographs, kana, Hangul, Thai and the like are no endless words.
_ENDLESS = re.compile(r"[^\s\u0e00-\u109f\u1780-\u17ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]{1000,}")
_CONTINUATION = re.compile(r"\s+[\"'“‘(\[]*[a-z]")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"“‘])(?:[A-Za-z]|(?:[A-Za-z]\.)+[A-Za-z]|"
    r"Mr|Mrs|Ms|Dr|Prof|Gen|Gov|Sen|Rep|Reps|Sens|Lt|Col|Sgt|Capt|Cpl|Maj|Adm|Rev|Hon|Pres|St|Ste|Mt|Ft|"
    r"Jr|Sr|vs|v|No|Nos|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec|Ave|Blvd|approx|est|Supt|Atty|Messrs|Amb)\.$"
)
_CLOSED_ABBREVIATION = re.compile(r"(?:^|\s)(?:Inc|Corp|Co|Ltd|[A-Z]\.[A-Z])\.$")
_STARTER = re.compile(
    r"\s+[\"'“‘(\[]*(?:The|A|An|He|She|It|They|We|I|But|And|In|On|At|This|That|These|Those|His|Her|Its|Their|There|"
    r"However|Meanwhile|When|While|After|If|For|As)\b"
)

# "MOSCOW, Feb. 4 (Reuters) - ", "WASHINGTON (AP) — ", "LONDON/PARIS - ": a place in capitals, then a dash.
_DATELINE = re.compile(
    r"[A-Z][A-Z.'’/-]+(?:[ ,/]+[A-Z][A-Z.'’/-]*)*(?:,\s*[A-Z][\w.]*(?:\s[A-Z]?[\w.]+)?(?:\s\d{1,2})?)?(?:,?\s*\d{4})?"
    r"\s*(?:\([^)\n]{1,40}\))?\s*(?:--|[-–—])\s+"
)


class Passage(NamedTuple):
    """``text[start:end]``, with no space at either end."""

    start: int
    end: int


def paragraphs(text: str) -> list[Passage]:
    """The paragraphs of ``text`` in order, empty ones left out."""
    wrapped = max(map(len, text.splitlines()), default=0) <= WRAPPED
    breaks = (_INDENTED_BREAK if wrapped else _LINE_BREAK).finditer(text)
    cuts = [0, *(match.end() for match in breaks), len(text)]
    stripped = (_strip(text, start, end) for start, end in pairwise(cuts))
    return [passage for passage in stripped if passage.end > passage.start]


def sentences(text: str, longest: int = LONGEST) -> list[Passage]:
    """The sentences of ``text`` in order; a sentence never crosses a paragraph's end."""
    return [
        part
        for paragraph in paragraphs(text)
        for sentence in _sentences(text, paragraph)
        for part in _pieces(text, sentence, longest)
    ]


def chunks(text: str, longest: int = LONGEST) -> list[Passage]:
    """The paragraphs of ``text``, those longer than ``longest`` cut between sentences: input for a model."""
    found: list[Passage] = []
    for paragraph in paragraphs(text):
        if paragraph.end - paragraph.start <= longest:
            found.append(paragraph)
            continue
        for sentence in (p for s in _sentences(text, paragraph) for p in _pieces(text, s, longest)):
            if found and found[-1].start >= paragraph.start and sentence.end - found[-1].start <= longest:
                found[-1] = Passage(found[-1].start, sentence.end)
            else:
                found.append(sentence)
    return found


def headline(text: str) -> Passage | None:
    """The headline: a first paragraph set off by a blank line, if it reads as one and a body follows."""
    end = text.find("\n\n")
    if end <= 0 or end > 300 or "\n" in text[:end] or not text[end:].strip():  # noqa: PLR2004
        return None
    return None if text[:end].rstrip().endswith(".") else _strip(text, 0, end)


def after_dateline(text: str, sentence: Passage) -> Passage:
    """The sentence without the dateline that may open it: "MOSCOW, Feb 4 (Reuters) - "."""
    match = _DATELINE.match(text, sentence.start, sentence.end)
    return Passage(match.end(), sentence.end) if match and match.end() < sentence.end else sentence


def level(text: str) -> str:
    """``text`` with every white space a plain space and lone surrogates replaced: as long, and fit for a model.

    So is a word of endless length, which is none, and on which patterns would take the square of its length.
    """
    spaced = _ENDLESS.sub(lambda match: " " * len(match.group()), re.sub(r"\s", " ", text))
    return re.sub(r"[\ud800-\udfff]", "\ufffd", spaced)


def _sentences(text: str, within: Passage) -> Iterator[Passage]:
    start = within.start
    for match in _ENDING.finditer(text, within.start, within.end):
        if match.end() >= within.end or match.start() < start:
            continue
        if _is_end(text, start, match):
            yield _strip(text, start, match.end())
            start = match.end()
    last = _strip(text, start, within.end)
    if last.end > last.start:
        yield last


def _is_end(text: str, start: int, match: re.Match[str]) -> bool:
    """Does the sentence end at this punctuation, rather than an abbreviation or a quoted question?"""
    if not text[match.end()].isspace():
        return True
    if _CONTINUATION.match(text, match.end()):
        return False
    if match.group() != ".":
        return True
    before = text[max(start, match.start() - 12) : match.end()]
    if _CLOSED_ABBREVIATION.search(before):
        return bool(_STARTER.match(text, match.end()))
    return not _ABBREVIATION.search(before)


def _pieces(text: str, passage: Passage, longest: int) -> Iterator[Passage]:
    start = passage.start
    while passage.end - start > longest:
        cut = text.rfind(" ", start + longest // 2, start + longest)
        cut = cut if cut > start else start + longest
        yield _strip(text, start, cut)
        start = cut
    last = _strip(text, start, passage.end)
    if last.end > last.start:
        yield last


def _strip(text: str, start: int, end: int) -> Passage:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Passage(start, end)
