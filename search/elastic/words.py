"""Words and phrases in headline and body, in each language, as Elasticsearch is asked for them. Pure.

Elasticsearch analyzes a query as it does the field that is asked. A story in German has its text once more in the
fields of that language, so a word is asked for in each language's fields.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from search.query.fields import QUERY_FIELDS
from search.query.language import AllOf, AnyOf, Leaf, Node
from search.query.ranking import HEADLINE_WEIGHT, ONCE, Weights
from search.store import MARKS
from search.words.stemming import ENGLISH, STEMMINGS

# Words that one prefix after other words stands for. They are those of the whole index, hidden stories among them:
# many, so that a hidden story's words do not take the place of others'.
MOST_EXPANSIONS = 10_000
PASSAGES, PASSAGE_CHARACTERS = 3, 160
PARTS = ("headline", "body")
MARKED = {
    "headline": {"number_of_fragments": 0},
    "body": {"number_of_fragments": PASSAGES, "fragment_size": PASSAGE_CHARACTERS, "order": "score"},
}
FIELDS = {ENGLISH: "{}"} | {name: f"{name}.{{}}" for name in STEMMINGS}


def is_words(node: Node) -> bool:
    """Whether a part of a query is nothing but words that are searched by their stems."""
    if isinstance(node, Leaf):
        field = QUERY_FIELDS.get(node.field)
        return not (node.exact or node.prefix) and (field is None or field.kind == "text")
    return isinstance(node, AllOf | AnyOf) and bool(node.parts) and all(map(is_words, node.parts))


def story_has(words: Node, weights: Weights | None = None) -> dict[str, Any]:
    """Stories that have words (`is_words`), scored where there are weights; see `search.query.ranking`.

    A story is in one language, so all its words are asked for in each language together: the condition that a story is
    in English is there once and not for each word. Elasticsearch limits how many conditions a query may have.
    """
    each = [_in(words, name, weights) for name in FIELDS]
    # The fields of English are those of all stories.
    each[0] = {"bool": {"must": [each[0]], "must_not": [{"exists": {"field": "stemming"}}]}}
    return any_of(each)


def any_of(conditions: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """One of some conditions, or several, of which each adds to the score."""
    return {"bool": {"should": list(conditions), "minimum_should_match": 1}}


def _in(node: Node, name: str, weights: Weights | None) -> dict[str, Any]:
    """Words as one language has them."""
    if isinstance(node, Leaf):
        return any_of([_word(node, part, FIELDS[name].format(part), weights) for part in parts_of(node)])
    assert isinstance(node, AllOf | AnyOf)
    each = [_in(part, name, weights) for part in node.parts]
    return {"bool": {"must": each}} if isinstance(node, AllOf) else any_of(each)


def _word(leaf: Leaf, part: str, field: str, weights: Weights | None) -> dict[str, Any]:
    return phrase(leaf, field) if weights is None else _counted(leaf, field, _boost(leaf, part, weights))


def parts_of(leaf: Leaf) -> tuple[str, ...]:
    """The parts of a story that a word or phrase is searched in."""
    return (leaf.field,) if leaf.field in PARTS else PARTS


def phrase(leaf: Leaf, path: str) -> dict[str, Any]:
    """The words of a leaf side by side in a field, the last one perhaps only by its beginning."""
    if not leaf.prefix:
        return {"match_phrase": {path: {"query": leaf.text}}}
    if leaf.text.isalnum():
        return {"prefix": {path: {"value": leaf.text.lower()}}}
    return {"match_phrase_prefix": {path: {"query": leaf.text, "max_expansions": MOST_EXPANSIONS}}}


def scores(leaves: Sequence[Leaf], weights: Weights) -> list[dict[str, Any]]:
    """What words and phrases add to the score of a story that has them; see `search.query.ranking`."""
    made = []
    for leaf in leaves:
        for part in parts_of(leaf) if not is_words(leaf) else ():
            field, boost = f"{part}.exact", _boost(leaf, part, weights)
            once = {"constant_score": {"filter": phrase(leaf, field), "boost": boost * ONCE}}
            made.append(once if leaf.prefix else _counted(leaf, field, boost))
    words = tuple(filter(is_words, leaves))
    return [*made, story_has(AnyOf(words), weights)] if words else made


def _counted(leaf: Leaf, field: str, boost: float) -> dict[str, Any]:
    """Intervals are scored by how often the story has them and by nothing else of the index, as n / (n + 1)."""
    return {"intervals": {field: {"match": {"query": leaf.text, "max_gaps": 0, "ordered": True}, "boost": boost}}}


def _boost(leaf: Leaf, part: str, weights: Weights) -> float:
    return weights.get(leaf, 1.0) * (HEADLINE_WEIGHT if part == "headline" else 1.0)


def highlight(leaves: Sequence[Leaf], parts: Sequence[str] = PARTS) -> dict[str, Any]:
    """Marks on what matched in some parts; asked by stems, since that is how headline and body are analyzed."""
    prefixes = ("", *(f"{name}." for name in STEMMINGS))
    shown = [
        phrase(leaf, f"{prefix}{part}")
        for leaf in leaves
        for prefix in prefixes
        for part in parts
        if leaf.field not in PARTS or leaf.field == part
    ]
    return {
        "pre_tags": [MARKS[0]],
        "post_tags": [MARKS[1]],
        "highlight_query": {"bool": {"should": shown}},
        "fields": {f"{prefix}{part}": MARKED[part] for prefix in prefixes for part in parts},
    }


def passages(marked: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """What Elasticsearch marked in headline and body; in those of the story's own language where it marked there."""
    names = sorted(marked, key=lambda field: "." in field)
    return {name.rpartition(".")[2]: tuple(marked[name]) for name in names}
