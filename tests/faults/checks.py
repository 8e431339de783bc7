"""The independent check: every document in the index against what was fed, by means of our own.

Reads Elasticsearch directly and works out ids and annotations itself; gives the faults it finds, in words.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.request import Request, urlopen

import msgspec

from processors.pipeline import load
from tests.faults.stories import Expected


def documents(url: str, prefix: str) -> Iterator[dict[str, Any]]:
    """Every document of the index, hidden ones too."""
    _ask(f"{url}/{prefix}-all/_refresh", None)
    after: list[Any] | None = None
    while True:
        body: dict[str, Any] = {"size": 2000, "sort": [{"id": "asc"}], "query": {"match_all": {}}}
        hits = _ask(f"{url}/{prefix}-all/_search", body | ({"search_after": after} if after else {}))["hits"]["hits"]
        if not hits:
            return
        yield from (hit["_source"] for hit in hits)
        after = hits[-1]["sort"]


def visible(url: str, prefix: str) -> int:
    """How many documents readers see."""
    return int(_ask(f"{url}/{prefix}/_count", {"query": {"match_all": {}}})["count"])


def _ask(url: str, body: dict[str, Any] | None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = Request(url, data, {"Content-Type": "application/json"}, method="POST")
    with urlopen(request, timeout=60) as answer:
        return json.load(answer)


def check(url: str, prefix: str, expected: Sequence[Expected]) -> dict[str, list[str]]:
    """``missing``, ``wrong`` and ``duplicates``, each a list of what is the matter."""
    found = list(documents(url, prefix))
    by_guid = {document["guid"]: document for document in found}
    copies = Counter(document["guid"] for document in found)
    direct = _direct(expected)
    wrong = [
        f"{story.guid}: {what}"
        for story in expected
        if story.guid in by_guid
        for what in _differences(story, by_guid[story.guid], direct)
    ]
    killed_or_hidden = sum(1 for document in found if document["status"] != "usable" or document["embargo_until"])
    if (seen := visible(url, prefix)) != len(found) - killed_or_hidden:
        wrong.append(f"readers see {seen} documents, not {len(found) - killed_or_hidden}")
    return {
        "missing": [story.guid for story in expected if story.guid not in by_guid],
        "wrong": wrong,
        "duplicates": [guid for guid, count in copies.items() if count > 1],
    }


def _direct(expected: Sequence[Expected]) -> dict[str, dict[str, Any]]:
    """What the processors say when called directly, by text."""
    texts = sorted({_text(story) for story in expected if story.body})
    annotators = load()
    return dict(zip(texts, (msgspec.to_builtins(a) for a in annotators.annotate(texts)), strict=True))


def _text(story: Expected) -> str:
    return f"{story.headline}\n\n{story.body}"


def _differences(story: Expected, document: dict[str, Any], direct: dict[str, dict[str, Any]]) -> Iterator[str]:
    for name in ("status", "headline", "body"):
        if document[name] != getattr(story, name):
            yield f"{name} is {document[name]!r}, not {getattr(story, name)!r}"
    if datetime.fromisoformat(document["version_created"]) != datetime.fromisoformat(story.version_created):
        yield f"stands at version {document['version_created']}, not {story.version_created}"
    if not story.body:
        if document.get("entities"):
            yield "a kill still has entities"
        return
    annotations = direct[_text(story)]
    kept = {**document, "stance": [*document["stance"], *(document.get("stance_unsure") or ())]}
    for name in ("entities", "stance"):
        if _names(kept[name]) != _names(annotations[name]):
            yield f"{name} differ from a direct run"
    if abs(document["sentiment"]["score"] - annotations["sentiment"]["score"]) > 1e-4:
        yield "sentiment differs from a direct run"


def _names(annotations: Sequence[dict[str, Any]] | None) -> list[Any]:
    """What identifies annotations: entities by id and mentions, stances by both sides and their evidence."""
    return [
        (a["id"], [(m["start"], m["end"]) for m in a["mentions"]])
        if "mentions" in a
        else (a["holder"], a["target"], a["label"], a["evidence"]["start"], a["cue"])
        for a in annotations or ()
    ]
