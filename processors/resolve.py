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
from processors.text.repetitions import sentence_id
from processors.vocabulary.bare_words import is_anybody, is_nobodys
from processors.vocabulary.names import NUMERIC

SHOWN: Mapping[Level, float] = {"high": 0.78, "medium": 0.84, "low": 2.0}  # the least score, by what readers would say
SURE = 0.88  # the least score of a row at level high


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
    meaning = b"" if tones is None else tones.meaning
    return Annotations(found, sentiment, stances, dict(models or {}), dict(failures or {}), meaning)


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
    understood = parties.is_understood(holder) and parties.is_understood(target)
    understood = understood and not (parties.is_of_another(target, holder) or is_nobodys(target.name))
    about = () if target.id else parties.named(stance.target_span)
    understood = understood and holder.id not in about  # "he blamed Trump's policies": who is not Trump
    stands = not has_entities or (parties.can_hold(holder) and (holder.id is not None or not is_anybody(holder.name)))
    return msgspec.structs.replace(
        stance,
        holder=holder.name,
        holder_id=holder.id,
        target=target.name,
        target_id=target.id,
        about=about,
        score=score,
        level=_level(stance.level, stance.score) if understood and stands else "low",
    )


def _level(agreed: Level, score: float) -> Level:
    """The level by what readers would say of the row, and by how surely the sentence says it."""
    if score < SHOWN[agreed]:
        return "low"
    return "medium" if score < SURE else agreed


def _best(stances: Iterator[Stance]) -> list[Stance]:
    """One row for each holder and target: the label with more weight, by its best evidence; shown ones first.

    A sentence that the text repeats, as an update does that ends with the story before it, weighs once.
    """
    pairs: dict[tuple[str, str], list[Stance]] = defaultdict(list)
    for each in stances:
        pairs[(each.holder_id or each.holder.casefold(), each.target_id or _bare(each.target))].append(each)
    rows = []
    for rivals in pairs.values():
        said: dict[tuple[StanceLabel, str], float] = defaultdict(float)
        for each in rivals:
            sentence = (each.label, sentence_id(each.evidence.text))
            said[sentence] = max(said[sentence], each.score)
        weight: dict[StanceLabel, float] = defaultdict(float)
        for (label, _), score in said.items():
            weight[label] += score
        heaviest = max(sorted(weight), key=lambda label: weight[label])
        agreeing = [each for each in rivals if each.label == heaviest]
        rows.append(max(agreeing, key=lambda each: (each.level != "low", each.score, -each.evidence.start)))
    return sorted(rows, key=lambda row: (row.level == "low", -row.score, row.evidence.start, row.holder, row.target))


def _bare(target: str) -> str:
    """A target phrase as far as it tells one from another."""
    return " ".join(re.sub(r"^(?:the|a|an|its|his|her|their) ", "", target.casefold()).split())
