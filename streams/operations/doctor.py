"""Checks everything that Newswire needs. Takes `Settings`; gives `Finding`s with remedies, the most basic first.

Changes nothing: no topic, group or document is created.
"""

import asyncio
import difflib
import os
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator

import msgspec
from kafka.errors import KafkaConnectionError

from search.checkup import MOST_SKEW, Finding, checkup, open_kills
from streams.agents.scrape_targets import addresses
from streams.archive.stores import open_archive
from streams.errors import NewswireError, SettingsError, Unavailable
from streams.kafka.connection import admin_client
from streams.kafka.coordinator import coordinated
from streams.kafka.lag import LagReader
from streams.kafka.reader import TopicReader
from streams.kafka.stages import stages_with
from streams.kafka.topics import topics
from streams.operations.alert_check import check_alerts
from streams.operations.extras import installed
from streams.operations.scraping import scrape, unwell_in
from streams.settings import Settings
from streams.sources.book import ProfileBook
from streams.stores import REMEDIES, open_index

LEAST_DISK = 1024 * 1024 * 1024  # bytes
OTHER_VARIABLES = ("NEWSWIRE_TEST_", "NEWSWIRE_CORPORA")


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Every finding, as soon as it is made."""
    for check in (_variables, _profiles, _folder, _models):
        for finding in check(settings):
            yield finding
    kafka_answers = True
    for check in (_kafka, _topics, _copies, _groups, _timestamps, check_alerts):
        if kafka_answers:
            for finding in await asyncio.to_thread(_ask_kafka, check, settings):
                yield finding
                kafka_answers = kafka_answers and not (check is _kafka and finding.level == "wrong")
    store = open_index(settings)
    try:
        for finding in await checkup(store, settings.index):
            yield _with_remedy(finding)
        for finding in await open_kills(store, settings.kill_notice_days):
            yield _with_remedy(finding)
    finally:
        await store.close()
    for finding in await asyncio.to_thread(lambda: [*_archive(settings), *_senders(settings), *_processes(settings)]):
        yield finding


def _with_remedy(finding: Finding) -> Finding:
    """The finding of a store, with what to do about it here."""
    return msgspec.structs.replace(finding, do=REMEDIES.get(finding.remedy, finding.do))


def _ask_kafka(check: Callable[[Settings], Iterator[Finding]], settings: Settings) -> list[Finding]:
    try:
        return list(check(settings))
    except NewswireError as error:
        return [Finding("wrong", "Kafka", str(error), "start it, or set NEWSWIRE_KAFKA and its credentials")]


def _variables(settings: Settings) -> Iterator[Finding]:
    """Environment variables that look like settings but are not: a misspelt one would be ignored silently."""
    known = {f"NEWSWIRE_{name.upper()}" for name in type(settings).model_fields}
    strange = sorted(
        name
        for name in os.environ
        if name.startswith("NEWSWIRE_")
        and not name.startswith(OTHER_VARIABLES)
        and name.removesuffix("_FILE") not in known
    )
    for name in strange:
        near = difflib.get_close_matches(name, known, 1)
        yield Finding("look", "settings", f"{name} is not a setting", f"do you mean {near[0]}?" if near else "unset it")
    if not strange:
        yield Finding("fine", "settings", "all are valid")


def _profiles(settings: Settings) -> Iterator[Finding]:
    """Source profiles. If the file breaks, running processes keep the last good ones, but new ones do not start."""
    try:
        profiles = ProfileBook.of(settings).current()
    except SettingsError as error:
        yield Finding("wrong", "sources", str(error), "mend the file that NEWSWIRE_SOURCES names (docs/sources.md)")
        return
    own = sum(profile.is_named for profile in profiles.all.values())
    yield Finding("fine", "sources", f"{own} profiles of your own, version {profiles.version} with those shipped")


def _folder(settings: Settings) -> Iterator[Finding]:
    folder = settings.data.absolute()
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if not os.access(existing, os.W_OK):
        yield Finding(
            "wrong",
            "data",
            f"{existing} cannot be written to",
            "set NEWSWIRE_DATA to a folder that this user may write to",
        )
        return
    free = shutil.disk_usage(existing).free
    if free < LEAST_DISK:
        yield Finding("look", "data", f"{free // 2**20} MiB left for {folder}", "free some disk space")
    else:
        yield Finding("fine", "data", f"{folder}, {free / 2**30:.0f} GiB left")


def _models(_: Settings) -> Iterator[Finding]:
    if not installed("enrich"):
        yield Finding("fine", "models", "not installed on this host, which cannot annotate (newswire[enrich])")
        return
    from processors.encoder.encoder import MODELS, BadWeightsError, read_manifest  # noqa: PLC0415 - costs a second

    again = "install Newswire again: pip install --force-reinstall newswire"
    try:
        manifest = read_manifest(MODELS)
    except BadWeightsError as error:
        yield Finding("wrong", "models", str(error), again)
        return
    files = len(manifest["sha256"])
    yield Finding("fine", "models", f"{manifest['name']}: {files} files match the manifest (SHA-256)")


def _kafka(settings: Settings) -> Iterator[Finding]:
    with admin_client(settings, "cannot describe the cluster") as admin:
        brokers = len(admin.describe_cluster()["brokers"])
    said = f"{settings.kafka} answers, {brokers} broker{'s' * (brokers != 1)}"
    if brokers < settings.replication:
        yield Finding("wrong", "Kafka", said, f"NEWSWIRE_REPLICATION={settings.replication} needs as many brokers")
    else:
        yield Finding("fine", "Kafka", said)


def _topics(settings: Settings) -> Iterator[Finding]:
    wanted = topics(settings)
    with admin_client(settings, "cannot list topics") as admin:
        present = set(admin.list_topics())
        missing = [topic.name for topic in wanted if topic.name not in present]
        described = admin.describe_topics([topic.name for topic in wanted if topic.name in present] or None)
    if missing:
        yield Finding("wrong", "topics", f"missing: {', '.join(missing)}", "newswire topics create")
    counts = {t["name"]: len(t["partitions"]) for t in described if t["name"] in {topic.name for topic in wanted}}
    if len(set(counts.values())) > 1:
        said = ", ".join(f"{name} has {count}" for name, count in counts.items())
        yield Finding("look", "topics", f"unequal partitions: {said}", "kafka-topics --alter --partitions N")
    elif counts and not missing:
        count = next(iter(counts.values()))
        yield Finding("fine", "topics", f"{len(counts)} topics of {count} partitions: at most {count} enrich processes")
    without = [
        t["name"] for t in described if t["name"] in counts for p in t["partitions"] if p.get("leader_id", 0) < 0
    ]
    if without:
        yield Finding(
            "wrong", "topics", f"partitions of {without[0]} have no leader", "start the brokers that are down"
        )


def _copies(settings: Settings) -> Iterator[Finding]:
    """Whether the loss of one broker's disk would lose messages: topics with a single copy, made so or left so."""
    wanted = {topic.name for topic in topics(settings)}
    with admin_client(settings, "cannot list topics") as admin:
        brokers = len(admin.describe_cluster()["brokers"])
        existing = sorted(wanted & set(admin.list_topics()))
        described = admin.describe_topics(existing) if existing else []
    made = {t["name"]: min(len(p["replica_nodes"]) for p in t["partitions"]) for t in described}
    left = {t["name"]: min(len(p["isr_nodes"]) for p in t["partitions"]) for t in described}
    if single := sorted(name for name, copies in made.items() if copies == 1):
        do = (
            "add replicas with kafka-reassign-partitions.sh; new topics get one on each broker, up to 3"
            if brokers > 1
            else "add a second and a third broker; until then, what is not yet indexed is on one disk only"
        )
        yield Finding("look", "copies", f"only one replica of {', '.join(single)}", do)
    if alone := sorted(name for name, copies in left.items() if copies <= 1 < made[name]):
        said = f"only one replica is in sync for partitions of {', '.join(alone)}"
        yield Finding("look", "copies", said, "start the brokers that are down, or wait until they have caught up")
    if made and not single and not alone:
        yield Finding("fine", "copies", f"at least {min(left.values())} replicas of each partition are in sync")


def _groups(settings: Settings) -> Iterator[Finding]:
    """Lag, and whether a process works on it."""
    for stage in stages_with(settings.archive):
        group = settings.group(stage)
        with LagReader(settings, stage) as reader:
            lag = sum(place.lag for place in reader.places().values())
        members = _members(settings, group)
        if members is None:
            yield Finding(
                "fine", "stages", f"{stage}: lag {lag}; this broker does not say how many processes there are"
            )
            continue
        said = f"{stage}: {members} process{'es' * (members != 1)} in the group, lag {lag}"
        if lag and not members:
            yield Finding("look", "stages", said, f"newswire worker {stage}")
        else:
            yield Finding("fine", "stages", said)


def _members(settings: Settings, group: str) -> int | None:
    """The number of processes in a group; ``None`` if it is the embedded broker, which hangs up when asked."""
    with admin_client(settings, f"cannot describe the group {group}") as admin:
        try:
            return len(coordinated(lambda: admin.describe_groups([group]))[group].get("members") or ())
        except KafkaConnectionError:
            if settings.kafka_api_version:  # as for the embedded broker
                return None
            raise


def _timestamps(settings: Settings) -> Iterator[Finding]:
    """Whether the newest messages are in the future: then the clock of the feed that stamped them is ahead of ours."""
    with TopicReader(settings) as reader:
        topic = settings.topic("raw")
        tails = [bound._replace(start=bound.end - 1) for bound in reader.bounds(topic) if bound.end > bound.start]
        newest = max((message.timestamp / 1000 for message in reader.read(tails)), default=0.0)
    ahead = newest - time.time()
    if not newest:
        return  # there is nothing to look at
    if ahead > MOST_SKEW:
        yield Finding(
            "wrong",
            "clock",
            f"{topic} has a message {ahead:.0f} s ahead of this machine",
            "synchronize the feeds' clock with NTP",
        )
    else:
        yield Finding("fine", "clock", f"no message on {topic} is ahead of this machine's clock")


def _archive(settings: Settings) -> Iterator[Finding]:
    """Whether the archive can be read, where there is one."""
    if not settings.archive:
        return
    try:
        archive = open_archive(settings)
        sources, is_there = len(archive.listing().folders), archive.is_there()
    except ModuleNotFoundError:
        yield Finding("wrong", "archive", "an archive in a bucket needs botocore", "pip install 'newswire[pull]'")
    except Unavailable as away:
        yield Finding("wrong", "archive", str(away), "check NEWSWIRE_ARCHIVE and its read permission")
    else:
        if not is_there:
            do = "check NEWSWIRE_ARCHIVE; newswire worker archive makes the folder with the first message"
            yield Finding("look", "archive", f"{settings.archive} does not exist", do)
            return
        yield Finding("fine", "archive", f"{settings.archive} can be read; source folders: {sources}")


def _senders(settings: Settings) -> Iterator[Finding]:
    """Senders of which nearly everything is refused, as the processes of this machine see it."""
    answers = [answer for answer in map(scrape, addresses(settings)) if not isinstance(answer, str)]
    if not answers:
        said = "not known: no newswire process answers on this machine"
        yield Finding("look", "senders", said, "newswire worker, or run this where the workers are")
        return
    unwell = unwell_in(answers)
    for who, share in unwell.items():
        said = f"{who}: {share:.0%} of its messages are rejected"
        yield Finding("look", "senders", said, "see newswire dead list for the reasons, and tell the sender")
    if not unwell:
        yield Finding("fine", "senders", "none has nearly all its messages rejected")


def _processes(settings: Settings) -> Iterator[Finding]:
    for address in addresses(settings):
        try:
            with urllib.request.urlopen(f"http://{address}/readyz", timeout=5) as answer:
                answer.read()
        except urllib.error.HTTPError as error:
            said = error.read(2000).decode("utf-8", "replace")
            yield Finding("look", "processes", f"{address} is not ready: {said}", "see its log")
        except OSError as error:
            yield Finding("look", "processes", f"{address} does not answer: {error}", "see its log")
        else:
            yield Finding("fine", "processes", f"{address} is ready")
