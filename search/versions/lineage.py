"""A story as it is stored: its document, with what the document does not say of the story's other versions. Pure.

Takes a stored document, gives the `Story` (`story_in`), and the other way round (`stored`). Of a story with a single
version, and of one that an older program stored, the document says all there is.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from processors.annotations import Record
from search.documents import Document, source_of
from search.versions.history import (
    MOST_PREVIOUS,
    MOST_TEXTS,
    Candidate,
    KilledVersion,
    Story,
    Wording,
    best_known,
    bounded,
    candidate_of,
    light,
    wordings,
)
from search.versions.precedence import KnownVersions, VersionOrder

STANDING_FIELDS = [
    "version", "received_at", "version_created", "status", "kind", "format", "ordered_by", "headline", "slugline",
    "body", "embargo_until", "previous_headlines", "previous_texts", "killed_version", "killed", "lineage",
]  # fmt: skip


class Lineage(Record, frozen=True):
    """What is stored of a story beside its document: only what the document does not say itself."""

    known: KnownVersions
    headlines: tuple[Wording, ...] = ()
    texts: tuple[Wording, ...] = ()
    called: tuple[KilledVersion, ...] = ()
    whole: bool = False  # whether these are all wordings, and not only those that the document does not show
    beneath: bool = False  # whether something is


class StoryState(Record, frozen=True):
    """What a store says of a story to those who ask what became of its versions."""

    version: int
    status: str
    known: KnownVersions = KnownVersions()


def story_in(source: Mapping[str, Any], *, whole: bool = True) -> Story:
    """A stored document's story. Without ``whole``, ``source`` holds `STANDING_FIELDS`, and documents are left out."""
    story = _told_by(source)
    if source.get("lineage"):
        lineage = msgspec.convert(source["lineage"], Lineage)
        said = ((), ()) if lineage.whole else (story.headlines, story.texts)
        headlines = bounded((*said[0], *lineage.headlines), lineage.known, MOST_PREVIOUS)
        texts = bounded((*said[1], *lineage.texts), lineage.known, MOST_TEXTS)
        beneath = tuple(candidate_of(one) for one in source.get("beneath") or ()) if whole else ()
        beneath_or_not = beneath if whole or not lineage.beneath else None
        story = Story(story.top, lineage.known, headlines, texts, beneath_or_not, lineage.called)
    return story if whole else light(story)


def _told_by(source: Mapping[str, Any]) -> Story:
    """What a document says of its story without a lineage, as one by an older program or of a single version."""
    top = candidate_of({name: value for name, value in source.items() if name not in ("lineage", "beneath")})
    known = KnownVersions()
    killed = source.get("killed_version")
    if killed and killed != source.get("version"):
        known = known.add(VersionOrder(killed, 0, killed, role="kill"))
    known = known.add(top.sign)
    headlines = [Wording(row["headline"], row["version"]) for row in source.get("previous_headlines") or ()]
    texts = [Wording(row["body"], row["version"]) for row in source.get("previous_texts") or ()]
    called = [msgspec.convert(source["killed"], KilledVersion)] if source.get("killed") else []
    return Story(
        top,
        known,
        bounded([*headlines, *wordings(top, top.headline)], known, MOST_PREVIOUS),
        bounded([*texts, *wordings(top, top.body)], known, MOST_TEXTS),
        called=best_known([*called, *([top.called] if top.called else [])], top),
    )


def kept_in(source: Mapping[str, Any]) -> StoryState:
    """What the `STANDING_FIELDS` of a stored document say of a story's versions."""
    story = story_in(source, whole=False)
    return StoryState(story.version, story.top.status, story.known)


def stored(story: Story) -> dict[str, Any]:
    """The document to store of a story whose documents are all at hand."""
    assert story.top.source is not None
    own = "" if story.top.embargoed else story.top.headline
    headlines = _shown(story.headlines, own, story, MOST_PREVIOUS)
    texts = _shown(story.texts, story.top.body, story, MOST_TEXTS)
    source = {
        **{name: value for name, value in story.top.source.items() if name not in ("lineage", "beneath")},
        "previous_headlines": [{"headline": row.text, "version": row.version} for row in headlines],
        "previous_texts": [{"body": row.text, "version": row.version} for row in texts],
        "killed_version": max((kill.order for kill in story.known.kills), default=None),
        "killed": msgspec.to_builtins(_killed(story)),
    }
    told = _told_by(source)
    beneath = [_bare(one) for one in story.beneath or ()]
    said = [(one.known, one.headlines, one.texts, one.called) for one in (told, story)]
    if beneath or said[0] != said[1]:
        source["lineage"] = msgspec.to_builtins(_lineage(story, told))
    if beneath:
        source["beneath"] = beneath
    return source


def _lineage(story: Story, told: Story) -> Lineage:
    """What ``told``, the story as its document alone says it, does not say."""
    said, rows = {*told.headlines, *told.texts}, (story.headlines, story.texts)
    whole = not said <= {*story.headlines, *story.texts}
    more = [tuple(row for row in of if whole or row not in said) for of in rows]
    return Lineage(story.known, more[0], more[1], story.called, whole, bool(story.beneath))


def _killed(story: Story) -> KilledVersion | None:
    """What readers knew the story by, where what stands is hidden."""
    if story.top.status == "usable":
        return None
    return next((one for one in story.called if one.version != story.version), None)


def _bare(candidate: Candidate) -> dict[str, Any]:
    """A document without what is the story's: its past."""
    left_out = ("lineage", "beneath", "previous_headlines", "previous_texts", "killed_version", "killed")
    return {name: value for name, value in (candidate.source or {}).items() if name not in left_out}


def _shown(rows: Iterable[Wording], own: str, story: Story, most: int) -> list[Wording]:
    """The wordings to show beside what stands, oldest first."""
    if story.top.status == "canceled":
        return []
    bore: dict[str, int] = {}
    for row in rows:
        if not (story.top.status == "usable" and row.text == own):
            bore[row.text] = max(row.version, bore.get(row.text, 0))
    return [Wording(text, version) for version, text in sorted((version, text) for text, version in bore.items())][
        -most:
    ]


def remade(source: Mapping[str, Any], document: Document) -> dict[str, Any]:
    """A stored document as this program would store it: ``document`` is made of it, its past is kept."""
    story = story_in(source)
    top = candidate_of(source_of(document))
    return stored(msgspec.structs.replace(story, top=top))
