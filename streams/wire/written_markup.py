"""Finds markup that was written as characters: takes a text in which ``&lt;p&gt;`` has become ``<p>``, returns prose.

Some systems escape their HTML twice, and then it passes for text. A text that only speaks of tags stays as it is.
"""

import re

from streams.wire.markup import html_text, looks_like_html

_OPENING = re.compile(
    r"\s*<(p|div|span|h[1-6]|article|section|body|html|ul|ol|table|blockquote|b|strong|em|i|a|figure|img)\b[^<>]*>(\S)?",
    re.IGNORECASE,
)
# Behind a sentence, with the next one or another tag behind it.
_BETWEEN_SENTENCES = re.compile(r"[.!?…\"”»]\s?<(?:[Bb][Rr]\s?/?|/?[Pp])>(?=\s?(?:[<“„«]|[^\W\d_a-zß-ÿ]|$))")
# An element with its attributes, or around words: "<b> and </b>" speaks of tags.
_ELEMENT = re.compile(
    r"<(?:a|img|span|div|p|iframe|font|table|td|blockquote)\s(?:href|src|class|style|id|target|rel|title|width|data-[a-z]{1,20})\s?="
    r"|<(strong|em|b|i|u|h[1-6]|li|p|span)>(?!\s)[^<>]{1,300}(?<!\s)</\1>",
    re.IGNORECASE,
)
_ALONE = frozenset(["p", "img"])  # often without an end


def is_markup(text: str) -> bool:
    """Whether a text is HTML: it has elements around words or with attributes, or its sentences end with tags."""
    if "<" not in text or not looks_like_html(text):
        return False
    if opening := _OPENING.match(text):
        name = opening[1].lower()
        if f"</{name}" in text.lower() or (name in _ALONE and opening[2]):
            return True
    return _ELEMENT.search(text) is not None or _BETWEEN_SENTENCES.search(text) is not None


def without_written_markup(body: str, notes: list[str]) -> str:
    """A body without such markup, which is noted."""
    if not is_markup(body):
        return body
    notes.append("body: HTML written as characters, turned into text")
    return html_text(body)
