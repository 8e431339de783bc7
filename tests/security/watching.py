"""Whom a program and all that it starts talk to: takes a command, gives the addresses that it asked the kernel for.

By seccomp's notifications, which need no rights and see native code too: whatever connects or sends a datagram waits
until we have read the address. What leaves this machine is noted and refused, so nothing does.
"""

import ctypes
import errno
import fcntl
import ipaddress
import os
import platform
import select
import signal
import socket
import struct
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

# By machine: the architecture as seccomp names it, seccomp's own number, and connect, sendto, sendmsg, sendmmsg.
CALLS = {
    "x86_64": (0xC000003E, 317, (42, 44, 46, 307)),
    "aarch64": (0xC00000B7, 277, (203, 206, 211, 269)),
}
PIDFD_GETFD = 438
NO_NEW_PRIVILEGES, SET_FILTER, LISTENER = 38, 1, 8
ALLOW, NOTIFY = 0x7FFF0000, 0x7FC00000
RECEIVE, SEND, CONTINUE = 0xC0502100, 0xC0182101, 1
HELD = 200  # the listener's number in the child
DNS = 53

libc = ctypes.CDLL(None, use_errno=True)


class CannotWatch(Exception):
    """This system has no such notifications. The message says what it said."""


@dataclass
class Watched:
    """How a command ended, and whom it asked for: host and port, or the path of a socket of this machine."""

    status: int
    output: str
    asked: set[tuple[str, int]] = field(default_factory=set)

    @property
    def outside(self) -> set[tuple[str, int]]:
        """What is not on this machine, and any question for a name."""
        return {(host, port) for host, port in self.asked if not _is_here(host, port)}


def _is_here(host: str, port: int) -> bool:
    """Whether an address is this machine's; who is asked for names there asks others."""
    address = ipaddress.ip_address(host)
    address = getattr(address, "ipv4_mapped", None) or address
    return port != DNS and (address.is_loopback or address.is_unspecified)


def watch(command: Sequence[str], environment: Mapping[str, str], folder: Path, seconds: float) -> Watched:
    """Run ``command`` to its end, or for ``seconds`` and then end it."""
    log = folder / "watched.log"
    with log.open("w") as output:
        try:
            child = subprocess.Popen(
                command, env=dict(environment), cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                preexec_fn=_filter(),  # noqa: PLW1509 - two calls of the kernel's, made ready before the fork
                close_fds=False, start_new_session=True,
            )  # fmt: skip
        except subprocess.SubprocessError as error:
            raise CannotWatch(f"seccomp gives no listener here: {error}") from None
    watched = Watched(0, "")
    with _listener(child.pid) as listener:
        over = threading.Event()
        thread = threading.Thread(target=_listen, args=(listener.fileno(), over, watched.asked), daemon=True)
        thread.start()
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGTERM)
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
        watched.status = child.wait()
        over.set()
        thread.join()
    watched.output = log.read_text(errors="replace")
    return watched


def _filter() -> Callable[[], None]:
    """What the child does before it becomes the command: everything is made ready here, for it has been forked."""
    if platform.machine() not in CALLS:
        raise CannotWatch(f"the numbers of a {platform.machine()}'s calls are not known here")
    architecture, number, (connect, sendto, sendmsg, sendmmsg) = CALLS[platform.machine()]
    steps = [
        (0x20, 0, 0, 4), (0x15, 0, 7, architecture), (0x20, 0, 0, 0),
        (0x15, 6, 0, connect), (0x15, 5, 0, sendmsg), (0x15, 4, 0, sendmmsg), (0x15, 0, 2, sendto),
        (0x20, 0, 0, 16 + 8 * 4), (0x15, 0, 1, 0),  # sendto without an address goes where connect went
        (0x06, 0, 0, ALLOW), (0x06, 0, 0, NOTIFY),
    ]  # fmt: skip
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(code)))

    def apply(_kept: object = code) -> None:
        libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        listener = libc.syscall(number, SET_FILTER, LISTENER, program)
        if listener < 0:
            raise OSError(ctypes.get_errno(), "seccomp")
        os.dup2(listener, HELD)

    return apply


def _listener(child: int) -> "_Held":
    pidfd = os.pidfd_open(child)
    try:
        got = libc.syscall(PIDFD_GETFD, pidfd, HELD, 0)
    finally:
        os.close(pidfd)
    if got < 0:
        os.killpg(child, signal.SIGKILL)
        raise CannotWatch(f"the listener cannot be had: {os.strerror(ctypes.get_errno())}")
    return _Held(got)


class _Held:
    """A file descriptor that is closed at the end of a block."""

    def __init__(self, number: int) -> None:
        self._number = number

    def fileno(self) -> int:
        return self._number

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._number)


def _listen(listener: int, over: threading.Event, asked: set[tuple[str, int]]) -> None:
    """Answer every call until it is over: on with those to this machine, no way for the others."""
    poll = select.poll()
    poll.register(listener, select.POLLIN)
    while not over.is_set():
        if not poll.poll(100):
            continue
        said = bytearray(80)
        try:
            fcntl.ioctl(listener, RECEIVE, said)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.EINTR):
                continue
            return
        call, thread, _, number = struct.unpack_from("QIIi", said)
        arguments = struct.unpack_from("6Q", said, 32)
        to = _address(thread, number, arguments)
        if to:
            asked.add(to)
        here = to is None or _is_here(*to)
        answer = struct.pack("QqiI", call, 0, 0 if here else -errno.ENETUNREACH, CONTINUE if here else 0)
        try:
            fcntl.ioctl(listener, SEND, answer)
        except OSError as error:
            if error.errno != errno.ENOENT:  # who asked has gone
                raise


def _address(thread: int, number: int, arguments: Sequence[int]) -> tuple[str, int] | None:
    """The Internet address that a call names, if it names one."""
    connect, sendto, *_ = CALLS[platform.machine()][2]
    try:
        memory = os.open(f"/proc/{thread}/mem", os.O_RDONLY)
    except OSError:
        return None
    try:
        if number == connect:
            where, size = arguments[1], arguments[2]
        elif number == sendto:
            where, size = arguments[4], arguments[5]
        else:  # both take a message's head, which begins with where its address is and how long
            where, size = struct.unpack("QI", os.pread(memory, 12, arguments[1]))
        raw = os.pread(memory, min(size, 28), where) if where else b""
    except OSError:
        return None
    finally:
        os.close(memory)
    family = struct.unpack_from("H", raw)[0] if len(raw) > 2 else 0
    if family == socket.AF_INET:
        return socket.inet_ntop(family, raw[4:8]), struct.unpack_from(">H", raw, 2)[0]
    if family == socket.AF_INET6:
        return socket.inet_ntop(family, raw[8:24]), struct.unpack_from(">H", raw, 2)[0]
    return None
