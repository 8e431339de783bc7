"""Rankings made into one by rank alone, so that scores of different kinds need not be compared. Pure.

Reciprocal rank fusion (Cormack, Clarke and Büttcher 2009): a story counts 1 / (5 + its place) in each ranking that has
it. Elasticsearch has this too, but under a licence; here it is the same for both stores.
"""

from collections import defaultdict
from collections.abc import Sequence

CONSTANT = 5  # the larger, the less the first places count above the next; the paper's 60 is for longer rankings


def fused(rankings: Sequence[Sequence[str]]) -> dict[str, float]:
    """What each id of the rankings counts, the best first; of equal ones the smaller id."""
    scores: defaultdict[str, float] = defaultdict(float)
    for ranking in rankings:
        for place, one in enumerate(dict.fromkeys(ranking), 1):
            scores[one] += 1 / (CONSTANT + place)
    return dict(sorted(scores.items(), key=lambda item: (-round(item[1], 12), item[0])))
