"""Alerts on a real Kafka: two processes of the stage, of which one is killed, and servers that are away, slow, or lie."""

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from processors.annotations import Annotations
from search.alerts.saved import Channel, SavedSearch
from streams.alerts.searches import saved_searches, search_publisher
from streams.kafka.sender import MessageSender
from streams.kafka.topics import create_topics
from streams.records import Article, EnrichedArticle, encode
from streams.settings import Settings, read_settings
from tests.integration.alert_receivers import Hooks, Mails, mail_server, webhook_receiver
from tests.integration.pipeline import Pipeline
from tests.waiting import wait_for

pytestmark = [pytest.mark.integration, pytest.mark.servers]


@pytest.fixture
def servers() -> Iterator[tuple[Mails, Hooks]]:
    with mail_server() as mails, webhook_receiver() as hooks:
        yield mails, hooks


@pytest.fixture
def pipeline(kafka: str, prefix: str, tmp_path: Path, servers: tuple[Mails, Hooks]) -> Pipeline:
    mails, _ = servers
    extra = {
        "NEWSWIRE_ALERT_SMTP": f"127.0.0.1:{mails.port}",
        "NEWSWIRE_ALERT_SMTP_TLS": "none",
        "NEWSWIRE_ALERT_MAIL_FROM": "wire@example.org",
        "NEWSWIRE_ALERT_PAGE": "https://wire.example.org",
        "NEWSWIRE_ALERT_SECRET": "only for tests",
        "NEWSWIRE_ALERT_ALLOW_PRIVATE": "true",
        "NEWSWIRE_ALERT_SECONDS": "3",
        "NEWSWIRE_ALERT_LONGEST": "1",
        "NEWSWIRE_ALERT_EVENT_SECONDS": "10",
        "NEWSWIRE_ALERT_RISING_SECONDS": "1",
        "NEWSWIRE_METRICS_PORT": "-1",
    }
    made = Pipeline(kafka, f"sqlite:///{tmp_path / 'index.db'}", prefix, tmp_path, extra)
    create_topics(settings_of(made))
    return made


def settings_of(pipeline: Pipeline) -> Settings:
    return read_settings(
        kafka=pipeline.kafka, index=pipeline.index, topic_prefix=pipeline.prefix, partitions=4, replication=1
    )


def enriched(number: int, version: int = 1, **fields: Any) -> tuple[bytes, bytes]:
    """Key and value of a message on ``news.enriched``."""
    now = datetime.now(UTC)
    values: dict[str, Any] = {
        "id": f"story-{number}", "source": "AP", "guid": f"urn:{number}", "format": "ninjs",
        "version": (int(now.timestamp() * 1000) - 1000 + version << 20) + version, "version_created": now,
        "received_at": now, "headline": f"Floods close road {number}", "body": "Floods closed the road to Brno.",
    }  # fmt: skip
    article = Article(**(values | fields))
    return article.id.encode(), encode(EnrichedArticle(article, Annotations((), None, ()), now))


def send(pipeline: Pipeline, messages: list[tuple[bytes, bytes]]) -> None:
    with MessageSender(settings_of(pipeline)) as sender:
        for key, value in messages:
            sender.send(f"{pipeline.prefix}.enriched", key, value, ())


def add(pipeline: Pipeline, *arguments: str) -> None:
    done = pipeline.run("searches", "add", *arguments, "--owner", "ann")
    assert done.returncode == 0, done.stderr
    time.sleep(1.5)  # until every process has read it


@contextmanager
def watched(pipeline: Pipeline, processes: str) -> Iterator[None]:
    with pipeline.worker("alert", "--processes", processes):
        wait_for(lambda: "saved searches alert" in pipeline.log(), "the stage has read the searches")
        yield


def test_two_processes_of_which_one_is_killed_tell_everybody_all(
    pipeline: Pipeline, servers: tuple[Mails, Hooks]
) -> None:
    mails, hooks = servers
    with watched(pipeline, "2"):
        add(pipeline, "Floods", "floods", "--mail", "ann@example.org", "--webhook", hooks.url)
        mails.slow = 0.05
        send(pipeline, [enriched(number) for number in range(60)])
        wait_for(lambda: len(mails.taken) > 5, "mails begin")
        os.kill(pipeline.child("alert"), signal.SIGKILL)
        wait_for(lambda: len(set(mails.ids())) == 60, "every story is mailed")
        wait_for(lambda: len({body["id"] for _, body in hooks.taken}) == 60, "every story is posted")
        mails.slow = 0.0
        send(pipeline, [enriched(number, 2, status="canceled", kind="kill") for number in range(0, 60, 2)])
        wait_for(lambda: Counter(mails.kinds())["kill"] >= 30, "every kill is mailed")
        wait_for(lambda: Counter(body["kind"] for _, body in hooks.taken)["kill"] >= 30, "every kill is posted")
        send(pipeline, [enriched(number, 3, kind="correction") for number in range(1, 60, 2)])
        wait_for(lambda: Counter(mails.kinds())["correction"] >= 30, "every correction is mailed")
        sent = {kind: {m["Message-ID"] for m in mails.taken if m["X-Newswire-Kind"] == kind} for kind in mails.kinds()}
        assert {kind: len(ids) for kind, ids in sent.items()} == {"alert": 60, "kill": 30, "correction": 30}
        doubles = len(mails.taken) - 120
        assert doubles <= 4 * 2, "at most what was on the way when the process was killed"
        kills = [mail for mail in mails.taken if mail["X-Newswire-Kind"] == "kill"]
        assert {mail["In-Reply-To"] for mail in kills} <= sent["alert"], "each beneath the mail that it takes back"


def test_servers_that_are_away_slow_or_lie_get_everything_in_the_end(
    pipeline: Pipeline, servers: tuple[Mails, Hooks]
) -> None:
    mails, hooks = servers
    with watched(pipeline, "1"):
        add(pipeline, "Floods", "floods", "--mail", "ann@example.org", "--webhook", hooks.url)
        mails.stop()
        hooks.statuses = [503, 429, 500]
        send(pipeline, [enriched(number) for number in range(3)])
        wait_for(lambda: len({body["id"] for _, body in hooks.taken}) == 3, "the webhook has all")
        assert mails.taken == []
        wait_for(lambda: pipeline.log().count("mail server cannot be reached") >= 3, "each mail was tried")
        send(pipeline, [enriched(0, 2, status="canceled", kind="kill")])
        wait_for(lambda: "kill" in {body["kind"] for _, body in hooks.taken}, "the kill is posted")
        mails.start()
        wait_for(lambda: len(set(mails.ids())) >= 2, "what is not killed is mailed")
        assert set(mails.kinds()) == {"alert"}, "nobody is told of the kill of what he never got"
        mails.lies = True
        send(pipeline, [enriched(3)])
        wait_for(lambda: len(ids_of(mails, "road 3")) >= 2, "a mail without an answer is sent again")
        mails.lies = False
        assert len(set(ids_of(mails, "road 3"))) == 1, "under the same id"
        mails.slow = 10.0
        send(pipeline, [enriched(4)])
        time.sleep(1)
        began = time.time()
        send(pipeline, [enriched(1, 2, status="canceled", kind="kill")])
        wait_for(lambda: Counter(body["kind"] for _, body in hooks.taken)["kill"] == 2, "the kill is posted")
        assert time.time() - began < 8, "a slow mail server keeps no webhook waiting"
        mails.slow = 0.0
        wait_for(lambda: "kill" in mails.kinds(), "and mailed in the end")
        assert "s3cret" not in pipeline.log(), "what may be secret in an address is not logged"


def ids_of(mails: Mails, words: str) -> list[str]:
    return [str(mail["Message-ID"]) for mail in mails.taken if words in str(mail["Subject"])]


async def test_the_audit_proves_it(pipeline: Pipeline, servers: tuple[Mails, Hooks]) -> None:
    mails, _ = servers
    with pipeline.worker("index"), watched(pipeline, "1"):
        add(pipeline, "Floods", "floods", "--mail", "ann@example.org")
        add(pipeline, "Later", "floods", "--mail", "bob@example.org", "--digest", "daily")
        hour = datetime.now(UTC) + timedelta(hours=1)
        send(pipeline, [enriched(1), enriched(2), enriched(3, embargo_until=hour), enriched(4, headline="x", body="x")])
        wait_for(lambda: mails.kinds() == ["alert", "alert"], "two alerts")  # a kill that comes first leaves nothing
        send(pipeline, [enriched(1, 2, status="canceled", kind="kill")])
        wait_for(lambda: mails.kinds() == ["alert", "alert", "kill"], "two alerts and a kill")
        wait_for(lambda: report(pipeline)["lag"] == 0, "all is read")
        wait_for(lambda: report(pipeline)["sent"] == 2, "all is noted")
        found = report(pipeline)
        assert (found["searches"], found["sent"], found["waiting"], found["taken_back"]) == (2, 2, 2, 1)
        assert found["dropped"] == 0, "a digest drops what was killed when its time has come"
        assert found["missing"] == 0
    with pipeline.worker("index"):
        send(pipeline, [enriched(5)])
        wait_for(lambda: pipeline.count() == 5, "a story is indexed that the alert stage has not seen")
        found = report(pipeline)
        assert (found["on_their_way"], found["missing"], found["lag"]) == (2, 0, 1)


def report(pipeline: Pipeline) -> dict[str, Any]:
    done = pipeline.run("audit", "--alerts", "--json")
    found: dict[str, Any] = msgspec.json.decode(done.stdout)
    assert (done.returncode == 1) == (found["missing"] > 0), done.stderr
    return found


async def test_what_the_desk_saves_alerts_and_what_it_removes_does_not(
    pipeline: Pipeline, servers: tuple[Mails, Hooks]
) -> None:
    mails, _ = servers
    tell = search_publisher(settings_of(pipeline))
    search = SavedSearch(
        "one", "ann", "Floods", {"q": "floods"}, datetime.now(UTC), channels=(Channel("mail", "ann@example.org"),)
    )
    await tell("one", search)
    assert saved_searches(settings_of(pipeline)) == [search]
    with watched(pipeline, "1"):
        send(pipeline, [enriched(1)])
        await asyncio.to_thread(wait_for, lambda: len(mails.taken) == 1, "the story is mailed")
    await tell("one", None)
    assert saved_searches(settings_of(pipeline)) == []


def test_a_search_can_be_tried_paused_and_removed(pipeline: Pipeline, servers: tuple[Mails, Hooks]) -> None:
    mails, _ = servers
    mails.answers = ["550 no such user"]
    with pipeline.worker("index"), watched(pipeline, "1"):
        add(pipeline, "Floods", "floods", "--mail", "ann@example.org")
        send(pipeline, [enriched(1)])
        wait_for(lambda: "1 was given up" in pipeline.run("searches", "retry", "--list").stdout, "it is given up")
        assert "1 will be retried" in pipeline.run("searches", "retry", "Floods").stdout
        wait_for(lambda: len(mails.taken) == 1, "the story is mailed")
        wait_for(lambda: pipeline.count() == 1, "and indexed")
        assert "1 story in the last week" in pipeline.run("searches", "test", "Floods").stdout
        assert pipeline.run("searches", "pause", "Floods").returncode == 0
        assert "paused" in pipeline.run("searches", "list").stdout
        time.sleep(1.5)
        send(pipeline, [enriched(2)])
        assert pipeline.run("searches", "remove", "Floods").returncode == 0
        send(pipeline, [enriched(1, 2, status="canceled", kind="kill")])
        wait_for(lambda: mails.kinds() == ["alert", "kill"], "what was sent is taken back all the same")
        add(pipeline, "Dam", "dam", "--mail", "bob@example.org", "--one-an-event")
        add(pipeline, "Quakes", "quake", "--mail", "bob@example.org", "--rising", "3")
        burst: dict[str, Any] = {
            "headline": "Dam bursts above Opava",
            "body": "A dam burst above Opava on Friday. Nobody was hurt.",
        }
        send(pipeline, [enriched(10, **burst), enriched(11, **burst, source="AFP")])
        days_ago = datetime.now(UTC) - timedelta(days=3)
        send(pipeline, [enriched(20 + n, headline=f"Game {n}", body="", version_created=days_ago) for n in range(12)])
        send(pipeline, [enriched(40 + n, headline=f"Quake {n} shakes Chile", body=f"Town {n}.") for n in range(6)])
        wait_for(lambda: len(mails.taken) >= 4, "one report of the event is mailed, and the rise of a search")
        assert sorted(str(mail["Subject"]).partition(",")[0] for mail in mails.taken[2:]) == [
            "Dam bursts above Opava", "Rising: Quakes"
        ]  # fmt: skip
        wait_for(lambda: report(pipeline)["dropped"] == 1, "the other report is not sent, with the reason")
        assert "1 alert in the last week" in pipeline.run("searches", "test", "Quakes").stdout
        assert len(mails.taken) == 4
    assert "no saved search" in pipeline.run("searches", "test", "Floods").stderr
