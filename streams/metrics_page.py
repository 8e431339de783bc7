"""docs/metrics.md from the metrics' own descriptions: ``python -m streams.metrics_page > docs/metrics.md``."""

import sys

from prometheus_client.metrics import MetricWrapperBase

from streams import metrics

HEAD = """# Metrics

Each process of `newswire worker` serves these at `/metrics` ([operations](operations.md#monitoring)).
Generated from `streams/metrics.py` by `make metrics`. A counter's name ends in `_total`, a histogram's in `_bucket`,
`_sum` and `_count`; times are in seconds. prometheus-client adds `process_resident_memory_bytes`,
`process_cpu_seconds_total` and the like.

| metric | kind | labels | meaning |
|---|---|---|---|
"""


def page() -> str:
    """The page, in Markdown: a row for each metric, in the order of the file."""
    rows = []
    for metric in vars(metrics).values():
        if isinstance(metric, MetricWrapperBase):
            (family,) = metric.describe()
            name = {"counter": f"{family.name}_total", "info": f"{family.name}_info"}.get(family.type, family.name)
            labels = ", ".join(metric._labelnames)  # noqa: SLF001 - told nowhere else
            rows.append(f"| `{name}` | {family.type} | {labels} | {family.documentation} |\n")
    return HEAD + "".join(rows)


if __name__ == "__main__":
    sys.stdout.write(page())
