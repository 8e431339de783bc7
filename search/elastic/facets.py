"""How Elasticsearch counts the values of fields. Takes fields, gives aggregations, and reads their answers. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from search.elastic.words import any_of
from search.query.fields import QUERY_FIELDS
from search.views import MOST_VALUES, Count, FacetOptions, Facets

SENTENCE = "stance_rows.sentence"
MOST_COMPARED = 300  # values of each month that are added up: the most frequent of all are among them
MOST_EXACT = 1000  # sentences of one stance; of more, Elasticsearch estimates how many differ


def counting(fields: Sequence[str], size: int, options: FacetOptions) -> dict[str, Any]:
    """Aggregations that count the values of each field."""
    return {field: _terms(field, min(size, MOST_VALUES), options) for field in fields}


def facets_of(answer: Mapping[str, Any], fields: Sequence[str]) -> Facets:
    """What these aggregations found."""
    counts = {field: _counts(answer["aggregations"].get(field, {})) for field in fields}
    return Facets(counts, answer["hits"]["total"]["value"])


def _terms(field: str, size: int, options: FacetOptions) -> dict[str, Any]:
    """Values of a field to count; of stances each row by itself."""
    counting: dict[str, Any] = {
        "size": size,
        "shard_size": max(MOST_COMPARED, 2 * size),
        "order": [{"_count": "desc"}, {"_key": "asc"}],
    }
    if options.containing and QUERY_FIELDS[field].kind != "number":
        counting["include"] = _anywhere(options.containing)
    elif field == "subject":  # one may have a code and no name
        counting["exclude"] = [""]
    if field != "stance" or not (options.sentences or _rows_meant(options)):
        return {"terms": {"field": QUERY_FIELDS[field].paths[0], **counting}}
    values = {
        # breadth_first: stories and sentences are only counted for the values that are given back
        "terms": {"field": "stance_rows.statement", **counting, "collect_mode": "breadth_first"},
        "aggs": {
            "stories": {"reverse_nested": {}},
            "sentences": {"cardinality": {"field": SENTENCE, "precision_threshold": MOST_EXACT}},
            "unmarked": {"missing": {"field": SENTENCE}},
        },
    }
    return {
        "nested": {"path": "stance_rows"},
        "aggs": {
            "about": {
                "filter": {"bool": {"filter": _rows_meant(options)}},
                "aggs": {"values": values},
            }
        },
    }


def _rows_meant(options: FacetOptions) -> list[dict[str, Any]]:
    """The conditions on a row of stance."""
    meant: list[dict[str, Any]] = []
    if options.about:
        either = [{"term": {f"stance_rows.{side}": options.about}} for side in ("holder", "target")]
        meant.append(any_of(either))
    if options.level:
        meant.append({"term": {"stance_rows.level": options.level}})
    return meant


def _anywhere(text: str) -> str:
    """Lucene's regular expression for values that contain a text in any case."""
    each = (f"[{char.lower()}{char.upper()}]" if char.isalpha() else f"\\{char}" for char in text)
    return f".*{''.join(each)}.*"


def _counts(found: Mapping[str, Any]) -> tuple[Count, ...]:
    if "about" in found:
        return tuple(_stance_count(bucket) for bucket in found["about"]["values"]["buckets"])
    # A concept that has only a code has "" as its name.
    return tuple(Count(str(each["key"]), each["doc_count"]) for each in found.get("buckets", ()) if each["key"] != "")


def _stance_count(bucket: Mapping[str, Any]) -> Count:
    """A row of a document from before sentences were told apart counts as a sentence of its own."""
    sentences = bucket["sentences"]["value"] + bucket["unmarked"]["doc_count"]
    return Count(bucket["key"], bucket["stories"]["doc_count"], sentences)
