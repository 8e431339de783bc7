"""Every kind of line end means one break, in every format: no order is cut in two, and no header is overlooked."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.wire import Raw, parse, parse_all
from streams.wire.profile import Profile, Profiles
from streams.wire.text import with_newlines
from tests.streams.wire import RECEIVED
from tests.streams.wire.publication.holding import in_g2

ENDS = ["\n", "\r\n", "\r", "\r\r\n", "\r\r\r\n", "\n\r"]
ORDER = 'Note to editors: The story headlined "Bridge\ncloses for repairs" is hereby\nwithdrawn. Do not use.'
TWO_PARAGRAPHS = "The bridge is closed to all cars from Monday\nand to cyclists too.\n\nIt opens in May."
MESSAGES = {
    "IPTC 7901": "\x01abc0123 4 pl 50 xyz 11\n\nTown/\n\x02Bridge =\n\n{text}\n\x03271415 Nov 26\n\x04",
    "ANPA 1312": "\x16\x16\x01a0721\x1f---\nr i\x1f BC-Bridge   11-27 0512\n\x02^BC-Bridge,0450<\n^Bridge<\n\t{text}\n"
    "\x03AP-NY-11-27-26 1431GMT<\n\x04",
    "ZCZC": "ZCZC\nAGI0123 3 CRO 0 R01 /\n\nBridge =\n\n{text}\n261530 MAG 24\n\nNNNN\n",
    "mail": "From: Desk <desk@wire.example>\nSubject: Bridge\nDate: Fri, 27 Nov 2026 09:00:00 +0000\n\n{text}\n",
    "MIME": "From: Desk <desk@wire.example>\nSubject: Bridge\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
    "Content-Transfer-Encoding: 8bit\n\n{text}\n",
}  # fmt: skip


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_says_the_same_whatever_ends_its_lines(name: str, end: str) -> None:
    for text, status in ((ORDER, "canceled"), (TWO_PARAGRAPHS, "usable")):
        message = MESSAGES[name].format(text=text)
        (wanted,) = parse(Raw(message.encode(), RECEIVED))
        (story,) = parse(Raw(message.replace("\n", end).encode(), RECEIVED))
        assert (story.format, story.headline, story.body) == (wanted.format, wanted.headline, wanted.body)
        assert story.status == status


@pytest.mark.parametrize("end", ENDS)
def test_so_does_a_bare_text_also_in_two_bytes_a_character(end: str) -> None:
    for encoding in ("utf-8", "utf-16"):
        message = f"Bridge\n\n{TWO_PARAGRAPHS}\n".replace("\n", end).encode(encoding)
        profiles = Profiles((Profile(name="desk", format="text"),))
        (story,) = parse_all(Raw(message, RECEIVED, "desk"), profiles=profiles).articles
        paragraphs = [paragraph.replace("\n", " ") for paragraph in TWO_PARAGRAPHS.split("\n\n")]
        assert (story.headline, story.body.split("\n\n")) == ("Bridge", paragraphs)


@pytest.mark.parametrize("end", ENDS)
def test_so_do_texts_within_json_and_xml(end: str) -> None:
    body = TWO_PARAGRAPHS.replace("\n", end)
    (wanted,) = parse(Raw(json.dumps({"headline": "Bridge", "body": TWO_PARAGRAPHS}).encode(), RECEIVED))
    (story,) = parse(Raw(json.dumps({"headline": "Bridge", "body": body}).encode(), RECEIVED))
    assert story.body == wanted.body
    (wanted,) = parse(Raw(in_g2(f"<edNote>{TWO_PARAGRAPHS}</edNote>").encode(), RECEIVED))
    (story,) = parse(Raw(in_g2(f"<edNote>{body}</edNote>").encode(), RECEIVED))
    assert story.editorial_note == wanted.editorial_note


@given(st.lists(st.text("ab ", max_size=3), min_size=1), st.sampled_from(ENDS))
def test_no_break_is_lost_or_made(lines: list[str], end: str) -> None:
    assert with_newlines(end.join(lines)) == "\n".join(lines)
