"""A bucket on moto's server: real HTTP, and S3's own answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pytest

from streams.errors import Rejected, Unavailable
from streams.feeds.pulls.pull import Pull
from streams.feeds.pulls.remote import PullLimits, TemporaryError
from streams.feeds.pulls.sources import PullOptions, source_at
from streams.feeds.state import FeedState
from streams.settings import read_settings
from tests.streams.feeds.sink import Sink

boto = pytest.importorskip("botocore.session", reason="newswire[pull] is not installed")

from streams.feeds.pulls.s3 import S3  # noqa: E402 - needs botocore

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def endpoint():
    server = pytest.importorskip("moto.server").ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint, prefix, tmp_path):
    """A client of the test's own, its bucket, and the source that pulls from ``news/`` in it."""
    (tmp_path / "secret").write_text("not-to-be-logged\n")
    session = boto.Session()
    session.set_credentials("key", "not-to-be-logged")
    client = session.create_client("s3", "us-east-1", endpoint_url=endpoint)
    client.create_bucket(Bucket=prefix)
    options = PullOptions(endpoint=endpoint, password_file=str(tmp_path / "secret"))
    return client, prefix, source_at(f"s3://key@{prefix}/news/", options)


@contextmanager
def opened(source, **changes: int) -> Iterator[S3]:
    made = S3(source, PullLimits.of(read_settings(**changes)))
    made.connect()
    try:
        yield made
    finally:
        made.close()


def test_objects_are_taken_once_in_whatever_order_their_keys_come(bucket, tmp_path) -> None:
    client, name, source = bucket
    sink = Sink(read_settings(data=tmp_path))

    def poll_once() -> list[str]:
        before = len(sink.items)
        with FeedState.of(sink.settings) as state:
            Pull(source, S3(source, PullLimits.of(sink.settings)), state, sink).poll()
        return [item.value.decode() for item in sink.items[before:]]

    for key in ("news/5.xml", "news/a b&ü.xml", "news/half.part", "news/", "other/1.xml"):
        client.put_object(Bucket=name, Key=key, Body=b"<a/>" if key == "news/5.xml" else b"<b/>")
    assert poll_once() == ["<a/>", "<b/>"]
    client.put_object(Bucket=name, Key="news/1.xml", Body=b"<late/>")  # sorts before what was taken
    client.put_object(Bucket=name, Key="news/5.xml", Body=b"<a>2</a>")
    assert sorted(poll_once()) == ["<a>2</a>", "<late/>"]
    client.put_object(Bucket=name, Key="news/5.xml", Body=b"<a>2</a>")  # the same bytes, uploaded again
    assert poll_once() == []
    assert sink.names[0] == f"s3://{name}/news/5.xml"


def test_a_listing_of_several_pages_is_read_whole_and_an_endless_one_is_not(bucket) -> None:
    client, name, source = bucket
    for n in range(1005):
        client.put_object(Bucket=name, Key=f"news/{n:04}.xml", Body=b"x")
    with opened(source) as server:
        assert len(list(server.listing(print))) == 1005
    with opened(source, pull_listed=7) as server, pytest.raises(Rejected, match=r"NEWSWIRE_PULL_LISTED \(7\)"):
        list(server.listing(print))


def test_an_object_that_changed_or_is_too_large_or_gone(bucket) -> None:
    client, name, source = bucket
    for key in ("news/a.xml", "news/b.xml", "news/c.xml"):
        client.put_object(Bucket=name, Key=key, Body=b"x" * (2000 if "c" in key else 4))
    with opened(source, pull_file_bytes=1024) as server:
        a, b, c = server.listing(print)
        client.put_object(Bucket=name, Key="news/a.xml", Body=b"y" * 4)
        client.delete_object(Bucket=name, Key="news/b.xml")
        with pytest.raises(TemporaryError, match="changed while it was read"):
            server.fetch(a, BytesIO())
        with pytest.raises(TemporaryError, match="NoSuchKey"):
            server.fetch(b, BytesIO())
        with pytest.raises(Rejected, match="NEWSWIRE_PULL_FILE_BYTES"):
            server.fetch(c, BytesIO())


def test_a_bucket_that_is_not_there_is_named(bucket) -> None:
    _, _, source = bucket
    missing = source_at("s3://key@not-there/news/", source.options)
    with opened(missing) as server, pytest.raises(Unavailable, match="NoSuchBucket"):
        list(server.listing(print))
