import os
import re
import subprocess
import sys
import time

import pytest

from streams.agents.suspects import CRASHES_TO_REJECT, Suspects
from streams.agents.watchdog import KILLED_HERE, memory_used
from streams.errors import SettingsError, TooManyRejected
from tests.streams.messages import Event, Message
from tests.waiting import PATIENCE

EVENTS = [Event(Message(offset=n)) for n in range(6)]
DIE_IN = """
import os, sys
from pathlib import Path
from streams.agents.suspects import Suspects
from tests.streams.agents.test_watchdog import EVENTS
suspects = Suspects(Path(sys.argv[1]), "stance")
with suspects.working([EVENTS[int(n)] for n in sys.argv[2:]]):
    os._exit(9)
"""


@pytest.fixture
def suspects_of(tmp_path):
    opened = []

    def open_suspects() -> Suspects:
        opened.append(Suspects(tmp_path, "stance"))
        return opened[-1]

    yield open_suspects
    for suspects in opened:
        suspects.close()


def die_in(folder, *numbers: int) -> None:
    """Have a process of its own die while it works on these events."""
    done = subprocess.run([sys.executable, "-c", DIE_IN, str(folder), *map(str, numbers)], check=False)
    assert done.returncode == 9


def sizes(suspects) -> list[int]:
    return [len(batch) for batch in suspects.batches(EVENTS)]


def test_without_deaths_everything_is_worked_on_together(suspects_of) -> None:
    assert sizes(suspects_of()) == [6]


def test_what_a_process_died_in_is_tried_alone_and_in_order(tmp_path, suspects_of) -> None:
    die_in(tmp_path, 2, 3)
    suspects = suspects_of()
    assert sizes(suspects) == [2, 1, 1, 2]
    assert [e.message.offset for batch in suspects.batches(EVENTS) for e in batch] == list(range(6))
    assert not any(map(suspects.is_poison, EVENTS))


def test_an_article_that_two_processes_die_in_alone_is_poison_and_no_other(tmp_path, suspects_of) -> None:
    die_in(tmp_path, 2, 3)
    for _ in range(CRASHES_TO_REJECT):
        die_in(tmp_path, 3)
    suspects = suspects_of()
    assert [suspects.is_poison(event) for event in EVENTS] == [False, False, False, True, False, False]


def test_a_living_process_learns_of_a_death_when_it_looks(tmp_path, suspects_of) -> None:
    living = suspects_of()
    die_in(tmp_path, 1)
    assert sizes(living) == [6]
    living.read_crash_records()
    assert sizes(living) == [1, 1, 4]


def test_what_a_living_or_orderly_process_works_on_is_no_suspect(tmp_path, suspects_of) -> None:
    one = suspects_of()
    with one.working(EVENTS):
        assert sizes(suspects_of()) == [6]
    one.close()
    assert sizes(suspects_of()) == [6]


def test_an_error_at_the_work_is_evidence_but_not_one_that_is_our_own(tmp_path, suspects_of) -> None:
    for error, batches in (
        (ValueError("of the article"), [6]),
        (SettingsError("ours"), []),
        (TooManyRejected("ours"), []),
    ):
        suspects = Suspects(tmp_path / type(error).__name__, "stance")
        with pytest.raises(type(error)), suspects.working(EVENTS):
            raise error
        suspects._file.close()  # as at its process's end
        successor = Suspects(tmp_path / type(error).__name__, "stance")
        assert sizes(successor) == ([1] * 6 if batches else [6])
        successor.close()


def test_who_dies_while_it_waits_for_kafka_leaves_no_suspects(tmp_path, suspects_of) -> None:
    code = DIE_IN.replace("    os._exit(9)", "    with suspects.paused():\n        os._exit(9)")
    subprocess.run([sys.executable, "-c", code, str(tmp_path), "1"], check=False)
    assert sizes(suspects_of()) == [6]
    after = DIE_IN.replace("    os._exit(9)", "    with suspects.paused():\n        pass\n    os._exit(9)")
    subprocess.run([sys.executable, "-c", after, str(tmp_path), "1"], check=False)
    assert sizes(suspects_of()) == [1, 1, 4]


def test_old_or_broken_evidence_counts_for_nothing(tmp_path, suspects_of) -> None:
    die_in(tmp_path, 1)
    for path in tmp_path.glob("*.work"):
        os.utime(path, (time.time() - 10**6,) * 2)
    (tmp_path / "stance-x.work").write_bytes(b"{broken")
    assert sizes(suspects_of()) == [6]


HANG = """
import asyncio, re, sys, threading, time
from streams.agents.watchdog import Watchdog
began = time.monotonic()
def stall():
    return ["lag, but no commit"] if {stalls} and time.monotonic() - began > 1 else []
dog = Watchdog(seconds={seconds}, megabytes={megabytes}, stall=stall, every=0.1)
async def wait_for_an_answer_that_never_comes():
    await asyncio.sleep(60)
async def main():
    watching = asyncio.create_task(dog.run())
    await asyncio.sleep(0.3)
    def work():
        with dog.timing("stance"):
            {work}
    threading.Thread(target=work, daemon=True).start()
    await wait_for_an_answer_that_never_comes()
asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("work", "seconds", "megabytes", "status", "said"),
    [
        ("time.sleep(60)", 1, 0, KILLED_HERE, "NEWSWIRE_ARTICLE_SECONDS"),
        (
            "hoard = [bytearray(b'x' * 2**20) for _ in range(900)]; time.sleep(60)",
            60,
            300,
            KILLED_HERE,
            "NEWSWIRE_MEMORY_MB",
        ),
        ("re.match('(a+)+$', 'a' * 60 + '!')", 1, 0, 1, "Timeout"),  # holds the interpreter's lock: only C can end it
    ],
)
def test_the_watchdog_ends_a_process_that_hangs_or_hoards(work, seconds, megabytes, status, said) -> None:
    code = HANG.format(work=work, seconds=seconds, megabytes=megabytes, stalls=False)
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == status
    assert said in done.stderr


def test_the_watchdog_ends_a_process_that_stands_still_and_says_what_it_waits_for() -> None:
    code = HANG.format(work="pass", seconds=60, megabytes=0, stalls=True)
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == KILLED_HERE
    assert "lag, but no commit (NEWSWIRE_STUCK_SECONDS)" in done.stderr
    assert re.search(r"main .* > wait_for_an_answer_that_never_comes .* > sleep ", done.stderr)


def test_memory_is_seen() -> None:
    assert memory_used() > 5
