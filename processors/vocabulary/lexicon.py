"""Words that rules about stances and headlines need, from ``data/stance.toml``. Takes nothing, gives a `Lexicon`."""

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class Lexicon(NamedTuple):
    """Word lists, in lower case but for names.

    ``forms`` are the inflected forms of verbs of support and opposition, which in a headline are no names; ``agencies``
    hold no stance.
    """

    forms: frozenset[str]
    agencies: frozenset[str]


@cache
def lexicon() -> Lexicon:
    """The lexicon that ships with this package."""
    data: dict[str, str] = tomllib.loads((files("processors") / "data" / "stance.toml").read_text("utf-8"))
    return Lexicon(
        forms=inflected(data["verbs"].split()),
        agencies=frozenset(name.strip() for name in data["agencies"].split("|")),
    )


def inflected(lemmas: Iterable[str]) -> frozenset[str]:
    """The regular forms of verbs: "denounce", "denounces", "denounced", "denouncing"."""
    found = set()
    for lemma in lemmas:
        stem = lemma.removesuffix("e")
        found |= {lemma, f"{stem}es" if stem != lemma else f"{lemma}s", f"{stem}ed", f"{stem}ing"}
        if lemma.endswith("y"):
            found |= {f"{lemma[:-1]}ies", f"{lemma[:-1]}ied"}
    return frozenset(found)
