"""The three annotators' findings tied together by offsets. Pure: text and parts in, `Annotations` out.

Stances come in as sentences put them and leave with entities as holder and target, one row for each pair of an
article. Whose deed a target phrase names is said in ``about``. Sentiment gains a tone toward each entity.
"""

import itertools
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from processors.annotations import Annotations, Entity, EntitySentiment, Level, Model, Span, Stance, StanceLabel
from processors.sentiment import Tone, Tones, together
from processors.stance.participants import Parties, Party
from processors.vocabulary.bare_words import is_bare
from processors.vocabulary.names import NUMERIC

HIGH, MEDIUM = 0.85, 0.7  # how sure a row of that level is at least


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
    """The tone toward each entity, over all of its mentions that have one; none toward nationalities and groups."""
    ordered = sorted(tones)
    found = []
    for entity in entities:
        mine = [tone for mention in entity.mentions if (tone := _at(mention, ordered))]
        if entity.type not in NUMERIC and entity.type != "NORP" and (mean := together(mine)):
            found.append(EntitySentiment(entity.id, entity.name, *mean))
    return tuple(found)


def _at(mention: Span, ordered: Sequence[Tone]) -> Tone | None:
    """The tone whose place meets the mention's; none overlap each other."""
    after = bisect_left(ordered, mention.end, key=lambda tone: tone.start)
    return ordered[after - 1] if after and ordered[after - 1].end > mention.start else None


def _resolved(parties: Parties, stances: Sequence[Stance], has_entities: bool) -> Iterator[Stance]:
    """A row for each holder and target that a stance of a sentence means; nobody stands somewhere toward himself."""
    for stance in stances:
        spans = (stance.holder_span, stance.target_span)
        holders, targets = (parties.of(span) or [Party(span.text, None, span)] for span in spans)
        if {each.key for each in holders} & {each.key for each in targets}:
            continue
        for holder, target in itertools.product(holders, targets):
            yield _row(parties, stance, holder, target, has_entities)


def _row(parties: Parties, stance: Stance, holder: Party, target: Party, has_entities: bool) -> Stance:
    score = round(stance.score * holder.sureness * target.sureness, 4)
    understood = not (is_bare(holder.name) or is_bare(target.name) or parties.is_numeric(target.span))
    stands = not has_entities or parties.can_hold(holder)
    return msgspec.structs.replace(
        stance,
        holder=holder.name,
        holder_id=holder.id,
        target=target.name,
        target_id=target.id,
        about=() if target.id else parties.named(stance.target_span),
        score=score,
        level=level_of(score) if understood and stands else "low",
    )


def level_of(score: float) -> Level:
    """What a score means to a reader."""
    return "high" if score >= HIGH else "medium" if score >= MEDIUM else "low"


def _best(stances: Iterator[Stance]) -> list[Stance]:
    """One row for each holder and target: the label with more weight, by its best evidence; shown ones first."""
    pairs: dict[tuple[str, str], list[Stance]] = defaultdict(list)
    for each in stances:
        pairs[(each.holder_id or each.holder.casefold(), each.target_id or _bare(each.target))].append(each)
    rows = []
    for rivals in pairs.values():
        weight: dict[StanceLabel, float] = defaultdict(float)
        for each in rivals:
            weight[each.label] += each.score
        label = max(sorted(weight), key=lambda label: weight[label])
        agreeing = [each for each in rivals if each.label == label]
        rows.append(max(agreeing, key=lambda each: (each.level != "low", each.score, -each.evidence.start)))
    return sorted(rows, key=lambda row: (row.level == "low", -row.score, row.evidence.start, row.holder, row.target))


def _bare(target: str) -> str:
    """A target phrase as far as it tells one from another."""
    return " ".join(re.sub(r"^(?:the|a|an|its|his|her|their) ", "", target.casefold()).split())
