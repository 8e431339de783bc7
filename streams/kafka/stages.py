"""The stages of the pipeline, in its order: what each reads and writes. Takes nothing; gives names without prefix.

The only lists of them in the code. Settings add the prefix: `Settings.topic`, and `Settings.group` for the consumer
group that the processes of a stage form. What YAML and shell say of them is compared with this in
``tests/deploy/test_stages.py``.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Flow(NamedTuple):
    """The topic that a stage reads, and those that it writes."""

    reads: str
    writes: tuple[str, ...]


STORIES = "stories"  # what is known of each story to find its event, for the one process that groups them
EVENTS = "events"  # which stories report one event, and the group whose one member groups them

STAGES: Mapping[str, Flow] = {
    "read": Flow("raw", ("articles", "enriched", "dead", "skipped")),  # items that are no text go to enriched at once
    "enrich": Flow("articles", ("enriched", "dead")),
    # Kills of stories that a notice names go to enriched again, for the stage after it.
    "index": Flow("enriched", ("enriched", "dead", STORIES, EVENTS)),
    "alert": Flow("enriched", ("alerts", "dead")),
}
ARCHIVE = "archive"
OPTIONAL: Mapping[str, Flow] = {ARCHIVE: Flow("raw", ())}  # runs beside them where NEWSWIRE_ARCHIVE is set
EVERY: Mapping[str, Flow] = {**STAGES, **OPTIONAL}
TO_INDEX = tuple(stage for stage in STAGES if stage != "alert")  # an article's way into the index
SEARCHES, ALERTS = "searches", "alerts"  # saved searches, and what was sent of them: compacted, read whole
TOPICS = ("raw", "articles", "enriched", "dead", "skipped", STORIES, EVENTS, SEARCHES, ALERTS)
BESIDE = {"alert": (SEARCHES, ALERTS, EVENTS)}  # what a stage reads beside the topic that drives it
FEEDS = "feeds"  # what polled feeds have taken, and the group in which processes share them out; no stage reads it


def topics_of(stage: str) -> tuple[str, ...]:
    """The topics that a stage needs, each once: the one that it reads, those that it writes, and others."""
    return tuple(dict.fromkeys((EVERY[stage].reads, *EVERY[stage].writes, *BESIDE.get(stage, ()))))


def stages_with(archive: str) -> Mapping[str, Flow]:
    """The stages that run where ``NEWSWIRE_ARCHIVE`` is ``archive``."""
    return EVERY if archive else STAGES
