"""The pipeline as its users run it: worker processes of their own, on real servers, watched from outside."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition

from streams.kafka.reader import offsets_of
from streams.kafka.stages import STAGES
from tests.waiting import PATIENCE, wait_for

TOPICS = {stage: flow.reads for stage, flow in STAGES.items()}
ROOT = Path(__file__).parents[2]


@dataclass
class Pipeline:
    """One set of topics and one index on shared servers."""

    kafka: str
    index: str
    prefix: str
    folder: Path
    extra: Mapping[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = (sys.executable, "-m", "streams")  # of the workers; planted bugs come in here

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
        done = subprocess.run(
            [sys.executable, "-m", "streams", *arguments],
            env=self.environment, cwd=self.folder, input=stdin, capture_output=True, check=False, timeout=PATIENCE,
        )  # fmt: skip
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    @contextmanager
    def worker(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """``newswire worker …`` while the block runs; its log is in ``folder``/worker.log."""
        with (self.folder / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                [*self.command, "worker", *arguments],
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

    def lag(self) -> int:
        """Messages of all three stages not yet committed, asked in the order of the pipeline.

        What is committed between the two questions of a stage must not make up for another's lag.
        """
        return sum(max(0, self._ends(topic) - self.committed(stage)) for stage, topic in TOPICS.items())

    def settle(self, seconds: float = PATIENCE) -> None:
        """Wait until everything fed is committed, and findable: the last writes are so only a second after."""
        wait_for(lambda: self.lag() == 0, "lag 0", seconds)
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
        admin = KafkaAdminClient(bootstrap_servers=self.kafka)
        try:
            return sum(max(0, at.offset) for at in offsets_of(admin, f"{self.prefix}-{stage}").values())
        finally:
            admin.close()

    def _ends(self, topic: str) -> int:
        consumer = KafkaConsumer(bootstrap_servers=self.kafka)
        try:
            name = f"{self.prefix}.{topic}"
            partitions = [TopicPartition(name, p) for p in consumer.partitions_for_topic(name) or ()]
            return sum(consumer.end_offsets(partitions).values())
        finally:
            consumer.close()

    def records(self, topic: str) -> list[Any]:
        """Every message on one of the topics, with key and headers."""
        name = f"{self.prefix}.{topic}"
        consumer = KafkaConsumer(bootstrap_servers=self.kafka, auto_offset_reset="earliest")
        try:
            partitions = [TopicPartition(name, p) for p in consumer.partitions_for_topic(name) or ()]
            consumer.assign(partitions)
            consumer.seek_to_beginning(*partitions)
            left = sum(consumer.end_offsets(partitions).values())
            found: list[Any] = []
            while len(found) < left:
                for records in consumer.poll(timeout_ms=1000).values():
                    found += records
            return found
        finally:
            consumer.close()

    def messages(self, topic: str) -> list[dict[str, Any]]:
        """What every message on one of the topics says, as JSON."""
        return [json.loads(record.value) for record in self.records(topic)]

    def count(self) -> int:
        """Documents in the index, hidden ones too."""
        done = self.run("index", "count", "--all")
        assert done.returncode == 0, done.stderr
        return int(done.stdout.split()[0])
