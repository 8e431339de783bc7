import gzip
import io
import json

import pytest

from streams.errors import Rejected
from streams.feeds.files import Refusal, find_files, read_items
from streams.feeds.producer import FeedItem

MAX = 10_000


def items(path):
    return list(read_items(str(path), "s", MAX))


def test_json_lines_are_cut_by_line_and_blank_lines_left_out(tmp_path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"headline": "one"}\n\n{"headline": "two"}\r\nbroken\n')
    got = items(path)
    assert [i.value for i in got] == [b'{"headline": "one"}', b'{"headline": "two"}', b"broken"]
    assert [i.name.rsplit(":", 1)[1] for i in got] == ["1", "3", "4"]


def test_a_line_that_is_too_long_is_refused_alone(tmp_path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"a": 1}\n{"b": "' + b"x" * 5 * MAX + b'"}\n{"c": 3}\n')
    one, two, three = items(path)
    assert isinstance(two, Refusal)
    assert "NEWSWIRE_MAX_ARTICLE_BYTES" in two.reason
    assert two.name.endswith(":2")
    assert (one.value, three.value) == (b'{"a": 1}', b'{"c": 3}')


def test_a_pretty_printed_document_is_one_item(tmp_path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"headline": "x", "subject": [{"name": "y"}]}, indent=1))
    assert len(items(path)) == 1


def test_lines_are_found_by_content_where_the_name_does_not_tell(tmp_path) -> None:
    path = tmp_path / "feed.txt"
    path.write_text('{"headline": "one"}\n{"headline": "two"}\n')
    assert len(items(path)) == 2


def test_gzip_is_undone_whatever_the_name(tmp_path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(gzip.compress(b'{"headline": "one"}\n{"headline": "two"}\n'))
    assert len(items(path)) == 2


def test_a_broken_or_exploding_gzip_is_refused(tmp_path) -> None:
    cut, bomb = tmp_path / "cut.gz", tmp_path / "bomb.gz"
    cut.write_bytes(gzip.compress(bytes(range(256)) * 100)[:-20])
    bomb.write_bytes(gzip.compress(b"<" * 100 * MAX))
    assert [type(i) for i in items(cut)] == [Refusal]
    assert "MAX_ARTICLE_BYTES" in items(bomb)[0].reason


def test_folders_are_walked_in_order_without_hidden_files(tmp_path) -> None:
    for name in ("b/2.xml", "a/1.xml", ".git/config", "a/.hidden"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("<x/>")
    assert [f[-7:] for f in find_files((str(tmp_path),))] == ["a/1.xml", "b/2.xml"]


def test_a_missing_path_is_named() -> None:
    with pytest.raises(Rejected, match="nowhere"):
        find_files(("nowhere.json",))


def test_standard_input(monkeypatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(b'{"headline": "one"}\n{"headline": "two"}'))
    monkeypatch.setattr("sys.stdin", stdin)
    assert [i.name for i in items("-")] == ["standard input:1", "standard input:2"]


def test_an_item_carries_what_the_feed_knows() -> None:
    item = FeedItem(b"x", "file:1", "reuters")
    names = dict(item.headers)
    assert item.key == b"reuters/file:1"
    assert names["source"] == b"reuters"
    assert len(names["trace-id"]) == 32
    assert "content-type" not in names
