"""Every setting, with its default and meaning; the only reader of the environment.

Each is read from ``NEWSWIRE_<NAME>``, then from a ``.env`` file in the working directory. A secret may also lie in a
file that ``NEWSWIRE_<NAME>_FILE`` names.
"""

from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, ValidationError, model_validator

from streams.errors import SettingsError
from streams.kafka_settings import KafkaSettings
from streams.setting_types import Authority, File, StoreAddress, Zone

MIB = 1024 * 1024


class Settings(KafkaSettings):
    """The settings of one process, read once at its start and never changed."""

    create_topics: bool = Field(default=True, description="Create missing topics when a worker or feed starts")
    keys: SecretStr = Field(
        SecretStr(""),
        description="Who may come by HTTP: name:sha256[:source[:scopes]], several separated by spaces or commas; "
        "`newswire key` makes one",
    )
    keys_file: File = Field(
        None, description="File of such keys, a line each, read again when it changes; # starts a comment"
    )
    key_rate: int = Field(6000, ge=0, description="Requests a minute with one key over HTTP; 0 for no limit")
    wrong_key_rate: int = Field(
        60, ge=0, description="Requests a minute from one address with a wrong key; 0 for no limit"
    )
    push_at_once: int = Field(
        32, ge=1, description="Bodies that newswire feed http has in hand at once; with --max-body it bounds the memory"
    )
    push_each: int = Field(8, ge=1, description="Bodies of one key that newswire feed http has in hand at once")
    push_seconds: float = Field(60.0, gt=0, description="Longest time in seconds that a body may take to come by HTTP")
    push_pace: float = Field(
        4096.0, gt=0, description="Least pace in bytes a second at which a body must come by HTTP, after its first 5 s"
    )
    delivery_timeout: float = Field(
        120.0, gt=1, description="Seconds within which Kafka must confirm an article that is fed"
    )
    index: StoreAddress = Field(
        "http://localhost:9200",
        description="Where documents are kept: http(s)://… for Elasticsearch, sqlite:///path for the embedded store",
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
        description="Days before a notice in words that kills another story in which that story is looked for, and for "
        "which the notice is looked at again where it was not found",
    )
    page_login: Literal["local", "key", "proxy", "open"] = Field(
        "local",
        description="Who may read the page: local serves this machine only, key wants a key for search, proxy trusts "
        "the user that a reverse proxy names, open lets in everybody",
    )
    page_user_header: str = Field(
        "X-Forwarded-User", pattern=r"^[A-Za-z0-9-]{1,100}$", description="Header in which the proxy names who reads"
    )
    page_proxies: str = Field(
        "127.0.0.1", description="Addresses of trusted reverse proxies, separated by spaces or commas"
    )
    page_hosts: str = Field(
        "",
        description="Host names that the page answers to, separated by spaces or commas; any when empty and not on "
        "loopback",
    )
    page_title: str = Field("Newswire", min_length=1, max_length=60, description="The page's name")
    page_zone: Zone = Field("UTC", description="Time zone in which the page shows times, such as Europe/Prague")
    page_size: int = Field(40, ge=1, le=200, description="Stories in a page of the wire")
    page_marks: int = Field(
        2000, ge=0, description="Most names, and most sentences with a tone, that the page marks in one story"
    )
    page_characters: int = Field(1_000_000, ge=1000, description="Characters of one story's text that the page shows")
    page_seconds: float = Field(10.0, gt=0, description="Longest time in seconds that the page waits for the index")
    page_at_once: int = Field(16, ge=1, description="Searches that the page makes at once; others wait their turn")
    page_live: int = Field(200, ge=0, description="Open pages that are kept up to date at once")
    page_live_each: int = Field(
        20,
        ge=0,
        description="Open pages that are kept up to date at once for one reader, or one address where readers have no "
        "names; all readers of an address together get at most half of NEWSWIRE_PAGE_LIVE",
    )
    page_live_seconds: float = Field(
        900.0, gt=0, description="Seconds after which such a page must log in again, which browsers do by themselves"
    )
    set_up_index: bool = Field(
        default=True,
        description="Make or upgrade the index when a worker starts; false where its user may only write",
    )
    index_shards: int = Field(1, ge=1, description="Primary shards of each monthly index")
    index_replicas: int = Field(
        -1,
        ge=-1,
        description="Replicas of each shard; -1 makes one where there is a second node (auto_expand_replicas)",
    )
    search_characters: int = Field(1000, ge=10, description="Longest query text, and longest name in a filter")
    search_words: int = Field(64, ge=1, description="Most words, phrases and values in a query")
    search_depth: int = Field(20, ge=1, le=100, description="Deepest parentheses and NOTs in a query")
    search_prefixes: int = Field(8, ge=0, description="Most words with * in a query")
    search_page: int = Field(1000, ge=500, le=10_000, description="Most stories in one page of results")
    search_page_mb: int = Field(
        64, ge=1, description="Most MB of stored stories in one page of results; one with larger stories ends earlier"
    )
    search_seconds: float = Field(30.0, gt=0, description="Longest time of a search, in seconds")

    topic_prefix: str = Field("news", pattern=r"^[A-Za-z0-9._-]{1,60}$", description="Start of every topic name")
    partitions: int = Field(
        12, ge=1, description="Partitions of every topic: the most enrich processes that can work at once"
    )
    replication: int = Field(
        0,
        ge=0,
        description="Copies that Kafka keeps of each partition; 0 makes as many as there are brokers, up to 3",
    )
    retention_days: int = Field(30, ge=1, description="How long Kafka keeps raw, decoded and enriched articles")
    dead_retention_days: int = Field(90, ge=1, description="How long Kafka keeps dead letters")
    skipped_retention_days: int = Field(
        30,
        ge=1,
        description="How long Kafka keeps the records of skipped items, pictures and the like; never shorter than the "
        "articles and a week, since newswire audit looks for them there",
    )

    max_article_bytes: int = Field(4 * MIB, ge=1024, description="Largest raw article that a feed accepts")
    max_body_characters: int = Field(
        200_000, ge=1000, description="Longest text of an article; a longer one is refused"
    )

    message_growth: float = Field(
        8.0,
        ge=2,
        description="How many times its own bytes the articles of one message may take, and an article with its "
        "annotations, beside 2 MiB; what is beyond becomes a dead letter",
    )

    pipeline: str = Field(
        "newsreader",
        description="What finds entities: newsreader, our own, or a spaCy pipeline (a package or a folder)",
    )
    language_pipelines: str = Field(
        "",
        pattern=r"^([a-z]{2}=[^,=\s]+(,[a-z]{2}=[^,=\s]+)*)?$",
        description="spaCy pipelines that find entities in other languages than English: de=de_core_news_sm,fr=…; "
        "stories in languages without one are indexed without annotations",
    )
    aliases: Path | None = Field(
        None, description="TOML file of names known beforehand, on top of those that ship; read again when it changes"
    )
    read_batch: int = Field(100, ge=1, description="Raw articles decoded at a time")
    annotated_characters: int = Field(
        100_000, ge=5000, description="Most characters of a text that are annotated, from its beginning"
    )
    annotated_sentences: int = Field(2000, ge=100, description="Most sentences of a text that are annotated")
    annotated_tokens: int = Field(
        25_000, ge=2000, description="Most tokens (words, marks, ideographs) of a text that are annotated"
    )
    enrich_batch: int = Field(16, ge=1, description="Articles annotated at a time, by each annotator")
    remember_mb: float = Field(
        24.0,
        ge=0,
        description="MiB of annotations that an enrich process remembers, for texts that come again; 0: none",
    )
    index_batch: int = Field(500, ge=1, description="Documents written at a time")
    batch_within: float = Field(0.1, gt=0, description="Seconds that a batch waits to fill, from its first message")
    stream_buffer: int = Field(192, ge=16, description="Messages a worker holds between Kafka and its agents")
    commit_interval: float = Field(0.5, gt=0, description="Seconds between commits of what is done")
    session_timeout: float = Field(
        30.0,
        gt=1,
        description="Seconds without a heartbeat after which Kafka gives a worker's partitions to others",
    )
    retry_longest: float = Field(
        30.0, gt=0, description="Longest pause in seconds between tries while a store or broker is away"
    )
    article_seconds: float = Field(
        60.0,
        gt=0,
        description="Longest time of a model at one batch; an article that hangs it is found and refused",
    )
    memory_mb: int = Field(
        6144, ge=0, description="MiB of memory at which a worker process ends and is started again; 0 for no limit"
    )
    refused_share: float = Field(
        0.8,
        gt=0,
        le=1,
        description="Share of recent messages refused at which a sender is unwell; where several are, the stage stops",
    )
    refused_window: int = Field(200, ge=10, description="How many recent messages that share is taken over")

    refused_calm: float = Field(
        600.0,
        gt=0,
        description="Seconds for which a sender stays named as unwell after it was last refused that much",
    )
    refused_letters: int = Field(
        60,
        ge=0,
        description="Dead letters a minute with their bytes while a sender is unwell; more go together, without bytes",
    )

    data: Path = Field(Path(".newswire"), description="Folder for each worker's own files")
    may_see_embargoed: bool = Field(
        default=False, description="Whether search --all shows stories that are withheld or under embargo"
    )
    acts: File = Field(
        None,
        description="File to which every act of an administrator (forget, replay, reenrich, rights) is appended "
        "as JSON Lines; what cannot be noted there is not done",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Least severe log lines to write"
    )
    log_format: Literal["text", "json"] = Field("text", description="Log lines for people, or one JSON object a line")
    log_articles: bool = Field(default=False, description="A log line for every article at every stage")
    metrics_host: str = Field("127.0.0.1", description="Address at which a process serves metrics and health")
    metrics_port: int = Field(
        0,
        ge=-1,
        le=65000,
        description="Its port; the processes of one newswire worker take this one and those after it. "
        "0: any free one, see <data>/targets; -1: none",
    )
    stuck_seconds: float = Field(
        180.0,
        gt=1,
        description="Seconds of standing still, with work to do, after which a process tells /healthz it is not alive",
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
        """The pipelines of other languages than English, by ISO 639-1 code."""
        return dict(pair.split("=") for pair in self.language_pipelines.split(",") if pair)

    def topic(self, name: str) -> str:
        """The full name of a topic such as ``raw``."""
        return f"{self.topic_prefix}.{name}"


def read_settings(**changes: object) -> Settings:
    """The settings from the environment with ``changes`` on top; ``SettingsError`` names each wrong one."""
    try:
        return Settings(**changes)  # type: ignore[arg-type]  # pydantic checks the values
    except ValidationError as error:
        wrong = [
            (f"NEWSWIRE_{str(e['loc'][0]).upper()}: " if e["loc"] else "") + e["msg"].removeprefix("Value error, ")
            for e in error.errors(include_input=False)
        ]
        raise SettingsError("; ".join(wrong)) from None


@cache
def settings() -> Settings:
    """The settings of this process."""
    return read_settings()
