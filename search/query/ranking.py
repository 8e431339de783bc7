"""How well stories match a query, the same for both stores: what is counted, and how much it counts. Pure.

A word counts by how often the story's own headline and text have it, and by how rare it is among the stories that the
reader may see. Lucene's and FTS5's own scores count rarity and mean length over the whole index: there a hidden story
would move the scores of those that are shown, and so tell its words.
"""

import math
from collections.abc import Callable, Mapping, Sequence

import msgspec

from search.query.checking import ParsedQuery
from search.query.language import AnyOf, Leaf, wanted

HEADLINE_WEIGHT = 3.0  # of a word in the headline, beside one in the text
ONCE = 0.5  # what a word counts that is there once; n times, n / (n + 1)
LIKEST = 500  # stories that the likest are chosen from
SHARE = 50  # one in so many of these: a word that no more stories have is very rare
COUNTED = 4  # times so many, beyond which it does not matter how many have a word
MOST = 64  # words and phrases that decide the order, the first of a query

Weights = Mapping[Leaf, float]


def ranked_by(query: ParsedQuery) -> tuple[Leaf, ...]:
    """The words and phrases that decide the order of a query's stories; none where time does."""
    return tuple(dict.fromkeys(wanted(query.node)))[:MOST] if query.sort == "relevance" else ()


def weights(leaves: Sequence[Leaf], stories: int, having: Sequence[int]) -> dict[Leaf, float]:
    """What each word or phrase counts: the fewer of the ``stories`` that the reader may see have it, the more."""
    return {leaf: _rarity(stories, number) for leaf, number in zip(leaves, having, strict=True)}


def of_rarest(query: ParsedQuery, having: Mapping[Leaf, int]) -> ParsedQuery:
    """The query for stories that have any of the rarest words, which few have together; of the rarest in any case.

    A story that only has the commonest words is not among the most relevant.
    """
    kept: list[Leaf] = []
    left = LIKEST
    for leaf in sorted(having, key=lambda leaf: having[leaf]):
        left -= having[leaf]
        if kept and left < 0:
            break
        kept.append(leaf)
    return msgspec.structs.replace(query, node=AnyOf(tuple(kept))) if kept else query


def few_have(weighed: Sequence[tuple[Leaf, int]], having: Callable[[Leaf, int], int]) -> list[tuple[Leaf, int]]:
    """The words that no more stories have than are left of `LIKEST`; earlier ones take their stories from it.

    A word that very few have counts in any case, since it tells which of many that have an earlier one are alike.
    Where these find one story at most, which may be the one that others like it are wanted for, also the word that the
    fewest have of the others. ``having`` gives how many stories have a word, counted up to a limit at least.
    """
    kept, common = [], []
    left, most = LIKEST, 0
    for leaf, weight in weighed:
        enough = max(left, LIKEST // SHARE)
        if (number := having(leaf, enough + 1)) <= enough:
            kept.append((leaf, weight))
            left -= number
            most = max(most, number)
        else:
            common.append((leaf, weight))
    return [*kept, _fewest(common, having)] if common and most <= 1 else kept


def _fewest(common: Sequence[tuple[Leaf, int]], having: Callable[[Leaf, int], int]) -> tuple[Leaf, int]:
    """The word that the fewest stories have: of those that very many have, as of equal ones, the first."""
    fewest, least = common[0], COUNTED * LIKEST
    for one in common:
        if (number := having(one[0], least)) < least:
            fewest, least = one, number
    return fewest


def _rarity(stories: int, having: int) -> float:
    # Stories may come between two counts: a word never counts less than nothing.
    return math.log(1 + (max(stories, having) - having + 0.5) / (having + 0.5))
