"""How well stories are grouped by event. Takes lines with the fields of ``events.jsonl``, gives scores in percent.

A line has event, title and text; url names the source. No times are given, so none count.
"""

import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from processors.evaluation.labelled_sentences import BadLine
from processors.events.fingerprint import fingerprint
from processors.events.grouping import Bounds, Grouping

YEARS = 100 * 366 * 24 * 60 * 60 * 1000  # the labels put stories into one event that are months apart


class LabelledReport(NamedTuple):
    """A story with the event that it is labelled with."""

    event: str
    title: str
    text: str
    source: str


def read(lines: Iterable[str]) -> list[LabelledReport]:
    """Read JSON Lines of event, title, text and url."""
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row: dict[str, Any] = json.loads(line)
            source = urlsplit(str(row.get("url") or "")).hostname or ""
            found.append(LabelledReport(str(row["event"]), str(row["title"]), str(row["text"]), source))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadLine(f"line {number}: needs event, title and text as JSON ({error})") from None
    return found


def score(reports: Sequence[LabelledReport]) -> dict[str, Any]:
    """Group the stories as the pipeline does, in the order of the file, and compare with their labels."""
    grouping = Grouping(Bounds(window=YEARS, reach=YEARS, most=len(reports) + 1))
    began = time.process_time()
    for number, report in enumerate(reports):
        story = f"{number:09}"
        grouping.put(fingerprint(story, report.source, report.title, report.text, number))
    took = time.process_time() - began
    found = [grouping.event_of[f"{number:09}"] for number in range(len(reports))]
    labels = [report.event for report in reports]
    return {
        **b_cubed(found, labels),
        **pairwise(found, labels),
        "stories": len(reports),
        "events": len(set(found)),
        "events_labelled": len(set(labels)),
        "stories_per_second": len(reports) / took,
    }


def b_cubed(found: Sequence[str], labels: Sequence[str]) -> dict[str, float]:
    """B³ (Bagga and Baldwin): for each story, how much of its group belongs there, and how much of its event is in."""
    both, groups, events = Counter(zip(found, labels, strict=True)), Counter(found), Counter(labels)
    precision = sum(count * count / groups[group] for (group, _), count in both.items()) / len(labels)
    recall = sum(count * count / events[event] for (_, event), count in both.items()) / len(labels)
    return _three("b_cubed", precision, recall)


def pairwise(found: Sequence[str], labels: Sequence[str]) -> dict[str, float]:
    """Of all pairs of stories: those put together rightly."""
    both = _pairs(Counter(zip(found, labels, strict=True)).values())
    together, belonging = _pairs(Counter(found).values()), _pairs(Counter(labels).values())
    return _three("pairwise", both / together if together else 0.0, both / belonging if belonging else 0.0)


def _pairs(counts: Iterable[int]) -> int:
    return sum(count * (count - 1) // 2 for count in counts)


def _three(name: str, precision: float, recall: float) -> dict[str, float]:
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {f"{name}_precision": 100 * precision, f"{name}_recall": 100 * recall, f"{name}_f1": 100 * f1}
