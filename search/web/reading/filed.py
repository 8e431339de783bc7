"""What a provider filed a story under, each value with the search for it: a document in, groups of links out. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from search.query.addresses import address

MOST = 30  # values of a kind

Links = list[tuple[str, str]]


def filed_under(document: Mapping[str, Any]) -> list[tuple[str, Links]]:
    """The provider's subjects, keywords, places and genre: heading, and texts with addresses."""
    found = [
        ("Subjects", _subjects(document.get("subjects") or ())),
        ("Keywords", _searches("keyword", document.get("keywords") or ())),
        ("Places", _searches("place", _named(document.get("places")))),
        ("Genre", _searches("genre", [document["genre"]] if document.get("genre") else ())),
    ]
    return [(heading, links[:MOST]) for heading, links in found if links]


def _subjects(rows: Sequence[Mapping[str, Any]]) -> Links:
    """Those with a name by it, as the wire's filter has them; the others by their codes."""
    names = list(dict.fromkeys(row["name"] for row in rows if row.get("name")))
    codes = [row["code"] for row in rows if not row.get("name") and row.get("code")]
    return [*((name, address("/", [("subject", name)])) for name in names), *_searches("subject", codes)]


def _named(rows: Iterable[Mapping[str, Any]] | None) -> list[str]:
    """What places are called: by name, or by code where there is no name."""
    return list(dict.fromkeys(text for row in rows or () if (text := row.get("name") or row.get("code"))))


def _searches(field: str, texts: Iterable[str]) -> Links:
    quoted = ((text, text.replace("\\", " ").replace('"', " ")) for text in dict.fromkeys(texts) if text.strip())
    return [(text, address("/", [("q", f'{field}:"{words}"')])) for text, words in quoted]
