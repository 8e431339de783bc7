"""Messages of every topic as the code of this commit sends them, to be kept and read by every later version.

``python -m tests.streams.compat.make > tests/streams/compat/$(git rev-parse --short HEAD).jsonl``: one message a line,
with its topic, place, time (Unix seconds), key, headers and value as text. The sample wire goes through the stages' own
functions, and some broken messages beside it. Make a file when a version is released; never change one that is there.
"""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from processors.annotator import Failure
from processors.pipeline import load
from streams.agents.enriched_messages import enrich_message
from streams.agents.index import read_enriched
from streams.agents.read import read_messages
from streams.agents.received_article import ReceivedArticle
from streams.dead_letters.letters import dead_letter
from streams.dead_letters.replay import MARK_HEADERS, headers_for
from streams.raw_messages import limits_of
from streams.records import Replayed, encode
from streams.settings import read_settings
from streams.wire.formats.forgotten import CONTENT_TYPE, Forgotten, encode_notice
from tests.streams.messages import STAMP, Event, Message

SETTINGS = read_settings()
NOW = datetime.fromtimestamp(STAMP, UTC)
STORIES = (
    "exw/01-putin-xi-call.json", "exw/14-profit-orion.json", "exw/15-profit-orion-corrected.json", "exw/17-brno-fire.json",
    "exw/16-brno-fire-kill.json", "exw/18-time-capsule.json", "mps/wind-farm-ruling.g2.xml", "mps/doping-ban.newsml1.xml",
    "mps/election-observers.nitf.xml", "hvn/rss.xml", "hvn/atom.xml", "tks/coach-backed.anpa", "tks/stadium-vote.iptc",
)  # fmt: skip
BROKEN = (b"{", b"<rss><channel><item/></channel></rss>", b'{"guid": "a", "body": "B"}\n{"guid": "b"}\n')


class Topics:
    """The topics of one pipeline, in memory."""

    def __init__(self) -> None:
        self.messages: dict[str, list[Message]] = {name: [] for name in ("raw", "articles", "enriched", "dead")}

    def put(self, name: str, key: bytes, value: bytes, headers: Any = ()) -> Message:
        """Append one message to a topic."""
        lies = self.messages[name]
        lies.append(Message(SETTINGS.topic(name), len(lies), key, value, list(headers)))
        return lies[-1]

    def send_dead_letters(self, letters: Any) -> None:
        """Append dead letters."""
        for letter in letters:
            self.put("dead", letter.id.encode(), encode(letter))


def feed(topics: Topics) -> None:
    """Put the wire on ``raw``, as a feed does."""
    received = ("received-at", NOW.isoformat().encode())
    wire = files("streams") / "sample_wire" / "wire"
    for name in STORIES:
        source = name.partition("/")[0].encode()
        headers = [("source", source), received, ("name", name.encode()), ("trace-id", f"trace-{name}".encode())]
        topics.put("raw", source + b":" + name.encode(), (wire / name).read_bytes(), headers)
    for number, value in enumerate(BROKEN):
        topics.put("raw", b"bad:%d" % number, value, [("source", b"bad"), received])
    notice = encode_notice(Forgotten("0123456789abcdef0123456789abcdef", "exw", NOW, NOW))
    topics.put("raw", b"forget", notice, [("source", b"exw"), received, ("content-type", CONTENT_TYPE.encode())])


def go(topics: Topics) -> None:
    """Let the three stages work, with a failed annotator, a refusal by the index and a replay among it."""
    articles, letters, _, _ = read_messages(topics.messages["raw"], SETTINGS.topic("articles"), limits_of(SETTINGS))
    for one in articles:
        topics.put("articles", one.key, one.value, one.headers)
    topics.send_dead_letters(letters)
    models = load()
    for message in topics.messages["articles"]:
        received = ReceivedArticle(message)
        found = {name: getattr(models, name).annotate([received.text])[0] for name in models._fields}
        if message.offset == 1:
            found["stance"] = Failure("Hung: this article hung stance or ended its process 2 times")
        enriched, letters = enrich_message(received, found, models, SETTINGS.topic("enriched"))
        if enriched:
            topics.put("enriched", enriched.key, enriched.value, enriched.headers)
        topics.send_dead_letters(letters)
    last = topics.messages["enriched"][-1]
    assert read_enriched([Event(last)])[0]
    topics.send_dead_letters(
        [dead_letter(last, "index", "Rejected", "mapper_parsing_exception: planted", source="tks")]
    )
    replay(topics)


def replay(topics: Topics) -> None:
    """Put the first broken message back."""
    first = next(m for m in topics.messages["raw"] if m.value == BROKEN[0])
    letter = dead_letter(first, "read", "Rejected", "as before")
    begun = Replayed(letter.id, "begun", NOW, letter.topic)
    topics.put("dead", letter.id.encode(), encode(begun), MARK_HEADERS)
    copy = topics.put("raw", first.key, first.value, headers_for(letter))
    done = Replayed(letter.id, "done", NOW, letter.topic, copy.partition, copy.offset)
    topics.put("dead", letter.id.encode(), encode(done), MARK_HEADERS)


def main() -> None:
    """Print every message."""
    topics = Topics()
    feed(topics)
    go(topics)
    for message in (m for lies in topics.messages.values() for m in lies):
        line = asdict(message) | {
            "key": message.key.decode(),
            "value": message.value.decode("latin-1" if message.topic.endswith(".raw") else "utf-8"),
            "headers": [[name, value.decode()] for name, value in message.headers],
        }
        del line["generation_id"]  # Faust's own, not Kafka's
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
