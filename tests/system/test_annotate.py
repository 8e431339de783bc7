"""``newswire annotate`` from outside: started by Python once, and forked for what else it is to show."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import forks

STORY = {
    "id": "call",
    "headline": "Putin, Xi Denounce US Interference",
    "body": "MOSCOW - Russian President Vladimir Putin and his Chinese counterpart Xi Jinping denounced US interference in a "
    "phone call, Kremlin aide Yuri Ushakov told reporters.\n\nPutin backed the one-China policy. The United States has "
    "criticized China over Taiwan.",
}


def annotate(*arguments, given=b""):
    return forks.run(("annotate", *arguments), os.environ, Path.cwd(), given)


def rows(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_call_from_standard_input():
    command = [sys.executable, "-m", "streams", "annotate", "-"]
    story = json.dumps(STORY).encode()
    done = subprocess.run(command, input=story, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    (row,) = rows(done)
    assert row["id"] == "call"
    assert row["failures"] == {}
    assert {"Vladimir Putin", "Xi Jinping", "Yuri Ushakov", "United States", "Taiwan"} <= {
        e["name"] for e in row["entities"]
    }
    stances = {(s["holder"], s["label"], s["target"]) for s in row["stance"]}
    assert {("Vladimir Putin", "favor", "one-China policy"), ("United States", "against", "China")} <= stances
    of_the_us = {(s["holder"], s["label"]) for s in row["stance"] if "country:US" in s["about"]}
    assert {("Vladimir Putin", "against"), ("Xi Jinping", "against")} <= of_the_us
    for entity in row["entities"]:
        assert all(row["text"][m["start"] : m["end"]] == m["text"] for m in entity["mentions"])
    for stance in row["stance"]:
        assert row["text"][stance["evidence"]["start"] : stance["evidence"]["end"]] == stance["evidence"]["text"]
    assert row["sentiment"].keys() == {"score", "label", "confidence", "sentences", "entities"}


def test_a_packed_file_with_bad_lines_keeps_order_and_passes(tmp_path):
    file = tmp_path / "stories.jsonl.gz"
    lines = [
        json.dumps({"id": 1, "body": "Good."}),
        "{broken",
        "",
        '{"id": 3}',
        '{"headline": "Путин 习近平 😀"}',
        "[]",
    ]
    file.write_bytes(gzip.compress("\n".join(lines).encode()))
    done = annotate(str(file))
    assert done.returncode == 0
    found = rows(done)
    assert [row.get("id") or row["line"] for row in found] == ["1", 2, 4, "5", 6]
    assert all(row["refused"] for row in found if "line" in row)
    assert b"3 of 5 lines rejected" in done.stderr


@pytest.mark.parametrize(
    "given", [b"not json\n", b"\xff\xfe\n", b'{"body": 5}\n', b'{"body": "' + b"a" * 300_000 + b'"}']
)
def test_nothing_but_refusals_is_a_failure(given):
    done = annotate("-", given=given)
    assert done.returncode == 1
    (row,) = rows(done)
    assert row["line"] == 1
    assert row["refused"]
    assert b"Traceback" not in done.stderr


def test_no_lines_are_no_failure():
    assert annotate("-").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["no/such/file"], b"no/such/file"), (["-", "--pipeline", "no_such"], b"no_such"), ([], b"FILE")],
)
def test_wrong_usage_is_named(arguments, said):
    done = annotate(*arguments)
    assert done.returncode in {1, 2}
    assert said in done.stderr
    assert b"Traceback" not in done.stderr


def test_help_has_examples():
    assert b"newswire annotate stories.jsonl.gz" in annotate("--help").stdout


def test_explained_to_people():
    story = {"id": "1\x1b[2J", "body": "Putin backed the one-China policy."}
    done = annotate("-", "--explain", given=json.dumps(story).encode() + b"\n{broken\n")
    assert done.returncode == 0, done.stderr
    told = done.stdout.decode()
    assert "Putin favor one-China policy (high, score 0." in told
    assert "cue: backed" in told
    assert "characters 0 to 34: Putin backed the one-China policy." in told
    assert "line 2 rejected" in told
    assert "\x1b" not in told
