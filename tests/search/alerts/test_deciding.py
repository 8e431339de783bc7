"""What follows from a version of a story for those who are to be told of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from search.alerts.deciding import AlertDecision, DeliveryRecord, WantedAlert, decide, is_done, kind_to_send, send_time
from search.alerts.saved import Channel, SavedSearch
from search.documents import Document
from search.versions.history import Story
from tests.search.samples import START, document

NOW = START + timedelta(minutes=1)
MAIL = Channel("mail", "ann@example.org")
BODY = "Floods closed the road.\n\nTwo people were hurt."


def search(name: str = "floods", **fields: Any) -> SavedSearch:
    values: dict[str, Any] = {"owner": "ann", "query": {"q": "floods"}, "changed_at": START, "channels": (MAIL,)}
    return SavedSearch(name, name=name, **(values | fields))


def version(number: int, **fields: Any) -> Document:
    return document("flood", number << 20, **({"headline": "Floods", "body": BODY, "received_at": NOW} | fields))


class Desk:
    """A story, and what is wanted of it, as the stage keeps both."""

    def __init__(self, *searches: SavedSearch) -> None:
        self.searches = searches
        self.story: Story | None = None
        self.wanted: dict[tuple[str, str, str], WantedAlert] = {}
        self.now = NOW

    def comes(self, one: Document, *, matches: bool = True) -> AlertDecision:
        self.now += timedelta(seconds=1)
        found = self.searches if matches else ()
        made = decide(self.story, one, found, [*self.wanted.values()], self.now, lambda *_: 0)
        # As it is kept on Kafka, in JSON.
        decision = msgspec.json.decode(msgspec.json.encode(made), type=AlertDecision)
        self.story = decision.story or self.story
        self.wanted |= {one.key: one for one in decision.wanted}
        return decision

    def kinds(self) -> list[str]:
        return [one.kind for one in self.wanted.values()]


def got(wanted: WantedAlert, **fields: Any) -> DeliveryRecord:
    values: dict[str, Any] = {"state": "sent", "at": NOW, "message_id": "m", "received": True}
    key = (wanted.search, wanted.channel.name, wanted.story)
    return DeliveryRecord(*key, wanted.version, wanted.kind, **(values | fields))


def test_a_story_that_matches_is_wanted_once_by_each_channel() -> None:
    desk = Desk(search(channels=(MAIL, Channel("desk"))), search("roads"))
    assert len(desk.comes(version(1)).wanted) == 3
    assert desk.comes(version(1)).wanted == (), "the same again"
    assert desk.kinds() == ["alert"] * 3


def test_what_was_sent_is_corrected_killed_and_held_whatever_matches_now() -> None:
    desk = Desk(search())
    desk.comes(version(1))
    desk.comes(version(2, kind="correction", headline="Flood warning"), matches=False)
    (wanted,) = desk.wanted.values()
    assert (wanted.kind, wanted.notice.headline) == ("correction", "Flood warning")
    assert [(one.before, one.after) for one in wanted.notice.changes] == [("Floods", "Flood warning")]
    desk.comes(version(3, embargo_until=NOW + timedelta(hours=1)), matches=False)
    assert desk.kinds() == ["hold"]
    desk.comes(version(4), matches=False)
    assert desk.kinds() == ["release"]
    desk.comes(version(5, status="canceled", kind="kill", headline=""))
    (wanted,) = desk.wanted.values()
    assert (wanted.kind, wanted.notice.headline, wanted.notice.lead) == ("kill", "Floods", "")


def test_a_killed_story_never_alerts_not_even_if_the_kill_overtakes_it() -> None:
    desk = Desk(search())
    assert desk.comes(version(2, status="canceled", kind="kill")).wanted == ()
    assert desk.comes(version(1)).wanted == ()


def test_a_version_that_comes_after_a_newer_one_is_nothing_new() -> None:
    desk = Desk(search())
    desk.comes(version(3, kind="correction"))
    assert desk.comes(version(2, kind="update")).wanted == ()


def test_an_embargoed_story_is_held_and_alerts_when_its_embargo_ends() -> None:
    desk = Desk(search())
    until = NOW + timedelta(hours=30)
    held = desk.comes(version(1, embargo_until=until))
    assert (held.wanted, held.held_until) == ((), until)
    desk.now = until
    (wanted,) = desk.comes(version(1, embargo_until=until)).wanted
    assert wanted.kind == "alert"


def test_an_update_is_told_to_those_who_asked_for_updates() -> None:
    for updates, expected in ((True, "update"), (False, "refresh")):
        desk = Desk(search(updates=updates))
        desk.comes(version(1))
        (wanted,) = desk.comes(version(2, kind="update", body=BODY + "\n\nThe road is open again.")).wanted
        assert wanted.kind == expected
        assert [one.after for one in wanted.notice.changes] == ["The road is open again."]


def test_searches_are_not_told_of_what_came_before_them_or_long_ago() -> None:
    assert Desk(search(changed_at=NOW + timedelta(minutes=5))).comes(version(1)).wanted == ()
    assert Desk(search()).comes(version(1, received_at=START - timedelta(days=2))).wanted == ()
    assert Desk(search(paused=True)).comes(version(1)).wanted == ()


def test_a_forgotten_story_is_taken_back_without_its_headline() -> None:
    desk = Desk(search())
    desk.comes(version(1))
    desk.comes(version(2, status="canceled", kind="kill", format="forgotten"))
    (wanted,) = desk.wanted.values()
    assert (wanted.kind, wanted.notice.headline, wanted.notice.removed) == ("kill", "", True)
    assert desk.story is not None
    assert "Floods" not in msgspec.json.encode([wanted, desk.story]).decode()


def test_what_was_never_sent_is_replaced_and_its_kill_needs_no_word() -> None:
    desk = Desk(search(digest="daily"))
    desk.comes(version(1))
    desk.comes(version(2, kind="correction"))
    (wanted,) = desk.wanted.values()
    assert (kind_to_send(wanted, None), send_time(wanted, None)) == ("alert", wanted.due)
    assert wanted.due.date() > NOW.date()
    desk.comes(version(3, status="canceled", kind="kill"))
    (wanted,) = desk.wanted.values()
    assert kind_to_send(wanted, None) is None


def test_who_may_have_got_it_is_told_at_once() -> None:
    desk = Desk(search(digest="daily"))
    desk.comes(version(1))
    (first,) = desk.wanted.values()
    for state in ("sent", "sending"):
        before = got(first, state=state)
        desk.comes(version(2, kind="correction"))
        (wanted,) = desk.wanted.values()
        assert not is_done(wanted, before)
        assert (kind_to_send(wanted, before), send_time(wanted, before)) == ("correction", wanted.made)
    refresh = msgspec.structs.replace(wanted, kind="refresh")
    assert is_done(refresh, got(first))
    assert kind_to_send(refresh, got(first, state="sending")) == "alert"


def test_times_with_a_zone_survive_json() -> None:
    desk = Desk(search(zone="Europe/Prague", digest="hourly"))
    (wanted,) = desk.comes(version(1)).wanted
    assert wanted.due == datetime(2026, 11, 2, 10, tzinfo=UTC)
