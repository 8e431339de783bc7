"""The pipeline as its users run it: worker processes of their own, on real servers, watched from outside."""

import json
import math
import os
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from streams.kafka.reader import offsets_of
from streams.kafka.stages import EVERY, STAGES, TO_INDEX
from tests import forks
from tests.forks import Fork
from tests.waiting import PATIENCE, wait_for

TOPICS = {stage: STAGES[stage].reads for stage in TO_INDEX}
ROOT = Path(__file__).parents[2]
NEWSWIRE = (sys.executable, "-m", "streams")
# Clients by their class, broker and thread, for brokers that outlive the tests: these ask again and again, and connecting
# costs most of it. A thread that ends leaves its own to the next that gets its number.
LASTING: set[str] = set()
# A client that waits for an answer that it missed does so until its connection is idle for too long: nine minutes.
LIMITS = {"request_timeout_ms": 15_000, "connections_max_idle_ms": 20_000}
_kept: dict[Any, Any] = {}


@contextmanager
def asking(client: Callable[..., Any], kafka: str) -> Iterator[Any]:
    """A client, which is kept for the next time where the broker lasts, unless asking fails."""
    place = (client, kafka, threading.get_ident())
    made = _kept.pop(place, None) or client(bootstrap_servers=kafka, **LIMITS)
    try:
        yield made
    except Exception:
        made.close()
        raise
    if kafka in LASTING:
        _kept[place] = made
    else:
        made.close()


def close_kept() -> None:
    """Close the clients that were kept."""
    while _kept:
        _kept.popitem()[1].close()


@dataclass
class Pipeline:
    """One set of topics and one index on shared servers."""

    kafka: str
    index: str
    prefix: str
    folder: Path
    extra: Mapping[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = NEWSWIRE  # of the workers; planted bugs come in here
    forked: bool = True  # whether workers are forks of a process that has loaded everything, or Python starts them

    @property
    def environment(self) -> dict[str, str]:
        """What the processes are told."""
        return {
            **os.environ,
            "NEWSWIRE_KAFKA": self.kafka,
            "NEWSWIRE_INDEX": self.index,
            "NEWSWIRE_TOPIC_PREFIX": self.prefix,
            "NEWSWIRE_INDEX_PREFIX": self.prefix,
            "PYTHONPATH": str(ROOT),
            "NEWSWIRE_SESSION_TIMEOUT": "10",
            "NEWSWIRE_PARTITIONS": "4",
            **self.extra,
        }

    def run(self, *arguments: str, stdin: bytes | None = None) -> subprocess.CompletedProcess[str]:
        """Run ``newswire …`` to its end."""
        done = forks.run(arguments, self.environment, self.folder, stdin, PATIENCE)
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *arguments: str, log: str, **environment: str) -> Fork:
        """Start ``newswire …``, which appends what it says to a file of the folder."""
        with (self.folder / log).open("ab") as out:
            told = self.environment | environment
            return forks.start(arguments, told, self.folder, stdout=out.fileno(), stderr=out.fileno())

    @contextmanager
    def worker(self, *arguments: str) -> Iterator[subprocess.Popen[bytes] | Fork]:
        """``newswire worker …`` while the block runs, with all stages but ``alert`` unless some are named.

        Its log is in ``folder``/worker.log.
        """
        line = ("worker", *(arguments or TO_INDEX))
        process: subprocess.Popen[bytes] | Fork
        if self.forked and self.command == NEWSWIRE:
            process = self.start(*line, log="worker.log")
        else:
            with (self.folder / "worker.log").open("ab") as log:
                process = subprocess.Popen(
                    [*self.command, *line],
                    env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                )  # fmt: skip
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(30)

    def log(self) -> str:
        """What the workers have logged."""
        return (self.folder / "worker.log").read_text()

    def child(self, stage: str) -> int:
        """The process id of the newest worker process of a stage, from the log."""
        marker = f"{stage} is process "
        found = [line for line in self.log().splitlines() if marker in line]
        assert found, f"no {stage} process in the log"
        return int(found[-1].rsplit(marker, 1)[1])

    def lag(self) -> float:
        """Messages of all three stages not yet committed, asked in the order of the pipeline; infinite if unknown.

        What is committed between the two questions of a stage must not make up for another's lag.
        """
        try:
            return sum(max(0, self._ends(topic) - self.committed(stage)) for stage, topic in TOPICS.items())
        except KafkaError:  # the client missed an answer, or asks who knows no more; the next one is a new client
            return math.inf

    def settle(self, seconds: float = PATIENCE) -> None:
        """Wait until everything fed is committed, and findable: the last writes are so only a second after."""
        wait_for(lambda: self.lag() == 0, "lag 0", seconds, 0.2)
        self.refresh()

    def refresh(self) -> None:
        """Make what was written findable, where there is an index."""
        self.index_request("_refresh?ignore_unavailable=true", "POST")

    def index_request(self, path: str, method: str = "GET", body: object = None) -> Any:
        """What Elasticsearch itself answers about all indices."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.index}/{self.prefix}-all/{path}", data, {"content-type": "application/json"}, method=method
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def committed(self, stage: str) -> int:
        """Messages of its topic that a stage has committed as done."""
        topic = f"{self.prefix}.{EVERY[stage].reads}"
        with asking(KafkaAdminClient, self.kafka) as admin:
            offsets = offsets_of(admin, f"{self.prefix}-{stage}").items()
        return sum(max(0, at.offset) for partition, at in offsets if partition.topic == topic)

    def _ends(self, topic: str) -> float:
        with asking(KafkaConsumer, self.kafka) as consumer:
            partitions = self._partitions(consumer, topic)
            return sum(consumer.end_offsets(partitions).values()) if partitions else math.inf

    def _partitions(self, consumer: KafkaConsumer, topic: str) -> list[TopicPartition]:
        """A topic's partitions; none if there is no such topic, or not all of it yet."""
        name, number = f"{self.prefix}.{topic}", int(self.environment["NEWSWIRE_PARTITIONS"])
        for _ in range(3):  # a client that is just asking about other topics takes that answer for this one's
            if len(known := consumer.partitions_for_topic(name) or ()) >= number:
                return [TopicPartition(name, partition) for partition in known]
            consumer.topics()
        return []

    def records(self, topic: str) -> list[Any]:
        """Every message on one of the topics, with key and headers."""
        with asking(KafkaConsumer, self.kafka) as consumer:
            partitions = self._partitions(consumer, topic)
            consumer.assign(partitions)
            consumer.seek_to_beginning(*partitions)
            left = sum(consumer.end_offsets(partitions).values())
            found: list[Any] = []
            while len(found) < left:
                for records in consumer.poll(timeout_ms=1000).values():
                    found += records
            return found

    def messages(self, topic: str) -> list[dict[str, Any]]:
        """What every message on one of the topics says, as JSON."""
        return [json.loads(record.value) for record in self.records(topic)]

    def count(self) -> int:
        """Documents in the index, hidden ones too."""
        done = self.run("index", "count", "--all")
        assert done.returncode == 0, done.stderr
        return int(done.stdout.split()[0])
