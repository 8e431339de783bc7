"""A mutation fuzzer of the wire room: ``python -m tests.fuzz.wire --cases 100000``.

Takes a number of cases and a seed, says what became of them. A parser must give articles or raise ``Rejected``
with a reason, within a time and a memory; whatever else happens is a find, kept in a file with its seed.
"""

import argparse
import faulthandler
import hashlib
import random
import resource
import sys
import time
import traceback
import zlib
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from streams.errors import Rejected
from streams.records import Article, decode, encode
from streams.wire import ParseLimits, Raw, parse_all
from streams.wire.profile import NO_PROFILES, Profile, Profiles
from tests.fuzz.mutations import mutate
from tests.fuzz.seeds import seeds

SLOWEST = 2.0  # seconds for one case of some 64 KiB; a case takes milliseconds
LONGEST_REASON = 5000  # characters
STUCK = 60  # seconds after which the stacks are printed and the run ends
MOST_MEMORY = 1024 * 1024 * 1024  # bytes that a run may add to the process, over all its cases
LIMITS = ParseLimits(max_bytes=512 * 1024, max_articles=200)
RECEIVED = datetime(2024, 1, 1, tzinfo=UTC)
PROFILED = tuple(
    Profiles([Profile("p", **profile)])
    for profile in (
        {"zone": "Asia/Tokyo", "embargo_zone": "America/New_York", "empty_embargo": "withhold", "id": "slugline"},
        {"charset": "windows-1251", "id_shape": "{}-v*", "kinds": {"update": "kill", "a": "correction"}},
        {"format": "text", "charset": "shift_jis", "language": "fr", "usage_terms": "Terms"},
        {"format": "ninjs", "id_shape": "a*b{}c*d", "empty_embargo": "none", "id": "guid"},
        {"id": "url", "placeholders": {"headline": ("x",), "keywords": ("",), "version_created": ("0",)}},
    )
)


class Find(NamedTuple):
    """A case that broke the promise."""

    case: int
    why: str
    data: bytes


def try_case(data: bytes) -> str:
    """What became of one input: "articles", "skipped" or "refused". Raises ``AssertionError`` where the promise is broken."""
    started = time.perf_counter()
    try:
        # A third of the cases is read by one of the profiles, always the same one for the same bytes.
        chosen = zlib.crc32(data) % (3 * len(PROFILED))
        source, profiles = ("p", PROFILED[chosen]) if chosen < len(PROFILED) else ("", NO_PROFILES)
        parsed = parse_all(Raw(data, RECEIVED, source), LIMITS, profiles)
        articles, reason = parsed.articles, "none"
        outcome = "articles" if articles else "skipped" if parsed.skipped else "nothing"
    except Rejected as refusal:
        outcome, articles, reason = "refused", (), str(refusal)
    took = time.perf_counter() - started
    assert took < SLOWEST, f"took {took:.1f} s for {len(data)} bytes"
    assert reason.strip(), "refused without a reason"
    assert len(reason) < LONGEST_REASON, "a reason of endless length"
    assert outcome != "nothing", "no articles, nothing skipped and no refusal"
    for article in articles:
        assert article.headline or article.body or article.status == "canceled", "an article without text"
        assert decode(encode(article), Article) == article, "an article that its own JSON does not hold"
    return outcome


def run(cases: int, seed: int, corpus: Iterable[bytes]) -> tuple[Counter[str], list[Find]]:
    """Mutate and try; give the outcomes and the finds."""
    samples, outcomes, finds = list(corpus), Counter[str](), []
    for case in range(cases):
        rng = random.Random(f"{seed}:{case}")
        data = mutate(rng.choice(samples), rng, samples)
        faulthandler.dump_traceback_later(STUCK, exit=True)
        try:
            outcomes[try_case(data)] += 1
        except Exception as error:  # noqa: BLE001 - anything at all is what a fuzzer looks for
            outcomes["found"] += 1
            last = traceback.extract_tb(error.__traceback__)[-1]
            finds.append(
                Find(case, f"{type(error).__name__}: {str(error)[:200]} ({last.filename}:{last.lineno})", data)
            )
        finally:
            faulthandler.cancel_dump_traceback_later()
    return outcomes, finds


def main() -> int:
    """Run from the command line; exit status 1 where something was found."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cases", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument(
        "--finds", type=Path, default=Path("fuzz-finds"), help="folder for inputs that broke the promise"
    )
    chosen = options.parse_args()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    outcomes, finds = run(chosen.cases, chosen.seed, seeds())
    added = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    for find in finds:
        chosen.finds.mkdir(exist_ok=True)
        name = chosen.finds / hashlib.sha256(find.data).hexdigest()[:16]
        name.write_bytes(find.data)
        print(f"case {find.case}: {find.why}: {name}")  # noqa: T201
    print(  # noqa: T201
        f"{chosen.cases} cases, seed {chosen.seed}: {outcomes['articles']} read, {outcomes['refused']} refused, "
        f"{len(finds)} found; {time.perf_counter() - started:.0f} s, {added // 1024 // 1024} MiB more memory"
    )
    return 1 if finds or added > MOST_MEMORY else 0


if __name__ == "__main__":
    sys.exit(main())
