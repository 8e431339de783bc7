"""The pipeline at one glance, from samples written out here."""

import io
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from streams.cli.top import shown
from streams.kafka.lag import PartitionOffsets
from streams.operations.overview import Snapshot, overview, quantile
from streams.operations.scraping import samples_in


def text(done: int, quick: int, slow: int) -> str:
    """What an enrich process serves, with so many done, under a second and under ten."""
    return f"""
# TYPE newswire_done_total counter
newswire_done_total{{stage="enrich"}} {done}
# TYPE newswire_stage_seconds histogram
newswire_stage_seconds_bucket{{stage="enrich",le="1.0"}} {quick}
newswire_stage_seconds_bucket{{stage="enrich",le="10.0"}} {quick + slow}
newswire_stage_seconds_bucket{{stage="enrich",le="+Inf"}} {quick + slow}
# TYPE newswire_alive gauge
newswire_alive{{stage="enrich"}} 1.0
newswire_ready{{stage="enrich"}} 0.0
newswire_refused_total{{stage="enrich",error="Rejected",reason="no text"}} 2
newswire_skipped_total{{kind="picture"}} 84
newswire_skipped_total{{kind="video"}} 3
process_resident_memory_bytes 1048576
"""


def look(at: float, **processes: str) -> Snapshot:
    places = {"enrich": {0: PartitionOffsets(0, 10, 30), 1: PartitionOffsets(5, 0, 6)}}
    return Snapshot(at, {name: samples_in(body) for name, body in processes.items()}, places, 7, ["a word"])


def test_rates_are_of_the_time_between() -> None:
    before = look(100.0, a=text(50, 50, 0), b=text(1000, 1000, 0))
    now = look(110.0, a=text(70, 50, 20), b=text(5, 5, 0))  # b was started anew: it has done 5 since
    seen = overview(before, now)
    enrich = seen.stages["enrich"]
    assert enrich.done_per_second == pytest.approx(2.5)
    assert (enrich.processes, enrich.alive, enrich.ready) == (2, 2, 0)
    assert enrich.lag == 21
    assert enrich.lag_by_partition == {0: 20, 1: 1}
    assert enrich.memory_mib == 2
    assert enrich.latency_p50 is not None
    assert 1 < enrich.latency_p50 < 10, "20 of 25 took longer than a second"
    assert seen.stages["read"].processes == 0
    assert seen.stages["read"].lag is None
    assert seen.road_p50 is None
    assert seen.dead_letters == 7
    assert seen.refusals == {"enrich: Rejected: no text": 4}
    assert seen.skipped == {"picture": 168, "video": 6}
    assert seen.wrong == ["a word"]


def test_what_kafka_does_not_say_is_unknown_and_not_none() -> None:
    seen = overview(look(0.0), look(1.0)._replace(dead=None))
    out = Console(width=120, record=True, file=io.StringIO())
    out.print(shown(seen))
    assert seen.dead_letters is None
    assert "messages on the dead-letter topic: unknown" in out.export_text()


def test_what_was_skipped_is_shown_by_kind() -> None:
    seen = overview(look(0.0), look(1.0, a=text(1, 1, 0)))
    out = Console(width=120, record=True, file=io.StringIO())
    out.print(shown(seen))
    assert "skipped non-articles: 84 × picture, 3 × video" in out.export_text()


def test_a_new_process_counts_from_its_start() -> None:
    seen = overview(look(0.0), look(2.0, a=text(10, 10, 0)))
    assert seen.stages["enrich"].done_per_second == 5


@pytest.mark.parametrize(
    ("cumulative", "q", "expected"),
    [
        ([(1.0, 0), (2.0, 10), (math.inf, 10)], 0.5, 1.5),
        ([(1.0, 5), (2.0, 10), (math.inf, 10)], 0.5, 1.0),
        ([(1.0, 0), (2.0, 0), (math.inf, 3)], 0.99, 2.0),
        ([(1.0, 0), (math.inf, 0)], 0.5, None),
        ([], 0.5, None),
    ],
)
def test_quantiles(cumulative, q, expected) -> None:
    assert quantile(cumulative, q) == expected


@given(st.lists(st.integers(0, 50), min_size=1, max_size=8), st.floats(0, 1))
def test_a_quantile_lies_within_the_buckets(counts, q) -> None:
    bounds = [*map(float, range(1, len(counts))), math.inf]
    cumulative = [(bound, float(sum(counts[: n + 1]))) for n, bound in enumerate(bounds)]
    found = quantile(cumulative, q)
    assert (found is None) == (sum(counts) == 0)
    assert found is None or 0 <= found <= len(counts)
