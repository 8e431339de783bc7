"""Teletype text: takes bytes, returns a draft of each framed message.

A message is SOH header STX text ETX trailer EOT, in ANPA 1312 or IPTC 7901; gateways often strip the controls, so
their absence is borne. A framed message with a header of neither is read by its frame alone, which is noted.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime

from streams.errors import Rejected
from streams.wire.datelines import dateline_of
from streams.wire.decoding import from_broken_utf8
from streams.wire.draft import Draft
from streams.wire.formats.anpa import is_anpa, read_anpa
from streams.wire.formats.iptc7901 import is_iptc7901, read_iptc7901, trailer_stamp
from streams.wire.formats.reflow import reflow
from streams.wire.formats.zczc import is_zczc, read_zczc
from streams.wire.publication.editorial_notes import without_note
from streams.wire.publication.embargo_lines import without_embargoes_above
from streams.wire.text import with_newlines

FRAMED = "iptc-7901"
PADDING = b"\x00\x0e\x0f\x15\x16\x1b\x7f\xff \t\r\n"  # what lines are filled with until a message begins
OPENING = 4000  # characters: as far as an embargo's line is looked for
_OTHER_CONTROLS = re.compile("[\x00\x05-\x08\x0e-\x10\x15-\x1e\x7f]")
_NEXT_FRAME = r"(?m)^[ \t]*ZCZC(?![a-z])"  # of messages without control characters
# A header with something in it: two stray control characters do not make binary rubbish a wire message.
_FRAME = re.compile(r"[\s\x16\x00]*(?:ZCZC[^\n]*\n)?\x01(?=[^\x02\x03]*\w)([^\x02\x03]{1,500})\x02", re.DOTALL)


def looks_like_teletype(data: bytes) -> bool:
    """Whether bytes begin as a framed wire message does."""
    head = with_newlines(data.lstrip(PADDING)[:1000].decode("latin-1"))
    return is_anpa(head) or is_iptc7901(head) or is_zczc(head) or bool(_FRAME.match(head))


def messages(data: bytes, received: datetime, max_messages: int) -> Iterator[tuple[str, Callable[[], Draft]]]:
    """Each framed message, not yet parsed. ``received`` gives the year, which an ANPA header omits."""
    text, notes = _decoded(data.lstrip(PADDING))
    starts = [match.start() for match in re.finditer("\x01" if "\x01" in text else _NEXT_FRAME, text)] or [0]
    if len(starts) > max_messages:
        raise Rejected(f"{len(starts)} messages, more than max_articles ({max_messages}) in one message")
    starts[0] = 0
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else len(text)
        yield f"message {number + 1}", _reader(text[start:end], received, notes)


def _reader(text: str, received: datetime, notes: list[str]) -> Callable[[], Draft]:
    return lambda: _read(text, received, list(notes))


def _decoded(data: bytes) -> tuple[str, list[str]]:
    """UTF-8 where it is that, CP850 where its umlauts show, else Windows-1252; the last two are noted."""
    try:
        return data.decode(), []
    except UnicodeDecodeError:
        text, broken = from_broken_utf8(data)
    if text:
        return text, [f"text: {broken} bytes that are no UTF-8, each replaced"]
    dos = len(re.findall(rb"(?<=[A-Za-z])[\x81\x82\x84\x94\x8a](?=[a-z])", data))
    if dos > len(re.findall(rb"[\xc0-\xff]", data)):
        return data.decode("cp850"), ["text: taken as CP850"]
    return data.decode("windows-1252", "replace"), ["text: taken as Windows-1252"]


def _read(text: str, received: datetime, notes: list[str]) -> Draft:
    if is_anpa(text):
        return read_anpa(_OTHER_CONTROLS.sub("", text), received, notes)
    text = _OTHER_CONTROLS.sub("", text)
    if is_iptc7901(text):
        return read_iptc7901(text, notes)
    if frame := _FRAME.match(text):
        return _read_framed(frame[1], text[frame.end() :], notes)
    if is_zczc(text):
        return read_zczc(text, notes)
    raise Rejected("wire text: neither an ANPA 1312 nor an IPTC 7901 header")


def _read_framed(header: str, rest: str, notes: list[str]) -> Draft:
    """A message of unknown header: its last header line is the slugline, its first text line the headline."""
    content, _, trailer = rest.partition("\x03")
    whole = content.strip()
    content, note = without_note(whole)
    lines = [line.strip() for line in header.split("\n") if line.strip()]
    embargoes, text = without_embargoes_above(content)
    headline, _, body = text.partition("\n")
    draft = Draft(format=FRAMED, notes=[*notes, "header: of neither ANPA 1312 nor IPTC 7901"])
    draft.version_created = trailer_stamp(trailer).time
    draft.slugline = lines[-1] if lines else ""
    draft.headline = headline.strip("^<= \t")
    draft.body = reflow(
        "\n".join(line.strip("^<=") if line[:1] == "^" else line.rstrip("< \t") for line in body.split("\n"))
    )
    draft.dateline = dateline_of(draft.body)
    draft.editorial_note = "\n".join(filter(None, (note, *embargoes)))
    draft.asides += [whole[:OPENING], *lines]
    return draft
