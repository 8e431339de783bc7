"""A query as Elasticsearch's search request. Takes a `ParsedQuery`, gives the body; pure."""

from typing import Any

from search.field_types import Field
from search.mapping import FIELDS, LONG_PARTS, SEARCH_ONLY
from search.query.checking import ParsedQuery
from search.query.fields import QUERY_FIELDS
from search.query.language import AllOf, AnyOf, Leaf, Node
from search.query.ranking import HEADLINE_WEIGHT, ONCE, Weights, ranked_by
from search.store import MARKS
from search.visibility import VISIBLE, elastic_filter, seen_by

# Words that one prefix after other words stands for. They are those of the whole index, hidden stories among them:
# many, so that a hidden story's words do not take the place of others'.
MOST_EXPANSIONS = 10_000
PASSAGES, PASSAGE_CHARACTERS = 3, 160

SORTS: dict[str, list[Any]] = {
    "relevance": [{"_score": "desc"}, {"version_created": "desc"}, {"id": "asc"}],
    "newest": [{"version_created": "desc"}, {"id": "asc"}],
    "oldest": [{"version_created": "asc"}, {"id": "asc"}],
    "arrived": [{"received_at": "desc"}, {"version_created": "desc"}, {"id": "asc"}],
}


def request(query: ParsedQuery, weights: Weights | None = None) -> dict[str, Any]:
    """The search request for a page of ``query``; ``weights`` are those of its words, 1 where there are none."""
    scored = [part for leaf in ranked_by(query) for part in _score(leaf, (weights or {}).get(leaf, 1.0))]
    body: dict[str, Any] = {
        "query": {"bool": {"filter": _filters(query), **({"should": scored} if scored else {})}},
        "sort": SORTS[query.sort],
        "size": query.limit,
        "track_total_hits": True,
        "track_scores": True,
        "source_excludes": [*SEARCH_ONLY, *(LONG_PARTS if query.brief else ())],
    }
    if query.position is not None:
        body["search_after"] = list(query.position)
    if query.wanted:
        body["highlight"] = _highlight(query.wanted)
    return body


def condition(query: ParsedQuery) -> dict[str, Any]:
    """Which stories match ``query``, to count them."""
    return {"bool": {"filter": _filters(query)}}


def counting(query: ParsedQuery) -> tuple[tuple[Leaf, ...], dict[str, Any]]:
    """The words that decide the order, and a request that counts the stories which the reader may see and have them.

    Without words where there is at most one: its rarity changes no order.
    """
    leaves = ranked_by(query)
    if not leaves[1:]:
        return (), {}
    having = {"filters": {"filters": {str(number): _leaf(leaf) for number, leaf in enumerate(leaves)}}}
    return leaves, {
        "query": {"bool": {"filter": _seen(query)}},
        "aggs": {"having": having},
        "size": 0,
        "track_total_hits": True,
    }


def _seen(query: ParsedQuery) -> list[dict[str, Any]]:
    """What narrows everything to what the reader may see, beside the alias."""
    if is_seen_by_alias(query):
        return []
    return [elastic_filter(*seen_by(hidden=query.hidden, kills=query.kills))]


def is_seen_by_alias(query: ParsedQuery) -> bool:
    """Whether the readers' alias shows all that the reader may see; if not, the alias of everything is searched."""
    return seen_by(hidden=query.hidden, kills=query.kills) == (VISIBLE,)


def _query(node: Node) -> dict[str, Any]:
    if isinstance(node, Leaf):
        return _leaf(node)
    if isinstance(node, AllOf):
        return {"bool": {"must": [_query(part) for part in node.parts]}} if node.parts else {"match_all": {}}
    if isinstance(node, AnyOf):
        return {"bool": {"should": [_query(part) for part in node.parts], "minimum_should_match": 1}}
    return {"bool": {"must_not": [_query(node.part)]}}


def _leaf(leaf: Leaf) -> dict[str, Any]:
    field = QUERY_FIELDS.get(leaf.field)
    if field is None or field.kind == "english":
        paths = field.paths if field else ("headline", "body")
        made = [_text(leaf, _exactly(leaf, path)) for path in paths]
    elif field.kind == "words":
        made = [_inside(path, _text(leaf, _words_of(path))) for path in field.paths]
    elif field.kind == "number":
        made = [{"term": {path: int(leaf.text)}} for path in field.paths]
    else:
        made = [_code(leaf, path) for path in field.paths]
    return made[0] if len(made) == 1 else {"dis_max": {"queries": made}}


def _text(leaf: Leaf, path: str) -> dict[str, Any]:
    if not leaf.prefix:
        return {"match_phrase": {path: {"query": leaf.text}}}
    if leaf.text.isalnum():
        return {"prefix": {path: {"value": leaf.text.lower()}}}
    return {"match_phrase_prefix": {path: {"query": leaf.text, "max_expansions": MOST_EXPANSIONS}}}


def _score(leaf: Leaf, weight: float) -> list[dict[str, Any]]:
    """What a word or phrase adds to the score of a story that has it; see `search.query.ranking`.

    Intervals are scored by how often the story has them and by nothing else of the index, as n / (n + 1).
    """
    made = []
    for path in (leaf.field,) if leaf.field else ("headline", "body"):
        boost = weight * (HEADLINE_WEIGHT if path == "headline" else 1.0)
        if leaf.prefix:
            made.append({"constant_score": {"filter": _text(leaf, _exactly(leaf, path)), "boost": boost * ONCE}})
        else:
            phrase = {"query": leaf.text, "max_gaps": 0, "ordered": True}
            made.append({"intervals": {_exactly(leaf, path): {"match": phrase, "boost": boost}}})
    return made


def _exactly(leaf: Leaf, path: str) -> str:
    """Where headline or body is searched for a word: by its stem, or as it is."""
    return f"{path}.exact" if leaf.exact or leaf.prefix else path


def _code(leaf: Leaf, path: str) -> dict[str, Any]:
    return {"prefix" if leaf.prefix else "term": {path: {"value": leaf.text, "case_insensitive": True}}}


def _filters(query: ParsedQuery) -> list[dict[str, Any]]:
    filters = [_query(query.node), *_seen(query)]
    if entity := query.name("entity"):
        filters.append(_leaf(entity))
    stance = [_text(leaf, f"stance_rows.{option}_names.words") for option, leaf in query.stance.items()]
    if query.label:
        stance.append({"term": {"stance_rows.label": query.label}})
    if stance:
        filters.append(_nested("stance_rows", {"bool": {"must": stance}}))
    if about := query.name("about"):
        either = [_text(about, f"stance_rows.{side}_names.words") for side in ("holder", "target")]
        filters.append(_nested("stance_rows", {"bool": {"should": either, "minimum_should_match": 1}}))
    if query.source:
        filters.append(_code(Leaf(query.source), "source"))
    if query.language:
        tags = [_code(Leaf(query.language), "language"), _code(Leaf(f"{query.language}-", prefix=True), "language")]
        filters.append({"bool": {"should": tags, "minimum_should_match": 1}})
    filters += [_exact(fields, value) for fields, value in query.exact]
    times = {"gte": query.since, "lt": query.until}
    limits = {name: moment.isoformat() for name, moment in times.items() if moment}
    if limits:
        filters.append({"range": {"version_created": limits}})
    return filters


def _exact(fields: tuple[str, ...], value: str) -> dict[str, Any]:
    terms = [term(field, value) for field in fields]
    return {"bool": {"should": terms, "minimum_should_match": 1}}


def term(field: str, value: str) -> dict[str, Any]:
    """Stories in which a field, named as in queries, has exactly this value (any case, for a code)."""
    if QUERY_FIELDS[field].kind == "code":
        return _leaf(Leaf(value, field))
    paths = [path for path in QUERY_FIELDS[field].paths if _field_at(path)[0].parameters["type"] == "keyword"]
    terms = [_inside(path, {"term": {path: value}}) for path in paths]
    return {"bool": {"should": terms, "minimum_should_match": 1}}


def _highlight(leaves: list[Leaf]) -> dict[str, Any]:
    """Marks on what matched; asked by stems, since that is how headline and body are analyzed."""
    shown = {
        "bool": {
            "should": [_text(leaf, path) for leaf in leaves for path in ("headline", "body") if _is_in(leaf, path)]
        }
    }
    return {
        "pre_tags": [MARKS[0]],
        "post_tags": [MARKS[1]],
        "highlight_query": shown,
        "fields": {
            "headline": {"number_of_fragments": 0},
            "body": {"number_of_fragments": PASSAGES, "fragment_size": PASSAGE_CHARACTERS, "order": "score"},
        },
    }


def _is_in(leaf: Leaf, path: str) -> bool:
    return leaf.field not in ("headline", "body") or leaf.field == path


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
