"""Whether an index is as it should be. Takes a store; gives `Finding`s, each with what to do.

Looks only: makes and changes nothing.
"""

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from processors.annotations import Record
from search.elastic.analysis import analyzer_of
from search.elastic.store import ElasticsearchStore
from search.mapping import MAPPING, mapping
from search.store import Remedy, Store, StoreTrouble
from search.words.stemming import STEMMINGS

MOST_KILLS = 20  # that are listed
MOST_SKEW = 5.0  # seconds between two clocks


class Finding(Record, frozen=True):
    """One thing that was looked at. ``do`` says what to do about it, "" where nothing is to be done.

    Where that depends on how the store was opened, ``remedy`` says it in general.
    """

    level: Literal["fine", "look", "wrong"]
    about: str
    said: str
    do: str = ""
    remedy: Remedy = ""


async def checkup(store: Store, url: str) -> list[Finding]:
    """Whether the store at ``url`` answers, is set up for this version, and has our time."""
    try:
        count = await store.count(hidden=True)
    except StoreTrouble as error:
        return [Finding("wrong", "index", str(error), remedy=error.remedy or "reach the index")]
    found = [Finding("fine", "index", f"{url} answers and holds {count} stories")]
    if isinstance(store, ElasticsearchStore):
        for look in (_cluster, _copies, _templates, _mappings, _clocks):
            try:
                found.append(await look(store))
            except StoreTrouble as error:
                found.append(Finding("look", "index", f"could not be asked: {error}", "give this user the right"))
    return found


async def open_kills(store: Store, days: float) -> list[Finding]:
    """Kills in words of the last days whose story was not found."""
    try:
        notices = await store.open_notices(datetime.now(UTC) - timedelta(days=days), MOST_KILLS + 1)
    except StoreTrouble as error:
        return [Finding("look", "kills", f"could not be asked for: {error}", "see what is said of the index")]
    found = [
        Finding(
            "look",
            "kills",
            f"{one['source']}: {one['headline'][:80]!r} of {one['received_at'][:16]}Z kills a story that was not found"
            f" ({_names(one['kills'])}); the notice is story {one['id']}",
            remedy="match the kill",
        )
        for one in notices[:MOST_KILLS]
    ]
    if len(notices) > MOST_KILLS:
        found.append(Finding("look", "kills", f"more than {MOST_KILLS} such notices", "see the notices on the page"))
    return found or [Finding("fine", "kills", "every kill in words that names a story was matched to it")]


def _names(kills: Mapping[str, str]) -> str:
    """What a notice calls the story that it kills."""
    told = ("slugline", "headline", "guid", "sent")
    return ", ".join(f"{name} {kills[name][:80]!r}" for name in told if kills.get(name))


async def _cluster(store: ElasticsearchStore) -> Finding:
    health = await store.server.call(store.server.client.cluster.health())
    status, nodes = health["status"], health["number_of_nodes"]
    said = f"cluster {health['cluster_name']} is {status}, {nodes} node{'s' * (nodes != 1)}"
    if status == "red":
        return Finding("wrong", "cluster", said, "some shards are gone: GET _cluster/allocation/explain")
    if status == "yellow":
        homeless = "replicas have no node to be on: add nodes, or have fewer replicas"
        return Finding("look", "cluster", said, homeless, "fewer replicas")
    return Finding("fine", "cluster", said)


async def _copies(store: ElasticsearchStore) -> Finding:
    """Whether the loss of one node's disk would lose stories: indices without a replica."""
    names = await store.generations.indices()
    client, wanted = store.server.client, "index.number_of_replicas"
    if not names:
        return Finding("fine", "copies", "there is no index yet")
    asked = client.indices.get_settings(index=names, name=wanted, flat_settings=True)
    there = await store.server.call(asked, missing={})
    single = sorted(name for name, index in there.items() if int(index["settings"].get(wanted, 0)) == 0)
    if not single:
        return Finding("fine", "copies", f"{len(there)} indices have a replica")
    said = f"a single copy of {len(single)} of {len(there)} indices, such as {single[0]}"
    return Finding("look", "copies", said, "a second node with second copies, or snapshots", "second copies")


async def _templates(store: ElasticsearchStore) -> Finding:
    number = await store.generations.current() or 1
    name = store.generations.names.generation(number)
    version = (await store.generations.template(number)).get("version")
    if version is None:
        return Finding("look", "template", f"no index template {name}", remedy="set up")
    if version > MAPPING:
        newer = "upgrade this program: it does not know all fields"
        return Finding("wrong", "template", f"{name} is of mapping {version}, not {MAPPING}", newer)
    if version < MAPPING:
        return Finding("wrong", "template", f"{name} is of mapping {version}, not {MAPPING}", remedy="set up")
    return Finding("fine", "template", f"{name} is of this program's mapping, {MAPPING}")


async def _mappings(store: ElasticsearchStore) -> Finding:
    """Whether every index can take a document of this version. Strict mappings refuse fields that they do not know."""
    names = await store.generations.indices()
    client = store.server.client
    there = await store.server.call(client.indices.get_mapping(index=names), missing={}) if names else {}
    wanted = set(types_in(mapping()["properties"]))
    for name, index in sorted(there.items()):
        lacking = sorted(wanted - set(types_in(index["mappings"].get("properties", {}))))
        if lacking:
            first = ", ".join(f"{field} ({kind})" for field, kind in lacking[:5])
            return Finding("wrong", "mapping", f"{name} lacks {len(lacking)} fields, such as {first}", remedy="set up")
    if old := sorted(name for name, index in there.items() if not _has_stems(index["mappings"]["properties"])):
        said = f"{len(old)} indices, such as {old[0]}, search all languages by English word stems"
        return Finding("look", "mapping", said, remedy="migrate")
    if await store.arrivals.are_lacking():
        said = "stories of an older program lack their time of arrival, so the wire is ordered by receipt"
        return Finding("look", "mapping", said, remedy="migrate")
    return Finding("fine", "mapping", f"{len(there)} indices have all {len(wanted)} fields of this version")


def _has_stems(properties: Mapping[str, Any]) -> bool:
    """Whether an index has each language's own analyzer: one of an older program keeps those that it was made with."""
    return all(properties[name]["properties"]["body"]["analyzer"] == analyzer_of(name) for name in STEMMINGS)


async def _clocks(store: ElasticsearchStore) -> Finding:
    asked = store.server.client.nodes.stats(metric="os", filter_path="nodes.*.timestamp,nodes.*.name")
    before = time.time()
    nodes = (await store.server.call(asked))["nodes"]
    middle = (before + time.time()) / 2
    skews = {node["name"]: node["timestamp"] / 1000 - middle for node in nodes.values()}
    name, skew = max(skews.items(), key=lambda item: abs(item[1]))
    said = f"the index's node {name} is {abs(skew):.1f} s {'ahead of' if skew > 0 else 'behind'} this machine"
    if abs(skew) > MOST_SKEW:
        return Finding("wrong", "clock", said, "set both clocks by NTP: embargoes and dates of indices depend on them")
    return Finding("fine", "clock", said)


def types_in(properties: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Every field of a mapping by its full name, with its type, those inside others too."""
    for name, field in properties.items():
        yield f"{before}{name}", field.get("type", "object")
        for inside in ("properties", "fields"):
            yield from types_in(field.get(inside, {}), f"{before}{name}.")
