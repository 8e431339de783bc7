"""A query as Elasticsearch's search request. Takes a `ParsedQuery`, gives the body; pure."""

import re
from collections.abc import Sequence
from typing import Any

from search.elastic.words import PARTS, any_of, highlight, is_words, parts_of, phrase, scores, story_has
from search.field_types import Field
from search.mapping import FIELDS, LONG_PARTS, SEARCH_ONLY
from search.query.checking import ParsedQuery
from search.query.fields import QUERY_FIELDS
from search.query.language import AllOf, AnyOf, Leaf, Node, Not
from search.query.ranking import Weights, ranked_by
from search.visibility import EVERY_SOURCE, EVERYTHING, VISIBLE, elastic_filter, seen_by, within

LATELY = "12h"
IDS = ("id", "event.id")  # fields with ids of stories
ARRIVAL = ("received_at", "embargo_until")  # the later one is the time of arrival, in stories of older programs too
STORY_ID = re.compile("[0-9a-fA-F]{32}")  # stored with small letters

SORTS: dict[str, list[Any]] = {
    "relevance": [{"_score": "desc"}, {"version_created": "desc"}, {"id": "asc"}],
    "newest": [{"version_created": "desc"}, {"id": "asc"}],
    "oldest": [{"version_created": "asc"}, {"id": "asc"}],
    "arrived": [{"arrived_at": "desc"}, {"received_at": "desc"}, {"version_created": "desc"}, {"id": "asc"}],
    "received": [{"received_at": "desc"}, {"version_created": "desc"}, {"id": "asc"}],
}


def order_of(query: ParsedQuery) -> list[Any]:
    """How a query's hits are ordered."""
    if not query.backward:
        return SORTS[query.order]
    turned = {"asc": "desc", "desc": "asc"}
    return [{field: turned[way] for field, way in one.items()} for one in SORTS[query.order]]


def request(query: ParsedQuery, weights: Weights | None = None) -> dict[str, Any]:
    """The search request for a page of ``query``; ``weights`` are those of its words, 1 where there are none."""
    body: dict[str, Any] = {
        "query": {"bool": _by_weights(query) if query.weighed else _by_words(query, weights or {})},
        "sort": order_of(query),
        "size": query.limit,
        "track_total_hits": query.counted,
        "track_scores": query.sort == "relevance",
        **_given(query),
    }
    if query.start is not None:
        body["search_after"] = list(query.start)
    if query.wanted:
        body["highlight"] = highlight(query.wanted, PARTS if query.marks_texts else ("headline",))
    return body


def _by_words(query: ParsedQuery, weights: Weights) -> dict[str, Any]:
    """What matches, scored by the query's words where these decide the order."""
    ranked = ranked_by(query)
    words, rest = _ranked_words(query.node, ranked)
    scored = scores([leaf for leaf in ranked if leaf not in words.parts], weights)
    return {
        "filter": _filters(query, rest),
        **({"must": [story_has(words, weights)]} if words.parts else {}),
        **({"should": scored} if scored else {}),
    }


def _by_weights(query: ParsedQuery) -> dict[str, Any]:
    """Stories with any of the weighed words, scored by what those weigh that they have."""
    each = [{"constant_score": {"filter": _leaf(leaf), "boost": weight}} for leaf, weight in query.weighed]
    return {"filter": _filters(query, AllOf()), **any_of(each)["bool"]}


def _ranked_words(node: Node, ranked: Sequence[Leaf]) -> tuple[AllOf | AnyOf, Node]:
    """The words that a story must have and that decide the order too, so that they are asked for once; and the rest."""
    parts = (node,) if isinstance(node, Leaf) else node.parts if isinstance(node, AllOf | AnyOf) else ()
    words = tuple(part for part in parts if isinstance(part, Leaf) and is_words(part))
    if not set(words) <= set(ranked):
        return AllOf(), node
    if isinstance(node, AnyOf):
        return (AnyOf(tuple(dict.fromkeys(words))), AllOf()) if len(words) == len(parts) else (AllOf(), node)
    rest = tuple(part for part in parts if part not in words)
    return AllOf(tuple(dict.fromkeys(words))), AllOf(rest) if words else node


def nearest(meaning: bytes, query: ParsedQuery) -> dict[str, Any]:
    """The search request for the stories that match ``query`` and are the most like a vector of meaning.

    What readers may see is asked here too, not by the alias alone: it must hold before the nearest are chosen.
    """
    seen = elastic_filter(*seen_by(hidden=query.hidden, kills=query.kills, sources=query.sources))
    knn = {
        "field": "meaning_vector",
        "query_vector": list(memoryview(meaning).cast("b")),
        "k": query.limit,
        "num_candidates": query.limit,
        "filter": [*_filters(query), seen, {"exists": {"field": "meaning_vector"}}],  # else those without come last
    }
    return {
        "query": {"knn": knn},
        "sort": SORTS["relevance"],
        "size": query.limit,
        "track_total_hits": True,
        "track_scores": query.sort == "relevance",
        **_given(query),
    }


def _given(query: ParsedQuery) -> dict[str, Any]:
    """What is given of each document. Ids alone are among what hits are sorted by: no document is read for them."""
    if query.only_ids:
        return {"source": False, "stored_fields": "_none_"}
    without = [*SEARCH_ONLY, *(LONG_PARTS if query.brief else ())]
    if not query.fields:
        return {"source": {"excludes": without}}
    inside = [path for path in without if path.partition(".")[0] in query.fields]  # each filter is a pass of its own
    return {"source": {"includes": list(query.fields), **({"excludes": inside} if inside else {})}}


def lately(query: ParsedQuery) -> dict[str, Any] | None:
    """A condition that the first stories of a page meet on a busy wire, so that all others need not be ordered.

    ``None`` where more than the first few are asked for, or another order, or some stories only, of which a busy wire
    may have too few of late. Whoever finds too few asks without it.
    """
    fields = {"arrived": ARRIVAL, "received": ("received_at",), "newest": ("version_created",)}.get(query.order)
    if fields is None or query.counted or query.backward or query.position is not None or query.until is not None:
        return None
    if query.node != AllOf() or query.names or query.label or query.source or query.language or query.exact:
        return None
    return _since(f"now-{LATELY}", *fields)


def condition(query: ParsedQuery) -> dict[str, Any]:
    """Which stories match ``query``, to count them."""
    return {"bool": {"filter": _filters(query)}}


def sight(query: ParsedQuery) -> dict[str, Any]:
    """The stories which the reader may see, to count them."""
    return {"bool": {"filter": _seen(query)}}


def having(leaves: Sequence[Leaf]) -> dict[str, Any]:
    """Aggregations that count the stories which have each of some words."""
    filters = {str(number): _leaf(leaf) for number, leaf in enumerate(leaves)}
    return {"having": {"filters": {"filters": filters}}} if leaves else {}


def _seen(query: ParsedQuery) -> list[dict[str, Any]]:
    """What narrows everything to what the reader may see, beside the alias."""
    if not is_seen_by_alias(query):
        return [elastic_filter(*seen_by(hidden=query.hidden, kills=query.kills, sources=query.sources))]
    return [] if query.sources == EVERY_SOURCE else [elastic_filter(within(query.sources, EVERYTHING))]


def is_seen_by_alias(query: ParsedQuery) -> bool:
    """Whether the readers' alias shows all that the reader may see, of all sources.

    If not, the alias of everything is searched.
    """
    return seen_by(hidden=query.hidden, kills=query.kills) == (VISIBLE,)


def _query(node: Node) -> dict[str, Any]:
    if isinstance(node, Leaf):
        return _leaf(node)
    if is_words(node):
        return story_has(node)
    if isinstance(node, Not):
        return {"bool": {"must_not": [_query(node.part)]}}
    words = tuple(part for part in node.parts if is_words(part))
    parts = [_query(part) for part in node.parts if part not in words]
    if isinstance(node, AnyOf):
        return any_of([*parts, story_has(AnyOf(words))] if words else parts)
    if words:
        parts.append(story_has(AllOf(words)))
    return {"bool": {"must": parts}} if parts else {"match_all": {}}


def _leaf(leaf: Leaf) -> dict[str, Any]:
    if is_words(leaf):
        return story_has(leaf)
    field = QUERY_FIELDS.get(leaf.field)
    if field is None or field.kind == "text":
        made = [phrase(leaf, f"{part}.exact") for part in parts_of(leaf)]
    elif field.kind == "words":
        made = [_inside(path, phrase(leaf, _words_of(path))) for path in field.paths]
    elif field.kind == "number":
        made = [{"term": {path: int(leaf.text)}} for path in field.paths]
    else:
        made = [_code(leaf, path) for path in field.paths]
    return made[0] if len(made) == 1 else {"dis_max": {"queries": made}}


def _code(leaf: Leaf, path: str) -> dict[str, Any]:
    if path in IDS and not leaf.prefix and STORY_ID.fullmatch(leaf.text):
        return {"term": {path: leaf.text.lower()}}  # a term in any case costs an automaton
    return {"prefix" if leaf.prefix else "term": {path: {"value": leaf.text, "case_insensitive": True}}}


def _filters(query: ParsedQuery, node: Node | None = None) -> list[dict[str, Any]]:
    """All conditions of a query; ``node`` in place of the query's own where part of that is asked elsewhere."""
    filters = [_query(query.node if node is None else node), *_seen(query)]
    if entity := query.name("entity"):
        filters.append(_leaf(entity))
    stance = [phrase(leaf, f"stance_rows.{option}_names.words") for option, leaf in query.stance.items()]
    if query.label:
        stance.append({"term": {"stance_rows.label": query.label}})
    if stance:
        filters.append(_nested("stance_rows", {"bool": {"must": stance}}))
    if about := query.name("about"):
        either = [phrase(about, f"stance_rows.{side}_names.words") for side in ("holder", "target")]
        filters.append(_nested("stance_rows", any_of(either)))
    if query.source:
        filters.append(_code(Leaf(query.source), "source"))
    if query.language:
        tags = [_code(Leaf(query.language), "language"), _code(Leaf(f"{query.language}-", prefix=True), "language")]
        filters.append(any_of(tags))
    filters += [_exact(fields, value) for fields, value in query.exact]
    filters += [{"bool": {"must_not": [_exact(fields, value)]}} for fields, value in query.excluded]
    times = {"gte": query.since, "lt": query.until}
    limits = {name: moment.isoformat() for name, moment in times.items() if moment}
    if limits:
        filters.append({"range": {"version_created": limits}})
    if query.arrived_since:
        filters.append(_since(query.arrived_since.isoformat(), *(("received_at",) if query.hidden else ARRIVAL)))
    return filters


def _since(moment: str, *fields: str) -> dict[str, Any]:
    """Stories of which any of these times is not before a moment."""
    each = [{"range": {field: {"gte": moment}}} for field in fields]
    return any_of(each) if each[1:] else each[0]


def _exact(fields: tuple[str, ...], value: str) -> dict[str, Any]:
    return any_of([term(field, value) for field in fields])


def term(field: str, value: str) -> dict[str, Any]:
    """Stories in which a field, named as in queries, has exactly this value (any case, for a code)."""
    if QUERY_FIELDS[field].kind in ("code", "number"):
        return _leaf(Leaf(value, field))
    paths = [path for path in QUERY_FIELDS[field].paths if _field_at(path)[0].parameters["type"] == "keyword"]
    return any_of([_inside(path, {"term": {path: value}}) for path in paths])


def _field_at(path: str) -> tuple[Field, str]:
    """The field at a path, and the path of the nested rows that it lies in ("" for none)."""
    fields, field, nested, so_far = FIELDS, None, "", []
    for name in path.split("."):
        field = fields[name]
        fields = field.inside
        so_far.append(name)
        if field.parameters["type"] == "nested":
            nested = ".".join(so_far)
    assert field is not None
    return field, nested


def _words_of(path: str) -> str:
    """The path under which a field's words are searched."""
    field, _ = _field_at(path)
    return path if field.parameters["type"] == "text" else f"{path}.words"


def _inside(path: str, query: dict[str, Any]) -> dict[str, Any]:
    _, nested = _field_at(path)
    return _nested(nested, query) if nested else query


def _nested(path: str, query: dict[str, Any]) -> dict[str, Any]:
    return {"nested": {"path": path, "query": query}}
