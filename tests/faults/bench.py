"""The setup of a fault run: real servers, worker supervisors and a feeder, each of which can be broken."""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kafka.errors import KafkaError

from streams.kafka.stages import STAGES
from tests.faults.alerting import Readers, readers
from tests.faults.proxy import Proxy
from tests.integration.pipeline import Pipeline
from tests.servers import Elasticsearch, Kafka

COMMAND = (sys.executable, "-m", "streams")


@dataclass
class Bench:
    """One run's servers and processes."""

    kafka: Kafka
    elasticsearch: Elasticsearch
    proxy: Proxy
    pipeline: Pipeline
    readers: Readers
    supervisors: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start_worker(self, *arguments: str, command: tuple[str, ...] = ()) -> subprocess.Popen[bytes]:
        """One more supervisor, as ``newswire worker …``; ``command`` in place of the run's own."""
        with (self.pipeline.folder / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                [*(command or self.pipeline.command), "worker", *arguments],
                env=self.pipeline.environment, cwd=self.pipeline.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        self.supervisors.append(process)
        return process

    def stop_worker(self, process: subprocess.Popen[bytes]) -> None:
        """SIGTERM, and wait until it and its children have gone."""
        self.supervisors.remove(process)
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(30)

    def children(self, stage: str) -> list[int]:
        """Process ids of the living worker processes of a stage."""
        marker = f"{stage} is process "
        log = self.pipeline.log()
        pids = [int(line.rsplit(marker, 1)[1]) for line in log.splitlines() if marker in line]
        return [pid for pid in pids if _alive(pid)]

    def memory(self) -> dict[str, float]:
        """Resident memory in MiB of the largest process of each stage."""
        return {stage: max(map(_resident, self.children(stage)), default=0.0) for stage in STAGES}

    def indexed(self) -> int:
        """How many messages the index stage has committed; -1 while Kafka cannot say."""
        try:
            return self.pipeline.committed("index")
        except (KafkaError, OSError, AssertionError):
            return -1

    def feed(self, lines: Sequence[bytes]) -> None:
        """Feed lines; again, should Kafka not have confirmed them all, since a second time changes nothing."""
        said = ""
        for _ in range(20):
            try:
                done = self.pipeline.run(
                    "feed", "files", "-", "--source", "wire", "-q", stdin=b"\n".join(lines) + b"\n"
                )
            except subprocess.TimeoutExpired as late:  # as long as the feeder itself waits for a Kafka that was killed
                said = str(late)
                continue
            if done.returncode == 0 and f"{len(lines)} accepted" in done.stdout:
                return
            said = f"{done.stdout[-300:]} {done.stderr[-300:]}"
            time.sleep(1)
        raise AssertionError(f"the feeder could not feed: {said}")

    def audit(self) -> dict[str, object]:
        """What the ledger says at the end."""
        done = self.pipeline.run("audit", "--json")
        assert done.stdout, done.stderr
        return {"status": done.returncode, **json.loads(done.stdout)}


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


@dataclass(frozen=True)
class Servers:
    """A Kafka and an Elasticsearch to be broken, the latter behind a proxy. Several runs can follow each other."""

    kafka: Kafka
    elasticsearch: Elasticsearch
    proxy: Proxy


@contextmanager
def servers() -> Iterator[Servers]:
    """Servers of our own, since faults are no company for other tests."""
    with (
        Kafka.start() as kafka,
        Elasticsearch.start() as elasticsearch,
        Proxy(elasticsearch.url).running() as proxy,
    ):
        yield Servers(kafka, elasticsearch, proxy)


@contextmanager
def bench(on: Servers, folder: Path, command: tuple[str, ...] = COMMAND) -> Iterator[Bench]:
    """One run on those servers, with topics and an index of its own; its processes end with the block."""
    prefix = f"f{uuid.uuid4().hex[:10]}"
    with readers() as mine:
        extra = {"NEWSWIRE_RETRY_LONGEST": "2", "NEWSWIRE_STUCK_SECONDS": "60", **mine.environment}
        pipeline = Pipeline(on.kafka.address, on.proxy.url, prefix, folder, extra, command)
        made = Bench(on.kafka, on.elasticsearch, on.proxy, pipeline, mine)
        try:
            yield made
        finally:
            for process in list(made.supervisors):
                made.stop_worker(process)
