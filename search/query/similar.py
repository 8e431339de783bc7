"""Stories like another by their words: a stored document in, queries that find them out. Pure, for both stores.

One asks for the words that are rare in news, wherever a story has them; one for the names and the headline's words,
which needs no knowledge of a language.
"""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from processors.events.words import weights
from search.query.checking import ParsedQuery, parsed
from search.query.language import STOP_WORDS, AnyOf, Leaf, Node, printable
from search.query.request import DEFAULT_LIMITS, Limits, Query

NAMES = 6  # most salient entities
WORDS = 10  # of the headline
SHORTEST = 3
LONGEST = 60  # characters of a word or name
LONGEST_HEADLINE = 1000  # characters looked at
HEAVIEST = 30  # words of the whole story


def similar_to(document: Mapping[str, Any], limit: int, limits: Limits = DEFAULT_LIMITS) -> ParsedQuery | None:
    """Stories that share the headline's words or the names that a story is about, the likest first.

    The story itself is among them. ``None`` for a story with neither. As many names and words as ``limits`` allow.
    """
    entities = sorted(document.get("entities") or (), key=lambda entity: -entity["salience"])
    wanted = [entity["name"] for entity in entities if entity["type"] != "DATE"][:NAMES]
    words = (word.lower() for word in re.findall(r"[^\W_]+", (document.get("headline") or "")[:LONGEST_HEADLINE]))
    wanted += [word for word in words if len(word) >= SHORTEST and word not in STOP_WORDS][:WORDS]
    texts = (re.sub(r'["\\]', " ", printable(text[:LONGEST])).strip() for text in dict.fromkeys(wanted))
    parts = [f'"{text}"' for text in texts if any(char.isalnum() for char in text)]
    joined = ""
    for part in parts[: limits.words]:
        longer = f"{joined} OR {part}" if joined else part
        joined = longer if len(longer) <= limits.characters else joined
    if not joined:
        return None
    query = parsed(Query(joined, limit=limit, brief=True), limits)
    return msgspec.structs.replace(query, likest=True, counted=False)


def of_rare_words(document: Mapping[str, Any], limit: int, limits: Limits = DEFAULT_LIMITS) -> ParsedQuery | None:
    """Stories that share the words which say what a story is about, as `processors.events.words` weighs them.

    The story itself is among them. ``None`` for a story without such words.
    """
    found = weights(document.get("headline") or "", document.get("body") or "")
    words = (word for word in found if len(word) <= LONGEST)
    heaviest = sorted(words, key=lambda word: (-found[word], word))[: min(HEAVIEST, limits.words)]
    if not heaviest:
        return None
    query = parsed(Query(limit=limit, brief=True), limits)
    weighed = tuple((Leaf(word, exact=True), found[word]) for word in heaviest)
    node = AnyOf(tuple(leaf for leaf, _ in weighed))
    return msgspec.structs.replace(query, node=node, weighed=weighed, counted=False)


def of_any_word(text: str, limits: Limits = DEFAULT_LIMITS) -> Node | None:
    """What holds for stories with any word of a text that is plain words, not a query; stop words aside."""
    words = (word.lower() for word in re.findall(r"[^\W_]+", printable(text)))
    wanted = dict.fromkeys(word for word in words if word not in STOP_WORDS)
    return AnyOf(tuple(Leaf(word) for word in list(wanted)[: limits.words])) if wanted else None
