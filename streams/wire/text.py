"""Cleans text: takes any string, returns one that every later step can store and show."""

import re
import unicodedata
from html import unescape

from search.characters import UNSTORED

MOST_ACCENTS = 8  # on one letter; no language has so many
# (Beyond 1EFFF there are none.)
_MARKS = frozenset(chr(code) for code in range(0x1F000) if unicodedata.combining(chr(code)))
_ACCENTS = "".join(re.escape(mark) for mark in sorted(_MARKS))
# Latin, Greek, Cyrillic and punctuation have none of their own.
_MAY_BE_MARKS = re.compile("[^\x00-\u02ff\u0370-\u0482\u1e00-\u20cf]")
_STACKED = re.compile(f"([{_ACCENTS}]{{{MOST_ACCENTS}}})[{_ACCENTS}]+")
_LINE_BREAKS = re.compile("[\x85\u2028\u000c]")
_COMBINING = re.compile("[\u0300-\u036f]+")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_BLANK_LINES = re.compile(r"\n{3,}")


def word_set(text: str) -> frozenset[str]:
    """The set of words in a text, for word lists written as a paragraph."""
    return frozenset(text.split())


def composed(text: str) -> str:
    """The text in Unicode's composed form (NFC), so that one name has one spelling; stacks of accents are cut."""
    if text.isascii():
        return text
    # Most texts have no marks: these checks take a hundredth, and then a tenth, of the time of the substitution.
    if _MAY_BE_MARKS.search(text) and not _MARKS.isdisjoint(text):
        # First cut: composing takes time in the square of such a stack.
        text = _STACKED.sub(r"\1", text)
    return unicodedata.normalize("NFC", text)


def without_entities(text: str) -> str:
    """The text with HTML's entities as characters: some agencies write them into what is no markup, and twice."""
    if "&" not in text:
        return text
    for _ in range(2):
        if not _ENTITY.search(text):
            break
        text = _ENTITY.sub(_character, text)
    return text


def _character(match: "re.Match[str]") -> str:
    return unescape(match[0])


def clean_line(text: str) -> str:
    """One line in composed form: every run of white space is one space, controls are gone."""
    if not text:
        return ""
    line = " ".join((text if text.isascii() else composed(text)).split())
    return line if line.isprintable() else " ".join(UNSTORED.sub("", line).split())


def clean_text(text: str) -> str:
    r"""Several lines: newlines are ``\n``, at most one blank line in a row, controls are gone, indents stay."""
    text = composed(text)
    if not text.replace("\n", "").isprintable():  # most texts are, and are spared three passes
        text = _LINE_BREAKS.sub("\n", with_newlines(text)).replace("\u2029", "\n\n")
        text = UNSTORED.sub("", text).replace("\xa0", " ")
    # Line by line: a pattern for trailing space takes time in the square of a run of spaces.
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    if "\n\n\n" in text:
        text = _BLANK_LINES.sub("\n\n", text)
    return text.strip("\n").rstrip().removeprefix(" ") if text[:2].strip(" ") else text.strip()


def with_newlines(text: str) -> str:
    r"""The text with ``\n`` for every break of a line: CR LF, CR alone, and teleprinters' CR CR LF and LF CR."""
    if "\r" in text:
        for end in ("\r\r\n", "\r\n", "\n\r", "\r"):
            text = text.replace(end, "\n")
    return text


def shorten(text: str, limit: int) -> str:
    """``text`` in at most ``limit`` characters, cut at a space where there is one near, with an ellipsis."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    head, _, _ = cut.rpartition(" ")
    return (head if len(head) > limit // 2 else cut).rstrip() + "…"


def plain(text: str) -> str:
    """A text in lower case without accents, with straight apostrophes."""
    lowered = text.lower().replace("’", "'")
    if lowered.isascii():
        return lowered
    return _COMBINING.sub("", unicodedata.normalize("NFD", lowered.replace("ß", "ss")))
