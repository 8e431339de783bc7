"""Stories made to cost as much as they can: each the worst of its kind that a store may hold."""

import random
from collections.abc import Callable
from typing import Any

from processors.annotations import (
    Annotations,
    Entity,
    EntitySentiment,
    Model,
    SentenceSentiment,
    Sentiment,
    Span,
    Stance,
)
from search.articles import Concept, Link
from search.documents import MOST_ENTITIES, MOST_MENTIONS, MOST_STANCES, Document
from tests.search.web.samples import story

MEGABYTE = 1_000_000


def _mentioned() -> Annotations:
    """As many mentions as are kept, each a name of its own place in "ab ab ab …"."""
    entities = []
    for number in range(MOST_ENTITIES):
        first = number * MOST_MENTIONS
        spans = tuple(Span(at, at + 2, "ab") for at in range(3 * first, 3 * (first + MOST_MENTIONS), 3))
        entities.append(Entity(f"e{number}", f"Name {number}", "GPE", spans, MOST_MENTIONS, 0.5, "US", 1.0, 1.0))
    return Annotations(tuple(entities), None, ())


def _stances(size: int) -> Annotations:
    """As many stances as are kept, each with all of the text as its evidence, and holders everywhere."""
    whole = Span(0, size, "x" * 10_000)
    rows = tuple(
        Stance(f"Holder {n}" * 20, f"Target {n}" * 20, "favor", 0.9, whole, "cue" * 99, Span(n, size - n, "x"), whole)
        for n in range(MOST_STANCES)
    )
    return Annotations((), None, rows)


def _toned(number: int) -> Annotations:
    sentences = tuple(
        SentenceSentiment(4 * n, 4 * n + 4, 0.6, ("positive", "negative", "neutral")[n % 3]) for n in range(number)
    )
    towards = tuple(EntitySentiment(f"e{n}", f"Name {n}", -0.6, "negative", 0.9) for n in range(MOST_ENTITIES))
    return Annotations((), Sentiment(0.1, "neutral", sentences, towards), ())


BARE = Annotations((), None, ())
CHANCE = random.Random(7)


def _told(headline: str, body: str, annotations: Annotations = BARE, /, **fields: Any) -> list[Document]:
    return [story("worst", headline, body, annotations, **fields)]


def _versions(texts: list[tuple[str, str]]) -> list[Document]:
    return [
        story("worst", headline, body, BARE, version=number, kind="correction")
        for number, (headline, body) in enumerate(texts, 1)
    ]


def _by_chance(items: str, number: int) -> str:
    return "".join(CHANCE.choice(items) for _ in range(number))


WORST: dict[str, Callable[[], list[Document]]] = {
    "mentions": lambda: _told("", "ab " * (MEGABYTE // 3), _mentioned()),
    "stances": lambda: _told("", "word. " * (MEGABYTE // 6), _stances(100_000)),
    "tones": lambda: _told("", "xxx." * (MEGABYTE // 4), _toned(MEGABYTE // 4)),
    "one repeated word": lambda: _told("word " * 20_000, "word " * (MEGABYTE // 5)),
    "one long word": lambda: _told("x" * 100_000, "x" * MEGABYTE),
    "paragraphs": lambda: _told("x", "x\n\n" * (MEGABYTE // 3)),
    "blank lines": lambda: _told("x", "\n \t\r" * (MEGABYTE // 4) + "x"),
    "spaces": lambda: _told(" " * 100_000, " " * MEGABYTE + "x"),
    "full stops": lambda: _told("." * 2000, ". " * (MEGABYTE // 2)),
    "odd characters": lambda: _told("\u200b" * 100_000, "\u202e\u2066" * (MEGABYTE // 6)),
    "escapes": lambda: _told('<&"' * 30_000, "<&>\"'" * (MEGABYTE // 5)),
    "a table": lambda: _told("x", "1 | 2 | 3\n" * (MEGABYTE // 10)),
    "headlines of equal words": lambda: _versions([("a " * (990 + n), "x") for n in range(21)]),
    "headlines of alternating words": lambda: _versions(
        [(("a b " if n % 2 else "b a ") * 490 + str(n), "x") for n in range(21)]
    ),
    "headlines by chance": lambda: _versions([(" ".join(_by_chance("ab", 990)), "x") for _ in range(21)]),
    "texts of equal sentences": lambda: _versions([("x", "a. " * (6600 - n)) for n in range(4)]),
    "texts of alternating sentences": lambda: _versions(
        [("x", ("a. b. " if n % 2 else "b. a. ") * 3300) for n in range(4)]
    ),
    "texts by chance": lambda: _versions([("x", _by_chance(".!? ab", 19_900)) for _ in range(4)]),
    "texts in reverse": lambda: _versions(
        [("x", "".join(f"{n}. " for n in (range(3000) if back else reversed(range(3000))))) for back in range(4)]
    ),
    "texts of one sentence": lambda: _versions([("x", " ".join(_by_chance("ab", 9900))) for _ in range(4)]),
    "texts of marks": lambda: _versions([("x", ("!?" if n % 2 else "?!") * 9900 + str(n)) for n in range(4)]),
    "a long last text": lambda: _versions([("x", "a. " * 6600), ("x", "b. a. " * (MEGABYTE // 6))]),
    "notes, links, subjects and failures": lambda: _told(
        "x",
        "x",
        Annotations(
            (), None, (), {f"m{n}": Model("x" * 99, "1") for n in range(5000)}, {f"f{n}": "x" * 999 for n in range(5000)}
        ),
        notes=tuple("note " * 50 for _ in range(20_000)),
        links=tuple(Link("x", f"urn:{n}") for n in range(20_000)),
        subjects=tuple(Concept(f"s{n}", f"c{n}") for n in range(20_000)),
        keywords=tuple(f"keyword {n}" for n in range(20_000)),
    ),
    "long fields": lambda: _told(
        "x",
        "x",
        BARE,
        **dict.fromkeys(
            ("slugline", "byline", "dateline", "genre", "editorial_note", "credit", "copyright_holder", "usage_terms",
             "copyright_notice", "url", "guid", "source", "language", "provider_version", "format"),
            "<x> " * 50_000,
        ),
    ),
    "long names": lambda: _told(
        "x",
        "y" * 100_000,
        Annotations(
            tuple(Entity(f"e{n}", "<n> " * 20_000, "PERSON", (Span(n, n + 1, "y"),), 1, 0.5) for n in range(40)),
            None,
            tuple(
                Stance("<h> " * 20_000, "<t> " * 20_000, "favor", 0.9, Span(0, 9, "y"), "y", Span(0, 1, "y"), Span(1, 2, "y"))
                for _ in range(40)
            ),
        ),
    ),
}  # fmt: skip
