"""No command asks for anybody but the servers that the settings name: no maker of a library, no name server."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from streams.cli.main import newswire
from streams.kafka.embedded import API_VERSION, broker
from streams.kafka.topics import topics
from streams.settings import read_settings
from tests.security.watching import CannotWatch, Watched, watch

ROOT = Path(__file__).parents[2]
NEWSWIRE = [sys.executable, "-m", "streams"]
RUSSIA = "Russia denounced NATO."
FILES = {
    "events.jsonl": "\n".join(
        json.dumps({"event": "a", "title": "Floods", "text": "Floods in Brno.", "url": f"https://example.org/{n}"})
        for n in (1, 2)
    ),
    "file": json.dumps({"guid": "1", "headline": "Putin denounced NATO", "body": f"{RUSSIA} France praised it."}),
    "folder/story.json": json.dumps({"guid": "2", "headline": "Putin praised France"}),
    "tagged.tsv": "EU\tB-ORG\nrejects\tO\ncall\tO\n",
    "frames.jsonl": json.dumps(
        {"sentence": RUSSIA, "stances": [{"holder": [0, 6], "target": [17, 21], "label": "against"}]}
    ),
    "tone.jsonl": json.dumps({"sentence": RUSSIA, "mention": "NATO", "from": 17, "to": 21, "polarity": -1}),
    "pairs.tsv": "sentence\tp\tq\tlabel\n[Russia] denounced [NATO].\tRussia\tNATO\t3\n",
}
# Every command with what makes it do its work, and for how many seconds those that do not end by themselves run. @ stands
# for the folder with the files above. What the embedded broker cannot do, a command says in its way; it has asked by then.
COMMANDS: dict[str, tuple[list[str], float]] = {
    "annotate": (["@file"], 60),
    "archive check": ([], 30),
    "archive forget": (["--apply"], 30),
    "audit": (["--quiet"], 30),
    "corrections export": ([], 30),
    "dead export": ([], 30),
    "dead list": ([], 30),
    "dead replay": (["--everything"], 30),
    "dead show": (["0"], 30),
    "demo": ([], 20),
    "doctor": ([], 30),
    "evaluate entities": (["@tagged.tsv"], 60),
    "evaluate events": (["@events.jsonl"], 60),
    "evaluate frames": (["@frames.jsonl"], 60),
    "evaluate sentiment": (["@tone.jsonl"], 60),
    "evaluate similar": (["@events.jsonl"], 60),
    "evaluate stance": (["@pairs.tsv"], 60),
    "feed api": (["ap", "--show"], 30),
    "feed files": (["@file", "--source", "test"], 30),
    "feed http": (["--port", "0", "--key-file", "@keys"], 8),
    "feed pull": (["ftp://127.0.0.1:1/folder", "--once"], 30),
    "feed rss": (["http://127.0.0.1:1/feed.rss", "--allow-private", "--once"], 30),
    "feed status": ([], 30),
    "feed watch": (["@folder", "--once"], 30),
    "forget": (["--id", "0" * 32], 30),
    "index count": ([], 30),
    "index fields": ([], 30),
    "index migrate": ([], 30),
    "index retain": (["--months", "1", "--dry-run"], 30),
    "index roles": ([], 30),
    "index setup": ([], 30),
    "key": (["somebody"], 30),
    "items": ([], 30),
    "parse": (["@file"], 30),
    "reenrich": (["--query", "Russia"], 30),
    "replay": (["--from", "1h"], 30),
    "search": (["Russia"], 30),
    "searches add": (["Russia", "russia", "--owner", "ann", "--mail", "ann@example.org"], 30),
    "searches list": ([], 30),
    "searches pause": (["Russia"], 30),
    "searches remove": (["Russia"], 30),
    "searches retry": (["Russia"], 30),
    "searches test": (["Russia"], 30),
    "serve": (["--port", "0"], 8),
    "sources": ([], 30),
    "top": (["--once"], 8),
    "skipped": ([], 30),
    "topics acls": ([], 30),
    "topics create": ([], 10),
    "topics list": ([], 30),
    "worker": ([], 25),
}

# Those that go on until they are ended, and those with processes of their own.
ALONE = ("demo", "feed http", "serve", "top", "worker")
# These ask processes of ours, or whom they are told to ask.
ASK_OTHERS = ("demo", "doctor", "feed pull", "feed rss", "top")


@dataclass(frozen=True)
class Place:
    """A broker of this process, and a folder with what commands are pointed at."""

    kafka: str
    folder: Path

    @property
    def port(self) -> int:
        return int(self.kafka.rsplit(":", 1)[1])

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("NEWSWIRE_", "ORT_", "HF_"))}
        return kept | {
            "NEWSWIRE_KAFKA": self.kafka,
            "NEWSWIRE_KAFKA_API_VERSION": API_VERSION,
            "NEWSWIRE_INDEX": f"sqlite:///{self.folder}/news.sqlite",
            "NEWSWIRE_ARCHIVE": str(self.folder / "archive"),
            "NEWSWIRE_DATA": str(self.folder / "data"),
            "NEWSWIRE_LOG_FORMAT": "json",
            "NEWSWIRE_SESSION_TIMEOUT": "6",  # the embedded broker waits so long for who has left a group
            "HOME": str(self.folder / "home"),
            "XDG_CACHE_HOME": "",
            "PYTHONPATH": str(ROOT),
            "CI": "",  # libraries that report home spare machines that test
        }

    def run(self, command: str) -> Watched:
        """Run one command."""
        return self._watch([*NEWSWIRE, *self._line(command)], COMMANDS[command][1])

    def run_in_turn(self, commands: Sequence[str]) -> Watched:
        """Run commands one after the other."""
        lines = [(self._line(command), COMMANDS[command][1]) for command in commands]
        (self.folder / "lines").write_text(json.dumps(lines))
        program = [sys.executable, "-m", "tests.security.in_turn", str(self.folder / "lines")]
        return self._watch(program, sum(seconds for _, seconds in lines))

    def _line(self, command: str) -> list[str]:
        return [*command.split(), *(one.replace("@", f"{self.folder}/") for one in COMMANDS[command][0])]

    def _watch(self, line: Sequence[str], seconds: float) -> Watched:
        try:
            return watch(line, self.environment, self.folder, seconds)
        except CannotWatch as error:
            pytest.skip(str(error))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("home-calls")
    for name in ("home", "folder"):
        (folder / name).mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text + "\n")
    key = subprocess.run([*NEWSWIRE, "key", "test"], capture_output=True, text=True, check=True, timeout=60).stdout
    (folder / "keys").write_text("\n".join(re.findall(r"(?m)^\S+:[0-9a-f]{64}.*$", key)))
    with broker([topic.name for topic in topics(read_settings())]) as address:
        yield Place(address, folder)


def every_command(group: click.Group, before: str = "") -> Iterator[str]:
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        if isinstance(command, click.Group):
            yield from every_command(command, f"{before}{name} ")
        else:
            yield f"{before}{name}"


def test_every_command_is_tried_here() -> None:
    assert COMMANDS.keys() == set(every_command(newswire))


def check(place: Place, watched: Watched) -> None:
    """No usage error, nobody outside asked, nothing coloured in the log, nothing left in the home folder."""
    assert "Usage:" not in watched.output, watched.output
    assert watched.outside == set(), watched.output[-5000:]
    assert "\x1b[" not in watched.output, "no coloured line in a log that is to be JSON"
    assert list((place.folder / "home").rglob("*")) == [], "nothing is left in the home folder"


@pytest.mark.servers
@pytest.mark.parametrize("command", ALONE)
def test_a_command_asks_for_the_configured_servers_only(place: Place, command: str) -> None:
    watched = place.run(command)
    check(place, watched)
    if command not in ASK_OTHERS:
        assert {port for _, port in watched.asked} <= {place.port}


def test_commands_that_end_ask_for_the_configured_servers_only(place: Place) -> None:
    ending = [command for command in COMMANDS if command not in {*ALONE, *ASK_OTHERS}]
    watched = place.run_in_turn(ending)
    check(place, watched)
    assert watched.output.count("== newswire ") == len(ending), watched.output
    assert {port for _, port in watched.asked} == {place.port}, watched.output[-5000:]


def test_commands_ask_nobody_but_whom_they_are_told_to_ask(place: Place) -> None:
    check(place, place.run_in_turn([command for command in ASK_OTHERS if command not in ALONE]))


def test_annotating_finds_names_while_nobody_is_asked(place: Place) -> None:
    watched = place.run("annotate")
    assert watched.status == 0
    assert "NATO" in watched.output
    assert watched.asked == set()


LOOK_UP = "import socket; socket.getaddrinfo('example.invalid', 80)"
SEND = "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))"
CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {LOOK_UP!r}])"


@pytest.mark.parametrize("line", [LOOK_UP, SEND, CHILD], ids=["name", "datagram", "child"])
def test_who_is_asked_is_seen_and_not_reached(tmp_path: Path, line: str) -> None:
    try:
        watched = watch([sys.executable, "-c", line], os.environ, tmp_path, 20)
    except CannotWatch as error:
        pytest.skip(str(error))
    assert watched.outside
    assert "Error" in watched.output or "error" in watched.output


def test_the_switch_is_set_before_the_library_is_there() -> None:
    said = "import os, processors; print(os.environ['ORT_DISABLE_TELEMETRY'])"
    for given in ({}, {"ORT_DISABLE_TELEMETRY": "0"}, {"ORT_DISABLE_TELEMETRY": ""}):
        done = subprocess.run(
            [sys.executable, "-c", said], env=os.environ | given, capture_output=True, text=True, check=True, timeout=60
        )
        assert done.stdout == "1\n"
    assert "ORT_DISABLE_TELEMETRY=1" in (ROOT / "deploy" / "docker" / "Dockerfile").read_text()
