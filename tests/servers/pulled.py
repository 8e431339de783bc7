"""Servers that files are pulled from, as Debian has them: OpenSSH, vsftpd and Dovecot, on loopback, for one test.

Each takes a folder of its own and gives its port. ``CannotInstall`` names the package where the program is absent.
"""

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.servers.certificates import Certificates
from tests.servers.errors import CannotInstall
from tests.servers.process import Process, free_ports

START = 30.0
MAIL_USER = "mail" if os.geteuid() == 0 else getpass.getuser()  # Dovecot serves no mail of root


def program(name: str, package: str) -> str:
    """The path of a server."""
    found = shutil.which(name, path=f"/usr/sbin:{os.environ['PATH']}")
    if not found:
        raise CannotInstall(f"{name} is not installed: apt-get install {package}")
    return found


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that servers can enter under other users' names."""
    made = Path(tempfile.mkdtemp(prefix="newswire-pulled-"))
    made.chmod(0o755)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def running(command: list[str], home: Path, port: int) -> Iterator[Process]:
    """A server while the block lasts."""
    process = Process(command, log=home / "server.log", environment=dict(os.environ))
    process.start()
    try:
        process.wait_until(lambda: _answers(port), START)
        yield process
    finally:
        process.stop(5)


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as made:
        return bool(made.recv(1))
    return False


@dataclass
class FileServer:
    """A server of the files in a folder."""

    port: int
    home: Path
    process: Process

    @property
    def root(self) -> Path:
        """The folder that is pulled from."""
        return self.home / "files"


@dataclass
class Sshd(FileServer):
    """OpenSSH: the present user's folder ``root``, opened with the private key ``key``."""

    @property
    def key(self) -> Path:
        """The client's key."""
        return self.home / "client"

    @property
    def known_hosts(self) -> Path:
        """The server's key, as ssh knows it."""
        return self.home / "known_hosts"

    @property
    def address(self) -> str:
        """Where to pull from."""
        return f"sftp://{getpass.getuser()}@127.0.0.1:{self.port}{self.root}"

    def fingerprint(self) -> str:
        """The server's key, as ssh-keygen shows it."""
        shown = subprocess.run(
            ["ssh-keygen", "-lf", str(self.home / "host.pub")], check=True, capture_output=True, text=True
        )
        return shown.stdout.split()[1]


@contextmanager
def sshd() -> Iterator[Sshd]:
    """OpenSSH's server, which allows one key SFTP and nothing else."""
    command = program("sshd", "openssh-server")
    with folder() as home:
        (home / "files").mkdir()
        for name in ("host", "client"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(home / name)], check=True)
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)
        (port,) = free_ports(1)
        host = (home / "host.pub").read_text().split()
        (home / "known_hosts").write_text(f"[127.0.0.1]:{port} {host[0]} {host[1]}\n")
        (home / "sshd.conf").write_text(
            f"Port {port}\nListenAddress 127.0.0.1\nHostKey {home}/host\nPidFile none\nUsePAM no\nStrictModes no\n"
            f"AuthorizedKeysFile {home}/client.pub\nPasswordAuthentication no\nPermitRootLogin prohibit-password\n"
            "Subsystem sftp internal-sftp\nForceCommand internal-sftp\n"
        )
        with running([command, "-D", "-e", "-f", str(home / "sshd.conf")], home, port) as process:
            yield Sshd(port, home, process)


@dataclass
class Vsftpd(FileServer):
    """vsftpd with anonymous logins in ``root``; with TLS, which it then insists on."""

    def address(self, scheme: str) -> str:
        """Where to pull from."""
        return f"{scheme}://ftp@127.0.0.1:{self.port}/wire"


@contextmanager
def vsftpd(certificates: Certificates | None = None) -> Iterator[Vsftpd]:
    """Debian's FTP server."""
    command = program("vsftpd", "vsftpd")
    with folder() as home:
        (home / "files" / "wire").mkdir(parents=True)
        port, low = free_ports(1)[0], 32_100
        settings = {
            "listen": "YES", "listen_address": "127.0.0.1", "listen_port": port, "background": "NO",
            "run_as_launching_user": "YES", "anonymous_enable": "YES", "anon_root": home / "files",
            "no_anon_password": "YES", "write_enable": "YES", "anon_upload_enable": "YES",
            "anon_mkdir_write_enable": "YES", "anon_other_write_enable": "YES", "anon_world_readable_only": "NO",
            "anon_umask": "022", "seccomp_sandbox": "NO", "isolate": "NO", "isolate_network": "NO",
            "pasv_min_port": low, "pasv_max_port": low + 800, "xferlog_enable": "NO", "secure_chroot_dir": home,
        }  # fmt: skip
        if certificates:
            settings |= {
                "ssl_enable": "YES", "allow_anon_ssl": "YES", "force_anon_logins_ssl": "YES",
                "force_anon_data_ssl": "YES", "require_ssl_reuse": "YES", "ssl_ciphers": "HIGH",
                "rsa_cert_file": certificates.certificate("server"), "rsa_private_key_file": certificates.key("server"),
            }  # fmt: skip
        (home / "vsftpd.conf").write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        (home / "vsftpd.conf").chmod(0o600)
        with running([command, str(home / "vsftpd.conf")], home, port) as process:
            yield Vsftpd(port, home, process)


PASSWORD = "not-to-be-logged"


@dataclass
class Dovecot:
    """Dovecot with the user ``wire``, whose mailboxes are there to be filled over IMAP."""

    port: int
    plain_port: int
    home: Path
    process: Process

    @property
    def password_file(self) -> Path:
        """The user's password."""
        return self.home / "password"


DOVECOT = """
protocols = imap
listen = 127.0.0.1
base_dir = {home}/run
state_dir = {home}/run
log_path = {home}/dovecot.log
ssl = required
ssl_cert = <{certificate}
ssl_key = <{key}
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
mail_location = maildir:{home}/mail/%u
first_valid_uid = 1
first_valid_gid = 0
mail_max_userip_connections = 100
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {secure}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@contextmanager
def dovecot(certificates: Certificates) -> Iterator[Dovecot]:
    """Debian's IMAP server."""
    import grp  # noqa: PLC0415 - absent on Windows
    import pwd  # noqa: PLC0415

    command = program("dovecot", "dovecot-imapd")
    with folder() as home:
        user = pwd.getpwnam(MAIL_USER)
        (home / "mail").mkdir()
        root = os.geteuid() == 0
        if root:
            os.chown(home / "mail", user.pw_uid, user.pw_gid)
        (home / "password").write_text(PASSWORD + "\n")
        plain, secure = free_ports(2)
        internal = "dovecot" if root else getpass.getuser()
        text = DOVECOT.format(
            home=home, certificate=certificates.certificate("server"), key=certificates.key("server"),
            internal=internal, internal_group=grp.getgrgid(pwd.getpwnam(internal).pw_gid).gr_name,
            login="dovenull" if root else internal, password=PASSWORD, uid=user.pw_uid, gid=user.pw_gid,
            plain=plain, secure=secure,
        )  # fmt: skip
        (home / "dovecot.conf").write_text(text)
        with running([command, "-F", "-c", str(home / "dovecot.conf")], home, plain) as process:
            yield Dovecot(secure, plain, home, process)
