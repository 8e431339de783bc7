"""The feeds as their users run them, on real Kafka: what they report as taken is there, through kills and outages."""

import json
import random
import signal
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from search.http.keys import make_key
from streams.feeds.state import FILE, FeedState
from tests.forks import Fork
from tests.integration.pipeline import Pipeline
from tests.servers import CannotInstall, Kafka
from tests.waiting import wait_for

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]

KEY, LINE = make_key("reuters")


@pytest.fixture
def pipeline(kafka, prefix, tmp_path) -> Pipeline:
    return Pipeline(kafka, "sqlite:///news.db", prefix, tmp_path, {"NEWSWIRE_PARTITIONS": "2", "NEWSWIRE_KEYS": LINE})


@contextmanager
def feed(pipeline: Pipeline, *arguments: str) -> Iterator[Fork]:
    """``newswire feed …`` while the block runs; its log is in the pipeline's folder."""
    process = pipeline.start("feed", *arguments, log="feed.log")
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0, (pipeline.folder / "feed.log").read_text()


def test_a_drop_folder_loses_nothing_through_kills(pipeline, tmp_path) -> None:
    folder, done = tmp_path / "in", tmp_path / "done"
    folder.mkdir()
    total = 300

    def deliver() -> None:
        for n in range(total):
            half = folder / f"{n}.xml.part"
            half.write_text(f"<nitf>{n}")
            if n % 3:  # some receivers write under the final name
                half.rename(folder / f"{n}.xml")
                half = folder / f"{n}.xml"
            with half.open("a") as file:
                file.write("</nitf>")
            if not n % 3:
                half.rename(folder / f"{n}.xml")
            time.sleep(0.05)

    receiver = threading.Thread(target=deliver)
    receiver.start()
    command = ["feed", "watch", str(folder), "--done", str(done), "--every", "0.05s", "--settle", "0.5s"]
    for _ in range(4):
        process = pipeline.start(*command, log="feed.log")
        before = len(list(done.rglob("*.xml")))
        wait_for(lambda: len(list(done.rglob("*.xml"))) > before or not receiver.is_alive(), "files taken")  # noqa: B023 - used at once
        time.sleep(random.uniform(0, 1))
        process.kill()
        process.wait(30)
    receiver.join()
    finished = pipeline.run("feed", "watch", str(folder), "--done", str(done), "--settle", "0.5s", "--once")
    assert finished.returncode == 0, finished.stderr
    values = Counter(record.value.decode() for record in pipeline.records("raw"))
    assert set(values) == {f"<nitf>{n}</nitf>" for n in range(total)}
    assert values.total() <= total + 4 * 200  # at most one batch again for each kill
    assert sorted(p.name for p in done.iterdir()) == sorted(f"{n}.xml" for n in range(total))
    assert list(folder.iterdir()) == []
    assert pipeline.run("feed", "watch", str(folder), "--once").returncode == 0
    assert len(pipeline.records("raw")) == values.total()


def test_standard_input_by_a_dash(pipeline) -> None:
    fed = pipeline.run("feed", "-", "--source", "wire", stdin=b'{"headline": "x"}')
    assert "1 accepted, 0 rejected" in fed.stdout, fed.stderr
    record = pipeline.records("raw")[0]
    assert record.value == b'{"headline": "x"}'
    assert dict(record.headers)["source"] == b"wire"


class Provider(BaseHTTPRequestHandler):
    """Serves one feed, with an ETag."""

    body = b""

    def do_GET(self) -> None:
        etag = f'"{len(self.body)}"'
        same = self.headers.get("If-None-Match") == etag
        self.send_response(304 if same else 200)
        self.send_header("ETag", etag)
        self.end_headers()
        if not same:
            self.wfile.write(self.body)

    def log_message(self, *_) -> None:
        """Say nothing."""


def test_an_rss_feed_is_followed_through_restarts(pipeline, tmp_path) -> None:
    items = [f"<item><guid>{n}</guid><title>Story {n}</title></item>" for n in range(5)]
    Provider.body = f"<rss><channel>{''.join(items[:3])}</channel></rss>".encode()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}/rss"
    (tmp_path / "feeds.toml").write_text(f'[[feed]]\nurl = "{url}"\nname = "it"\nevery = "0.2s"\nsource = "wire"\n')
    try:
        refused = pipeline.run("feed", "rss", "--feeds", "feeds.toml", "--once")
        assert (refused.returncode, "private address" in refused.stdout) == (1, True)
        for known in (3, 5):
            Provider.body = f"<rss><channel>{''.join(items[:known])}</channel></rss>".encode()
            with feed(pipeline, "rss", "--feeds", "feeds.toml", "--allow-private"):
                wait_for(lambda: len(pipeline.records("raw")) >= known, "entries on Kafka")  # noqa: B023 - used at once
                time.sleep(1)
        again = pipeline.run("feed", "rss", "--feeds", "feeds.toml", "--allow-private", "--once")
        assert (again.returncode, again.stdout) == (0, "it: 0 accepted\n")
    finally:
        server.shutdown()
        server.server_close()
    records = pipeline.records("raw")
    assert sorted(record.key for record in records) == [f"wire/it#{n}".encode() for n in range(5)]
    assert {record.value.decode() for record in records} == {f"<rss><channel>{item}</channel></rss>" for item in items}


def post(address: str, body: bytes, key: str = KEY) -> tuple[int, dict[str, Any]]:
    request = urllib.request.Request(address + "/articles", body, {"Authorization": f"Bearer {key}"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error) | {"retry": error.headers["Retry-After"]}


def address(pipeline: Pipeline) -> str:
    """Where the HTTP feed that was started last listens."""
    log = pipeline.folder / "feed.log"
    wait_for(lambda: "listening on " in log.read_text(), "the feed listens")
    return log.read_text().rsplit("listening on ", 1)[1].split()[0]


def test_what_http_confirms_lies_where_it_says(pipeline) -> None:
    with feed(pipeline, "http", "--port", "0"):
        where = address(pipeline)
        status, answer = post(where, b'{"headline": "a"}\n{"headline": "b"}\n')
        assert post(where, b"x", "wrong")[0] == 401
        assert post(where, b"")[0] == 400
    assert (status, answer["accepted"]) == (202, 2)
    records = {(record.partition, record.offset): record for record in pipeline.records("raw")}
    assert len(records) == 2
    for told, value in zip(answer["items"], (b'{"headline": "a"}', b'{"headline": "b"}'), strict=True):
        record = records[told["partition"], told["offset"]]
        assert (record.value, record.key.decode(), record.topic) == (value, told["key"], told["topic"])
        assert dict(record.headers)["trace-id"].decode() == told["trace_id"]
        assert dict(record.headers)["source"] == b"reuters"
    assert KEY not in (pipeline.folder / "feed.log").read_text()


@pytest.mark.servers
def test_http_without_kafka_is_503_and_202_again_when_it_is_back(prefix, tmp_path) -> None:
    try:
        server = Kafka.start()
    except CannotInstall as error:
        pytest.skip(f"no Kafka here: {error}")
    pipeline = Pipeline(server.address, "sqlite:///news.db", prefix, tmp_path, {"NEWSWIRE_KEYS": LINE})
    try:
        with feed(pipeline, "http", "--port", "0", "--confirm", "4s"):
            where = address(pipeline)
            assert post(where, b"<a/>")[0] == 202
            server.kill()
            start = time.monotonic()
            status, answer = post(where, b"<b/>")
            assert (status, answer["retry"]) == (503, "10"), answer
            assert time.monotonic() - start < 30
            server.restart()
            wait_for(lambda: post(where, b"<b/>")[0] == 202, "202 again")
        assert {record.value for record in pipeline.records("raw")} == {b"<a/>", b"<b/>"}
    finally:
        server.stop()


def test_a_silent_feed_is_reported(pipeline, tmp_path) -> None:
    (tmp_path / ".newswire").mkdir()
    now = time.time()
    with FeedState(tmp_path / ".newswire" / FILE) as state:
        for name, last in (("watch:/quick", 7200), ("watch:/well", 60)):
            state.open_feed(name, "watch")
            for minutes in range(600, 0, -10):
                state.arrived(name, now - last - minutes * 60)
            state.arrived(name, now - last)
    done = pipeline.run("feed", "status", "--json", "--check")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["feed"], row["silent"]) for row in rows] == [("watch:/quick", True), ("watch:/well", False)]
    assert all(abs(row["usual_gap_seconds"] - 600) < 5 for row in rows)
    assert done.returncode == 1
    table = pipeline.run("feed", "status").stdout
    assert "SILENT" in table
    assert "10m" in table
