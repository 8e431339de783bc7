"""Random damage: takes bytes, returns others, the same for the same seed."""

import json
import random
import re
from collections.abc import Callable, Sequence
from typing import Any

from lxml import etree

INTERESTING = (
    b"", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"&amp;", b"&nbsp;", b"&#0;", b"&x;", b"<![CDATA[", b"]]>", b"<!--", b"<?x?>",
    b'<!DOCTYPE a [<!ENTITY x "y">]>', b"<p>" * 300, b"</p>", b"[" * 300, b'{"a":' * 50, b"1e999", b"NaN", b"-1", b"9" * 400, b"null",
    b"true", b"[]", b"{}", b'""', b"\xed\xa0\x80", b"\xf0\x9f\x92\xa9", b"\\ud800", b"\r\n", b"\x01", b"\x02", b"\x03", b"^", b"<",
    b"stat:canceled", b"0000-00-00T00:00:00Z", b"9999-12-31T23:59:59-14:00", b"0001-01-01T00:00:00+14:00", b" " * 2000, b"a:" * 200,
)  # fmt: skip
_PIECE = re.compile(rb"<[^<>]{0,400}>|\"[^\"]{0,200}\"|[^<>\"]{1,200}")

Mutation = Callable[[bytes, random.Random, Sequence[bytes]], bytes]


def _flip(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    changed = bytearray(data)
    for _n in range(rng.randint(1, 8)):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _insert(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.choice(INTERESTING) + data[at:]


def _cut(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    start = rng.randrange(len(data))
    return data[:start] + data[min(len(data), start + rng.choice((1, 5, 50, 500, 5000))) :]


def _truncate(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    return data[: rng.randrange(len(data))]


def _swap_pieces(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    """Exchange, repeat or replace whole tags, strings and texts: the structure breaks, not the characters."""
    pieces = _PIECE.findall(data)
    if len(pieces) < 2:
        return data
    for _n in range(rng.randint(1, 4)):
        i, j = rng.randrange(len(pieces)), rng.randrange(len(pieces))
        pieces[i] = rng.choice((pieces[j], pieces[i] * 2, rng.choice(INTERESTING), pieces[i] + pieces[j]))
    return b"".join(pieces)


def _splice(data: bytes, rng: random.Random, others: Sequence[bytes]) -> bytes:
    other = rng.choice(others)
    return data[: rng.randrange(len(data) + 1)] + other[rng.randrange(len(other) + 1) :]


def _recode(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    text = data.decode("latin-1")
    return text.encode(rng.choice(("utf-16", "utf-16-le", "utf-32", "utf-8-sig", "cp500", "utf-7")))


def _wrap(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    start, end = rng.choice(
        ((b"[", b"]"), (b'{"items":[', b"]}"), (b"<a>", b"</a>"), (b"ZCZC\r\n", b"NNNN"), (b"\x01", b"\x03"))
    )
    return start + data + end


VALUES = (
    "", " ", "x", "&", "<p>a</p>", "0", "-1", "11", "1e400", "2021-13-45T99:99:99Z", "9999-12-31T23:59:59-14:00", "stat:canceled",
    "Canceled", "sig:correction", "usable", "UPDATE 2-", "EDITORS: the story is WITHDRAWN", "KILL", "urn:newsml:a:b:c:1", "http://[", "a" * 3000,
    "\u202e\u0000\ud800\ufeff", "<div>" * 400, "&#x1F4A9;", "EMBARGOED UNTIL 1200 GMT", "\n\n\n", "en_US", "ninat:text", "text/html",
)  # fmt: skip


def _tree(data: bytes, rng: random.Random, others: Sequence[bytes]) -> bytes:
    """Damage that leaves the document well formed: elements or members dropped, doubled, moved, with odd values."""
    start = data.lstrip()[:1]
    try:
        if start == b"<":
            return _xml_tree(data, rng)
        if start in (b"{", b"["):
            return _json_tree(data, rng)
    except (etree.LxmlError, ValueError, RecursionError):
        pass
    return _swap_pieces(data, rng, others)


def _xml_tree(data: bytes, rng: random.Random) -> bytes:
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    elements = list(root.iter(etree.Element))
    for _n in range(rng.randint(1, 5)):
        element, other = rng.choice(elements), rng.choice(elements)
        match rng.randrange(6):
            case 0 if element.getparent() is not None:
                element.getparent().remove(element)
            case 1:
                other.append(etree.fromstring(etree.tostring(element, with_tail=False)))
            case 2:
                element.text = _xml_safe(rng.choice(VALUES))
            case 3 if element.attrib:
                element.set(rng.choice(list(element.attrib)), _xml_safe(rng.choice(VALUES)))
            case 4:
                element.tag = other.tag
            case _:
                element.text, other.text = other.text, element.text
    tostring: bytes = etree.tostring(root)
    return tostring


def _xml_safe(text: str) -> str:
    return "".join(c for c in text if c in "\t\n" or (c >= " " and not "\ud800" <= c <= "\udfff"))


def _json_tree(data: bytes, rng: random.Random) -> bytes:
    document = json.loads(data)
    for _n in range(rng.randint(1, 5)):
        holders = [h for h in _holders(document) if h]
        if not holders:
            break
        holder, giver = rng.choice(holders), rng.choice(holders)
        key = rng.choice(list(holder)) if isinstance(holder, dict) else rng.randrange(len(holder))
        given = rng.choice(list(giver)) if isinstance(giver, dict) else rng.randrange(len(giver))
        values: list[Any] = [
            rng.choice(VALUES),
            None,
            3,
            -1.5,
            True,
            [],
            {},
            [[]],
            giver[given],
            [giver[given]],
            {"value": holder[key]},
        ]
        new = rng.choice(values)
        holder[key] = json.loads(json.dumps(new))
    return json.dumps(document).encode("utf-8", "surrogatepass")


def _holders(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [value, *(h for child in value.values() for h in _holders(child))]
    if isinstance(value, list):
        return [value, *(h for child in value for h in _holders(child))]
    return []


MUTATIONS: tuple[Mutation, ...] = (
    _flip, _flip, _insert, _insert, _cut, _truncate, _swap_pieces, _swap_pieces, _splice, _recode, _wrap, *(_tree,) * 12,
)  # fmt: skip


def mutate(data: bytes, rng: random.Random, others: Sequence[bytes]) -> bytes:
    """One to three mutations of ``data``."""
    for _ in range(rng.randint(1, 3)):
        if not data:
            return rng.choice(INTERESTING)
        data = rng.choice(MUTATIONS)(data, rng, others)
    return data
