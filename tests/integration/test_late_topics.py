"""A stage that starts before its topics are made, as on Kubernetes: on a real Kafka that makes none by itself."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from kafka import KafkaAdminClient
from kafka.errors import CoordinatorNotAvailableError

from streams.agents.scrape_targets import addresses
from streams.kafka.topics import create_topics
from streams.settings import Settings, read_settings
from tests.integration.pipeline import Pipeline
from tests.servers import CannotInstall, Kafka
from tests.waiting import wait_for

pytestmark = [pytest.mark.integration, pytest.mark.servers]

WITHIN = 45.0  # seconds; by Kafka's own default it would be 300


@pytest.fixture(scope="module")
def strict_kafka() -> Iterator[str]:
    try:
        server = Kafka.start(settings={"auto.create.topics.enable": "false"})
    except CannotInstall as error:
        pytest.skip(str(error))
    with server:
        yield server.address


def ready(settings: Settings) -> tuple[int, list[str]]:
    """The status of /readyz of the one process there is, and what it says is wrong."""
    (address,) = addresses(settings) or [""]
    if not address:
        return 0, []
    try:
        with urllib.request.urlopen(f"http://{address}/readyz", timeout=5) as answer:
            return answer.status, json.load(answer)["wrong"]
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)["wrong"]
    except OSError:
        return 0, []


def has_joined(pipeline: Pipeline, stage: str) -> bool:
    """Whether a stage has joined its group, and Kafka has dealt out all partitions that there are."""
    group = f"{pipeline.prefix}-{stage}"
    with closing(KafkaAdminClient(bootstrap_servers=pipeline.kafka)) as admin:
        try:
            found = admin.describe_groups([group])[group]
        except CoordinatorNotAvailableError:  # a fresh Kafka makes its topic of groups for the first that asks
            return False
    return bool(found["members"]) and found["group_state"] == "Stable"


def test_a_stage_before_its_topics_is_not_ready_and_takes_them_soon(strict_kafka, prefix, tmp_path: Path) -> None:
    extra = {"NEWSWIRE_DATA": str(tmp_path / "data"), "NEWSWIRE_CREATE_TOPICS": "false"}
    pipeline = Pipeline(strict_kafka, f"sqlite:///{tmp_path / 'index.sqlite'}", prefix, tmp_path, extra)
    settings = read_settings(kafka=strict_kafka, topic_prefix=prefix, data=tmp_path / "data", partitions=4)
    with pipeline.worker("read"):
        wait_for(lambda: any("missing" in said for said in ready(settings)[1]), "missing topics are told")
        status, wrong = ready(settings)
        assert status == 503
        assert f"{prefix}.raw" in " ".join(wrong)
        assert f"{prefix}.articles" in " ".join(wrong), "what it writes to is missing too"
        wait_for(lambda: has_joined(pipeline, "read"), "it has joined its group, with no partition")
        create_topics(settings)
        began = time.monotonic()
        pipeline.run("feed", "-", stdin=b'{"guid": "1", "headline": "Late topics"}\n')
        wait_for(lambda: pipeline.committed("read") == 1, "the article is read", WITHIN)
        wait_for(lambda: ready(settings) == (200, []), "it is ready", WITHIN - (time.monotonic() - began))
