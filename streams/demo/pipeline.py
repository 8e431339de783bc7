"""The whole pipeline on this machine: embedded broker, the stages as worker processes, SQLite.

`running_pipeline` takes a folder, starts everything and yields a `DemoPipeline` that can be fed and asked for its
progress; it ends everything on exit. The index and the workers' log stay in the folder.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kafka import KafkaConsumer, TopicPartition

from search.private_files import private_file, private_folder
from streams.errors import NewswireError
from streams.feeds.producer import Feeder, FeedItem
from streams.kafka.connection import client_options
from streams.kafka.embedded import API_VERSION, PARTITIONS, broker
from streams.kafka.stages import STAGES
from streams.kafka.topics import topics
from streams.records import DeadLetter, decode
from streams.settings import Settings, read_settings

# Raw bytes that may be on the way at once. Annotated, a story takes about ten times its raw bytes, and a partition
# of the embedded broker forgets the oldest beyond 5 MB: a quarter of a megabyte is safe even if all share one.
PACE_BYTES = 256 * 1024
STALLED_AFTER = 90.0  # seconds in which nothing at all moved
POLL_EVERY = 0.25
STOP_WITHIN = 20.0
LOG_TAIL = 2000


@dataclass(frozen=True)
class Passed:
    """The number of messages that a stage has processed."""

    done: int
    total: int


Show = Callable[[Mapping[str, Passed]], None]


class DemoPipeline:
    """The running pipeline: feed it, and wait until everything has been processed."""

    def __init__(
        self,
        settings: Settings,
        workers: subprocess.Popen[bytes],
        log: Path,
        changes: Mapping[str, object] | None = None,
    ) -> None:
        """``changes`` are the settings that are the demo's own, whatever the environment says."""
        self.settings = settings
        self.changes = changes or {}
        self._workers = workers
        self._log = log
        self._consumers = {stage: self._consumer(settings.group(stage)) for stage in STAGES}

    def passed(self) -> dict[str, Passed]:
        """How far each stage is, in the order of the pipeline: a later stage's total is no older than an earlier's."""
        return {stage: self._passed(stage) for stage in STAGES}

    def feed(self, items: Iterable[FeedItem], show: Show, *, pace: int = PACE_BYTES) -> int:
        """Feed items, at most ``pace`` raw bytes ahead of the index; returns their number once all are processed."""
        ahead = fed = 0
        with Feeder(self.settings) as feeder:
            for item in items:
                if ahead and ahead + len(item.value) > pace:
                    feeder.flush()
                    self.wait_until_through(show)
                    ahead = 0
                feeder.feed(item)
                fed, ahead = fed + 1, ahead + len(item.value)
            counts = feeder.flush()
        if counts.refused:
            raise NewswireError(f"the embedded broker did not take {dict(counts.refused)}")
        self.wait_until_through(show)
        return fed

    def wait_until_through(self, show: Show) -> None:
        """Wait until every stage has processed everything, showing their progress."""
        moved, before = time.monotonic(), self.passed()
        while True:
            now = self.passed()
            show(now)
            if all(stage.done == stage.total for stage in now.values()):
                return
            if now != before:
                moved, before = time.monotonic(), now
            self._check_alive(time.monotonic() - moved)
            time.sleep(POLL_EVERY)

    def forgotten(self) -> int:
        """How many messages the broker has forgotten before a stage has processed them: fed too much at once."""
        gone = 0
        for stage, consumer in self._consumers.items():
            for partition, first in consumer.beginning_offsets(self._partitions(STAGES[stage].reads)).items():
                gone += max(0, first - (consumer.committed(partition) or 0))
        return gone

    def dead_letters(self) -> list[DeadLetter]:
        """The dead letters of this run."""
        consumer = self._consumer(None)
        try:
            partitions = self._partitions("dead")
            consumer.assign(partitions)
            consumer.seek_to_beginning(*partitions)
            kept = consumer.beginning_offsets(partitions)
            left = sum(end - kept[partition] for partition, end in consumer.end_offsets(partitions).items())
            letters: list[DeadLetter] = []
            while len(letters) < left:
                batches = consumer.poll(timeout_ms=1000).values()
                letters += [decode(message.value, DeadLetter) for batch in batches for message in batch]
            return letters
        finally:
            consumer.close()

    def close(self) -> None:
        """Close the connections and stop the workers."""
        for consumer in self._consumers.values():
            consumer.close()
        self._workers.terminate()
        try:
            self._workers.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            self._workers.kill()  # its own children see their stdin end, and end
            self._workers.wait()

    def _consumer(self, group: str | None) -> KafkaConsumer:
        return KafkaConsumer(**client_options(self.settings), group_id=group, enable_auto_commit=False)

    def _partitions(self, topic: str) -> list[TopicPartition]:
        return [TopicPartition(self.settings.topic(topic), number) for number in range(PARTITIONS)]

    def _passed(self, stage: str) -> Passed:
        consumer, partitions = self._consumers[stage], self._partitions(STAGES[stage].reads)
        total = sum(consumer.end_offsets(partitions).values())
        return Passed(sum(consumer.committed(partition) or 0 for partition in partitions), total)

    def _check_alive(self, idle: float) -> None:
        if self._workers.poll() is not None:
            raise NewswireError(f"the workers ended with status {self._workers.returncode}; {self._log_end()}")
        if idle > STALLED_AFTER:
            raise NewswireError(f"nothing moved for {STALLED_AFTER:.0f} s; {self._log_end()}")

    def _log_end(self) -> str:
        return f"their log ends:\n{self._log.read_text('utf-8', 'replace')[-LOG_TAIL:]}"


@contextmanager
def running_pipeline(folder: Path) -> Iterator[DemoPipeline]:
    """Run a pipeline while the block lasts, with its index and log in ``folder``."""
    private_folder(folder)
    index = f"sqlite:///{folder.resolve() / 'news.sqlite'}"
    changes = {
        "index": index,
        "kafka_api_version": API_VERSION,
        # The embedded broker knows neither; what is set for another Kafka stays out of it.
        "kafka_protocol": "PLAINTEXT",
        "kafka_mechanism": "",
        "kafka_user": "",
        "kafka_password": "",
        "kafka_ca": "",
        "kafka_certificate": "",
        "kafka_key": "",
        "create_topics": False,  # the embedded broker makes its own
        "partitions": PARTITIONS,
        "topic_prefix": "news",
        "data": folder.resolve() / "workers",
    }
    with broker(topic.name for topic in topics(read_settings(**changes))) as address:
        settings = read_settings(**changes, kafka=address)
        pipeline = _start(settings, {**changes, "kafka": address}, folder / "workers.log")
        try:
            yield pipeline
        finally:
            pipeline.close()


def _start(settings: Settings, changes: Mapping[str, object], log: Path) -> DemoPipeline:
    """Start ``newswire worker``: one process of each stage under its supervisor."""
    environment = {f"NEWSWIRE_{name.upper()}": str(value) for name, value in changes.items()}
    with private_file(log).open("ab") as output:
        workers = subprocess.Popen(
            [sys.executable, "-m", "streams", "worker", "--end-with-parent"],
            stdin=subprocess.PIPE,  # ends with this process, and so do the workers
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
            start_new_session=True,  # Ctrl-C is ours to pass on
        )
    return DemoPipeline(settings, workers, log, changes)
