"""Reads the metrics that worker processes serve at ``/metrics``. Takes an address; gives samples, or the error."""

import urllib.request
from collections.abc import Iterable, Mapping

from prometheus_client.parser import text_string_to_metric_families

PATIENCE = 3.0  # seconds for a process to answer
MOST_BYTES = 8 * 1024 * 1024  # of one answer

Series = tuple[str, frozenset[tuple[str, str]]]
Samples = Mapping[Series, float]


def scrape(address: str) -> Samples | str:
    """The samples that a process serves, or why there are none."""
    try:
        with urllib.request.urlopen(f"http://{address}/metrics", timeout=PATIENCE) as answer:
            return samples_in(answer.read(MOST_BYTES).decode("utf-8", "replace"))
    except (OSError, ValueError) as error:
        return f"{type(error).__name__}: {error}"


def samples_in(text: str) -> Samples:
    """The samples in Prometheus's text format."""
    families = text_string_to_metric_families(text)
    return {(s.name, frozenset(s.labels.items())): s.value for family in families for s in family.samples}


def unwell_in(processes: Iterable[Samples]) -> dict[str, float]:
    """Which senders are unwell, in words with their stage, and the share of what they send that is refused."""
    found: dict[str, float] = {}
    for samples in processes:
        for (name, labels), share in samples.items():
            if name == "newswire_unwell_share":
                of = dict(labels)
                parts = [f"{part} {of[part]}" for part in ("source", "feed") if of.get(part)]
                who = f"{of.get('stage', '')}: {', '.join(parts) or 'an unnamed sender'}"
                found[who] = max(share, found.get(who, 0.0))
    return dict(sorted(found.items()))
