"""A story without a readable date says so where its time is shown: what reading notes is what readers are told."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from search.alerts.notices import notice_of, retraction_notice
from search.alerts.wording import Message, MessageItem, as_html, as_text
from search.documents import source_of
from search.exports.texts import text_of_story
from search.store import Hit
from search.stories.stated_times import AHEAD, MISSING, UNREADABLE, said_of_time, undated
from streams.cli.hits import card
from streams.wire import Raw, parse
from tests.search.samples import document

RECEIVED = datetime(2026, 11, 26, 12, tzinfo=UTC)


def read(**fields: Any) -> dict[str, Any]:
    story = {"uri": "urn:x:1", "type": "text", "headline": "Bridge opens", "body_text": "It opened."} | fields
    (article,) = parse(Raw(json.dumps(story).encode(), RECEIVED))
    return {"headline": article.headline, "source": "wire", "notes": article.notes,
            "status": "usable", "version_created": article.version_created.isoformat(), "received_at": RECEIVED.isoformat()}  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"versioncreated": "2026-11-26T10:00:00Z"}, ""),
        ({"versioncreated": "when it is done"}, UNREADABLE),
        ({}, MISSING),
        ({"versioncreated": "2026-12-25T10:00:00Z"}, AHEAD),
        ({"versioncreated": "2026-11-26T12:04:00Z"}, ""),
        ({"firstcreated": "2026-11-25T10:00:00Z"}, ""),
        ({"versioncreated": "soon", "firstcreated": "2026-11-25T10:00:00Z"}, ""),
        ({"versioncreated": "soon", "firstcreated": "later"}, UNREADABLE),
    ],
)
def test_a_time_of_receipt_is_said_to_be_one(fields: dict[str, str], said: str) -> None:
    document = read(**fields)
    assert said_of_time(document) == said
    assert undated(document) == ("" if said == AHEAD else said)
    shown = "".join(str(line) for line in card(Hit("1", 1.0, document)).renderables)
    assert (f"UTC ({said})" if said else "UTC · wire") in shown


def test_stories_of_earlier_releases_are_understood() -> None:
    notes = (
        "version_created: 'x' cannot be read as a time",
        "version_created: missing, taken from the time of receipt",
    )
    assert undated({"notes": notes}) == UNREADABLE


@pytest.mark.parametrize(
    ("made", "notes", "said"),
    [
        (RECEIVED + timedelta(days=29), (), "25 December 2026, 12:00 UTC (future date)"),
        (RECEIVED, ("version_created: 'soon' cannot be read as a time, taken from the time of receipt",), UNREADABLE),
        (RECEIVED, (), "UTC\n"),
    ],
)
def test_mails_and_texts_say_what_the_page_says_of_a_time(made: datetime, notes: tuple[str, ...], said: str) -> None:
    source = source_of(document(received_at=RECEIVED, version_created=made, notes=notes))
    assert said in text_of_story(source)
    for notice in (notice_of(source), retraction_notice(source, "Putin")):
        item = MessageItem("alert", notice)
        message = Message("ab", "one", "Floods", "alert", (item,))
        odd = said.partition(" (")[2].rstrip(")") or (said if said == UNREADABLE else "")
        for text in (as_text(message), as_html(message)):
            assert (f"UTC ({odd})" in text) if odd else "UTC (" not in text
