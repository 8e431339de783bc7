"""``newswire demo`` from outside: it finds every story again, and leaves nothing running or lying about."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

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
        done = subprocess.run([*search, hidden], env=index, capture_output=True, text=True, timeout=60, check=True)
        assert done.stdout == "", hidden


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks into /proc, which is Linux's")
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
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
    """The supervisor and its three stages, once they all run."""

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
