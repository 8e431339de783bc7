"""A story as it is stored: its document, with what the document does not say of the story's other versions. Pure.

Takes a stored document, gives the `Story` (`story_in`), and the other way round (`stored`). Of a story with a single
version, and of one that an older program stored, the document says all there is.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from processors.annotations import Record
from search.articles import LOW_BITS
from search.documents import DERIVED, Document, as_searched, own_event, source_of
from search.versions.corrections import as_annotated, corrected, corrections_in
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
    with_sign,
    wordings,
)
from search.versions.joining import NO_MERGES, Merges, with_joined
from search.versions.precedence import KnownVersions, VersionOrder, sign_of

EARLIEST = 365 * 86_400_000  # milliseconds: a version that says an earlier time was not made by `article_version`
STANDING_FIELDS = [
    "version", "received_at", "version_created", "status", "kind", "format", "ordered_by", "headline", "slugline",
    "body", "embargo_until", "previous_headlines", "previous_texts", "killed_version", "killed", "lineage", "event",
    "corrections",
]  # fmt: skip


class Lineage(Record, frozen=True):
    """What is stored of a story beside its document: only what the document does not say itself."""

    known: KnownVersions
    headlines: tuple[Wording, ...] = ()
    texts: tuple[Wording, ...] = ()
    called: tuple[KilledVersion, ...] = ()
    whole: bool = False  # whether these are all wordings, and not only those that the document does not show
    beneath: bool = False  # whether something is
    signs: tuple[VersionOrder, ...] = ()  # of kept documents that another copy of the same version is surer of


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
        signs = {sign.order: sign for sign in lineage.signs}
        kept = [story.top, *(candidate_of(one) for one in source.get("beneath") or () if whole)]
        top, *beneath = (with_sign(one, signs.get(one.sign.order)) for one in kept)
        beneath_or_not = tuple(beneath) if whole or not lineage.beneath else None
        called, corrections = lineage.called, story.corrections
        event = _shared(source)
        story = Story(top, lineage.known, headlines, texts, beneath_or_not, called, event, corrections)
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
        event=_shared(source),
        corrections=corrections_in(source),
    )


def first_shown(source: Mapping[str, Any]) -> datetime:
    """When a story that readers may see was first to be seen, by its agency's times: its first version, or embargo.

    ``source`` holds its ``version_created``, and for those of other versions ``version`` and ``lineage``. A kill takes
    back what came before it. Whether an earlier version was under an embargo of its own is not known.
    """
    made = datetime.fromisoformat(source["version_created"])
    lineage = source.get("lineage")
    known = msgspec.convert(lineage["known"], KnownVersions) if lineage else KnownVersions()
    moments = [known.first_standing, int(source.get("version") or 0) >> LOW_BITS]
    first = min((one for one in moments if one > EARLIEST), default=0)
    shown = datetime.fromtimestamp(first / 1000, UTC) if first else made
    until = source.get("embargo_until")
    return max(shown, datetime.fromisoformat(until)) if until else shown


def kept_in(source: Mapping[str, Any]) -> StoryState:
    """What the `STANDING_FIELDS` of a stored document say of a story's versions."""
    story = story_in(source, whole=False)
    return StoryState(story.version, story.top.status, story.known)


def stored(story: Story, merges: Merges = NO_MERGES) -> dict[str, Any]:
    """The document to store of a story whose documents are all at hand; merged names are one in it."""
    assert story.top.source is not None
    own = "" if story.top.embargoed else story.top.headline
    headlines = _shown(story.headlines, own, story, MOST_PREVIOUS)
    texts = _shown(story.texts, story.top.body, story, MOST_TEXTS)
    source = {
        **with_joined(corrected({**story.top.source, "lineage": None, "beneath": None}, story.corrections), merges),
        "previous_headlines": [{"headline": row.text, "version": row.version} for row in headlines],
        "previous_texts": [{"body": row.text, "version": row.version} for row in texts],
        "killed_version": max((kill.order for kill in story.known.kills), default=None),
        "killed": msgspec.to_builtins(_killed(story)),
        "event": _event(story),
    }
    del source["lineage"], source["beneath"]
    told = _told_by(source)
    beneath = [_bare(one) for one in story.beneath or ()]
    kept = (story.top, *(story.beneath or ()))
    signs = tuple(one.sign for one in kept if one.source and one.sign != sign_of(one.source))
    said = [(one.known, one.headlines, one.texts, one.called) for one in (told, story)]
    if beneath or signs or said[0] != said[1]:
        source["lineage"] = msgspec.to_builtins(_lineage(story, told, signs))
    if beneath:
        source["beneath"] = beneath
    return as_searched(source)


def _event(story: Story) -> Mapping[str, Any] | None:
    """The event of what stands: that of its last version, where others report it too; nothing for what is hidden."""
    if story.top.status != "usable" or story.top.embargoed:
        return None
    return story.event or own_event(story.top.source or {})


def _shared(source: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The event of a stored document, if others report it too."""
    event: Mapping[str, Any] | None = source.get("event")
    return event if event and event["size"] > 1 else None


def _lineage(story: Story, told: Story, signs: tuple[VersionOrder, ...]) -> Lineage:
    """What ``told``, the story as its document alone says it, does not say. ``signs`` are not their documents' own."""
    said, rows = {*told.headlines, *told.texts}, (story.headlines, story.texts)
    whole = not said <= {*story.headlines, *story.texts}
    more = [tuple(row for row in of if whole or row not in said) for of in rows]
    return Lineage(story.known, more[0], more[1], story.called, whole, bool(story.beneath), signs)


def _killed(story: Story) -> KilledVersion | None:
    """What readers knew the story by, where what stands is hidden."""
    if story.top.status == "usable":
        return None
    return next((one for one in story.called if one.version != story.version), None)


def _bare(candidate: Candidate) -> dict[str, Any]:
    """A document without what is the story's: its past."""
    left_out = (
        "lineage", "beneath", "previous_headlines", "previous_texts", "killed_version", "killed", "event", *DERIVED,
    )  # fmt: skip
    return {name: value for name, value in as_annotated(candidate.source or {}).items() if name not in left_out}


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


def remade(source: Mapping[str, Any], document: Document, merges: Merges = NO_MERGES) -> dict[str, Any]:
    """A stored document as this program would store it: ``document`` is made of it, its past is kept."""
    story = story_in(source)
    top = candidate_of(source_of(document))
    if top.sign.order == story.top.sign.order:
        top = with_sign(top, top.sign.with_copy(story.top.sign))
    return stored(msgspec.structs.replace(story, top=top), merges)
