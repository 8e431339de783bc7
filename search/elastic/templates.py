"""The bodies of templates, aliases and policies: what Elasticsearch is told about indices. Pure.

Indices are named ``<prefix>-v<generation>-<year>.<month>``. Each generation has a template of its own, so that the
next one can be filled while the present one is read and written (`search.elastic.migration`). A generation that is
closed, or was never opened, falls to the *guard*: an index born of it takes no writes and has no alias, so a writer
that has missed a migration is told to wait instead of writing where nobody looks.
"""

import re
from collections.abc import Iterable
from typing import Any

from processors.annotations import Record
from search.elastic.analysis import analysis
from search.mapping import MAPPING, mapping
from search.visibility import VISIBLE, elastic_filter

TEMPLATE_PRIORITY, GUARD_PRIORITY, CLOSED_PRIORITY = 320, 310, 330  # above what Elastic ships
AUTO_REPLICAS = -1
SEGMENTS = 5  # of a size, half the default: every search looks up its words in each of them
MERGE_AFTER = "45d"  # a month's index hardly changes any more: one segment is smaller and quicker

POLICY: dict[str, Any] = {
    "phases": {
        "hot": {"actions": {"set_priority": {"priority": 100}}},
        "warm": {
            "min_age": MERGE_AFTER,
            "actions": {"set_priority": {"priority": 50}, "forcemerge": {"max_num_segments": 1}},
        },
    }
}
"""ILM only tidies. It never makes old indices read-only, since a kill may come late, and never deletes them: its clock
is an index's making, not its month; `search.elastic.retention` goes by the month and keeps tombstones."""


class IndexNames(Record, frozen=True):
    """The names of everything that one prefix has on a server. ``prefix`` itself is the alias of readers."""

    prefix: str

    @property
    def everything(self) -> str:
        """The alias of all documents, hidden ones too."""
        return f"{self.prefix}-all"

    @property
    def guard(self) -> str:
        """The template of generations that are not open."""
        return f"{self.prefix}-guard"

    @property
    def closed(self) -> str:
        """The template of generations that were closed."""
        return f"{self.prefix}-closed"

    def generation(self, number: int) -> str:
        """A generation's template, and what the names of its indices begin with, less the dash."""
        return f"{self.prefix}-v{number}"

    def start(self, number: int) -> str:
        """What the name of every index of a generation begins with."""
        return f"{self.generation(number)}-"

    def number(self, index: str) -> int:
        """The generation of an index, 0 for one that is not ours."""
        found = re.fullmatch(rf"{re.escape(self.prefix)}-v(\d+)-[^-]+", index)
        return int(found[1]) if found else 0


class IndexSizes(Record, frozen=True):
    """How a month's index is cut and copied; ``policy`` names the ILM policy, "" where the server has none.

    With `AUTO_REPLICAS` there is one replica wherever there is a node for it, and none on a single node, where it
    would only make the cluster yellow.
    """

    shards: int = 1
    replicas: int = AUTO_REPLICAS
    policy: str = ""


DEFAULT_SIZES = IndexSizes()


def aliases(names: IndexNames) -> dict[str, Any]:
    """Readers' alias with its filter, and the alias of everything."""
    return {names.prefix: {"filter": elastic_filter(VISIBLE)}, names.everything: {}}


def copies(sizes: IndexSizes) -> dict[str, Any]:
    """The setting of an index that says how many replicas it has."""
    if sizes.replicas == AUTO_REPLICAS:
        return {"auto_expand_replicas": "0-1"}
    return {"number_of_replicas": sizes.replicas}


def components(names: IndexNames, number: int, sizes: IndexSizes, *, stems: bool) -> dict[str, dict[str, Any]]:
    """The component templates of a generation by name: sizes, mapping with its analyzers, and aliases."""
    settings: dict[str, Any] = {
        "number_of_shards": sizes.shards,
        **copies(sizes),
        "refresh_interval": "1s",
        "merge.policy.segments_per_tier": SEGMENTS,
    }
    if sizes.policy:
        settings["lifecycle.name"] = sizes.policy
    mapped = {"settings": {"index": analysis(stems=stems)}, "mappings": mapping()}
    return {
        f"{names.prefix}-settings": {"settings": {"index": settings}},
        f"{names.generation(number)}-mapping": mapped,
        f"{names.prefix}-aliases": {"aliases": aliases(names)},
    }


def index_template(names: IndexNames, number: int, made_for: int, *, is_open: bool) -> dict[str, Any]:
    """A generation's index template. Only an open one's indices are given the aliases.

    ``made_for`` is the mapping that the generation began with: a program that knows only an older one may not write.
    """
    composed = [f"{names.prefix}-settings", f"{names.generation(number)}-mapping"]
    return {
        "index_patterns": [f"{names.start(number)}*"],
        "composed_of": [*composed, *([f"{names.prefix}-aliases"] if is_open else [])],
        "priority": TEMPLATE_PRIORITY,
        "version": MAPPING,
        "meta": {"made_for": made_for},
    }


def guard_template(names: IndexNames) -> dict[str, Any]:
    """The template of generations that have none of their own."""
    return _shut([f"{names.prefix}-v*"], GUARD_PRIORITY)


def closed_template(names: IndexNames, numbers: Iterable[int]) -> dict[str, Any]:
    """The template that goes before those of the generations ``numbers``, which take no new index any more."""
    return _shut([f"{names.start(number)}*" for number in numbers], CLOSED_PRIORITY)


def _shut(patterns: list[str], priority: int) -> dict[str, Any]:
    shut = {"settings": {"index": {"blocks.write": True, "number_of_shards": 1, "number_of_replicas": 0}}}
    return {"index_patterns": patterns, "template": shut, "priority": priority, "version": MAPPING}
