"""Stories like another, or about what a reader describes: found by words and by meaning.

Whatever finds them gives no more than its first stories, and only stories that the reader may see. Those that are like
an English one are then compared with it. In other languages it is not known which words are rare, and with what a
reader describes there is little to compare: there the rankings are fused.
"""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import msgspec

from search.documents import meaning_of
from search.query.checking import ParsedQuery, parsed
from search.query.fusion import fused
from search.query.language import AnyOf, Leaf
from search.query.request import Limits, Query
from search.query.similar import of_any_word, of_rare_words, similar_to
from search.store import Hit, SearchResults
from search.stories.likeness import FIELDS, Described
from search.words.stemming import ENGLISH, stemming_of

COMPARING = ThreadPoolExecutor(2, "comparing")  # beside all else, whose processor time it takes
RANKED = 50  # stories that are compared, or of each ranking
NEAR = 0.65  # lowest similarity of two stories' meanings: 95% of pairs of one event reach it, 10% of others


class Finds(Protocol):
    """A store, or what pages read it by."""

    @property
    def limits(self) -> Limits:
        """What a query may cost."""

    async def find(self, query: ParsedQuery) -> SearchResults:
        """The documents that match."""

    async def nearest(self, meaning: bytes, query: ParsedQuery) -> SearchResults:
        """Of the documents that match, those that are the most like ``meaning``."""


async def stories_like(
    archive: Finds, document: Mapping[str, Any], limit: int, *, brief: bool, fields: tuple[str, ...] = ()
) -> tuple[Hit, ...]:
    """The visible stories most similar to a stored one, the most similar first, without the story itself.

    ``brief`` and ``fields`` say what is wanted of them, as in a query.
    """
    ranked = min(RANKED, archive.limits.hits)
    every = msgspec.structs.replace(parsed(Query(limit=ranked, brief=brief), archive.limits), only_ids=True)
    if stemming_of(document.get("language") or "") == ENGLISH:
        found = await _compared(archive, document, every)
    else:
        asked = (ask(document, ranked, archive.limits) for ask in (similar_to, of_rare_words))
        by_words = [msgspec.structs.replace(one, only_ids=True) for one in asked if one]
        found = await _together(archive, by_words, meaning_of(document), every, least=NEAR)
    best = tuple(hit for hit in found if hit.id != document["id"])[:limit]
    return await _with_documents(archive, best, msgspec.structs.replace(every, fields=fields))


async def _compared(archive: Finds, document: Mapping[str, Any], every: ParsedQuery) -> tuple[Hit, ...]:
    """The stories that share rare words with one, the likest first; where few do, those near in meaning too.

    All vectors are compared to find the near ones, which a large archive hardly needs, and a small one does quickly.
    """
    by_words = of_rare_words(document, every.limit, archive.limits)
    hits = (await archive.find(msgspec.structs.replace(by_words, only_ids=True))).hits if by_words else ()
    if len(hits) < every.limit and (meaning := meaning_of(document)):
        near = (await archive.nearest(meaning, every)).hits
        hits += tuple(hit for hit in near if hit.score >= NEAR)
    found = tuple({hit.id: hit for hit in hits}.values())[: archive.limits.hits]
    others = await _with_documents(archive, found, msgspec.structs.replace(every, fields=FIELDS))
    return await asyncio.get_running_loop().run_in_executor(COMPARING, _likest_first, document, others)


def _likest_first(document: Mapping[str, Any], others: Sequence[Hit]) -> tuple[Hit, ...]:
    own = Described(document)
    alike = [msgspec.structs.replace(hit, score=own.like(Described(hit.document))) for hit in others]
    return tuple(sorted(alike, key=lambda hit: (-hit.score, hit.id)))


async def stories_about(archive: Finds, text: str, meaning: bytes, asked: ParsedQuery) -> tuple[Hit, ...]:
    """The stories nearest to what a reader describes in plain words, within the filters of ``asked``; at most `RANKED`.

    Those that have its words count by them too, and have them marked.
    """
    node = of_any_word(text, archive.limits)
    near = msgspec.structs.replace(asked, sort="relevance", position=None, limit=min(RANKED, archive.limits.hits))
    by_words = [msgspec.structs.replace(near, node=node)] if node else []
    return (await _together(archive, by_words, meaning, near))[: min(asked.limit, near.limit)]


async def _with_documents(archive: Finds, hits: Sequence[Hit], every: ParsedQuery) -> tuple[Hit, ...]:
    """Hits with their stored documents; without those that the reader may not see any more."""
    if not hits:
        return ()
    these = AnyOf(tuple(Leaf(hit.id, "id") for hit in hits))
    asked = msgspec.structs.replace(every, node=these, sort="newest", limit=len(hits), counted=False, only_ids=False)
    found = {hit.id: hit.document for hit in (await archive.find(asked)).hits}
    return tuple(msgspec.structs.replace(hit, document=found[hit.id]) for hit in hits if hit.id in found)


async def _together(
    archive: Finds,
    by_words: Sequence[ParsedQuery],
    meaning: bytes,
    within: ParsedQuery,
    *,
    least: float = 0,
) -> tuple[Hit, ...]:
    """What the queries or the meaning find, the best by all of them first; nothing less like ``meaning``."""
    asked = [archive.find(query) for query in by_words]
    near = [archive.nearest(meaning, within)] if meaning else []
    found, nearest = await asyncio.gather(asyncio.gather(*asked), asyncio.gather(*near))
    rankings = [one.hits for one in found] + [[hit for hit in one.hits if hit.score >= least] for one in nearest]
    hits = {hit.id: hit for ranking in reversed(rankings) for hit in ranking}
    ranked = fused([[hit.id for hit in ranking] for ranking in rankings])
    return tuple(msgspec.structs.replace(hits[one], score=score) for one, score in ranked.items())
