"""Pulled feeds as their users run them, on a real Kafka and real servers: killed at the worst moments, on two machines."""

import imaplib
import json
import os
import signal
import ssl
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.integration.pipeline import Pipeline
from tests.servers import CannotInstall
from tests.servers.certificates import Certificates, make_certificates
from tests.servers.pulled import PASSWORD, Dovecot, dovecot, sshd, vsftpd
from tests.waiting import wait_for

pytestmark = [pytest.mark.integration, pytest.mark.servers, pytest.mark.timeout(900)]

# Runs ``newswire`` and dies, as by kill -9, at one moment.
PLANTED = """
import os, signal, sys
from streams.feeds import shared_state
from streams.feeds.pulls import pull
def die(*said):
    if [*said[-1]]:
        os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[1] == "between sending and marking":
    shared_state.Marks.send = die  # takes the marks last; there are none to send where nothing is forgotten
else:
    pull.Sending.send = lambda *_: die("now")
sys.argv = ["newswire", *sys.argv[2:]]
from streams.cli import main
main()
"""


class Way(ABC):
    """One way in: a server, how a story gets there, and what ``newswire feed pull`` is told."""

    arguments: tuple[str, ...]

    @abstractmethod
    def deliver(self, number: int) -> None:
        """Put a story there."""


class FolderWay(Way):
    """A folder that the test can write to."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder, self.arguments = folder, (*arguments, "--settle", "1s")

    def deliver(self, number: int) -> None:
        half = self.folder / f".{number}"
        half.write_text(story(number))
        half.rename(self.folder / f"{number}.json")


class Mailbox(Way):
    """A mailbox, filled over IMAP, with the stories as attachments."""

    def __init__(self, server: Dovecot, certificates: Certificates) -> None:
        self.server, self.ca = server, str(certificates.ca)
        self.arguments = (
            f"imaps://wire@localhost:{server.port}/INBOX", "--ca", self.ca, "--password-file", str(server.password_file)
        )  # fmt: skip

    def deliver(self, number: int) -> None:
        client = imaplib.IMAP4_SSL(
            "localhost", self.server.port, ssl_context=ssl.create_default_context(cafile=self.ca)
        )
        client.login("wire", PASSWORD)
        head = f"Subject: {number}\r\nContent-Type: application/json; name={number}.json\r\n\r\n"
        assert client.append("INBOX", "", "", (head + story(number)).encode())[0] == "OK"
        client.logout()


class Bucket(Way):
    """A bucket on moto's server."""

    def __init__(self, endpoint: str, name: str, secret: Path) -> None:
        import botocore.session  # noqa: PLC0415 - of an extra

        secret.write_text("not-to-be-logged")
        session = botocore.session.Session()
        session.set_credentials("key", "not-to-be-logged")
        self.client, self.name = session.create_client("s3", "us-east-1", endpoint_url=endpoint), name
        self.client.create_bucket(Bucket=name)
        self.arguments = (f"s3://key@{name}/news/", "--endpoint", endpoint, "--password-file", str(secret))

    def deliver(self, number: int) -> None:
        self.client.put_object(Bucket=self.name, Key=f"news/{number}.json", Body=story(number).encode())


def story(number: int) -> str:
    return json.dumps({"id": f"story-{number}", "headline": f"Story {number}", "body": "It ends."})


@pytest.fixture(scope="module")
def certificates(tmp_path_factory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@contextmanager
def way_in(name: str, certificates: Certificates, tmp_path: Path, bucket: str) -> Iterator[Way]:
    try:
        if name == "sftp":
            with sshd() as server:
                yield FolderWay(
                    server.root, server.address, "--key-file", str(server.key), "--known-hosts", str(server.known_hosts)
                )
        elif name == "ftps":
            with vsftpd(certificates) as ftp:
                yield FolderWay(ftp.root / "wire", ftp.address("ftps"), "--ca", str(certificates.ca))
        elif name == "ftp":
            with vsftpd() as ftp:
                yield FolderWay(ftp.root / "wire", ftp.address("ftp"))
        elif name == "imaps":
            with dovecot(certificates) as mail:
                yield Mailbox(mail, certificates)
        else:
            moto = pytest.importorskip("moto.server")
            stand = moto.ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
            stand.start()
            host, port = stand.get_host_and_port()
            try:
                yield Bucket(f"http://{host}:{port}", bucket, tmp_path / "secret")
            finally:
                stand.stop()
    except CannotInstall as error:
        pytest.skip(str(error))


@pytest.fixture
def pipeline(kafka, prefix, tmp_path) -> Pipeline:
    settings = {"NEWSWIRE_PARTITIONS": "2", "NEWSWIRE_SESSION_TIMEOUT": "6"}
    return Pipeline(kafka, "sqlite:///news.db", prefix, tmp_path, settings)


def machine(pipeline: Pipeline, name: str) -> Pipeline:
    """The same pipeline from another machine: with a state folder of its own."""
    extra = {**pipeline.extra, "NEWSWIRE_DATA": str(pipeline.folder / name)}
    return Pipeline(pipeline.kafka, pipeline.index, pipeline.prefix, pipeline.folder, extra)


def pulled(pipeline: Pipeline, way: Way, *more: str) -> str:
    """What one poll of each says."""
    done = pipeline.run("feed", "pull", *way.arguments, "--source", "desk", "--once", *more)
    assert done.returncode == 0, done.stdout + done.stderr
    assert PASSWORD not in done.stdout + done.stderr
    return (
        done.stdout.partition(": ")[2].strip()
        if not done.stdout.startswith("s3")
        else done.stdout.rpartition(": ")[2].strip()
    )


def takes(pipeline: Pipeline, way: Way, number: int) -> None:
    """Poll until so many were accepted: a file just written waits for the next poll, as does who is not yet the owner."""
    accepted: list[int] = []

    def enough() -> bool:
        said = pulled(pipeline, way)
        accepted.append(int(said.split()[0]) if said.endswith(" accepted") else -1)
        return accepted[-1] >= 0 and sum(each for each in accepted if each > 0) >= number

    wait_for(enough, f"{number} are accepted")
    assert sum(each for each in accepted if each > 0) == number


def dies(pipeline: Pipeline, way: Way, moment: str) -> None:
    """Run the feed until it is killed at a moment."""
    command = [
        sys.executable,
        "-c",
        PLANTED,
        moment,
        "feed",
        "pull",
        *way.arguments,
        "--source",
        "desk",
        "--every",
        "0.5s",
    ]
    done = subprocess.run(
        command, env=pipeline.environment, cwd=pipeline.folder, capture_output=True, timeout=120, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def stories(pipeline: Pipeline) -> Counter[str]:
    return Counter(json.loads(record.value)["id"] for record in pipeline.records("raw"))


@pytest.mark.parametrize("name", ["sftp", "ftps", "ftp", "imaps", "s3"])
def test_killed_at_the_worst_moments_nothing_is_lost_and_another_machine_goes_on(
    name, pipeline, certificates, tmp_path, prefix
) -> None:
    one, other = machine(pipeline, "one"), machine(pipeline, "other")
    with way_in(name, certificates, tmp_path, prefix) as way:
        for number in (1, 2):
            way.deliver(number)
        takes(one, way, 2)
        way.deliver(3)
        dies(one, way, "between sending and marking")
        way.deliver(4)
        dies(one, way, "between fetching and sending")
        takes(other, way, 2)
        takes(other, way, 0)
        takes(one, way, 0)
    # What was sent and not marked is sent again, with the same key; the index has it once.
    assert stories(pipeline) == {"story-1": 1, "story-2": 1, "story-3": 2, "story-4": 1}
    assert len({record.key for record in pipeline.records("raw")}) == 4


def test_two_processes_share_a_server_and_when_one_is_killed_the_other_goes_on(
    pipeline, certificates, tmp_path, prefix
) -> None:
    with way_in("sftp", certificates, tmp_path, prefix) as way:
        assert pipeline.run("topics", "create").returncode == 0
        processes = {name: following(machine(pipeline, name), way) for name in ("one", "other")}
        try:
            way.deliver(0)
            wait_for(lambda: len(stories(pipeline)) == 1, "the first story")
            for number in range(1, 6):
                way.deliver(number)
            wait_for(lambda: len(stories(pipeline)) > 1, "some of the rest")
            owner = next(name for name in processes if "accepted" in log_of(pipeline, name))
            processes[owner].kill()
            way.deliver(6)
            wait_for(lambda: len(stories(pipeline)) == 7, "all stories")
            time.sleep(3)  # what is sent twice cannot be waited for
        finally:
            for process in processes.values():
                process.send_signal(signal.SIGTERM)
            ended = {name: process.wait(60) for name, process in processes.items()}
        assert ended.pop(owner) == -signal.SIGKILL
        assert set(ended.values()) == {0}
    assert stories(pipeline).total() <= 7 + 5  # at most what was in flight at the kill


def following(pipeline: Pipeline, way: Way) -> subprocess.Popen[bytes]:
    command = [*pipeline.command, "feed", "pull", *way.arguments, "--source", "desk", "--every", "0.5s"]
    with (pipeline.folder / f"{Path(pipeline.extra['NEWSWIRE_DATA']).name}.log").open("w") as log:
        return subprocess.Popen(command, env=pipeline.environment, cwd=pipeline.folder, stdout=log, stderr=log)


def log_of(pipeline: Pipeline, name: str) -> str:
    return (pipeline.folder / f"{name}.log").read_text()


def test_a_story_sent_twice_after_a_kill_is_once_in_the_index(pipeline, certificates, tmp_path, prefix) -> None:
    with way_in("sftp", certificates, tmp_path, prefix) as way:
        way.deliver(1)
        dies(pipeline, way, "between sending and marking")
        assert pulled(pipeline, way) == "1 accepted"
    assert stories(pipeline) == {"story-1": 2}
    with pipeline.worker():
        wait_for(lambda: pipeline.lag() == 0, "everything indexed", 300)
        wait_for(lambda: pipeline.run("index", "count", "--all").stdout.strip() == "1", "one story", 60)


def test_links_and_what_is_being_written_are_left_and_bad_files_are_moved(
    pipeline, certificates, tmp_path, prefix
) -> None:
    with way_in("sftp", certificates, tmp_path, prefix) as way:
        assert isinstance(way, FolderWay)
        secret = tmp_path / "secret.json"
        secret.write_text(story(9))
        (way.folder / "link.json").symlink_to(secret)
        (way.folder / "half.json.part").write_text(story(8))
        (way.folder / "empty.xml").write_text("")
        (way.folder / "sub").mkdir()
        way.deliver(1)
        os.utime(way.folder / "1.json", (1, 1))
        (way.folder / "1.json").rename(way.folder / "sub" / "1.json")
        said = pulled(pipeline, way, "--done", "done", "--failed", "failed", "--settle", "0")
        assert said == "1 accepted"
        assert sorted(str(one.relative_to(way.folder)) for one in way.folder.rglob("*") if not one.is_dir()) == [
            "done/sub/1.json", "failed/empty.xml", "half.json.part", "link.json"
        ]  # fmt: skip
    assert stories(pipeline) == {"story-1": 1}


def test_a_mailbox_made_again_with_new_numbers_repeats_nothing(pipeline, certificates, tmp_path, prefix) -> None:
    with way_in("imaps", certificates, tmp_path, prefix) as way:
        assert isinstance(way, Mailbox)
        for number in (1, 2):
            way.deliver(number)
        assert pulled(pipeline, way) == "2 accepted"
        for uids in (way.server.home / "mail" / "wire").rglob("dovecot*"):
            uids.unlink()  # the server now knows no numbers, and gives new ones
        way.deliver(3)
        assert pulled(pipeline, way) == "1 accepted"
        assert pulled(pipeline, way) == "0 accepted"
    assert set(stories(pipeline).values()) == {1}


def test_hosts_that_are_not_known_are_refused(pipeline, certificates, tmp_path, prefix) -> None:
    wrong = {
        "sftp": ("--host-key", "SHA256:" + "x" * 43, "host key is not known"),
        "ftps": ("--ca", str(certificates.other_ca), "CERTIFICATE_VERIFY_FAILED"),
        "imaps": ("--ca", str(certificates.other_ca), "CERTIFICATE_VERIFY_FAILED"),
    }
    for name, (option, value, said) in wrong.items():
        with way_in(name, certificates, tmp_path, f"{prefix}{name}") as way:
            way.deliver(1)
            done = pipeline.run("feed", "pull", *way.arguments, option, value, "--once")
            assert done.returncode == 1
            assert said in done.stdout
    assert pipeline.records("raw") == []
