"""Bare text, as some desks mail or drop it: takes bytes, returns a draft. Used only if a source profile says so.

The first line is the headline, and what follows a blank line or not is the text; wrapped lines are joined.
"""

import re

from streams.errors import Rejected
from streams.wire.datelines import dateline_of
from streams.wire.decoding import is_mostly_utf8, to_utf8
from streams.wire.draft import Draft
from streams.wire.formats.reflow import reflow
from streams.wire.publication.editorial_notes import without_note
from streams.wire.text import with_newlines

FORMAT = "text"
_BINARY = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
MOST_CONTROLS = 0.01  # of the characters of a text


def read_text(data: bytes) -> Draft:
    """The draft of a text. Raises ``Rejected`` for what is none."""
    text, notes = decoded_text(data)
    text, note = without_note(text.strip())
    headline, _, body = text.partition("\n")
    draft = Draft(format=FORMAT, headline=headline, body=reflow(body), notes=notes)
    draft.editorial_note = note
    draft.dateline = dateline_of(draft.body)
    return draft


def decoded_text(data: bytes) -> tuple[str, list[str]]:
    r"""A text with its newlines as ``\n``, and notes. Raises ``Rejected`` for what is none."""
    data, notes = to_utf8(data), list[str]()
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("utf-8" if is_mostly_utf8(data) else "windows-1252", "replace")
        notes.append("text: not all of it is UTF-8")
    if len(_BINARY.findall(text)) > MOST_CONTROLS * len(text):
        raise Rejected("not a text: it has control characters")
    return with_newlines(text), notes
