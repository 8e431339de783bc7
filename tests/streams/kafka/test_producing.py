"""All producers keep one contract: feeds, commands and stages."""

import re
import subprocess
from pathlib import Path

from kafka import KafkaProducer

from streams.agents.app import make_app
from streams.kafka.producing import producer_options
from streams.kafka.stages import STAGES
from streams.kafka.topics import record_limit
from streams.settings import read_settings

SETTINGS = read_settings(max_article_bytes=1_000_000, delivery_timeout=20)


def test_a_message_is_confirmed_by_all_in_sync_replicas_and_within_the_timeout() -> None:
    options = producer_options(SETTINGS, "newswire-test")
    assert (options["acks"], options["enable_idempotence"], options["client_id"]) == ("all", True, "newswire-test")
    assert options["delivery_timeout_ms"] == options["max_block_ms"] == 20_000
    assert options["request_timeout_ms"] <= options["delivery_timeout_ms"]
    assert options.keys() <= KafkaProducer.DEFAULT_CONFIG.keys()


def test_stages_send_by_the_same_contract() -> None:
    for stage in STAGES:
        app = make_app(stage, SETTINGS)  # type: ignore[arg-type]  # the stages are these
        assert app.conf.producer_acks == -1
        assert app.conf.producer_max_request_size == producer_options(SETTINGS, "x")["max_request_size"]
        assert app.conf.producer_max_request_size == record_limit(SETTINGS) > SETTINGS.max_article_bytes


def test_nobody_makes_a_producer_otherwise() -> None:
    listed = subprocess.run(
        ["git", "grep", "-lE", r"KafkaProducer|producer_acks|\"acks\"", "--", "streams/*.py"],
        cwd=Path(__file__).parents[3], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert re.split(r"\s+", listed.stdout.strip()) == ["streams/kafka/producing.py"]
