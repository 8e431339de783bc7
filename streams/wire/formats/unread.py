"""Text that no reader took: takes the draft of an item without a body and its element, adds the text or a note.

An article without its text looks like an alert. Where an element of an unknown name holds a long text, a note says so,
and in the entry of a feed, which has few elements, it is the body.
"""

from lxml import etree

from streams.wire.draft import Draft
from streams.wire.formats.json_shapes import folded
from streams.wire.formats.plain_names import speaks_of_a_story
from streams.wire.markup import element_text
from streams.wire.xmls import Element, name_of

LIKE_A_TEXT = 200  # characters
MOST_NAMED = 3


def with_unread_noted(draft: Draft, element: Element | None, *, take: bool = False) -> Draft:
    """The draft, with a note where it has no body and its element has a text that may be one; ``take`` takes it."""
    if element is None or draft.body.strip() not in ("", draft.headline.strip()):
        return draft
    found = _long_texts(element)
    longest = max(found, key=found.__getitem__, default="")
    if longest and take:
        parts = [part for part in element.iter(etree.Element) if name_of(part) == longest]
        draft.body = "\n\n".join(element_text(part) for part in parts if part.getparent() not in parts)
        draft.notes.append(f"body: none, taken from {longest[:40]}")
    elif longest:
        names = sorted(found, key=found.__getitem__, reverse=True)[:MOST_NAMED]
        draft.notes.append(f"body: none, but elements that look like text are not read: {', '.join(names)}")
    return draft


def _long_texts(element: Element) -> dict[str, int]:
    """The lengths of the texts below an element, by the names of what holds them."""
    lengths: dict[str, int] = {}
    for part in element.iter(etree.Element):
        text = (part.text or "").strip()
        # Short ones may be the paragraphs of what is around them.
        whose = part if len(text) >= LIKE_A_TEXT else part.getparent() if part is not element else None
        if whose is not None and whose is not element and (" " in text or not text.isascii()):
            lengths[name_of(whose)] = lengths.get(name_of(whose), 0) + len(text)
    return {name: n for name, n in lengths.items() if n >= LIKE_A_TEXT and speaks_of_a_story(folded(name))}
