"""``newswire demo`` from outside: it finds every story again, what it prints for another terminal works there as
printed, and it leaves nothing running or lying about.
"""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

import streams
from tests import forks
from tests.waiting import wait_for

DEMO = [sys.executable, "-m", "streams", "demo"]
SECONDS = 240


def environment(tmp_path: Path) -> dict[str, str]:
    """Ours, with a folder for temporary files that can be looked into, and as narrow as a terminal gets."""
    return {**os.environ, "TMPDIR": str(tmp_path), "COLUMNS": "80"}


@pytest.fixture(scope="module")
def demonstrated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("demo")
    done = subprocess.run(
        [*DEMO, "--once", "--keep", str(folder / "kept")],
        check=False,
        env=environment(folder),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    return folder, done


def test_every_story_is_found_again(demonstrated: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    _, done = demonstrated
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Every sample story is found again." in done.stdout
    assert " 0 rejected" in done.stdout
    assert done.stderr == ""


def test_it_fits_80_columns_and_holds_no_control_codes(
    demonstrated: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    _, done = demonstrated
    copied = ("export ", "-m streams ", "newswire ", "The index is kept")  # lines to copy are not broken
    long = [line for line in done.stdout.splitlines() if len(line) > 80 and not any(c in line for c in copied)]
    assert long == []
    assert "\x1b" not in done.stdout


def test_the_kept_index_answers_searches(demonstrated: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, _ = demonstrated
    index = {**environment(folder), "NEWSWIRE_INDEX": f"sqlite:///{folder}/kept/news.sqlite"}
    search = [sys.executable, "-m", "streams", "search", "--json"]
    asked = ['"one-China policy"', "--holder", "Putin", "--label", "favor"]
    done = subprocess.run([*search, *asked], env=index, capture_output=True, text=True, timeout=60, check=True)
    assert [json.loads(line)["headline"] for line in done.stdout.splitlines()] == [
        "Putin and Xi denounce US interference in phone call"
    ]
    for hidden in ("Orfeum", '"time capsule"', "Vantongeren"):  # killed, embargoed, withheld
        seen = forks.run(("search", "--json", hidden), index, folder)
        assert (seen.returncode, seen.stdout) == (0, b""), hidden


ARTICLES = (
    {"id": "1", "headline": "Kenya condemns Sudan over border shooting", "date": "2026-11-20T10:00:00Z"},
    {"id": "2", "headline": "Norway's port workers end strike", "body": "Workers in Bergen returned on Friday."},
    {"id": "3", "headline": "Peru backs Chile's bid for the Games", "body": "Peru supports Chile, Lima said."},
    {
        "id": "4",
        "headline": "Bundesrat lehnt Zölle auf Stahl ab",
        "body": "Die Länder stimmten dagegen.",
        "language": "de",
    },
)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[str], subprocess.Popen[bytes]]]:
    """A demo of one's own files that stays up: its folder, the lines that it printed, its process."""
    folder = tmp_path_factory.mktemp("own articles")
    (folder / "stories.jsonl").write_text("\n".join(map(json.dumps, ARTICLES)))
    (folder / "wire").mkdir()
    rss = Path(streams.__file__).parent / "sample_wire" / "wire" / "hvn" / "rss.xml"
    (folder / "wire" / "feed.xml").write_bytes(rss.read_bytes())
    (folder / "wire" / "empty.json").touch()
    printed = folder / "printed"
    with (
        printed.open("wb") as out,
        subprocess.Popen(
            [*DEMO, "stories.jsonl", "wire", "--source", "mine"], env=environment(folder), cwd=folder, stdout=out
        ) as demo,
    ):
        try:
            wait_for(lambda: b"Running until" in printed.read_bytes() or demo.poll() is not None, "it runs", SECONDS)
            yield folder, printed.read_text().splitlines(), demo
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(60)


def elsewhere(folder: Path, lines: list[str]) -> subprocess.CompletedProcess[str]:
    """Another terminal, as somebody has it who has just logged in: another folder, nothing set."""
    another = {name: os.environ[name] for name in ("HOME", "PYTHONPATH", "LANG") if name in os.environ}
    (folder / "elsewhere").mkdir(exist_ok=True)
    return subprocess.run(
        ["bash", "-eu", "-c", "\n".join(lines)],
        check=False,
        env=another | {"PATH": "/usr/bin:/bin"},
        cwd=folder / "elsewhere",
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )


def test_one_s_own_files_are_fed_and_found(own: tuple[Path, list[str], subprocess.Popen[bytes]]) -> None:
    _, lines, demo = own
    assert demo.poll() is None, lines
    (summary,) = (line for line in lines if "items fed" in line)
    assert "5 items fed, 1 rejected" in summary
    assert "wire/empty.json: empty" in lines
    assert any("Peru" in line and "for" in line for line in lines)
    (page,) = {line.split("The page: ")[1].split()[0] for line in lines if "The page: http://" in line}
    with urllib.request.urlopen(f"{page}/static/page.js", timeout=30) as answer:
        assert answer.status == 200


def test_what_is_printed_for_another_terminal_works_there(
    own: tuple[Path, list[str], subprocess.Popen[bytes]],
) -> None:
    folder, lines, _ = own
    start = lines.index("From another terminal: copy and paste")
    copied = [line.strip() for line in lines[start:] if line.startswith("  ")]
    exports = [line for line in copied if line.startswith("export ")]
    feeds = [line for line in copied if " feed " in line]
    searches = [line for line in copied if " search " in line]
    assert len(exports) + len(feeds) + len(searches) == len(copied)
    assert len(feeds) == 2
    assert len(searches) >= 4
    fed = elsewhere(folder, exports + feeds)
    assert fed.returncode == 0, fed.stderr
    accepted = [line for line in fed.stdout.splitlines() if "accepted" in line]
    assert accepted == ["1 accepted, 0 rejected", "5 accepted, 1 rejected"]  # of the files that are one's own
    mine, *tried = searches
    found = wait_for(lambda: elsewhere(folder, [*exports, mine]).stdout, "the story of the printed line is found")
    assert "Norway praises Chile" in found
    for line in tried:
        done = elsewhere(folder, [*exports, line])
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip(), line
    assert list((folder / "elsewhere").iterdir()) == []


def test_a_file_that_is_not_there_is_said_before_anything_starts(tmp_path: Path) -> None:
    done = forks.run(("demo", "missing.jsonl"), environment(tmp_path), tmp_path)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr == b"newswire: missing.jsonl: no such file or folder\n"


def test_a_folder_that_cannot_be_made_is_said_before_anything_starts(tmp_path: Path) -> None:
    done = forks.run(("demo", "--keep", "/dev/null/demo"), environment(tmp_path), tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Invalid value for --keep: /dev/null/demo cannot be made: Not a directory" in done.stderr


@pytest.mark.servers  # it starts a demo of its own
def test_where_no_story_can_be_read_it_says_why(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text('{"headline": "cut off')
    done = forks.run(("demo", "--once", "bad.json"), environment(tmp_path), tmp_path)
    assert done.returncode == 1
    assert b"bad.json: JSON: " in done.stdout
    assert done.stderr == b""


needs_proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks into /proc, which is Linux's")


@needs_proc
def test_nothing_is_left_when_it_is_ended(own: tuple[Path, list[str], subprocess.Popen[bytes]]) -> None:
    """The last test of this demo, which ends with it."""
    folder, _, demo = own
    workers = workers_of(demo.pid)
    demo.send_signal(signal.SIGINT)
    demo.wait(60)
    wait_for(lambda: not any(alive(pid) for pid in workers), "the workers end")
    assert list(folder.glob("newswire-demo-*")) == []


@needs_proc
@pytest.mark.servers  # each starts a demo of its own
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_however_it_is_ended(tmp_path: Path, end: signal.Signals) -> None:
    """Ended while it works; the workers end too, and of the temporary files only SIGKILL leaves any."""
    with subprocess.Popen(
        DEMO, env=environment(tmp_path), cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as demo:
        workers = workers_of(demo.pid)
        demo.send_signal(end)
        demo.wait(60)
    wait_for(lambda: not any(alive(pid) for pid in workers), "the workers end")
    if end != signal.SIGKILL:
        assert list(tmp_path.glob("newswire-demo-*")) == []


def workers_of(pid: int) -> set[int]:
    """The supervisor and its stages, once they all run."""

    def all_run() -> set[int]:
        found = descendants(pid)
        return found if len(found) >= 4 else set()

    return wait_for(all_run, "the demo starts its processes")


def descendants(pid: int) -> set[int]:
    children = {int(child) for child in children_of(pid)}
    return children.union(*(descendants(child) for child in children))


def children_of(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []


def alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and is not yet collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
