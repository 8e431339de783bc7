"""Stories like another: a stored document in, the query that finds them out. Pure; the same for both stores."""

import re
from collections.abc import Mapping
from typing import Any

from search.query.checking import ParsedQuery, parsed
from search.query.language import STOP_WORDS, printable
from search.query.request import DEFAULT_LIMITS, Limits, Query

NAMES = 6  # most salient entities
WORDS = 10  # of the headline
SHORTEST = 3
LONGEST = 60
LONGEST_HEADLINE = 1000  # characters looked at


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
    return parsed(Query(joined, limit=limit, brief=True), limits) if joined else None
