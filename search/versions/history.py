"""What a story's versions come to, whatever order they arrive in. Pure; both stores use it.

A story is one document: of the versions that may stand (`search.versions.precedence`) the one of the highest order, or
the tombstone of the last kill. It carries the headlines and texts that other usable versions bore, so that a correction
shows what it corrected, and the version of the last kill. Nothing from before a kill is kept but what the killed
version was called, so that a desk can tell which story to take down; and not even that of a story forgotten on request.

What stands may fall when something is learned late: a story dated in the future, once a correction comes. So what would
then stand is kept *beneath*, whole: hardly ever anything, since that takes a version whose time is doubted above one
whose time is not, or a story told again after a kill. No version under an embargo or withheld is kept there.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from processors.annotations import Record
from search.documents import Document, source_of
from search.versions.corrections import Correction
from search.versions.precedence import KnownVersions, VersionOrder, sign_of
from search.visibility import is_forgotten

MOST_PREVIOUS = 20  # headlines shown; a story with more shows its newest ones
MOST_TEXTS = 3  # texts shown, the newest ones
LONGEST_NAME = 500  # characters of a headline or slugline kept of a killed version
LONGEST_TEXT = 20_000  # characters; a longer text is not kept, so that a story of many versions stays one document


class Wording(Record, frozen=True, array_like=True):
    """A headline or text, and the newest version that bore it. ``sure``: by a version whose time is not doubted."""

    text: str
    version: int
    sure: bool = True


class KilledVersion(Record, frozen=True):
    """What a killed story was called: by its newest usable version, with the embargo of that one.

    Of a story that was only ever withheld it is the newest such version, without a word of it.
    """

    version: int
    status: str
    headline: str = ""
    slugline: str = ""
    embargo_until: datetime | None = None


class Candidate(Record, frozen=True):
    """A version that stands or would stand; ``source`` is its stored document, ``None`` where it is not at hand."""

    sign: VersionOrder
    status: str
    headline: str
    body: str  # "" where it is not to be kept: too long, or under an embargo
    called: KilledVersion | None  # what a kill would take back; nothing for a kill
    embargoed: bool
    forgets: bool  # it is the tombstone of a story forgotten on request
    source: Mapping[str, Any] | None = None


class Story(Record, frozen=True):
    """A story as a store keeps it. ``beneath`` is ``None`` where there is something that is not at hand."""

    top: Candidate
    known: KnownVersions
    headlines: tuple[Wording, ...] = ()
    texts: tuple[Wording, ...] = ()
    beneath: tuple[Candidate, ...] | None = ()
    called: tuple[KilledVersion, ...] = ()  # what a kill would take back (`best_known`)
    event: Mapping[str, Any] | None = None  # what it reports, as `search.store.Store.set_events` was told
    corrections: tuple[Correction, ...] = ()  # what people corrected in its annotations; nothing of a killed story

    @property
    def version(self) -> int:
        """The version that stands."""
        return self.top.sign.order

    @property
    def characters(self) -> int:
        """Of the texts in it, which are nearly all that it takes."""
        return len(self.top.body) + sum(len(row.text) for row in self.texts)


def arrive(story: Story | None, document: Document) -> Story:
    """What a story comes to with one more version. The same for every order of arrival, and however often."""
    candidate = candidate_of(source_of(document))
    known = (story.known if story else KnownVersions()).add(candidate.sign)
    top, beneath = _standing(known, _with_copy(candidate, [story.top, *(story.beneath or ())] if story else []))
    headlines, texts, called = (story.headlines, story.texts, story.called) if story else ((), (), ())
    if candidate.called:
        called = (*called, candidate.called)
    return Story(
        top,
        known,
        bounded([*headlines, *wordings(candidate, candidate.headline)], known, MOST_PREVIOUS),
        bounded([*texts, *wordings(candidate, candidate.body)], known, MOST_TEXTS),
        beneath,
        best_known(called, top),
        story.event if story else None,
        story.corrections if story and top.status != "canceled" else (),
    )


def _with_copy(candidate: Candidate, others: list[Candidate]) -> list[Candidate]:
    """Candidates with one more, which replaces its older copy but is trusted as either of them is.

    The order holds twelve bits of a hash of the content, so once in four thousand times two contents of the same moment
    have the same: then the greater one stands, whichever came last. A tombstone that was made for a version, of its
    order, stands above it.
    """
    order = candidate.sign.order
    for copy in others:
        if copy.sign.order == order:
            kept, other = (copy, candidate) if _content(copy) > _content(candidate) else (candidate, copy)
            candidate = with_sign(kept, kept.sign.with_copy(other.sign))
    return [candidate, *(one for one in others if one.sign.order != order)]


def _content(candidate: Candidate) -> tuple[bool, str, str]:
    """What of two versions of one order says which stands: nothing, where they are copies."""
    killed = candidate.status == "canceled"
    return (killed, "", "") if killed else (killed, candidate.headline, candidate.body)


def with_sign(candidate: Candidate, sign: VersionOrder | None) -> Candidate:
    """The candidate itself where the sign is its own, or none is given."""
    return candidate if sign in (None, candidate.sign) else msgspec.structs.replace(candidate, sign=sign)


def wordings(candidate: Candidate, text: str) -> list[Wording]:
    """What a candidate adds to the wordings of its story: nothing that was under an embargo, perhaps for good."""
    sure = not (candidate.sign.by_receipt or candidate.sign.untrusted)
    told = candidate.status == "usable" and not candidate.embargoed
    return [Wording(text, candidate.sign.order, sure)] if told else []


def best_known(called: Iterable[KilledVersion], top: Candidate) -> tuple[KilledVersion, ...]:
    """What readers know a story by: its newest usable version, else the newest two withheld ones: one may be the top.

    Beside what readers see, no word is kept of a version that was under an embargo.
    """
    if top.forgets:
        return ()
    by_headline = sorted(called, key=lambda one: one.headline)  # of two contents of one order, as in `_with_copy`
    newest = sorted({one.version: one for one in by_headline}.values(), key=lambda one: -one.version)
    best = next((one for one in newest if one.status == "usable"), None)
    if best is None:
        return tuple(newest[:2])
    if top.status == "usable" and best.embargo_until and best.version != top.sign.order:
        best = KilledVersion(best.version, best.status, embargo_until=best.embargo_until)
    return (best,)


def _standing(known: KnownVersions, candidates: list[Candidate]) -> tuple[Candidate, tuple[Candidate, ...]]:
    """What stands, and what would where that falls."""
    by_order = sorted(candidates, key=lambda one: -one.sign.order)
    kill = next((one for one in by_order if one.status == "canceled"), None)
    living = [one for one in by_order if one.status != "canceled" and known.allows(one.sign)]
    if not living:
        return kill or by_order[0], ()
    kept = living[:1]
    for one in living[1:]:
        if one.status == "usable" and not one.embargoed and not any(_outlives(other.sign, one.sign) for other in kept):
            kept.append(one)
    return kept[0], (*kept[1:], *([kill] if kill else []))


def _outlives(higher: VersionOrder, lower: VersionOrder) -> bool:
    """Whether one version stands wherever another does: nothing that makes it fall leaves that one."""
    return higher.by_receipt <= lower.by_receipt and higher.untrusted <= lower.untrusted


def bounded(rows: Iterable[Wording], known: KnownVersions, most: int) -> tuple[Wording, ...]:
    """Wordings, each with the newest version that bore it, oldest first; none from before a kill.

    One more than is shown, since what stands bears one of them itself. Those of doubted versions are counted apart:
    they go with the first kill.
    """
    bore: dict[tuple[str, bool], int] = {}
    horizon = known.horizon
    for row in rows:
        if row.text and (horizon is None or (row.sure and row.version > horizon)):
            key = row.text, row.sure
            bore[key] = max(row.version, bore.get(key, 0))
    ordered = sorted((version, text, sure) for (text, sure), version in bore.items())
    found = [Wording(text, version, sure) for version, text, sure in ordered]
    newest = [*[row for row in found if row.sure][-most - 1 :], *[row for row in found if not row.sure][-most - 1 :]]
    return tuple(sorted(newest, key=lambda row: (row.version, row.text, row.sure)))


def candidate_of(source: Mapping[str, Any]) -> Candidate:
    """A candidate of a stored document, which is held to its receipt."""
    sign, status = sign_of(source), source.get("status") or ""
    if source.get("version") != sign.order:
        source = {**source, "version": sign.order}
    headline, body = source.get("headline") or "", source.get("body") or ""
    until = msgspec.convert(source.get("embargo_until"), datetime | None)
    called = None
    if status == "usable":
        slugline = source.get("slugline") or ""
        called = KilledVersion(sign.order, status, headline[:LONGEST_NAME], slugline[:LONGEST_NAME], until)
    elif status != "canceled":
        called = KilledVersion(sign.order, status)
    kept = "" if until or len(body) > LONGEST_TEXT else body
    return Candidate(sign, status, headline, kept, called, until is not None, is_forgotten(source), source)


def light(story: Story) -> Story:
    """A story without its documents, to be remembered."""
    top = msgspec.structs.replace(story.top, source=None)
    return msgspec.structs.replace(story, top=top, beneath=None if story.beneath is None or story.beneath else ())


def stands(story: Story, document: Document) -> bool:
    """Whether what stands is this version."""
    return story.version == sign_of(msgspec.structs.asdict(document)).order


def is_at_hand(story: Story) -> bool:
    """Whether the story can be stored as it is: all its documents are there."""
    return story.top.source is not None and story.beneath is not None and all(one.source for one in story.beneath)


def changes(before: Story | None, after: Story) -> bool:
    """Whether ``after``, which is ``before`` with versions that arrived, must be written."""
    if before is None:
        return True
    if after.top is not before.top and not (after.top.status == "canceled" and after.version == before.version):
        return True
    facts = [
        (story.known, story.headlines, story.texts, story.called, story.corrections, [id(one) for one in beneath])
        for story, beneath in ((one, one.beneath or ()) for one in (before, after))
    ]
    return facts[0] != facts[1]
