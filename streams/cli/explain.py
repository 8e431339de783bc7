"""Annotations explained to people: who is for or against whom, by which words, and why. Takes them, gives text."""

from collections.abc import Iterator

from processors.annotations import Annotations, Opinion, Stance
from search.characters import escaped
from streams.cli.terminal import shortened

MOST_TONES = 12  # of the entities, the most salient
LONGEST_EVIDENCE = 400
_WHAT = {"rules": "the rules", "model": "the model"}


def explained(name: str, text: str, found: Annotations) -> str:
    """What was found in a text, why, and how surely; nothing in it moves a terminal."""
    lines = [f"{name}  {shortened(text.strip().partition(chr(10))[0], 100)}"]
    lines += [f"  {part} failed: {why}" for part, why in found.failures.items()]
    if found.sentiment is not None:
        tone = found.sentiment
        lines.append(f"  tone {tone.label} {tone.score:+.2f} (confidence {tone.confidence:.2f})")
        lines += [
            f"    toward {each.name}: {each.label} {each.score:+.2f} (confidence {each.confidence:.2f})"
            for each in tone.entities[:MOST_TONES]
        ]
    for row in found.stance or ():
        lines += _stance(row)
    if found.stance is not None and not found.stance:
        lines.append("  no stance found")
    return "\n".join(map(escaped, lines)) + "\n"


def _stance(row: Stance) -> Iterator[str]:
    yield f"  {row.holder} {row.label} {row.target} (confidence {row.score:.2f})"
    yield f"    {_verdict(row.opinions)}; {f'cue: {row.cue}' if row.cue else 'implied by no single word'}"
    start, end = row.evidence.start, row.evidence.end
    yield f"    characters {start} to {end}: {shortened(' '.join(row.evidence.text.split()), LONGEST_EVIDENCE)}"


def _verdict(opinions: tuple[Opinion, ...]) -> str:
    """Both opinions if they differ, else one word."""
    told = [f"{_WHAT[each.by]}: {each.label} {each.score:.2f}".removesuffix(" 0.00") for each in opinions]
    if len({each.label for each in opinions}) > 1:
        return "opinions differ, " + ", ".join(told)
    return "agreed, " + ", ".join(told) if told else "no opinions stored"
