"""Annotations explained to people: who is for or against whom, by which words, how surely. Takes them, gives text."""

from collections.abc import Iterator

from processors.annotations import Annotations, Stance
from search.characters import escaped
from streams.cli.terminal import shortened

MOST_TONES = 12  # of the entities, the most salient
LONGEST_EVIDENCE = 400


def explained(name: str, text: str, found: Annotations) -> str:
    """What was found in a text, where, and how surely; nothing in it moves a terminal."""
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
    yield f"  {row.holder} {row.label} {row.target} ({row.level}, score {row.score:.2f})"
    if row.about:
        yield f"    the target names {', '.join(row.about)}"
    yield f"    cue: {row.cue}"
    start, end = row.evidence.start, row.evidence.end
    yield f"    characters {start} to {end}: {shortened(' '.join(row.evidence.text.split()), LONGEST_EVIDENCE)}"
