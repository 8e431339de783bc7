"""Readers of a fault run: a mail server and a webhook that can be broken, what they got, and what they should have got.

The check knows nothing of the stage: what it compares is what was fed, and what the servers took and when.
"""

import json
import re
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from tests.faults.checks import documents
from tests.faults.stories import Expected
from tests.integration.alert_receivers import Hooks, Mails, mail_server, webhook_receiver

PAGE = "https://wire.example.org"
STORY = re.compile(re.escape(PAGE) + r"/story/([^\s?]+)")
BACK = {"canceled": "kill", "embargoed": "hold"}
ANSWER = 3.0  # seconds for which the stage waits for a server
DOUBT = 6 * ANSWER  # before a crash, for which a message may have been on its way
KILLS = 5  # sent when all is quiet, to see how fast they go out
SOON = 2.0  # seconds from indexed to told


@dataclass(frozen=True)
class ToldOnce:
    """One message that a server took."""

    channel: str
    id: str
    story: str
    kind: str
    at: float


@dataclass
class Readers:
    """The two servers. ``doubtful`` are times in which a server may have taken what nobody noted."""

    mails: Mails
    hooks: Hooks
    doubtful: list[tuple[float, float]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """What the alert stage is told."""
        return {
            "NEWSWIRE_ALERT_SMTP": f"127.0.0.1:{self.mails.port}",
            "NEWSWIRE_ALERT_SMTP_TLS": "none",
            "NEWSWIRE_ALERT_MAIL_FROM": "wire@example.org",
            "NEWSWIRE_ALERT_PAGE": PAGE,
            "NEWSWIRE_ALERT_SECRET": "only for tests",
            "NEWSWIRE_ALERT_ALLOW_PRIVATE": "true",
            "NEWSWIRE_ALERT_SECONDS": str(ANSWER),
            "NEWSWIRE_ALERT_LONGEST": "2",
        }

    @property
    def search(self) -> tuple[str, ...]:
        """The arguments of ``newswire searches add`` for a search that finds every story."""
        return "Everything", "case", "--mail", "ann@example.org", "--webhook", self.hooks.url, "--owner", "ann"

    def told(self) -> list[ToldOnce]:
        """All that they got, in the order of time."""
        found = []
        for mail, at in zip(list(self.mails.taken), list(self.mails.times), strict=False):
            text = mail.get_body(("plain",)).get_content()
            (story,) = set(STORY.findall(text))
            found.append(ToldOnce("mail", str(mail["Message-ID"]), story, str(mail["X-Newswire-Kind"]), at))
        for (_, body), at in zip(list(self.hooks.taken), list(self.hooks.times), strict=False):
            found += [ToldOnce("webhook", body["id"], one["story"], one["kind"], at) for one in body["stories"]]
        return sorted(found, key=lambda one: one.at)


@contextmanager
def readers() -> Iterator[Readers]:
    """Both servers while the block runs."""
    with mail_server() as mails, webhook_receiver() as hooks:
        yield Readers(mails, hooks)


def wait_until_told(pipeline: Any, patience: float) -> dict[str, Any]:
    """Until the ledger of alerts says that nothing waits; gives what it says."""
    end = time.monotonic() + patience
    while True:
        done = pipeline.run("audit", "--alerts", "--json")
        found: dict[str, Any] = json.loads(done.stdout or "{}")
        if found and not (found["waiting"] or found["in_doubt"] or found["lag"]):
            return found
        if time.monotonic() > end:
            return found
        time.sleep(1)


def check_alerts(mine: Readers, url: str, prefix: str, expected: Sequence[Expected]) -> dict[str, list[str]]:
    """``untold``, ``not taken back`` and ``doubled``: who got what he should not have, or did not get what he should."""
    ids = {document["guid"]: document for document in documents(url, prefix)}
    by: dict[tuple[str, str], list[ToldOnce]] = defaultdict(list)
    for one in mine.told():
        by[one.channel, one.story].append(one)
    untold, kept = [], []
    for story in expected:
        document = ids[story.guid]
        fate = "embargoed" if document["embargo_until"] else story.status
        for channel in ("mail", "webhook"):
            got = by[channel, document["id"]]
            if fate == "usable" and not got:
                untold.append(f"{story.guid} by {channel}")
            if fate in BACK and got and got[-1].kind != BACK[fate]:
                kept.append(f"{story.guid} by {channel}: {[one.kind for one in got]}")
    return {"untold": untold, "not taken back": kept, "doubled": list(_unexplained(by, mine.doubtful))}


def _unexplained(
    by: Mapping[tuple[str, str], Sequence[ToldOnce]], doubtful: Sequence[tuple[float, float]]
) -> Iterator[str]:
    """Messages that came twice though no server may have taken the first without our knowing."""
    for (channel, story), got in by.items():
        for first, second in copies(got):
            if not any(begin - DOUBT < second.at and first.at < end + DOUBT for begin, end in doubtful):
                yield f"{story} by {channel}: {first.kind} at {first.at:.1f} and {second.at:.1f}"


def copies(got: Sequence[ToldOnce]) -> Iterator[tuple[ToldOnce, ToldOnce]]:
    """Each message that came again, with the one before it."""
    by_id: dict[str, list[ToldOnce]] = defaultdict(list)
    for one in got:
        by_id[one.id].append(one)
    for same in by_id.values():
        yield from pairwise(same)


def kill_some(bench: Any, expected: Sequence[Expected]) -> list[float]:
    """Kill stories that were told; seconds from when each kill was indexed until each reader was told of it."""
    mine: Readers = bench.readers
    told = {one.story for one in mine.told() if one.channel == "webhook"}
    by_guid = {document["guid"]: document for document in documents(bench.elasticsearch.url, bench.pipeline.prefix)}
    chosen = [
        story
        for story in expected
        if story.status == "usable" and not by_guid[story.guid]["embargo_until"] and by_guid[story.guid]["id"] in told
    ][:KILLS]
    kill = {"headline": "", "body": "This story is withdrawn.", "status": "canceled"}
    bench.feed(
        [json.dumps(kill | {"guid": one.guid, "version_created": "2025-03-01T00:00:00Z"}).encode() for one in chosen]
    )
    ids = {by_guid[one.guid]["id"] for one in chosen}
    end = time.monotonic() + 60
    while time.monotonic() < end:
        kills = [one for one in mine.told() if one.kind == "kill" and one.story in ids]
        if len({(one.channel, one.story) for one in kills}) == 2 * len(ids):
            break
        time.sleep(0.2)
    time.sleep(1)
    after = {one["id"]: one for one in documents(bench.elasticsearch.url, bench.pipeline.prefix)}
    return [one.at - datetime.fromisoformat(after[one.story]["indexed_at"]).timestamp() for one in kills]
