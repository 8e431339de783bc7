"""What hostile or clumsy senders put among the flow. Each ends when a story of another source has arrived."""

import json
import random
import time
import uuid
from urllib.request import Request, urlopen

from kafka import KafkaAdminClient, KafkaProducer
from kafka.admin import ConfigResource, ConfigResourceType

from tests.faults.bench import Bench
from tests.streams.handmade import odd_messages, send

ARRIVES_WITHIN = 30.0  # seconds
QUIET = 40  # messages on their way, at most, before it is begun: else the story would wait behind the flow
PATIENCE = 300.0
COSTLY = (". ", "X")  # of which a text takes the models a hundred times as long as prose of its length, if unbounded
TOPICS = ("raw", "articles", "enriched", "dead", "skipped")
ANY_STAMP = {"message.timestamp.after.max.ms": str(2**63 - 1), "message.timestamp.before.max.ms": str(2**63 - 1)}


def hostile_sender(bench: Bench, _: random.Random) -> None:
    """A sender of four hundred bad lines, of a thousand bad members in one, of what is too large, and of costly texts."""
    _among_the_flow(bench)
    lines = [b'{"guid": "bad %d"}' % n for n in range(400)]
    _feed(bench, "hostile", lines)
    _feed(bench, "hostile", [json.dumps([{"guid": f"m{n}"} for n in range(999)]).encode()])
    _oversized(bench)
    _feed(bench, "hostile", [_story(f"costly {n}", text * 90_000) for n, text in enumerate(COSTLY)])
    _another_story_arrives(bench)


def _oversized(bench: Bench) -> None:
    """Messages that no feed of ours would send, larger than an article may be."""
    producer = KafkaProducer(bootstrap_servers=bench.kafka.address, max_request_size=2**23)
    for n in range(3):
        value = _story(f"large {n}", "x" * 6_000_000)
        producer.send(f"{bench.pipeline.prefix}.raw", value, headers=[("source", b"hostile")]).get(30)
    producer.close()


def poison(bench: Bench, _: random.Random) -> None:
    """Odd headers, names of headers, keys and stamps, on every topic."""
    _among_the_flow(bench)
    prefix = bench.pipeline.prefix
    admin = KafkaAdminClient(bootstrap_servers=bench.kafka.address)
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, f"{prefix}.{name}", ANY_STAMP) for name in TOPICS])
    admin.close()
    producer = KafkaProducer(bootstrap_servers=bench.kafka.address, max_request_size=2**23)
    for name in TOPICS:
        send(producer, f"{prefix}.{name}", odd_messages(b"{"))
    producer.close()
    _another_story_arrives(bench)


def picture_heavy_wire(bench: Bench, _: random.Random) -> None:
    """A wire of which 84% are pictures."""
    _among_the_flow(bench)
    pictures = [json.dumps({"uri": f"urn:p{n}", "type": "picture", "headline": "P"}).encode() for n in range(420)]
    stories = [_story(f"picture wire {n}") for n in range(80)]
    _feed(bench, "pictures", [*pictures, *stories])
    _another_story_arrives(bench)


def _among_the_flow(bench: Bench) -> None:
    end = time.monotonic() + PATIENCE
    while bench.pipeline.lag() > QUIET:
        assert time.monotonic() < end, "the flow does not ebb"
        time.sleep(0.3)


def _story(guid: str, body: str = "Rain fell.") -> bytes:
    story = {"guid": guid, "headline": f"Story {guid}", "body": body, "version_created": "2026-11-26T08:00:00Z"}
    return json.dumps(story).encode()


def _feed(bench: Bench, source: str, lines: list[bytes]) -> None:
    done = bench.pipeline.run("feed", "files", "-", "--source", source, "--quiet", stdin=b"\n".join(lines) + b"\n")
    assert f"{len(lines)} accepted" in done.stdout, done.stderr


def _another_story_arrives(bench: Bench) -> None:
    guid = f"another {uuid.uuid4().hex}"
    _feed(bench, "another", [_story(guid)])
    end = time.monotonic() + ARRIVES_WITHIN
    while not _found(bench, guid):
        assert time.monotonic() < end, f"a story of another source is not there after {ARRIVES_WITHIN} s"
        time.sleep(0.3)


def _found(bench: Bench, guid: str) -> bool:
    base, index = bench.elasticsearch.url, f"{bench.pipeline.prefix}-all"
    body = json.dumps({"query": {"term": {"guid": guid}}}).encode()
    for path, data in (("_refresh", None), ("_count", body)):
        request = Request(f"{base}/{index}/{path}", data, {"Content-Type": "application/json"}, method="POST")
        with urlopen(request, timeout=30) as answer:
            counted = json.load(answer)
    return bool(counted["count"])
