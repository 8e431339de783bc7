"""Story ids and version numbers: takes the provider's values, always returns the same id and number for them. Pure."""

import hashlib
from datetime import datetime

from search.articles import Kind, Status


def article_id(source: str, guid: str) -> str:
    """The id of a story: 32 hex digits of SHA-256 over source and provider guid; also the key on every topic."""
    return hashlib.sha256(f"{source}\n{guid}".encode()).hexdigest()[:32]


FORGOTTEN_VERSION = 2**63 - 2  # above every version of a story: what is forgotten on request stays so
RANKS = {"usable": 0, "correction": 1, "withheld": 2, "canceled": 3}
MAX_PROVIDER_VERSION = 63
HASH_BITS, NUMBER_BITS, RANK_BITS = 12, 6, 2
LATEST = (FORGOTTEN_VERSION >> HASH_BITS + NUMBER_BITS + RANK_BITS) - 1  # milliseconds


def article_version(version_created: datetime, status: Status, kind: Kind, provider_version: str, content: str) -> int:
    """The number that orders a story's versions, independent of the order in which they arrive.

    Milliseconds of the time that counts as ``version_created`` (see `streams.wire.ordering`), then 20 low bits that
    matter only at equal times: rank (a kill beats a withheld story beats a correction beats a usable one), the
    provider's version number where it is one, and 12 bits of the content's hash. Fits a signed 64-bit number until the
    year 2248; a later time counts as that.
    """
    milliseconds = min(max(0, int(version_created.timestamp() * 1000)), LATEST)
    rank = RANKS["correction" if status == "usable" and kind == "correction" else status]
    digits = provider_version if provider_version.isascii() and provider_version.isdigit() else "0"
    number = min(int(digits[:9]), MAX_PROVIDER_VERSION)
    digest = int.from_bytes(hashlib.sha256(content.encode("utf-8", "replace")).digest()[:2]) >> (16 - HASH_BITS)
    return (((milliseconds << RANK_BITS | rank) << NUMBER_BITS | number) << HASH_BITS) | digest
