"""The kinds of fault. Each is a function that breaks something of a `Bench`, and mends it before it returns."""

import json
import os
import random
import signal
import time
from collections.abc import Callable
from urllib.request import Request, urlopen

from tests.faults.alerting import ANSWER
from tests.faults.bench import Bench
from tests.faults.planted import command
from tests.faults.senders import hostile_sender, picture_heavy_wire, poison

Fault = Callable[[Bench, random.Random], None]
LONGEST_WAIT = 30.0  # for a write that meets a fault
FREEZE_SECONDS = 14.0  # longer than the session timeout of the run: the partitions go to others meanwhile


def _kill(stage: str) -> Fault:
    def kill(bench: Bench, rng: random.Random) -> None:
        if pids := bench.children(stage):
            os.kill(rng.choice(pids), signal.SIGKILL)

    return kill


def freeze_enrich(bench: Bench, rng: random.Random) -> None:
    """A process stands still until its partitions are gone, then goes on as if nothing were."""
    pid = rng.choice(bench.children("enrich"))
    os.kill(pid, signal.SIGSTOP)
    time.sleep(FREEZE_SECONDS)
    os.kill(pid, signal.SIGCONT)


def join_and_leave(bench: Bench, rng: random.Random) -> None:
    """Workers come and go: partitions are reassigned in the middle of batches."""
    extra = bench.start_worker(rng.choice(("enrich", "index")))
    time.sleep(rng.uniform(4, 8))
    bench.stop_worker(extra)


def clock_jumps(bench: Bench, rng: random.Random) -> None:
    """Workers come whose clock jumps an hour to and fro, take partitions, and leave."""
    extra = bench.start_worker(rng.choice(("enrich", "index")), command=command("clock_that_jumps"))
    time.sleep(rng.uniform(10, 14))
    bench.stop_worker(extra)


def kill_supervisor(bench: Bench, _: random.Random) -> None:
    """The supervisor is killed, and all its processes with it; somebody starts it again."""
    first = bench.supervisors.pop(0)
    first.kill()
    first.wait()
    bench.start_worker()


def restart_kafka(bench: Bench, _: random.Random) -> None:
    """The broker is shut down in order and comes back."""
    bench.kafka.halt()
    time.sleep(2)
    bench.kafka.restart()


def kill_kafka(bench: Bench, _: random.Random) -> None:
    """The broker crashes and comes back."""
    bench.kafka.kill()
    time.sleep(1)
    bench.kafka.restart()


def kill_elasticsearch(bench: Bench, _: random.Random) -> None:
    """The index crashes and comes back."""
    bench.elasticsearch.kill()
    time.sleep(1)
    bench.elasticsearch.restart()


def _proxy(mode: str, seconds: float) -> Fault:
    """So long, and on a slow machine until a write has met it."""

    def break_for_a_while(bench: Bench, _: random.Random) -> None:
        met, end = bench.proxy.met, time.monotonic() + LONGEST_WAIT
        bench.proxy.mode = mode
        time.sleep(seconds)
        while bench.proxy.met == met and time.monotonic() < end:
            time.sleep(0.1)
        bench.proxy.mode = "fine"

    return break_for_a_while


def read_only_index(bench: Bench, rng: random.Random) -> None:
    """Indices are made read-only, as at the disk's high watermark."""
    block = rng.choice(("read_only_allow_delete", "write"))
    url = f"{bench.elasticsearch.url}/{bench.pipeline.prefix}-v1-*/_settings"
    for value in (True, None):
        request = Request(url, json.dumps({f"index.blocks.{block}": value}).encode(), method="PUT")
        request.add_header("Content-Type", "application/json")
        urlopen(request, timeout=30).close()
        time.sleep(4 if value else 0)


def mail_server_away(bench: Bench, _: random.Random) -> None:
    """Nobody listens at the mail server's port for a while."""
    bench.readers.mails.stop()
    time.sleep(4)
    bench.readers.mails.start()


def _slow(name: str) -> Fault:
    """A server that answers later than the stage waits, though it takes what it was sent."""

    def slow_for_a_while(bench: Bench, _: random.Random) -> None:
        server = getattr(bench.readers, name)
        server.slow = ANSWER + 1
        time.sleep(2 * ANSWER)
        server.slow = 0.0

    return slow_for_a_while


def _lies(name: str) -> Fault:
    """A server that takes what it is sent, and closes the connection without saying so."""

    def lie_for_a_while(bench: Bench, _: random.Random) -> None:
        server = getattr(bench.readers, name)
        server.lies = True
        time.sleep(3)
        server.lies = False

    return lie_for_a_while


def webhook_broken(bench: Bench, _: random.Random) -> None:
    """A receiver that answers 503, 429 and 500."""
    bench.readers.hooks.statuses += [503, 429, 500] * 5
    time.sleep(4)
    bench.readers.hooks.statuses.clear()


ALERT_KINDS: dict[str, Fault] = {
    "alert killed": _kill("alert"),
    "mail server away": mail_server_away,
    "mail server slow": _slow("mails"),
    "mail server takes mails and does not say so": _lies("mails"),
    "webhook broken (503, 429, 500)": webhook_broken,
    "webhook slow": _slow("hooks"),
    "webhook takes messages and does not say so": _lies("hooks"),
}
SURE = ("mail server away", "webhook broken (503, 429, 500)")  # nobody took anything without saying so

KINDS: dict[str, Fault] = {
    "read killed": _kill("read"),
    "enrich killed": _kill("enrich"),
    "index killed": _kill("index"),
    "enrich frozen past its session": freeze_enrich,
    "workers join and leave": join_and_leave,
    "supervisor killed": kill_supervisor,
    "clock jumps by an hour": clock_jumps,
    "Kafka restarted": restart_kafka,
    "Kafka killed": kill_kafka,
    "Elasticsearch killed": kill_elasticsearch,
    "Elasticsearch busy (429)": _proxy("busy", 4),
    "Elasticsearch broken (503)": _proxy("broken", 4),
    "Elasticsearch slow": _proxy("slow", 6),
    "connections to Elasticsearch reset": _proxy("reset", 4),
    "index read-only": read_only_index,
    "a hostile sender": hostile_sender,
    "poison in headers and stamps": poison,
    "a wire of pictures": picture_heavy_wire,
    **ALERT_KINDS,
}
