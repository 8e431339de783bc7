"""All topics: name, key, value and retention.

All have the same number of partitions and are keyed by article id, but ``news.raw``, which is keyed by source
and item because nothing of it has been read yet, and those of what never became an article.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from kafka import KafkaAdminClient
from kafka.errors import TopicAlreadyExistsError, for_code

from streams.kafka.connection import admin_client
from streams.kafka.stages import ALERTS, EVENTS, FEEDS, SEARCHES, STORIES
from streams.settings import Settings

SEGMENT_DAYS = 7  # after which Kafka begins a new one, as it comes
DAY_MS = 24 * 60 * 60 * 1000
CREATED_WITHIN = 30.0  # seconds: what starts gives a Kafka that restarts some time
MOST_COPIES = 3  # of each partition, where the settings do not say how many


@dataclass(frozen=True)
class Topic:
    """How a topic should be. ``retention_days`` and ``max_bytes`` become its configuration in Kafka.

    Of a ``compacted`` topic the newest record of each key is kept, whatever its age.
    """

    name: str
    key: str
    value: str
    retention_days: int
    max_bytes: int
    compacted: bool = False


def topics(settings: Settings) -> tuple[Topic, ...]:
    """All topics, in the order of the pipeline."""
    # A record in JSON can be larger than the bytes it came from (escapes, annotations; base64 in dead letters).
    larger = record_limit(settings)
    days = settings.retention_days
    # The audit looks there for what it finds on raw, which Kafka keeps for as much longer as a segment is open.
    skipped_days = max(settings.skipped_retention_days, days + SEGMENT_DAYS)
    return (
        Topic(settings.topic("raw"), "source and item", "the provider's bytes", days, larger),
        Topic(settings.topic("articles"), "article id", "Article", days, larger),
        Topic(settings.topic("enriched"), "article id", "EnrichedArticle", days, larger),
        Topic(settings.topic("dead"), "dead letter id", "DeadLetter", settings.dead_retention_days, larger),
        Topic(settings.topic("skipped"), "item's place on news.raw", "Skipped", skipped_days, larger),
        Topic(settings.topic(STORIES), "story id", "Fingerprint", 0, larger, compacted=True),
        Topic(settings.topic(EVENTS), "event id", "Event", 0, larger, compacted=True),
        Topic(settings.topic(SEARCHES), "saved search", "SavedSearch", 0, larger, compacted=True),
        Topic(settings.topic(ALERTS), "kind, story, search, channel", "WantedAlert, …", 0, larger, compacted=True),
        Topic(settings.topic(FEEDS), "feed and item", "Mark", 0, larger, compacted=True),
    )


def record_limit(settings: Settings) -> int:
    """The largest size of a message on any topic, in bytes."""
    return 2 * settings.max_article_bytes + 1024 * 1024


@dataclass(frozen=True)
class Created:
    """What `create_topics` did: whether each topic is new, the replicas of the new ones, the number of brokers."""

    topics: dict[str, bool]
    copies: int
    brokers: int

    @property
    def warning(self) -> str:
        """The warning for new topics with a single replica; "" if there is none."""
        return meaning_of(1) if self.copies == 1 and any(self.topics.values()) else ""


def create_topics(settings: Settings) -> Created:
    """Create the topics that are missing."""
    with admin_client(settings, "cannot create topics", CREATED_WITHIN) as admin:
        present = set(admin.list_topics())
        brokers = len(admin.describe_cluster()["brokers"])
        copies = settings.replication or min(brokers, MOST_COPIES)
        ours = topics(settings)
        new = _create(admin, [topic for topic in ours if topic.name not in present], settings, copies)
    return Created({topic.name: topic.name in new for topic in ours}, copies, brokers)


def meaning_of(copies: int) -> str:
    """What this number of replicas means, as a sentence for people."""
    if copies == 1:
        return (
            "one replica of each partition: if the broker's disk is lost, so is every article that is not yet in the "
            "index; with two more brokers there would be three replicas"
        )
    insync = in_sync(copies)
    return (
        f"{copies} replicas of each partition; an article is accepted once {insync} of them "
        f"ha{'s' if insync == 1 else 've'} it, so "
        f"{copies - insync} broker{'s' * (copies - insync != 1)} can fail"
    )


def in_sync(copies: int) -> int:
    """``min.insync.replicas`` for a number of replicas: all but one, and at least one."""
    return max(1, copies - 1)


def _create(admin: KafkaAdminClient, missing: Sequence[Topic], settings: Settings, copies: int) -> set[str]:
    """Create topics together, wait until they have leaders, and give the names of those that are new."""
    if not missing:
        return set()
    wanted = {topic.name: _options(topic, settings, copies) for topic in missing}
    answered = admin.create_topics(wanted, raise_errors=False)["topics"]
    errors = {one["name"]: for_code(one["error_code"])(one["error_message"]) for one in answered if one["error_code"]}
    for error in errors.values():
        if not isinstance(error, TopicAlreadyExistsError):  # that is no error: another process was faster
            raise error
    admin.wait_for_topics([*wanted])
    return wanted.keys() - errors.keys()


def _options(topic: Topic, settings: Settings, copies: int) -> dict[str, Any]:
    return {
        "num_partitions": settings.partitions,
        "replication_factor": copies,
        "configs": {
            **_kept(topic),
            "max.message.bytes": str(topic.max_bytes),
            # Kafka undoes compression when it takes a batch, so that its size is bounded here and not in readers, whom
            # a few kilobytes that become gigabytes would end.
            "compression.type": "uncompressed",
            "min.insync.replicas": str(in_sync(copies)),
        },
    }


def _kept(topic: Topic) -> dict[str, str]:
    if topic.compacted:
        return {"cleanup.policy": "compact"}
    return {"cleanup.policy": "delete", "retention.ms": str(topic.retention_days * DAY_MS)}


def missing_for(settings: Settings, names: Collection[str]) -> list[str]:
    """Those of the given topics that do not exist in Kafka."""
    with admin_client(settings, "cannot list topics") as admin:
        present = set(admin.list_topics())
    return [topic for name in names if (topic := settings.topic(name)) not in present]


def partitions_of(settings: Settings) -> dict[str, int]:
    """The number of partitions of each of our topics in Kafka; missing topics are left out."""
    names = [topic.name for topic in topics(settings)]
    with admin_client(settings, "cannot list topics") as admin:
        present = set(admin.list_topics())
        described = admin.describe_topics([name for name in names if name in present] or None)
    return {t["name"]: len(t["partitions"]) for t in described if t["name"] in names}
