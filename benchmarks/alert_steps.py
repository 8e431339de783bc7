"""Where an alert's time goes: from ``news.enriched`` and ``news.alerts`` after a run, the seconds of each step.

``to_kafka``: from the annotations made to the article sent on. ``read``: until the alert stage decides on it, so what
a fetch, a batch that fills up and the batch before it take. ``decided``: until it is on record that the message is
about to be sent, so matching, and two records on Kafka. ``taken``: until the receiver has it.
"""

from collections import defaultdict
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from benchmarks.pipeline import percentile
from streams.alerts.records import decoded, decoded_key
from streams.kafka.reader import TopicReader
from streams.kafka.stages import ALERTS
from streams.records import EnrichedArticle, decode
from streams.settings import Settings

STEPS = ("to_kafka", "read", "decided", "taken")


def steps_of(settings: Settings, taken: Mapping[tuple[str, str], float]) -> dict[str, dict[str, float]]:
    """The median and the 95th percentile of each step, of what was taken: by search and story, when."""
    moments: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    enriched: dict[str, tuple[float, float]] = {}
    with TopicReader(settings) as reader:
        for message in reader.read(reader.bounds(settings.topic("enriched"))):
            one = decode(message.value, EnrichedArticle)
            enriched[one.article.id] = one.enriched_at.timestamp(), message.timestamp / 1000
        for message in reader.read(reader.bounds(settings.topic(ALERTS))):
            key = decoded_key(message.key)
            if key and message.value and key.kind in ("wanted", "got"):
                _note(moments[key.search, key.story], decoded(key.kind, message.value))
    rows = [
        (*enriched[story], moments[search, story]["made"], moments[search, story]["sending"], at)
        for (search, story), at in taken.items()
        if story in enriched and moments[search, story].keys() >= {"made", "sending"}
    ]
    each = [[later - sooner for sooner, later in pairwise(row)] for row in rows]
    return {
        name: {"p50": round(percentile(seconds, 0.5), 3), "p95": round(percentile(seconds, 0.95), 3)}
        for name, seconds in zip(STEPS, zip(*each, strict=True), strict=True)
    }


def _note(moments: dict[str, float], record: Any) -> None:
    if hasattr(record, "made"):
        moments["made"] = record.made.timestamp()
    elif record.state == "sending":
        moments["sending"] = record.at.timestamp()
