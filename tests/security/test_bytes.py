"""Bytes that swell, numbers beyond bounds, and files that would run code."""

import ast
import json
from contextlib import closing
from pathlib import Path

import pytest
from kafka import KafkaConsumer, KafkaProducer
from kafka.errors import MessageSizeTooLargeError

from streams.errors import Rejected
from streams.kafka.topics import create_topics, record_limit
from streams.records import Article
from streams.settings import read_settings
from tests.streams.wire import one, read

ROOT = Path(__file__).parents[2]
# Calls that run what a file says, or that hand a string to a shell.
FORBIDDEN = {"eval", "exec", "pickle.load", "pickle.loads", "pickle.Unpickler", "joblib.load", "torch.load", "yaml.load",
             "marshal.loads", "os.system", "os.popen", "shelve.open", "dill.load", "subprocess.getoutput"}  # fmt: skip


def outcome_of(data: bytes) -> list[Article] | Rejected:
    """The articles, or why there is none."""
    try:
        return read(data)
    except Rejected as refusal:
        return refusal


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 5000, "-0", "1" * 400 + ".5"])
def test_a_number_beyond_bounds_costs_no_more_than_its_article(number: str) -> None:
    story = f'{{"guid": "1", "source": "x", "headline": "h", "urgency": {number}, "version_created": {number}}}'
    outcome = outcome_of(story.encode())
    if isinstance(outcome, Rejected):
        assert len(str(outcome)) < 1000
    else:
        assert outcome[0].urgency in (None, *range(1, 10))
        assert outcome[0].version < 2**63


@pytest.mark.parametrize("depth", [100, 5_000, 500_000])
def test_deep_json_is_refused_or_read_and_ends_nothing(depth: int) -> None:
    outcome = outcome_of(b'{"headline":"h","x":' + b"[" * depth + b"]" * depth + b"}")
    assert not isinstance(outcome, Rejected) or len(str(outcome)) < 1000


def test_of_two_fields_of_one_name_one_is_taken() -> None:
    assert one('{"guid": "1", "headline": "first", "headline": "second"}').headline in ("first", "second")


def test_no_file_that_is_loaded_can_run_code() -> None:
    found = []
    for package in ("streams", "search", "processors"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in FORBIDDEN:
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
                if isinstance(node, ast.keyword) and node.arg in ("shell", "allow_pickle"):
                    assert isinstance(node.value, ast.Constant), path
                    assert node.value.value is False, f"{path.relative_to(ROOT)}:{node.value.lineno}"
                if isinstance(node, ast.Import) and {"pickle", "marshal", "shelve"} & {
                    name.name for name in node.names
                }:
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert found == []


@pytest.mark.integration
def test_a_batch_that_swells_is_refused_by_kafka_and_others_are_kept_as_they_will_be_read(kafka, prefix) -> None:
    settings = read_settings(kafka=kafka, topic_prefix=prefix, partitions=1)
    create_topics(settings)
    topic, most = settings.topic("raw"), record_limit(settings)
    options = {"bootstrap_servers": kafka, "acks": "all", "compression_type": "gzip", "max_request_size": 10 * most}
    with closing(KafkaProducer(**options)) as producer:
        bomb = producer.send(topic, b" " * 5 * most)  # some 50 MB, of which 50 kB travel
        with pytest.raises(MessageSizeTooLargeError):
            bomb.get(30)
    with closing(KafkaProducer(**options)) as producer:
        assert producer.send(topic, json.dumps({"headline": "h" * 100_000}).encode()).get(30).offset == 0
    with closing(
        KafkaConsumer(topic, bootstrap_servers=kafka, auto_offset_reset="earliest", consumer_timeout_ms=10_000)
    ) as consumer:
        assert len(next(consumer).value) > 100_000
