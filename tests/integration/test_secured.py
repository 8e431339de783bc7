"""TLS, names and rights on a real Kafka and a real Elasticsearch: each part has what it needs, and nothing else."""

import base64
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from elasticsearch import AuthorizationException
from kafka import KafkaAdminClient

from search.elastic.roles import roles
from search.elastic.store import ElasticsearchStore
from search.store import StoreUnavailable
from streams.errors import SettingsError, Unavailable
from streams.feeds.producer import Feeder, FeedItem
from streams.kafka.connection import client_options
from streams.kafka.lag import LagReader
from streams.kafka.reader import TopicReader
from streams.kafka.rights import Right, check_rights, grant, rights
from streams.kafka.stages import FEEDS, STAGES, TOPICS
from streams.kafka.topics import create_topics
from streams.operations.page_status import PipelineStatus
from streams.settings import Settings, read_settings
from streams.stores import answered, open_index
from tests.integration.pipeline import Pipeline
from tests.search.samples import question
from tests.servers import CannotInstall
from tests.servers.certificates import make_certificates
from tests.servers.secured import ADMIN, PARTS, Secured, secured_elasticsearch, secured_kafka
from tests.waiting import wait_for

pytestmark = [pytest.mark.integration, pytest.mark.servers]

STORY = {"headline": "Putin praises Xi", "body": "Vladimir Putin praised Xi Jinping in Moscow.", "source": "test"}
PARTITIONS = {"NEWSWIRE_PARTITIONS": "2"}


@pytest.fixture(scope="module")
def secured(tmp_path_factory) -> Iterator[Secured]:
    """Both servers, with topics, index and rights as their administrator leaves them."""
    folder = tmp_path_factory.mktemp("secured")
    certificates = make_certificates(folder / "certificates")
    try:
        with secured_kafka(certificates) as kafka, secured_elasticsearch(certificates) as index:
            made = Secured(certificates, kafka, index, folder)
            assert grant(settings_of(made.kafka_access(ADMIN)), "User:newswire-{part}") > len(PARTS)
            yield made
    except CannotInstall as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def ready(secured: Secured, tmp_path_factory) -> Secured:
    """With the topics and the index, made by the user whose work that is."""
    setting_up = pipeline(secured, "setup", "setup", tmp_path_factory.mktemp("setup"))
    for command in (("topics", "create"), ("index", "setup")):
        done = setting_up.run(*command)
        assert done.returncode == 0, done.stderr
    return secured


def settings_of(environment: Mapping[str, str], **more: str) -> Settings:
    """Settings of an environment alone."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("NEWSWIRE_")]:
            patch.delenv(name)
        for name, value in {**PARTITIONS, **environment, **more}.items():
            patch.setenv(name, value)
        return read_settings()


def pipeline(secured: Secured, part: str, reader: str, folder: Path, **more: str) -> Pipeline:
    """The commands of a part, and a look at the topics by the open door."""
    told = {**secured.environment(part, reader), **PARTITIONS, "NEWSWIRE_METRICS_PORT": "-1", **more}
    return Pipeline(secured.kafka.address, secured.index.url, "news", folder, told)


def has_committed(part: Pipeline, stage: str, count: int) -> bool:
    """Whether a stage has done so many messages."""
    return part.committed(stage) >= count


def authorized(settings: Settings) -> dict[str, set[str]]:
    """What Kafka itself says that a user may do with each topic that it may see."""
    with closing(KafkaAdminClient(**client_options(settings))) as admin:
        names = [settings.topic(name) for name in (*TOPICS, FEEDS)]
        return {topic["name"]: set(topic["authorized_operations"] or ()) for topic in admin.describe_topics(names)}


@pytest.mark.parametrize("part", PARTS)
def test_each_part_has_its_rights_on_topics_and_no_others(ready: Secured, part: str) -> None:
    settings = settings_of(ready.kafka_access(part))
    expected: dict[str, set[str]] = {settings.topic(name): set() for name in (*TOPICS, FEEDS)}
    for right in rights(settings)[part]:
        if right.kind == "topic":
            expected[right.name] |= {right.operation.upper(), "DESCRIBE"}
    assert authorized(settings) == expected


async def test_the_pipeline_in_wrong_names_and_right_ones(ready: Secured, tmp_path: Path) -> None:
    """A stage in another's name says what it lacks and loses nothing; in its own it takes everything on."""
    story, embargoed = {**STORY, "guid": "1"}, {**STORY, "guid": "2", "embargo_until": "2099-01-01T00:00:00Z"}
    (tmp_path / "wire.jsonl").write_text("".join(json.dumps(line) + "\n" for line in (story, embargoed)))
    fed = pipeline(ready, "feed", "search", tmp_path).run("feed", "files", "-q", "wire.jsonl")
    assert fed.stdout.startswith("2 accepted, 0 rejected"), fed.stdout + fed.stderr

    wrong = pipeline(ready, "feed", "index", tmp_path)
    with wrong.worker("read"):
        wait_for(lambda: "lacks the right to read news.raw" in wrong.log(), "the worker says what it lacks")
    for stage in ("read", "enrich"):
        part = pipeline(ready, stage, "index", tmp_path)
        with part.worker(stage):
            wait_for(partial(has_committed, part, stage, 2), f"{stage} commits both")
    place = {"NEWSWIRE_ARCHIVE": str(tmp_path / "archive"), "NEWSWIRE_ARCHIVE_SECONDS": "1"}
    archive = pipeline(ready, "archive", "index", tmp_path, **place)
    with archive.worker("archive"):
        wait_for(partial(has_committed, archive, "archive", 2), "archive commits both")
    reading = pipeline(ready, "index", "search", tmp_path)
    with reading.worker("index"):
        wait_for(lambda: "forbids it" in reading.log(), "the worker says what it may not")
    assert reading.committed("index") == 0
    index = pipeline(ready, "index", "index", tmp_path)
    with index.worker("index"):
        wait_for(partial(has_committed, index, "index", 2), "index commits both")
    assert "hush-" not in index.log()
    await readers_see(ready, {("search", False): 1, ("embargoed", True): 2})
    audit = pipeline(ready, "audit", "audit", tmp_path).run("audit")
    assert audit.returncode == 0, audit.stdout + audit.stderr


async def readers_see(ready: Secured, expected: Mapping[tuple[str, bool], int]) -> None:
    """How many stories each role finds, hidden ones too or not."""
    auditor = open_index(settings_of(ready.index_access("audit")))
    await auditor.refresh()
    await auditor.close()
    for (reader, hidden), count in expected.items():
        store = open_index(settings_of(ready.index_access(reader)))
        assert (await store.find(question("Putin", hidden=hidden))).total == count, reader
        await store.close()


async def test_readers_cannot_get_at_what_is_hidden(ready: Secured) -> None:
    store = open_index(settings_of(ready.index_access("search")))
    with pytest.raises(StoreUnavailable, match=r"forbids it.*news-search"):
        await store.find(question("Putin", hidden=True))
    with pytest.raises(StoreUnavailable, match="forbids it"):
        await store.count(hidden=True)
    with pytest.raises(StoreUnavailable, match="forbids it"):
        await store.fates(["x"])  # else the ledger would call every story missing
    # These would pass by the alias's filter, or list what hidden stories have.
    assert isinstance(store, ElasticsearchStore)
    client = store.server.client
    for ask in (
        client.get(index="news", id="x"),
        client.termvectors(index="news", id="x"),
        client.explain(index="news", id="x", query={"match_all": {}}),
        client.terms_enum(index="news", field="source", string="A"),
    ):
        with pytest.raises(AuthorizationException):
            await ask
    assert (await client.field_caps(index="news", fields="source"))["fields"]
    assert (await store.find(question("Putin OR Xi"))).total == (await store.find(question("Xi OR Putin"))).total
    assert await store.count() >= 0
    await store.close()


@pytest.mark.parametrize(
    ("part", "other", "lacks"),
    [
        ("read", "enrich", "lacks the right to read news.raw"),
        ("enrich", "index", "lacks the right to read news.articles"),
        ("index", "audit", "lacks the right to write .*news.dead"),
    ],
)
def test_a_stage_in_the_name_of_another_is_refused_and_says_so(
    ready: Secured, part: str, other: str, lacks: str
) -> None:
    with pytest.raises(Unavailable, match=f"newswire-{other} {lacks}.*newswire topics acls"):
        check_rights(settings_of(ready.kafka_access(other)), part)
    check_rights(settings_of(ready.kafka_access(part)), part)


def test_a_feed_in_the_name_of_another_is_refused_and_takes_nothing(ready: Secured) -> None:
    settings = settings_of(ready.kafka_access("enrich"))
    with Feeder(settings) as feeder:
        receipt = feeder.send(FeedItem(b"{}", "one")).result(30)
    assert not receipt.accepted
    assert "TopicAuthorizationFailedError" in receipt.unconfirmed


def test_only_setup_makes_topics(ready: Secured) -> None:
    with pytest.raises(Unavailable, match="user newswire-feed lacks the right: newswire topics acls"):
        create_topics(settings_of(ready.kafka_access("feed"), NEWSWIRE_TOPIC_PREFIX="others"))


def test_the_page_and_the_scaler_see_what_they_need(ready: Secured) -> None:
    standing = PipelineStatus(settings_of(ready.environment("page", "embargoed")))
    try:
        state = standing._collect()
    finally:
        standing.close()
    assert state.troubles == ()
    assert len(state.stages) == len(STAGES)
    with LagReader(settings_of(ready.kafka_access("scaler")), "enrich") as reader:
        assert reader.places()


def test_only_administrators_grant_rights(ready: Secured) -> None:
    with pytest.raises(Unavailable, match=r"Kafka at .* (refused|cannot)|ClusterAuthorization"):
        grant(settings_of(ready.kafka_access("operator")), "User:newswire-{part}")


WRONG = {
    "wrong authority": ({"CA": "other_ca"}, "not signed by NEWSWIRE_KAFKA_CA"),
    "wrong password": ({"PASSWORD_FILE": "other_ca"}, "NEWSWIRE_KAFKA_MECHANISM, …_USER and …_PASSWORD"),
    "wrong mechanism": ({"MECHANISM": "SCRAM-SHA-256"}, "NEWSWIRE_KAFKA_MECHANISM"),
    "expired certificate": ({"": "EXPIRED"}, "its certificate has expired"),
    "TLS where there is none": ({"": "PLAINTEXT"}, "NEWSWIRE_KAFKA_PROTOCOL"),
    "no certificate of ours": ({"": "MUTUAL", "PROTOCOL": "SSL"}, "…_CERTIFICATE and …_KEY"),
    "a stranger's certificate": (
        {"": "MUTUAL", "PROTOCOL": "SSL", "CERTIFICATE": "stranger"},
        "…_CERTIFICATE and …_KEY",
    ),
    "a token that is none": ({"MECHANISM": "OAUTHBEARER", "TOKEN": "hush-token"}, "authentication failed"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_door_that_stays_shut_is_said_at_once_and_by_its_setting(ready: Secured, case: str) -> None:
    changes, said = WRONG[case]
    settings = settings_of(changed(ready, "feed", changes))
    began = time.monotonic()
    with pytest.raises(Unavailable, match=said) as caught:
        Feeder(settings)
    assert time.monotonic() - began < 20
    assert "hush" not in str(caught.value)


def changed(secured: Secured, part: str, changes: Mapping[str, str]) -> dict[str, str]:
    """A part's way into Kafka with something wrong; names of files and doors are looked up."""
    access, certificates = secured.kafka_access(part), secured.certificates
    for name, value in changes.items():
        if name == "":
            access["NEWSWIRE_KAFKA"] = {"PLAINTEXT": secured.kafka.address, **secured.kafka.addresses}[value]
        elif name == "CERTIFICATE":
            access["NEWSWIRE_KAFKA_CERTIFICATE"] = str(certificates.certificate(value))
            access["NEWSWIRE_KAFKA_KEY"] = str(certificates.key(value))
        else:
            access[f"NEWSWIRE_KAFKA_{name}"] = str(certificates.other_ca) if value == "other_ca" else value
    if access["NEWSWIRE_KAFKA_PROTOCOL"] == "SSL":
        for name in ("MECHANISM", "USER", "PASSWORD_FILE"):
            del access[f"NEWSWIRE_KAFKA_{name}"]
    return access


def test_a_key_that_is_not_the_certificates_is_a_wrong_setting(ready: Secured) -> None:
    access = changed(ready, "feed", {"": "MUTUAL", "PROTOCOL": "SSL", "CERTIFICATE": "client"})
    settings = settings_of(access, NEWSWIRE_KAFKA_KEY=str(ready.certificates.key("stranger")))
    with pytest.raises(SettingsError, match="NEWSWIRE_KAFKA_KEY"):
        Feeder(settings)


def test_a_certificate_of_ours_opens_the_door_that_wants_one(ready: Secured) -> None:
    access = changed(ready, "feed", {"": "MUTUAL", "PROTOCOL": "SSL", "CERTIFICATE": "client"})
    assert not any(authorized(settings_of(access)).values())  # in, but with no right


def test_tokens_from_a_file_are_taken_and_read_anew(ready: Secured, tmp_path: Path) -> None:
    """Without a key server Kafka takes unsigned tokens: enough to see that ours gets there and names us."""
    access = changed(ready, "read", {"MECHANISM": "OAUTHBEARER", "TOKEN_FILE": str(tmp_path / "token")})
    settings = settings_of({name: value for name, value in access.items() if "PASSWORD" not in name})
    for part in ("audit", "operator"):
        (tmp_path / "token").write_text(unsigned_token(f"newswire-{part}"))
        with TopicReader(settings) as reader:
            assert reader.bounds("news.raw")
        assert ("WRITE" in authorized(settings)["news.raw"]) == (part == "operator")


def unsigned_token(subject: str) -> str:
    """A JSON Web Token for an hour that nobody has signed."""
    claims = {"sub": subject, "iat": time.time(), "exp": time.time() + 3600}
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({"alg": "none"}, claims)
    ]
    return ".".join([*parts, ""])


WRONG_INDEX = {
    "wrong authority": ({"CA": "other_ca"}, r"not by the authority given.*NEWSWIRE_INDEX_CA"),
    "wrong fingerprint": (
        {"CA": "", "FINGERPRINT": "00" * 32},
        r"not the one of the fingerprint given \(NEWSWIRE_INDEX_FINGERPRINT",
    ),
    "wrong password": ({"PASSWORD_FILE": "other_ca"}, r"wants other credentials \(set NEWSWIRE_INDEX_USER"),
    "wrong API key": ({"USER": "", "PASSWORD_FILE": "", "API_KEY": "aHVzaDpodXNo"}, "wants other credentials"),
}


@pytest.mark.parametrize("case", WRONG_INDEX)
async def test_an_index_that_stays_shut_is_said_by_its_setting(ready: Secured, case: str) -> None:
    changes, said = WRONG_INDEX[case]
    access = ready.index_access("search")
    for name, value in changes.items():
        access[f"NEWSWIRE_INDEX_{name}"] = str(ready.certificates.other_ca) if value == "other_ca" else value
    store = open_index(settings_of(access))
    with pytest.raises(Unavailable, match=said) as caught:
        await answered(store.count())
    assert "hush" not in str(caught.value)
    await store.close()


async def test_the_right_fingerprint_is_enough_to_trust(ready: Secured) -> None:
    access = {**ready.index_access("search"), "NEWSWIRE_INDEX_CA": ""}
    store = open_index(settings_of(access, NEWSWIRE_INDEX_FINGERPRINT=ready.certificates.fingerprint("server")))
    assert await store.count() >= 0
    await store.close()


def test_the_published_rights_are_those_tried_here() -> None:
    published = Path(__file__).parents[2] / "deploy"
    settings = settings_of({})
    from search.elastic.roles import as_yaml  # noqa: PLC0415
    from streams.kafka.rights import as_script  # noqa: PLC0415

    assert (published / "kafka" / "acls.sh").read_text() == as_script(settings, "User:newswire-{part}")
    assert (published / "elasticsearch" / "roles.yml").read_text() == as_yaml(roles("news"))
    assert Right("Read", "topic", "news.raw") in rights(settings)["read"]
