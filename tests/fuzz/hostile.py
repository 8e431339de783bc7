"""Four megabytes of malice each: names and bytes of inputs made to take time or memory.

Run as a program it reads each under a limit of memory and prints, as JSON Lines, what that took.
"""

import json
import resource
import time
from datetime import UTC, datetime

from streams.errors import Rejected
from streams.wire import ParseLimits, Raw, parse_all

MOST_MEMORY = 1536 * 1024 * 1024  # bytes of address space, the interpreter and its libraries included


def hostile() -> dict[str, bytes]:
    """The inputs by name: a hundred megabytes, made where they are asked for."""
    return {
        "nested xml": b"<a>" * 1_300_000,
        "nested json": b"[" * 4_000_000,
        "nested objects": b'{"a":' * 800_000,
        "nested html": b'{"headline":"h","body":"</p>' + b"<div>" * 700_000 + b'"}',
        "unclosed html": b'{"headline":"h","body":"' + b"<p>a<b>b" * 400_000 + b'"}',
        "many tables": b'{"headline":"h","body":"</p>' + b"<table><tr><td>" * 240_000 + b'"}',
        "angle brackets": b'{"headline":"h","body":"</p>' + b"<" * 3_900_000 + b'"}',
        "spaces": b'{"headline":"h","body":"' + b" " * 4_000_000 + b'x"}',
        "newlines": b'{"headline":"h","body":"' + b"\\n " * 1_000_000 + b'x"}',
        "a long advisory": b'{"headline":"EDITORS: ' + b"story is " * 400_000 + b'"}',
        "quotes": b'{"headline":"' + b"' " * 1_900_000 + b'"}',
        "many fields": b'{"headline":"h",' + b",".join(b'"k%d":1' % n for n in range(200_000)) + b"}",
        "many lines": b'{"headline":"h"}\n' * 240_000,
        "many associations": b'{"uri":"a","pubstatus":"usable","headline":"h","associations":['
        + b'{"type":"picture"},' * 200_000
        + b"{}]}",
        "many entries": b"<rss><channel>" + b"<item><title>a</title></item>" * 130_000 + b"</channel></rss>",
        "many categories": b"<rss><channel><item><title>a</title>"
        + b"<category>x</category>" * 190_000
        + b"</item></channel></rss>",
        "many items": b"<newsMessage><itemSet>" + b'<newsItem guid="a"/>' * 200_000 + b"</itemSet></newsMessage>",
        "nested items": b"<NewsML>" + b"<NewsItem>" * 90 + b"<a/>" * 900_000 + b"</NewsItem>" * 90 + b"</NewsML>",
        "ampersands": b"<nitf>" + b"&a" * 2_000_000 + b"</nitf>",
        "named characters": b"<nitf><body><body.content>" + b"&nbsp;" * 600_000 + b"</body.content></body></nitf>",
        "control starts": b"\x01bdt0173 4 sp 226  dpa 0525\r\nslug\r\n\x02hello\x03" + b"\x01 \n" * 1_300_000,
        "white headers": b"\x01bdt0173 4 sp 226  dpa 0525\r\nslug\r\n\x02hello\x03\x01" + b" \n" * 2_000_000,
        "asterisks": b"\x01bdt0173 4 sp 226  dpa 0525\r\nslug\r\n\x02hello\r\n" + b"* " * 2_000_000,
        "a wide keyword": b"\x16\x16\x01z6715\x1f-----\r\nr z bc-a 02-20 0500\r\n\x02^" + b" " * 4_000_000,
        "a wide header": b"\x16\x16\x01z6715\x1f-----\r\nr z " + b"a " * 2_000_000,
    }


def main() -> None:
    """Read them all, in one process that may not grow beyond `MOST_MEMORY`."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    for name, data in hostile().items():
        started = time.process_time()
        try:
            parse_all(Raw(data[: ParseLimits().max_bytes], datetime(2024, 1, 1, tzinfo=UTC)))
            outcome = "read"
        except Rejected as refusal:
            outcome = str(refusal)[:200]
        seconds = time.process_time() - started
        print(json.dumps({"name": name, "seconds": seconds, "outcome": outcome}), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
