"""A folder and a bucket keep what is put into them, whole, and say what is wrong. The bucket is on moto's server."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from streams.archive.stores import ArchiveStore, Folder, Listing, open_archive
from streams.errors import SettingsError, Unavailable
from streams.settings import read_settings


@contextmanager
def bucket(prefix: str) -> Iterator[ArchiveStore]:
    boto = pytest.importorskip("botocore.session", reason="newswire[pull] is not installed")
    server = pytest.importorskip("moto.server").ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        endpoint = "http://{}:{}".format(*server.get_host_and_port())
        session = boto.Session()
        session.set_credentials("key", "secret")
        session.create_client("s3", "us-east-1", endpoint_url=endpoint).create_bucket(Bucket=prefix)
        access = {"archive_endpoint": endpoint, "archive_key": "key", "archive_secret": "secret"}
        yield open_archive(read_settings(archive=f"s3://{prefix}/wire/raw", **access))
    finally:
        server.stop()


@pytest.fixture(params=["folder", pytest.param("bucket", marks=pytest.mark.servers)])
def store(request: pytest.FixtureRequest, tmp_path: Path, prefix: str) -> Iterator[ArchiveStore]:
    if request.param == "folder":
        yield open_archive(read_settings(archive=str(tmp_path / "archive")))
        return
    with bucket(prefix) as made:
        yield made


def content(store: ArchiveStore, name: str) -> bytes:
    with store.reading(name) as stream:
        return stream.read()


def test_what_is_put_is_listed_read_replaced_and_removed(store: ArchiveStore) -> None:
    assert store.listing() == Listing([], [])
    assert not store.has("ap/2026-11-26/a.gz")
    store.put("ap/2026-11-26/a.gz", b"one")
    store.put("ap/2026-11-26/a.gz", b"another")
    store.put("reuters/2026-11-27/b.gz", b"")
    assert store.listing() == Listing(["ap", "reuters"], [])
    assert store.listing("ap") == Listing(["2026-11-26"], [])
    assert store.listing("ap/2026-11-26") == Listing([], ["a.gz"])
    assert content(store, "ap/2026-11-26/a.gz") == b"another"
    assert store.has("ap/2026-11-26/a.gz")
    store.remove("ap/2026-11-26/a.gz")
    store.remove("ap/2026-11-26/a.gz")
    assert not store.has("ap/2026-11-26/a.gz")
    with pytest.raises(Unavailable, match=r"cannot read ap/2026-11-26/a\.gz: No"):
        content(store, "ap/2026-11-26/a.gz")


@pytest.mark.servers
def test_a_long_listing_of_a_bucket_is_read_to_its_end(prefix: str) -> None:
    with bucket(prefix) as store:
        for number in range(1003):
            store.put(f"ap/2026-11-26/{number:05d}", b"")
        assert len(store.listing("ap/2026-11-26").files) == 1003


def test_files_are_their_owner_s_and_unfinished_ones_are_not_seen(tmp_path: Path) -> None:
    store = Folder(tmp_path / "archive")
    store.put("ap/2026-11-26/a.gz", b"one")
    path = tmp_path / "archive" / "ap" / "2026-11-26" / "a.gz"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (path.parent / ".b.gz.x.part").write_bytes(b"half")
    assert store.listing("ap/2026-11-26").files == ["a.gz"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir(mode=0o500)
    with pytest.raises(Unavailable, match="cannot write ap/x/a: Permission denied"):
        Folder(tmp_path / "archive").put("ap/x/a", b"")


def test_a_file_in_the_way_is_said(tmp_path: Path) -> None:
    (tmp_path / "ap").write_text("no folder")
    with pytest.raises(Unavailable, match="cannot write ap/x/a"):
        Folder(tmp_path).put("ap/x/a", b"")
    assert not [one for one in os.listdir(tmp_path) if one.endswith(".part")]  # noqa: PTH208 - hidden ones too


@pytest.mark.parametrize("place", ["gs://bucket", "s3://", "s3://key:secret@bucket/", "http://x/"])
def test_a_place_that_is_none_is_refused_at_the_start(place: str) -> None:
    with pytest.raises(SettingsError, match="NEWSWIRE_ARCHIVE"):
        read_settings(archive=place)
