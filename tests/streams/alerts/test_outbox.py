"""What readers get, whatever the servers answer and whenever a process dies."""

from datetime import UTC, datetime, timedelta
from typing import Any

from search.alerts.saved import Channel, QuietHours
from search.alerts.wording import as_html, as_text, subject_of
from search.visibility import Sources
from streams.alerts.channels.outcome import PermanentFailure, TemporaryFailure
from streams.alerts.records import AlertKey, JournalEntry, RetryRequest
from streams.alerts.table import OpenAlert
from tests.streams.alerts.processes import Process, Server, saved, version

LATER = datetime(2026, 11, 26, 18, tzinfo=UTC)


async def test_a_reader_gets_a_story_once_and_all_that_becomes_of_it(start: Any, server: Server) -> None:
    process = start(saved())
    await process.comes(version())
    await process.comes(version())
    await process.comes(version(2, kind="update"))
    await process.comes(version(3, kind="correction", headline="Flood closes road"))
    await process.comes(version(4, status="withheld"))
    await process.comes(version(5))
    await process.comes(version(6, status="canceled", kind="kill"))
    await process.comes(version(6, status="canceled", kind="kill"))
    assert server.kinds == ["alert", "correction", "hold", "release", "kill"]
    first, correction, *_, kill = server.taken
    assert correction.refers_to == (first.id,)
    assert kill.refers_to[0] == first.id
    assert subject_of(correction) == "Correction: Flood closes road"
    assert len({message.id for message in server.taken}) == 5


async def test_only_those_who_got_it_are_told_of_its_kill(start: Any, server: Server) -> None:
    process = start(saved(), saved("fires", query={"q": "fires"}))
    await process.comes(version())
    await process.comes(version(2, body="Fires closed the road.", headline="Fires"))
    await process.comes(version(3, status="canceled", kind="kill"))
    told = [(message.search, message.kind) for message in server.taken]
    assert told[:2] == [("floods", "alert"), ("fires", "alert")]
    assert sorted(told[2:]) == [("fires", "kill"), ("floods", "kill")]


async def test_an_embargoed_story_is_sent_when_its_embargo_ends_also_by_a_successor(start: Any, server: Server) -> None:
    await start(saved()).comes(version(embargo_until=LATER))
    assert server.taken == []
    process = start(saved())
    await process.passes(hours=5, minutes=59)
    assert server.taken == []
    await process.passes(minutes=2)
    assert server.kinds == ["alert"]
    await process.passes(minutes=2)
    assert len(server.taken) == 1


async def test_a_story_killed_during_its_embargo_is_never_sent(start: Any, server: Server) -> None:
    process = start(saved())
    await process.comes(version(embargo_until=LATER))
    await process.comes(version(2, status="canceled", kind="kill"))
    await process.passes(hours=24)
    assert server.taken == []


async def test_a_server_that_is_away_is_tried_again_and_one_that_refuses_is_not(start: Any, server: Server) -> None:
    process = start(saved())
    server.says = [TemporaryFailure("away"), TemporaryFailure("away")]
    await process.comes(version())
    for _ in range(3):
        await process.passes(seconds=5)
    assert server.kinds == ["alert"]
    server.says = [PermanentFailure("no such address")]
    await process.comes(version(story="other"))
    await process.passes(minutes=5)
    assert len(server.taken) == 1
    assert [delivery.reason for delivery in outcomes(process) if delivery.state == "dead"] == ["no such address"]


async def test_a_fault_over_one_message_stops_no_others_and_is_tried_again(start: Any, server: Server) -> None:
    process = start(saved())
    server.says = [AttributeError("a library's fault")]
    await process.comes(version())
    await process.comes(version(story="other"))
    await process.passes(seconds=5)
    assert [one.items[0].notice.story for one in server.taken] == ["flood", "other", "flood"]
    assert server.taken[0].id == server.taken[2].id, "the server may have taken it before"


def outcomes(process: Process) -> list[Any]:
    table = process.journal.table
    places = table._db.execute("SELECT partition, search, channel, story FROM rows WHERE kind = 'got'").fetchall()
    return [delivery for place in places if (delivery := table.wanted_and_delivery(OpenAlert(*place))[1])]


async def test_a_server_that_is_away_for_a_day_is_given_up(start: Any, server: Server) -> None:
    process = start(saved())
    server.says = [TemporaryFailure("away")] * 10
    await process.comes(version())
    for _ in range(3):
        await process.passes(hours=12)
    assert [delivery.state for delivery in outcomes(process)] == ["dead"]


async def test_what_was_given_up_is_tried_again_when_somebody_asks_for_it(start: Any, server: Server) -> None:
    process = start(saved())
    server.says = [PermanentFailure("no such address"), PermanentFailure("still not")]
    await process.comes(version())
    (delivery,) = outcomes(process)

    async def ask_again() -> None:
        process.now += timedelta(minutes=1)
        key = AlertKey("again", delivery.story, delivery.search, delivery.channel)
        await process.journal.write([JournalEntry(0, key, RetryRequest(process.now))])
        await process.sends()

    await ask_again()
    assert (server.taken, [one.reason for one in outcomes(process)]) == ([], ["still not"])
    assert not start(saved()).journal.table.open, "once for each time that somebody asks"
    await ask_again()
    assert server.kinds == ["alert"]
    assert server.taken[0].id == delivery.message_id
    await start(saved()).sends()
    assert len(server.taken) == 1


async def test_what_is_tried_again_has_all_its_time_once_more(start: Any, server: Server) -> None:
    process = start(saved())
    server.says = [PermanentFailure("no such address"), TemporaryFailure("away")]
    await process.comes(version())
    (delivery,) = outcomes(process)
    process.now += timedelta(days=3)
    again = JournalEntry(
        0, AlertKey("again", delivery.story, delivery.search, delivery.channel), RetryRequest(process.now)
    )
    await process.journal.write([again])
    await process.sends()
    assert server.taken == []
    await process.passes(seconds=5)
    assert server.kinds == ["alert"]


async def test_the_kill_of_what_no_server_took_is_not_sent(start: Any, server: Server) -> None:
    process = start(saved())
    server.says = [TemporaryFailure("away")]
    await process.comes(version())
    await process.comes(version(2, status="canceled", kind="kill"))
    await process.passes(hours=1)
    assert server.taken == []
    assert [delivery.state for delivery in outcomes(process)] == ["dropped"]


async def test_what_may_have_been_taken_is_sent_again_under_its_id_and_its_kill_is_told(
    start: Any, server: Server
) -> None:
    process = start(saved())
    server.says = [TemporaryFailure("no answer", maybe_delivered=True)]
    await process.comes(version())
    await start(saved()).sends()
    first, second = server.taken
    assert first.id == second.id
    server.says = [TemporaryFailure("no answer", maybe_delivered=True)]
    await process.comes(version(story="other"))
    await start(saved()).comes(version(2, story="other", status="canceled", kind="kill"))
    assert server.kinds == ["alert", "alert", "alert", "kill"]


async def test_a_digest_has_all_that_is_true_when_it_is_sent(start: Any, server: Server) -> None:
    process = start(saved(digest="daily"))
    await process.comes(version(story="one"), version(story="two"), version(story="three"))
    await process.comes(version(2, story="one", kind="correction", headline="Floods, corrected"))
    await process.comes(version(2, story="two", status="canceled", kind="kill"))
    assert server.taken == []
    await process.passes(hours=19)
    (digest,) = server.taken
    assert (digest.digest, subject_of(digest)) == (True, "Floods: 2 stories")
    assert {told.notice.headline for told in digest.items} == {"Floods, corrected", "Floods close road"}
    await process.comes(version(3, story="one", status="canceled", kind="kill"))
    kill = server.taken[-1]
    assert (kill.kind, kill.digest, kill.refers_to) == ("kill", False, (digest.id,))


async def test_a_digest_that_was_being_sent_when_its_process_died_goes_out_again_as_it_was(
    start: Any, server: Server
) -> None:
    process = start(saved(digest="hourly"))
    await process.comes(version(story="one"), version(story="two"))
    server.says = [TemporaryFailure("no answer", maybe_delivered=True)]
    await process.passes(hours=1)
    successor = start(saved(digest="hourly"))
    successor.now = process.now
    await successor.sends()
    first, second = server.taken
    assert first.id == second.id
    assert {told.notice.story for told in second.items} == {"one", "two"}


async def test_quiet_hours_hold_back_what_is_new_and_not_what_must_be_taken_back(start: Any, server: Server) -> None:
    process = start(saved(quiet=QuietHours("11:00", "13:00")))
    await process.comes(version())
    assert server.taken == []
    await process.passes(hours=1)
    assert server.kinds == ["alert"]
    process.now -= timedelta(minutes=30)
    await process.comes(version(2, status="canceled", kind="kill"))
    assert server.kinds == ["alert", "kill"]


async def test_the_page_s_desk_needs_no_server(start: Any, server: Server) -> None:
    process = start(saved(channels=(Channel("desk"),)))
    await process.comes(version())
    assert [delivery.state for delivery in outcomes(process)] == ["sent"]
    assert server.taken == []


async def test_each_process_sends_from_its_own_partitions(start: Any, server: Server) -> None:
    process = start(saved())
    process.journal.owned = {1, 2, 3}
    await process.comes(version())
    assert server.taken == []
    await start(saved()).sends()
    assert server.kinds == ["alert"]


async def test_of_an_event_one_report_is_sent_where_that_is_asked(start: Any, server: Server) -> None:
    process = start(saved(one_an_event=True), saved("all"))
    await process.comes(version(story="ap", source="AP"))
    assert [message.search for message in server.taken] == ["all"], "it waits until events are known"
    await process.passes(seconds=6)
    await process.comes(version(story="afp", source="AFP"))
    process.reported("ap", "afp")
    await process.passes(seconds=6)
    assert told_of(server) == {"floods": ["ap"], "all": ["ap", "afp"]}
    await process.comes(version(2, story="ap", source="AP", status="canceled", kind="kill"))
    await process.comes(version(2, story="afp", source="AFP", kind="update"))
    await process.passes(seconds=6)
    assert told_of(server)["floods"] == ["ap", "ap", "afp"], "when it was killed, another report is news"


def told_of(server: Server) -> dict[str, list[str]]:
    """The stories that each search was told of."""
    found: dict[str, list[str]] = {}
    for message in server.taken:
        found.setdefault(message.search, []).extend(told.notice.story for told in message.items)
    return found


async def test_a_digest_has_one_report_of_an_event_unless_it_is_to_have_all(start: Any, server: Server) -> None:
    process = start(saved(digest="hourly"), saved("all", digest="hourly", one_an_event=False))
    await process.comes(version(story="ap"), version(story="afp"), version(story="other"))
    process.reported("ap", "afp")
    process.reported("other", "afp")
    process.reported("ap", "afp")
    await process.passes(minutes=59, seconds=58)
    await process.comes(version(story="late"))
    await process.passes(seconds=2)
    assert {search: len(stories) for search, stories in told_of(server).items()} == {"floods": 3, "all": 4}
    assert [delivery.reason for delivery in outcomes(process) if delivery.state == "dropped"] == [
        "another report of its event was sent"
    ]


async def test_a_kill_is_told_by_itself_while_the_digest_is_in_doubt(start: Any, server: Server) -> None:
    process = start(saved(digest="hourly"))
    await process.comes(version(story="one"), version(story="two"))
    server.says = [TemporaryFailure("no answer", maybe_delivered=True)]
    await process.passes(hours=1)
    (digest,) = server.taken
    successor = start(saved(digest="hourly"))
    successor.now = process.now
    await successor.comes(version(2, story="one", status="canceled", kind="kill"))
    kill, again = sorted(server.taken[1:], key=lambda message: message.kind != "kill")
    assert (kill.kind, kill.id != digest.id, kill.refers_to) == ("kill", True, (digest.id,))
    assert (again.id, [told.notice.story for told in again.items]) == (digest.id, ["two"])


async def test_an_embargo_that_is_lifted_twice_is_told_each_time_and_once(start: Any, server: Server) -> None:
    process = start(saved(digest="hourly"))
    await process.comes(version(embargo_until=process.now + timedelta(minutes=90)))
    await process.passes(hours=2)
    assert server.kinds == [], "the next digest is at three"
    await process.passes(hours=1)
    assert server.kinds == ["alert"]
    await process.comes(version(2, embargo_until=process.now + timedelta(minutes=10)))
    await process.passes(minutes=11)
    await process.passes(minutes=11)
    await process.comes(version(2, embargo_until=process.now - timedelta(minutes=12)))
    await process.comes(version(3, embargo_until=process.now + timedelta(minutes=10)))
    await process.comes(version(4))
    await process.passes(hours=1)
    assert server.kinds == ["alert", "hold", "release", "hold", "release"]


ONLY_DPA = Sources(("dpa",), only=True)


async def test_a_digest_has_nothing_of_a_search_that_ended_or_a_source_that_its_owner_lost(
    start: Any, server: Server
) -> None:
    names = ("paused", "removed", "moved", "lost", "stays")
    process = start(*(saved(name, digest="daily") for name in names))
    await process.comes(version(source="AP"))
    process.becomes(
        saved("paused", digest="daily", paused=True),
        "removed",
        saved("moved", digest="daily", channels=(Channel("mail", "bob@example.org"),)),
        saved("lost", digest="daily", sources=ONLY_DPA),
    )
    await process.passes(hours=24)
    assert [message.search for message in server.taken] == ["stays"]
    await process.comes(version(2, source="AP", status="canceled", kind="kill"))
    assert [(message.search, message.kind) for message in server.taken[1:]] == [("stays", "kill")]
    reasons = {one.search: one.reason for one in outcomes(process) if one.state == "dropped"}
    assert set(reasons) == {"paused", "removed", "moved", "lost"}


async def test_whoever_lost_the_right_to_a_source_is_told_what_became_of_what_he_has_and_no_more(
    start: Any, server: Server
) -> None:
    process = start(saved(updates=True))
    await process.comes(version(source="AP"))
    process.becomes(saved(updates=True, sources=ONLY_DPA))
    await process.comes(version(2, source="AP", kind="update", body="Floods: a secret."))
    await process.comes(version(3, source="AP", kind="correction", headline="Floods, again", body="Floods: a secret!"))
    await process.comes(version(4, source="AP", status="withheld"))
    await process.comes(version(5, source="AP", body="A secret of floods."))
    await process.comes(version(6, source="AP", status="canceled", kind="kill"))
    first, *later = server.taken
    assert [message.kind for message in later] == ["correction", "hold", "release", "kill"]
    assert all(message.refers_to[0] == first.id for message in later)
    assert "secret" not in "".join(as_text(message) + as_html(message) for message in later)
    headlines = [message.items[0].notice.headline for message in later]
    assert headlines[::2] == ["A story by AP, which you may not read any more"] * 2


async def test_a_kill_is_told_whatever_became_of_the_search(start: Any, server: Server) -> None:
    process = start(saved("paused"), saved("removed"))
    await process.comes(version())
    process.becomes(saved("paused", paused=True), "removed")
    await process.comes(version(2, status="canceled", kind="kill"))
    assert [message.search for message in server.taken if message.kind == "kill"] == ["paused", "removed"]


async def test_what_may_have_been_sent_is_not_sent_again_to_who_lost_the_right_but_its_kill_is(
    start: Any, server: Server
) -> None:
    process = start(saved(digest="hourly"))
    await process.comes(version(source="AP"))
    server.says = [TemporaryFailure("no answer", maybe_delivered=True)]
    await process.passes(hours=1)
    process.becomes(saved(digest="hourly", sources=ONLY_DPA))
    await process.passes(hours=1)
    assert server.kinds == ["alert"]
    await process.comes(version(2, source="AP", status="canceled", kind="kill"))
    assert (server.kinds, server.taken[1].refers_to) == (["alert", "kill"], (server.taken[0].id,))
