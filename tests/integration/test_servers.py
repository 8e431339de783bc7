"""The test servers themselves: they are real, keep their data after a crash, and stop with the process that started them."""

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer

from tests.servers import CannotInstall, Elasticsearch, Kafka
from tests.waiting import wait_for

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
LISTENING = "0A"  # as /proc/net/tcp writes it


def request(url: str, body: Any = None, method: str = "GET") -> Any:
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(url, data=data, method=method, headers={"content-type": "application/json"})
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return json.load(answer)


@pytest.mark.servers
def test_kafka_keeps_confirmed_messages_over_a_crash(prefix: str) -> None:
    try:
        server = Kafka.start()
    except CannotInstall as error:
        pytest.skip(str(error))
    with server:
        address = server.address
        producer = KafkaProducer(bootstrap_servers=address, acks="all")
        producer.send(f"{prefix}.raw", b"before").get(timeout=30)
        producer.close()
        server.kill()
        assert server.process.pid is None
        server.restart()
        assert server.address == address
        consumer = KafkaConsumer(
            f"{prefix}.raw", bootstrap_servers=address, auto_offset_reset="earliest", consumer_timeout_ms=20_000
        )
        try:
            assert next(consumer).value == b"before"
        finally:
            consumer.close()
    assert not server.directory.exists()


@pytest.fixture(scope="module")
def own_elasticsearch() -> Iterator[Elasticsearch]:
    try:
        server = Elasticsearch.start()
    except CannotInstall as error:
        pytest.skip(str(error))
    with server:
        yield server


@pytest.mark.servers
def test_elasticsearch_has_the_english_analyzer(own_elasticsearch: Elasticsearch) -> None:
    found = request(f"{own_elasticsearch.url}/_analyze", {"analyzer": "english", "text": "The policies"}, "POST")
    assert [token["token"] for token in found["tokens"]] == ["polici"]


@pytest.mark.servers
def test_elasticsearch_keeps_documents_over_a_crash(own_elasticsearch: Elasticsearch, prefix: str) -> None:
    url = own_elasticsearch.url
    request(f"{url}/{prefix}/_doc/1", {"headline": "before"}, "PUT")
    own_elasticsearch.kill()
    own_elasticsearch.restart()
    assert own_elasticsearch.url == url
    assert request(f"{url}/{prefix}/_doc/1")["_source"] == {"headline": "before"}


@pytest.mark.servers
def test_elasticsearch_with_security_asks_who_you_are() -> None:
    files = {"users": "admin:secret\n", "users_roles": "superuser:admin\n"}
    security = {"xpack.security.enabled": "true"}
    try:
        server = Elasticsearch.start(settings=security, files=files, credentials="admin:secret")
    except CannotInstall as error:
        pytest.skip(str(error))
    with server, pytest.raises(urllib.error.HTTPError, match="401"):
        request(f"{server.url}/_cluster/health")


@pytest.mark.servers
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_servers_end_with_whoever_started_them(end: signal.Signals) -> None:
    if end == signal.SIGKILL and sys.platform != "linux":
        pytest.skip("only Linux tells a child of its parent's sudden death")
    command = [sys.executable, "-m", "tests.servers", "start", "--only", "kafka"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as starter:
        assert starter.stdout is not None
        line = starter.stdout.readline()
        if not line.startswith("export"):
            starter.wait(60)
            pytest.skip(line)
        port = int(line.split()[1].rpartition(":")[2])
        assert listens(port)
        starter.send_signal(end)
        starter.wait(60)
        wait_for(lambda: not listens(port), "nothing listens any more")


def listens(port: int) -> bool:
    """Whether some process holds the port, from the kernel's table, so that nothing connects to it."""
    if sys.platform != "linux":
        return subprocess.run(["lsof", f"-itcp:{port}"], check=False, capture_output=True).returncode == 0
    tables = [table for name in ("tcp", "tcp6") if (table := Path(f"/proc/net/{name}")).exists()]
    rows = [line.split() for table in tables for line in table.read_text().splitlines()[1:]]
    return any(row[1].endswith(f":{port:04X}") and row[3] == LISTENING for row in rows)


def test_shared_servers_answer(kafka: str, elasticsearch_url: str, prefix: str) -> None:
    producer = KafkaProducer(bootstrap_servers=kafka, acks="all")
    assert producer.send(f"{prefix}.raw", b"hello").get(timeout=30).offset == 0
    producer.close()
    assert request(f"{elasticsearch_url}/_cluster/health")["status"] in {"green", "yellow"}
