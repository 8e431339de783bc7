"""Decides whether two adjacent elements need a space between them: takes both sides, returns a space or nothing.

``<span class="topic">Football</span><span class="source">TT</span>`` are two words; ``<b>Hel</b>lo`` is one. Some
agencies also write characters as elements: ``2010<endash/>2012``.
"""

import re
from html.entities import html5
from typing import Any

from streams.wire.text import word_set

INLINE = frozenset([
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i",
    "ins", "kbd",
    "label", "mark", "nobr", "q", "rb", "rp", "rt", "rtc", "ruby", "s", "samp", "small", "span", "strike",
    "strong", "sub",
    "sup", "time", "tt", "u", "var", "wbr", "img",
    # NITF's
    "alt-code", "chron", "city", "classifier", "copyrite", "country", "event", "frac", "frac-num", "frac-den",
    "frac-sep",
    "function", "lang", "location", "money", "name.family", "name.given", "num", "object.title", "org", "person",
    "postaddr", "pronounce", "region", "state", "story.date", "sublocation", "virtloc", "byttl",
])  # fmt: skip
PARTS_OF_PLACES = frozenset(["city", "country", "region", "state", "sublocation"])  # behind a text within a place
NEVER_APART = frozenset(["sub", "sup", "wbr", "frac-num", "frac-sep", "frac-den", "rb", "rt", "rp"])
FRACTIONS = frozenset(["frac", "frac-num", "frac-sep", "frac-den", "sup"])  # what may begin or divide a fraction
_CHARACTERS = {
    "endash": "–", "emdash": "—", "en-dash": "–", "em-dash": "—", "dash": "–", "longdash": "—", "hyphen": "-",
    "softhyphen": "",
    "softhyphen2": "", "shy": "", "space": " ", "nbspace": " ", "hardspace": " ", "nonbreakingspace": " ", "nbsp": " ",
    "thinspace": " ", "tab": " ", "bullet": "•", "ellipsis": "…", "apostrophe": "’", "quote": '"', "euro": "€",
    "pound": "£",
    "yen": "¥", "cent": "¢", "degree": "°", "section-sign": "§", "odq": "“", "cdq": "”", "osq": "‘",
    "csq": "’", "ampersand": "&",
}  # fmt: skip
_WRITTEN_OUT = re.compile(
    r"<(endash|emdash|ndash|mdash|nbsp|hardspace|softhyphen|ellipsis|euro)\s?(?:/>|>[^<>\w]{0,3}</\1\s?>)",
    re.IGNORECASE,
)
_NOT_CHARACTERS = INLINE | frozenset(
    ["image", "part", "int", "sum", "map", "not", "and", "or", "top", "in", "tab", "star", "block"]
)
# Of the others, two that touch hold two words: a person and an organization.
_STYLES = word_set(
    """
    b big code del em font i ins kbd mark nobr q s samp small span strike strong tt u var abbr acronym bdi bdo cite dfn
    """
)
STOPS = frozenset(".!?…”»")  # behind one of these, an element may begin another word: The end.<span>TT</span>
HARD, SOFT = "\x06", "\x11"  # two words for certain; two words if they look like it
_JOINTS = re.compile(f"([{HARD}{SOFT}]+)")
_CAP_WORD = re.compile(r"(?:^|\W)(?:[^\W\d_]|Mc|Mac|De|Le|La|Van)$")  # what goes on in a capital without a space
_SHORTENED = re.compile(r"(?:(?<![^\W\d_])[^\W\d_]|www)\.$")  # U.S., e.V., www.example.com
_WORD_IN_CAPITALS = re.compile(r"[^\W\d_]{2,}$")


def character_of(name: str, node: Any) -> str | None:
    """The character that an element such as ``<endash/>`` stands for; ``None`` for every other element."""
    if len(node) or name in _NOT_CHARACTERS or any(c.isalnum() for c in node.text or ""):
        return None
    if name in _CHARACTERS:
        return _CHARACTERS[name]
    return html5.get(f"{name};") if not (node.text or node.attrib) else None


def with_characters(text: str) -> str:
    """A text in which such elements stand written out, with their characters."""
    if "<" not in text:
        return text
    return _WRITTEN_OUT.sub(
        lambda match: _CHARACTERS.get(match[1].lower()) or html5.get(f"{match[1].lower()};", ""), text
    )


def joint(before: Any, name: str, after: Any, *, in_paragraph: bool) -> str:
    """The mark for two elements that touch, of which the second has that name."""
    first = str(before.tag).rpartition("}")[2].rpartition(":")[2].lower()
    if first in NEVER_APART or name in NEVER_APART:
        return ""
    are_separate = not in_paragraph or first not in _STYLES or name not in _STYLES
    return HARD if are_separate or before.get("class") != after.get("class") else SOFT


def before_fraction(name: str, node: Any) -> str:
    """What stands before a part of a fraction: a space behind a whole number (3 1/2), a stroke that was left out."""
    previous = node.getprevious()
    held_by = str(node.getparent().tag).rpartition("}")[2].lower() if node.getparent() is not None else ""
    if name == "frac-sep":
        return "" if (node.text or "").strip() or len(node) else "/"
    if name == "frac-den":
        is_divided = previous is None or not str(previous.tag).endswith("frac-num") or (previous.tail or "").strip()
        return "" if is_divided else "/"
    is_first = name == "frac" or (name == "frac-num" and held_by != "frac")
    if name == "sup":  # <sup>1</sup>/<sub>2</sub>
        following = str(getattr(node.getnext(), "tag", "")).lower()
        is_first = (node.tail or "").strip() in ("/", "⁄") and following.endswith("sub")
    return HARD if is_first else ""


def separated(text: str) -> str:
    """The text with a space for each mark between two words, without the marks."""
    out: list[str] = []
    said = ""
    parts = _JOINTS.split(text)
    for number in range(0, len(parts), 2):
        part = parts[number]
        if number and part and said and _are_words(said, part, hard=HARD in parts[number - 1]):
            out.append(" ")
        out.append(part)
        said = (said + part)[-16:]
    return "".join(out)


def _are_words(before: str, after: str, *, hard: bool) -> bool:
    last, first = before[-1], after[0]
    if hard and (last.isalnum() or last in ".:;,!?)”»%") and first.isalnum():
        drop_cap = first.islower() and last.isupper() and not before[-2:-1].isalnum()
        return not drop_cap
    if not first.isalpha():
        behind_stop = first in "(„" and last in ".!?…" and before[-2:-1].isalpha()
        return behind_stop or (first == "(" and last.isupper() and after[1:2].isupper())
    if last.isdigit():  # 10<b>Euro</b>, but not 5<b>G</b>
        return first.isupper() and after[1:2].islower()
    if last == "“":  # closes in German, opens in English
        return before[-2:-1].isalnum() or before[-2:-1] in {".", "!", "?", ",", "…"}
    if not last.isalpha():
        # Behind a stop, but not in U.S.A and example.com
        ends = before[-2:-1].isalnum() or before[-2:-1] in {"”", "»", '"', ")", "%"}
        ends = ends and not _SHORTENED.search(before)
        stop = last in ".!?…" and first.isupper() and ends and before[-3:-2] != "."
        return stop or last in ":;)”»"
    return first.isupper() and _begins_a_word(before, after)


def _begins_a_word(before: str, after: str) -> bool:
    """Whether a capital behind a letter begins a word of its own."""
    if before[-1].islower():
        return not _CAP_WORD.search(before) and not after[1:2].isupper()
    return after[1:2].islower() and bool(_WORD_IN_CAPITALS.search(before))
