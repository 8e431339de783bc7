"""Parsing on one core: NewsML-G2 and ninjs articles a second, compared with bare lxml and json on the same bytes.

    python -m benchmarks.parsing [--seconds 2] [--rounds 5] [--json]

Takes IPTC's public examples of text items. Rounds alternate between the two, and CPU time is counted, so that
both meet the same noise; the ratio is the median over rounds of our articles a second over the bare reading's, for
both formats together. Where IPTC's ``newsmlg2`` package is installed it is measured on the same files.
"""

import argparse
import contextlib
import importlib
import importlib.util
import io
import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lxml import etree
from rich.console import Console
from rich.table import Table

from benchmarks.corpus import CORPORA, environment
from streams.wire import Raw, parse_all

G2 = (
    "newsml-g2/LISTING_2_NewsML-G2_Text_Document.xml",
    "newsml-g2/LISTING_22_Sports_story_in_NewsML-G2NITF.xml",
    "newsml-g2/Receiver_View.xml",
    "newsml-g2/tt_sample.xml",
)
NINJS = (
    "ninjs/1.4/ninjsExMediumText1.json",
    "ninjs/1.4/businesswire-newsml-20130605006126.json",
    "ninjs/2.1/dpa_text.json",
    "ninjs/2.1/ntb_text.json",
    "ninjs/3.0/tt_text_image_3.json",
)
RECEIVED = datetime(2024, 1, 1, tzinfo=UTC)
Reader = Callable[[bytes], Any]


def ours(data: bytes) -> Any:
    """What the read stage does with a message."""
    return parse_all(Raw(data, RECEIVED))


def rate(read: Reader, files: list[bytes], seconds: float) -> float:
    """Files read in one second of this process's CPU time."""
    count, started = 0, time.process_time()
    while (spent := time.process_time() - started) < seconds:
        for data in files:
            read(data)
        count += len(files)
    return count / spent


def compare(bare: Reader, files: list[bytes], seconds: float, rounds: int) -> dict[str, float]:
    """Articles a second, ours and bare, as medians over alternating rounds."""
    pairs = [(rate(ours, files, seconds), rate(bare, files, seconds)) for _ in range(rounds)]
    return {
        "articles_per_second": round(statistics.median(a for a, _ in pairs), 1),
        "bare_per_second": round(statistics.median(b for _, b in pairs), 1),
        "ratio": round(statistics.median(a / b for a, b in pairs), 4),
        "bytes": round(sum(map(len, files)) / len(files)),
    }


def newsmlg2_reader() -> Reader | None:
    """IPTC's package reading a document and its headline, where it is installed."""
    if importlib.util.find_spec("NewsMLG2") is None:
        return None
    document = importlib.import_module("NewsMLG2").NewsMLG2Document
    return lambda data: document(data).get_item()


def measure(seconds: float, rounds: int) -> dict[str, Any]:
    """Everything measured, for printing."""
    g2, ninjs = _read(G2), _read(NINJS)
    results: dict[str, Any] = {
        "newsml_g2": compare(etree.fromstring, g2, seconds, rounds),
        "ninjs": compare(json.loads, ninjs, seconds, rounds),
    }
    if library := newsmlg2_reader():
        # It prints a warning for every catalog that it does not have, and knows no newsMessage without a namespace.
        with contextlib.redirect_stdout(io.StringIO()):
            speed = rate(library, g2[:-1], seconds)
        results["newsmlg2_library"] = {"articles_per_second": round(speed, 1)}
    both = [results["newsml_g2"], results["ninjs"]]
    time_ours, time_bare = (sum(1 / r[key] for r in both) for key in ("articles_per_second", "bare_per_second"))
    results["ratio"] = round(time_bare / time_ours, 4)
    return results


def _read(names: tuple[str, ...]) -> list[bytes]:
    folder = CORPORA / "wire"
    if not folder.is_dir():
        sys.exit(f"no wire samples in {folder}: set NEWSWIRE_CORPORA to the folder of the corpora")
    return [Path(folder, name).read_bytes() for name in names]


def main() -> None:
    """Run from the command line."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=float, default=2.0, help="CPU seconds for each reading in a round")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--json", action="store_true", help="one line of JSON")
    chosen = options.parse_args()
    results = measure(chosen.seconds, chosen.rounds)
    if chosen.json:
        print(json.dumps(results | {"environment": environment()}))
        return
    table = Table(title="Parsing, one core")
    for heading in ("", "articles/s", "bare reading/s", "ratio"):
        table.add_column(heading, justify="right" if heading else "left")
    for name in ("newsml_g2", "ninjs"):
        row = results[name]
        table.add_row(name, str(row["articles_per_second"]), str(row["bare_per_second"]), str(row["ratio"]))
    if library := results.get("newsmlg2_library"):
        table.add_row("newsmlg2 (IPTC's package)", str(library["articles_per_second"]), "", "")
    Console().print(table)


if __name__ == "__main__":
    main()
