"""The pipeline at a glance: what the processes and Kafka report, by stage. Used by ``newswire top``.

Takes addresses of processes and `Settings`; makes an `Overview` of two `Snapshot`s. Its rates and times are for the
period between them.
"""

import math
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import msgspec

from streams.agents.scrape_targets import addresses
from streams.errors import Unavailable
from streams.kafka.lag import LagReader, PartitionOffsets
from streams.kafka.reader import TopicReader
from streams.kafka.stages import EVERY, STAGES, stages_with
from streams.operations.scraping import Samples, Series, scrape, unwell_in
from streams.settings import Settings


class Snapshot(NamedTuple):
    """The state at one moment. ``wrong`` lists what could not be read; ``dead`` counts messages on news.dead.

    ``dead`` is ``None`` where Kafka does not say.
    """

    at: float  # monotonic seconds
    processes: Mapping[str, Samples]  # by address
    places: Mapping[str, Mapping[int, PartitionOffsets]]  # by stage and partition
    dead: int | None
    wrong: Sequence[str]


class StageView(msgspec.Struct):
    """One stage: rates are a second, times in seconds and ``None`` where nothing happened."""

    processes: int = 0
    ready: int = 0
    alive: int = 0
    done_per_second: float = 0.0
    refused_per_second: float = 0.0
    lag: int | None = None
    lag_by_partition: dict[int, int] = msgspec.field(default_factory=dict)
    in_flight: int = 0
    batch: float | None = None
    latency_p50: float | None = None
    latency_p95: float | None = None
    queue_p50: float | None = None
    restarts: int = 0
    memory_mib: float = 0.0


class Overview(msgspec.Struct):
    """All stages, and the whole pipeline: from receipt by a feed to the index."""

    stages: dict[str, StageView]
    road_p50: float | None
    road_p95: float | None
    road_p99: float | None
    dead_letters: int | None  # as in `Snapshot.dead`
    skipped: dict[str, int]  # kind of item that is no article → how many, since the processes began
    refusals: dict[str, int]  # stage, error and reason → how many, since the processes began
    unwell: dict[str, float]  # stage and sender of which nearly all is refused → the share that is
    wrong: list[str]


class PipelineMonitor:
    """Takes snapshots. ``at`` gives addresses of processes; by default those on this machine are found."""

    def __init__(self, settings: Settings, at: Sequence[str] = ()) -> None:
        self._settings = settings
        self._at = at
        self._readers: dict[str, LagReader] = {}
        self._dead: TopicReader | None = None

    def snapshot(self) -> Snapshot:
        """The state now, and what could not be read."""
        wrong: list[str] = []
        found = list(self._at) or addresses(self._settings)
        with ThreadPoolExecutor(8) as pool:
            answers = dict(zip(found, pool.map(scrape, found), strict=True))
        wrong += [f"{address}: {answer}" for address, answer in answers.items() if isinstance(answer, str)]
        if not found:
            wrong.append("no newswire worker process found on this machine; --at HOST:PORT adds others")
        places, dead = self._ask_kafka(wrong)
        processes = {address: answer for address, answer in answers.items() if not isinstance(answer, str)}
        return Snapshot(time.monotonic(), processes, places, dead, wrong)

    def _ask_kafka(self, wrong: list[str]) -> tuple[dict[str, Mapping[int, PartitionOffsets]], int | None]:
        try:
            for stage in stages_with(self._settings.archive):
                self._readers[stage] = self._readers.get(stage) or LagReader(self._settings, stage)
            self._dead = self._dead or TopicReader(self._settings)
            places = {stage: reader.places() for stage, reader in self._readers.items()}
            letters = self._dead.bounds(self._settings.topic("dead"))
        except Unavailable as away:
            wrong.append(str(away))
            return {}, None
        wrong += [
            f"{self._settings.topic(EVERY[s].reads)}: no such topic"
            for s, partitions in places.items()
            if not partitions
        ]
        return places, sum(bound.end - bound.start for bound in letters) if letters else None

    def close(self) -> None:
        """Close the connections."""
        for reader in (*self._readers.values(), self._dead):
            if reader:
                reader.close()


def overview(before: Snapshot, now: Snapshot) -> Overview:
    """What happened between two snapshots."""
    grown: Counter[Series] = Counter()
    levels: Counter[Series] = Counter()
    for address, samples in now.processes.items():
        earlier = before.processes.get(address, {})
        for series, value in samples.items():
            then = earlier.get(series, 0.0)
            grown[series] += value - then if value >= then else value  # type: ignore[assignment]  # a Counter of floats
            levels[series] += value  # type: ignore[assignment]
    seconds = max(now.at - before.at, 1e-9)
    stages = {stage: _stage(stage, grown, levels, now, seconds) for stage in dict.fromkeys((*STAGES, *now.places))}
    pipeline = buckets(grown, "newswire_road_seconds")
    return Overview(
        stages,
        quantile(pipeline, 0.5),
        quantile(pipeline, 0.95),
        quantile(pipeline, 0.99),
        dead_letters=now.dead,
        skipped=_skipped(levels),
        refusals=_refusals(levels),
        unwell=unwell_in(now.processes.values()),
        wrong=list(now.wrong),
    )


def _stage(stage: str, grown: Samples, levels: Samples, now: Snapshot, seconds: float) -> StageView:
    def total(samples: Samples, name: str) -> float:
        own_label = ("stage", stage)
        return sum(
            value for (series_name, labels), value in samples.items() if series_name == name and own_label in labels
        )

    latency = buckets(grown, "newswire_stage_seconds", stage)
    places = now.places.get(stage, {})
    batches = total(grown, "newswire_batch_messages_count")
    own_processes = [s for s in now.processes.values() if ("newswire_alive", frozenset({("stage", stage)})) in s]
    return StageView(
        processes=len(own_processes),
        ready=int(total(levels, "newswire_ready")),
        alive=int(total(levels, "newswire_alive")),
        done_per_second=total(grown, "newswire_done_total") / seconds,
        refused_per_second=total(grown, "newswire_refused_total") / seconds,
        lag=sum(place.lag for place in places.values()) if places else None,
        lag_by_partition={partition: place.lag for partition, place in places.items()},
        in_flight=int(total(levels, "newswire_in_flight")),
        batch=total(grown, "newswire_batch_messages_sum") / batches if batches else None,
        latency_p50=quantile(latency, 0.5),
        latency_p95=quantile(latency, 0.95),
        queue_p50=quantile(buckets(grown, "newswire_queue_seconds", stage), 0.5),
        restarts=int(total(levels, "newswire_restarts")),
        memory_mib=sum(s.get(("process_resident_memory_bytes", frozenset()), 0.0) for s in own_processes) / 2**20,
    )


def _skipped(levels: Samples) -> dict[str, int]:
    found = {
        dict(labels).get("kind", ""): int(value)
        for (name, labels), value in levels.items()
        if name == "newswire_skipped_total"
    }
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def _refusals(levels: Samples) -> dict[str, int]:
    found = {}
    for (name, labels), value in levels.items():
        if name == "newswire_refused_total":
            label = dict(labels)
            found[f"{label.get('stage', '')}: {label.get('error', '')}: {label.get('reason', '')}"] = int(value)
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def buckets(samples: Samples, name: str, stage: str = "") -> list[tuple[float, float]]:
    """A histogram, of one stage or of none: upper bounds and how many are at or below each."""
    found = []
    for (series_name, labels), value in samples.items():
        if series_name == f"{name}_bucket" and (not stage or ("stage", stage) in labels):
            found.append((float(dict(labels)["le"]), value))
    return sorted(found)


def quantile(cumulative: Iterable[tuple[float, float]], q: float) -> float | None:
    """The ``q`` quantile, interpolated within its bucket; ``None`` if there are no observations."""
    pairs = list(cumulative)
    if not pairs or not pairs[-1][1]:
        return None
    wanted = q * pairs[-1][1]
    low = below = 0.0
    for bound, count in pairs:
        if count >= wanted:
            return low if math.isinf(bound) else low + (bound - low) * (wanted - below) / max(count - below, 1e-9)
        low, below = bound, count
    return low
