"""``newswire parse`` from outside: nothing of ours is imported here."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests import forks

NINJS = '{"uri":"urn:newsml:ex.com:1","pubstatus":"usable","versioncreated":"2024-01-01T00:00:00Z","headline":"H","body_text":"B"}'


def parse(*arguments: str, stdin: bytes = b"") -> tuple[int, list[dict[str, Any]]]:
    return understood(forks.run(("parse", *arguments), os.environ, Path.cwd(), stdin))


def understood(run: subprocess.CompletedProcess[bytes]) -> tuple[int, list[dict[str, Any]]]:
    assert b"Traceback" not in run.stderr
    return run.returncode, [json.loads(line) for line in run.stdout.splitlines()]


def test_files_folders_gzip_and_standard_input(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.json").write_text(NINJS)
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(b'{"headline":"One"}\n{"headline":"Two"}\n'))
    (tmp_path / "c.xml").write_text(
        '<newsItem guid="p"><itemMeta><itemClass qcode="ninat:picture"/></itemMeta></newsItem>'
    )
    command = [sys.executable, "-m", "streams", "parse", str(tmp_path)]
    status, lines = understood(subprocess.run(command, capture_output=True, check=False))
    assert status == 0
    articles = {line["headline"]: line for line in lines if "headline" in line}
    assert articles.keys() == {"H", "One", "Two"}
    first = articles["H"]
    assert first["file"].endswith("a.json")
    assert {
        "format",
        "source",
        "guid",
        "version_created",
        "first_created",
        "status",
        "headline",
        "body",
        "language",
        "embargo_until",
    } <= first.keys()
    assert (first["format"], first["source"], first["version_created"]) == ("ninjs", "ex.com", "2024-01-01T00:00:00Z")
    assert articles["Two"]["line"] == 2
    skipped = [line for line in lines if "skipped" in line]
    assert [(line["skipped"], line["kind"], line["guid"]) for line in skipped] == [
        ("picture: not an article (p)", "picture", "p")
    ]
    assert skipped[0]["file"].endswith("c.xml")
    assert not [line for line in lines if "refused" in line]
    status, lines = parse("-", stdin=b'[\n{"headline":"A"},\n{"headline":"B"}\n]\n')
    assert [line["headline"] for line in lines] == ["A", "B"]
    status, lines = parse("-", "--source", "afp", stdin=NINJS.encode())
    assert (status, lines[0]["source"]) == (0, "afp")


def test_nothing_understood_is_exit_status_1(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("hello")
    status, lines = parse(str(tmp_path / "x.txt"), str(tmp_path / "missing.xml"))
    assert status == 1
    assert len(lines) == 2
    assert "unknown format" in lines[0]["refused"]
    assert "no such file" in lines[1]["refused"]
