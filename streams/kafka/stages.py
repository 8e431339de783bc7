"""The stages of the pipeline, in its order: what each reads and writes. Takes nothing; gives names without prefix.

The only list of them in the code. Settings add the prefix: `Settings.topic`, and `Settings.group` for the consumer
group that the processes of a stage form. What YAML and shell say of them is compared with this in
``tests/deploy/test_stages.py``.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Flow(NamedTuple):
    """The topic that a stage reads, and those that it writes."""

    reads: str
    writes: tuple[str, ...]


STAGES: Mapping[str, Flow] = {
    "read": Flow("raw", ("articles", "dead", "skipped")),
    "enrich": Flow("articles", ("enriched", "dead")),
    "index": Flow("enriched", ("dead",)),
}
TOPICS = ("raw", "articles", "enriched", "dead", "skipped")


def topics_of(stage: str) -> tuple[str, ...]:
    """The topics that a stage needs: the one that it reads, then those that it writes."""
    return (STAGES[stage].reads, *STAGES[stage].writes)
