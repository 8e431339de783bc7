"""Every setting, with its default and meaning; the only reader of the environment.

Each is read from ``NEWSWIRE_<NAME>``, then from a ``.env`` file in the working directory. A secret may also be in a
file that ``NEWSWIRE_<NAME>_FILE`` names.
"""

from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, ValidationError, model_validator

from streams.errors import SettingsError
from streams.http_settings import AlertSettings, HttpSettings
from streams.kafka_settings import ArchiveSettings, KafkaSettings
from streams.setting_types import Authority, File, Folder, StoreAddress, fault_in

MIB = 1024 * 1024


class Settings(ArchiveSettings, AlertSettings, HttpSettings, KafkaSettings):
    """The settings of one process, read once at its start and never changed."""

    create_topics: bool = Field(default=True, description="Create missing topics when a worker or feed starts")
    delivery_timeout: float = Field(
        120.0, gt=1, description="Seconds within which Kafka must confirm an article from a feed"
    )
    index: StoreAddress = Field(
        "http://localhost:9200",
        description="Where documents are stored: http(s)://… for Elasticsearch, sqlite:///path for the embedded store",
    )
    index_user: str = Field("", description="Elasticsearch user, for basic authentication")
    index_password: SecretStr = Field(SecretStr(""), description="Elasticsearch password")
    index_api_key: SecretStr = Field(SecretStr(""), description="Elasticsearch API key, instead of a password")
    index_ca: Authority = Field(None, description="PEM file of the authority that signed Elasticsearch's certificate")
    index_fingerprint: str = Field(
        "",
        pattern=r"^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$|^$",
        description="SHA-256 of Elasticsearch's own certificate, in hex: trust this one and no other",
    )
    index_prefix: str = Field(
        "news",
        pattern=r"^[a-z][a-z0-9-]{0,40}$",
        description="Start of every index name, and the alias that readers use",
    )
    kill_notice_days: float = Field(
        3.0,
        gt=0,
        le=60,
        description="Days before a kill notice in which the story that it names is looked for, and days of retrying",
    )
    group_events: bool = Field(default=True, description="Group stories by the event that they report")
    event_days: float = Field(3.0, gt=0, le=60, description="Longest pause in days between two reports of one event")
    event_window: float = Field(
        48.0, gt=0, le=1440, description="Hours for which a story may come late and still be grouped as if it had not"
    )
    event_stories: int = Field(
        20_000, ge=100, description="Most stories that are remembered to find events, of the newest; some 8 KB each"
    )
    set_up_index: bool = Field(
        default=True,
        description="Create or upgrade the index when a worker starts; false if its user may only write",
    )
    index_shards: int = Field(1, ge=1, description="Primary shards of each monthly index")
    index_replicas: int = Field(
        -1,
        ge=-1,
        description="Replicas of each shard; -1 creates one if there is a second node (auto_expand_replicas)",
    )
    search_characters: int = Field(1000, ge=10, description="Maximum length of a query, and of a name in a filter")
    search_words: int = Field(64, ge=1, description="Most words, phrases and values in a query")
    search_depth: int = Field(20, ge=1, le=100, description="Maximum nesting of parentheses and NOTs in a query")
    search_prefixes: int = Field(8, ge=0, description="Most words with * in a query")
    search_page: int = Field(1000, ge=500, le=10_000, description="Most stories on one page of results")
    search_page_mb: int = Field(
        64,
        ge=1,
        description="Maximum MB of stored stories on one page of results; a page with larger stories ends earlier",
    )
    search_seconds: float = Field(30.0, gt=0, description="Maximum duration of a search in seconds")

    topic_prefix: str = Field("news", pattern=r"^[A-Za-z0-9._-]{1,60}$", description="Start of every topic name")
    partitions: int = Field(
        12, ge=1, description="Partitions of every topic: the maximum number of enrich processes that can work at once"
    )
    replication: int = Field(
        0,
        ge=0,
        description="Replicas of each partition in Kafka; 0 means as many as there are brokers, up to 3",
    )
    retention_days: int = Field(30, ge=1, description="Days for which Kafka keeps raw, decoded and enriched articles")
    dead_retention_days: int = Field(90, ge=1, description="Days for which Kafka keeps dead letters")
    skipped_retention_days: int = Field(
        30,
        ge=1,
        description="Days for which Kafka keeps the records of skipped items; at least a week longer than the articles",
    )

    max_article_bytes: int = Field(4 * MIB, ge=1024, description="Largest raw article that a feed accepts")
    max_body_characters: int = Field(
        200_000, ge=1000, description="Maximum characters of an article's text; a longer one is rejected"
    )

    message_growth: float = Field(
        8.0,
        ge=2,
        description="How many times its own bytes, plus 2 MiB, a message's articles may take, and an article with its "
        "annotations; what exceeds that becomes a dead letter",
    )

    pipeline: str = Field(
        "newsreader",
        description="Model for entities: newsreader, our own, or a spaCy pipeline (a package or a folder)",
    )
    language_pipelines: str = Field(
        "",
        pattern=r"^([a-z]{2}=[^,=\s]+(,[a-z]{2}=[^,=\s]+)*)?$",
        description="spaCy pipelines for entities in languages other than English: de=de_core_news_sm,fr=…; "
        "stories in other languages are indexed without annotations",
    )
    aliases: Path | None = Field(
        None, description="TOML file with known names, in addition to the bundled ones; read again when it changes"
    )
    sources: File = Field(
        None, description="TOML file with the profiles of sources (docs/sources.md); read again when it changes"
    )
    read_batch: int = Field(100, ge=1, description="Raw articles decoded at a time")
    annotated_characters: int = Field(
        100_000, ge=5000, description="Most characters of a text that are annotated, from its beginning"
    )
    annotated_sentences: int = Field(2000, ge=100, description="Most sentences of a text that are annotated")
    annotated_tokens: int = Field(
        25_000,
        ge=2000,
        description="Most tokens (words, punctuation marks, ideographs) of a text that are annotated",
    )
    enrich_batch: int = Field(16, ge=1, description="Articles annotated at a time, by each annotator")
    remember_mb: float = Field(
        24.0,
        ge=0,
        description="MiB of annotations that an enrich process caches for repeated texts; 0: none",
    )
    index_batch: int = Field(500, ge=1, description="Documents written at a time")
    batch_within: float = Field(0.1, gt=0, description="Seconds that a batch waits to fill up, from its first message")
    stream_buffer: int = Field(192, ge=16, description="Messages that a worker buffers between Kafka and its agents")
    commit_interval: float = Field(0.5, gt=0, description="Seconds between commits")
    session_timeout: float = Field(
        30.0,
        gt=1,
        description="Seconds without a heartbeat after which Kafka reassigns a worker's partitions",
    )
    retry_longest: float = Field(
        30.0, gt=0, description="Maximum pause in seconds between retries while a store or broker is unavailable"
    )
    article_seconds: float = Field(
        60.0,
        gt=0,
        description="Maximum seconds of a model for one batch; an article that makes it hang is found and rejected",
    )
    memory_mb: int = Field(
        6144, ge=0, description="MiB of memory at which a worker process exits and is restarted; 0 for no limit"
    )
    refused_share: float = Field(
        0.8,
        gt=0,
        le=1,
        description="Share of rejected recent messages above which a sender is unwell; if several are, the stage stops",
    )
    refused_window: int = Field(200, ge=10, description="Number of recent messages over which that share is computed")

    refused_calm: float = Field(
        600.0,
        gt=0,
        description="Seconds for which a sender is still reported as unwell after its share last exceeded the limit",
    )
    refused_letters: int = Field(
        60,
        ge=0,
        description="Dead letters a minute with bytes while a sender is unwell; the rest are bundled without bytes",
    )

    data: Folder = Field(Path(".newswire"), description="Folder for the files of workers and feeds")
    api_secrets: Folder = Field(
        Path("/run/secrets"), description="Folder of the files with keys and passwords of polling APIs (feed api)"
    )
    pull_file_bytes: int = Field(
        64 * MIB, ge=1024, description="Largest file, message or object that newswire feed pull fetches"
    )
    pull_files: int = Field(
        1000, ge=1, description="Most files that newswire feed pull takes from one feed in one poll; the rest follow"
    )
    pull_listed: int = Field(
        100_000, ge=1, description="Most names that newswire feed pull reads of one feed's listing in one poll"
    )
    pull_depth: int = Field(8, ge=0, description="Folders below a feed's folder that newswire feed pull enters")
    pull_parts: int = Field(100, ge=1, description="Most parts of one mail that newswire feed pull reads")
    pull_answer_seconds: float = Field(
        30.0, gt=0, description="Seconds within which a pulled server must connect, log in and answer a command"
    )
    pull_list_seconds: float = Field(120.0, gt=0, description="Seconds within which a listing must be complete")
    pull_file_seconds: float = Field(300.0, gt=0, description="Seconds within which one file must have arrived")

    may_see_embargoed: bool = Field(
        default=False, description="Whether search --all shows withheld and embargoed stories"
    )
    acts: File = Field(
        None,
        description="File to which every administrator's action (forget, replay, reenrich, permissions) is appended "
        "as JSON Lines; an action that cannot be logged there is not carried out",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Lowest severity of log lines to write"
    )
    log_format: Literal["text", "json"] = Field("text", description="Log lines as text, or as one JSON object per line")
    log_articles: bool = Field(default=False, description="Write a log line for every article at every stage")
    metrics_host: str = Field("127.0.0.1", description="Address on which a process serves metrics and health")
    metrics_port: int = Field(
        0,
        ge=-1,
        le=65000,
        description="Port for metrics and health; the processes of a newswire worker use this one and those after it. "
        "0: any free port, see <data>/targets; -1: none",
    )
    stuck_seconds: float = Field(
        180.0,
        gt=1,
        description="Seconds without progress, despite work, after which a process ends, to be started again",
    )

    @model_validator(mode="after")
    def _index_fits_together(self) -> Self:
        for wrong, what in (
            ((self.index_ca or self.index_fingerprint) and self.index.startswith("http://"),
             "NEWSWIRE_INDEX_CA and NEWSWIRE_INDEX_FINGERPRINT need NEWSWIRE_INDEX=https://…"),
            (bool(self.index_user) != bool(self.index_password),
             "NEWSWIRE_INDEX_USER and NEWSWIRE_INDEX_PASSWORD go together"),
            (self.index_user and self.index_api_key,
             "NEWSWIRE_INDEX_API_KEY or NEWSWIRE_INDEX_USER, not both"),
        ):  # fmt: skip
            if wrong:
                raise ValueError(what)
        return self

    @property
    def others(self) -> dict[str, str]:
        """The spaCy pipelines for languages other than English, by ISO 639-1 code."""
        return dict(pair.split("=") for pair in self.language_pipelines.split(",") if pair)

    def topic(self, name: str) -> str:
        """The full name of a topic such as ``raw``."""
        return f"{self.topic_prefix}.{name}"

    def group(self, stage: str) -> str:
        """The name of a stage on Kafka: its consumer group."""
        return f"{self.topic_prefix}-{stage}"


def read_settings(**changes: object) -> Settings:
    """The settings from the environment with ``changes`` on top; ``SettingsError`` names each wrong one."""
    try:
        return Settings(**changes)  # type: ignore[arg-type]  # pydantic checks the values
    except ValidationError as error:
        wrong = [(str(one["loc"][0]) if one["loc"] else "", one) for one in error.errors()]
        said = [
            (f"NEWSWIRE_{name.upper()}: " if name else "") + fault_in(one, secret=not name or _is_secret(name))
            for name, one in wrong
        ]
        raise SettingsError("; ".join(said)) from None


def _is_secret(name: str) -> bool:
    field = Settings.model_fields.get(name)
    return field is None or "Secret" in str(field.annotation)


@cache
def settings() -> Settings:
    """The settings of this process."""
    return read_settings()
