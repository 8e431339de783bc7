"""Least privilege on Kafka: what each part of Newswire may do there, and nothing else. Takes `Settings`, gives rights.

Whoever may read or write a topic may also describe it, and who writes may do so idempotently: Kafka grants both by
itself. With rights like these NEWSWIRE_CREATE_TOPICS is false for all but ``setup``.
"""

import shlex
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ResourcePattern,
    ResourceType,
)

from streams.errors import Unavailable
from streams.kafka.connection import admin_client
from streams.kafka.reader import offsets_of
from streams.kafka.stages import BESIDE, EVENTS, EVERY, FEEDS, SEARCHES, STAGES, STORIES, TOPICS
from streams.settings import Settings

UNKNOWN_TOPIC = 3  # Kafka's error code


@dataclass(frozen=True)
class Right:
    """``operation`` (as Kafka's tools name it) on one topic or group."""

    operation: Literal["Read", "Write", "Create", "Describe"]
    kind: Literal["topic", "group"]
    name: str


def rights(settings: Settings) -> dict[str, tuple[Right, ...]]:
    """The permissions of each part, by its name."""

    def on(operation: Literal["Read", "Write", "Create", "Describe"], *names: str) -> list[Right]:
        return [Right(operation, "topic", settings.topic(name)) for name in names]

    groups = {stage: settings.group(stage) for stage in EVERY}
    look = [*on("Read", *TOPICS), *(Right("Describe", "group", group) for group in groups.values())]
    setup = [*on("Create", *TOPICS, FEEDS), *on("Describe", *TOPICS, FEEDS)]
    shared = [*on("Read", FEEDS), Right("Read", "group", settings.group(FEEDS))]
    parts = {"setup": setup, "feed": [*on("Write", "raw", FEEDS), *shared]}
    for stage, (source, targets) in EVERY.items():
        own = [*on("Read", source), Right("Read", "group", groups[stage]), *on("Write", *targets)]
        parts[stage] = [*own, *on("Read", *BESIDE.get(stage, ()))]
    # The processes of index choose one of them to group stories by event, which reads what it knew before.
    parts["index"] += [*on("Read", STORIES, EVENTS), Right("Read", "group", settings.group(EVENTS))]
    # The page shows lags and what is refused; whoever scales enrich sees how far it is behind (KEDA on Kubernetes).
    seen = [Right("Describe", "group", group) for group in groups.values()]
    parts["page"] = [
        *on("Describe", *(flow.reads for flow in STAGES.values())),
        *on("Read", "dead", SEARCHES),
        *on("Write", SEARCHES),
        *seen,
    ]
    parts["scaler"] = [*on("Describe", "articles"), Right("Describe", "group", groups["enrich"])]
    parts["audit"] = look
    parts["operator"] = [*look, *on("Write", *TOPICS)]
    return {part: tuple(dict.fromkeys(given)) for part, given in parts.items()}


WHAT_FOR = {
    "setup": "newswire topics create",
    "feed": "newswire feed",
    "read": "newswire worker read",
    "enrich": "newswire worker enrich",
    "index": "newswire worker index",
    "alert": "newswire worker alert",
    "archive": "newswire worker archive",
    "page": "newswire serve",
    "scaler": "what scales enrich by its lag, such as KEDA",
    "audit": "newswire audit, skipped, dead list, dead show, dead export",
    "operator": "newswire replay, dead replay, reenrich, forget, and the rights of audit",
}


SCRIPT = """\
#!/bin/sh
# What each part of Newswire may do on Kafka, and no more: made by `newswire topics acls`.
# Takes the brokers and, perhaps, the file with an administrator's access: acls.sh kafka:9093 admin.properties
set -eu
acls() {
  kafka-acls.sh --bootstrap-server "$BROKERS" ${CONFIG:+--command-config "$CONFIG"} --add --force "$@" > /dev/null
}
BROKERS=${1:?brokers, as host:port} CONFIG=${2:-}
"""


def _chosen(settings: Settings, parts: Collection[str]) -> dict[str, tuple[Right, ...]]:
    return {part: given for part, given in rights(settings).items() if not parts or part in parts}


def as_script(settings: Settings, principal: str, parts: Collection[str] = ()) -> str:
    """The permissions of all ``parts``, or of the named ones, as a script for Kafka's own tool.

    ``principal`` has ``{part}`` in it.
    """
    lines = []
    for part, given in _chosen(settings, parts).items():
        lines.append(f"\n# {WHAT_FOR[part]}")
        who = shlex.quote(principal.replace("{part}", part))
        lines += [f"acls --allow-principal {who} --operation {r.operation} --{r.kind} {r.name}" for r in given]
    return SCRIPT + "\n".join(lines) + "\n"


def grant(settings: Settings, principal: str, parts: Collection[str] = ()) -> int:
    """Grant the permissions of all ``parts``, or of the named ones; returns their number. Safe to repeat."""
    acls = [
        ACL(
            principal.replace("{part}", part),
            "*",
            ACLOperation[right.operation.upper()],
            ACLPermissionType.ALLOW,
            ResourcePattern(ResourceType[right.kind.upper()], right.name),
        )
        for part, given in _chosen(settings, parts).items()
        for right in given
    ]
    with admin_client(settings, "cannot grant rights") as admin:
        failed = admin.create_acls(acls)["failed"]
    if failed:
        raise Unavailable(f"Kafka at {settings.kafka} refused {len(failed)} of {len(acls)} rights, first {failed[0]}")
    return len(acls)


def check_rights(settings: Settings, part: str) -> None:
    """Check that our user has the permissions of ``part``; `Unavailable` names the missing ones.

    Without this a stage would only stand still. Topics that are not there are left to others to miss.
    """
    wanted = [right for right in rights(settings)[part] if right.kind == "topic"]
    with admin_client(settings, f"cannot check the rights of {part}") as admin:
        topics = {topic["name"]: topic for topic in admin.describe_topics(sorted({right.name for right in wanted}))}
        missing = [
            f"{right.operation.lower()} {right.name}"
            for right in wanted
            if topics[right.name]["error_code"] != UNKNOWN_TOPIC
            and right.operation.upper() not in (topics[right.name]["authorized_operations"] or ())
        ]
        if missing:
            raise Unavailable(
                f"{part}: user {settings.kafka_user or 'of this client'} lacks the right to {' and '.join(missing)} on "
                f"Kafka at {settings.kafka}: newswire topics acls lists the rights needed"
            )
        offsets_of(admin, settings.group(part))  # whether the group may be read
