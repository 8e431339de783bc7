"""The three annotators' findings tied together by offsets. Pure: text and parts in, `Annotations` out.

Stances come in as sentences put them and leave with entities as holder and target, one row for each pair of an
article. Being against "US interference" is also being against the United States: such a phrase gives a second
row, toward the entity whose deed it is, with the same evidence. Sentiment gains a tone toward each entity.
"""

import itertools
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from processors.annotations import Annotations, Entity, EntitySentiment, Model, Span, Stance, StanceLabel
from processors.sentiment import Tone, Tones, together
from processors.stance.participants import Parties, Party
from processors.vocabulary.names import NUMERIC

DERIVED = 0.85  # of a stance toward a deed, how sure the stance toward its doer is
_VAGUE = re.compile(
    r"(?:I|we|you|us|me|it|he|she|they|them|him|her|who|which|that|this|\w+self|\w+selves|one)$", re.IGNORECASE
)


def resolve(
    text: str,
    entities: Sequence[Entity] | None,
    tones: Tones | None,
    stance: Sequence[Stance] | None,
    models: Mapping[str, Model] | None = None,
    failures: Mapping[str, str] | None = None,
) -> Annotations:
    """The annotations of ``text``. A part that is ``None`` failed; that costs only what needs it.

    Without entities a stance keeps the words of its sentence, and there is no tone toward entities.
    """
    known = tuple(entities or ())
    sentiment = (
        None if tones is None else msgspec.structs.replace(tones.sentiment, entities=_toward(known, tones.names))
    )
    stances = None if stance is None else tuple(_best(_resolved(Parties(text, known), stance, entities is not None)))
    found = None if entities is None else known
    return Annotations(found, sentiment, stances, dict(models or {}), dict(failures or {}))


def _toward(entities: Sequence[Entity], tones: Sequence[Tone]) -> tuple[EntitySentiment, ...]:
    """The tone toward each entity, over all of its mentions that have one."""
    ordered = sorted(tones)
    found = []
    for entity in entities:
        mine = [tone for mention in entity.mentions if (tone := _at(mention, ordered))]
        if entity.type not in NUMERIC and (mean := together(mine)):
            found.append(EntitySentiment(entity.id, entity.name, *mean))
    return tuple(found)


def _at(mention: Span, ordered: Sequence[Tone]) -> Tone | None:
    """The tone whose place meets the mention's; none overlap each other."""
    after = bisect_left(ordered, mention.end, key=lambda tone: tone.start)
    return ordered[after - 1] if after and ordered[after - 1].end > mention.start else None


def _resolved(parties: Parties, stances: Sequence[Stance], has_entities: bool) -> Iterator[Stance]:
    for stance in stances:
        holders = [each for each in parties.of(stance.holder_span) if not _VAGUE.match(each.name)]
        targets = [each for each in parties.of(stance.target_span) if not _VAGUE.match(each.name)]
        # "it" is seldom the country or body that it would be taken for; "them" is never the holder.
        mistaken = stance.target_span.text.lower() == "it" or {each.key for each in holders} & {t.key for t in targets}
        if mistaken or parties.is_numeric(stance.target_span):
            continue
        doers = parties.owners(stance.target_span)
        for holder, target in itertools.product(holders, targets):
            named = holder.id or target.id or doers
            if has_entities and not (named and parties.can_hold(holder)):
                continue
            yield _row(stance, holder, target, 1.0)
            if target.id is None and stance.label == "against":
                yield from (_row(stance, holder, doer, DERIVED) for doer in doers if doer.key != holder.key)


def _row(stance: Stance, holder: Party, target: Party, sureness: float) -> Stance:
    return msgspec.structs.replace(
        stance,
        holder=holder.name,
        holder_id=holder.id,
        holder_span=holder.span,
        target=target.name,
        target_id=target.id,
        target_span=target.span,
        score=round(stance.score * holder.sureness * target.sureness * sureness, 4),
    )


def _best(stances: Iterator[Stance]) -> list[Stance]:
    """One row for each holder and target: the label with more weight, by its best evidence, surest pairs first."""
    pairs: dict[tuple[str, str], list[Stance]] = defaultdict(list)
    for each in stances:
        pairs[(each.holder_id or each.holder.casefold(), each.target_id or each.target.casefold())].append(each)
    rows = []
    for rivals in pairs.values():
        weight: dict[StanceLabel, float] = defaultdict(float)
        for each in rivals:
            weight[each.label] += each.score
        label = max(sorted(weight), key=lambda label: weight[label])
        agreeing = [each for each in rivals if each.label == label]
        rows.append(max(agreeing, key=lambda each: (each.score, -each.evidence.start)))
    return sorted(rows, key=lambda row: (-row.score, row.evidence.start, row.holder, row.target))
