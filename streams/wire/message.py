"""Collects the results of reading one message: its articles, refused members, and items that are no articles.

Takes drafts and refusals one by one, as the formats give them; gives a `ParsedMessage`.
"""

from typing import Any
from urllib.parse import urljoin

import msgspec

from processors.annotations import Record
from streams.errors import Rejected
from streams.records import Article
from streams.wire.draft import Draft
from streams.wire.finishing import finish, stated_source
from streams.wire.formats.syndication import ENTRY
from streams.wire.items import draft_of, item_of
from streams.wire.profile import NO_PROFILE, Profile, Profiles
from streams.wire.publication.embargo_fields import Claim
from streams.wire.raw import NotAnArticle, ParseLimits, Raw
from streams.wire.text import clean_line, shorten

Member = tuple[str, str]  # what it is and where, and why it is no article
MAX_NAMED = 300  # characters of what is kept of an item that is no article


class Skip(Record, frozen=True):
    """An item that was understood and is no article: ``kind`` is one of a few, ``reason`` has the provider's own word.

    ``part`` says which of the message's items it is, "" where it is all of the message. ``item`` is what is kept of it
    beside the stories, where it can be known again.
    """

    part: str
    kind: str
    guid: str
    title: str
    reason: str
    item: Article | None = None


class ParsedMessage(Record, frozen=True):
    """The content of a message.

    ``refused`` members are broken and become dead letters. ``skipped`` ones were understood and are no articles:
    pictures, events, packages, also those that came with a story. ``unnamed`` more of them were only counted.
    ``source`` is that of the message, as its feed or the profile of that feed says. ``profiles`` are the names of those
    by which the articles were read, one for each; "" for none.
    """

    articles: tuple[Article, ...] = ()
    refused: tuple[Member, ...] = ()
    skipped: tuple[Skip, ...] = ()
    unnamed: int = 0
    source: str = ""
    profiles: tuple[str, ...] = ()


def _within(base: str, url: str) -> str:
    """The whole address of a link that may be relative to one."""
    try:
        return urljoin(base, url) if url else ""
    except ValueError:
        return url


class TooMany(Rejected):
    """A message with more members than allowed."""

    def __init__(self, bound: int) -> None:
        super().__init__(f"more than max_articles ({bound}) in one message")


class Reading:
    """The members of one message as they are read."""

    def __init__(self, raw: Raw, limits: ParseLimits, profiles: Profiles) -> None:
        self.profile = profiles.of_message(raw.feed, raw.source, raw.name)
        if self.profile and self.profile.source:
            raw = msgspec.structs.replace(raw, source=self.profile.source)
        self.raw, self.limits, self._profiles = raw, limits, profiles
        self.notes: list[str] = []
        self.articles: list[Article] = []
        self.profiles: list[str] = []  # of each article, by name
        self.shared: dict[str, str] = {}  # what an envelope says of all its items, by field; the base of links
        self.refused: list[Member] = []
        self.skipped: list[Skip] = []
        self.unnamed = 0
        self.claims: list[Claim] = []  # of embargoes, by what lies around the members
        self.statuses: list[Any] = []

    def take(self, draft: Draft, what: str) -> None:
        """Judge one draft: it becomes an article or a refused member."""
        if len(self.articles) + len(self.refused) >= self.limits.max_articles:
            raise TooMany(self.limits.max_articles)
        if self.raw.guid and what.startswith(ENTRY):
            draft.guid = self.raw.guid
        self._add_envelope_claims(draft)
        try:
            profile = self._profile_of(draft)
            self.articles.append(finish(draft, self.raw, self.limits, profile))
            self.profiles.append(profile.name)
        except Rejected as refusal:
            guid = draft.guid[:100]
            self.refuse(what if guid in what else f"{what} {guid}", refusal)

    def _add_envelope_claims(self, draft: Draft) -> None:
        for name, value in self.shared.items():
            if name == "base":
                draft.url = _within(value, draft.url)
            elif not getattr(draft, name):
                setattr(draft, name, value)
        draft.claims += self.claims
        draft.signs.statuses += self.statuses
        draft.notes += self.notes

    def _profile_of(self, draft: Draft) -> Profile:
        """The profile of a draft: its feed's, or that of the provider that it states where its feed knows none."""
        if self.profile is not None:
            return self.profile
        return self._profiles.stated(stated_source(draft), self.raw.feed) if self._profiles.all else NO_PROFILE

    def refuse(self, what: str, refusal: Rejected) -> None:
        """Report one member that is no article, or a broken one."""
        if isinstance(refusal, NotAnArticle):
            self.skip(what, refusal)
            return
        if len(self.refused) >= self.limits.max_articles:
            raise TooMany(self.limits.max_articles)
        self.refused.append((what, str(refusal)))

    def skip(self, what: str, why: NotAnArticle) -> None:
        """Name one member that is no article; of very many the rest is only counted."""
        if len(self.skipped) >= self.limits.max_skipped:
            self.unnamed += 1
            return
        part, guid, title, reason = (
            shorten(clean_line(text[: 4 * MAX_NAMED]), MAX_NAMED) for text in (what, why.guid, why.title, str(why))
        )
        item = None
        if (draft := draft_of(why)) is not None:
            self._add_envelope_claims(draft)
            item = item_of(draft, why.kind, self.raw, self.limits, self._profile_of(draft))
        self.skipped.append(Skip(part, why.kind, guid, title, reason, item))

    def parsed(self) -> ParsedMessage:
        """What was found, an item that is all of its message without a name for its part."""
        skipped = self.skipped
        if len(skipped) == 1 and not (self.articles or self.refused):
            skipped = [msgspec.structs.replace(skipped[0], part="")]
        return ParsedMessage(
            tuple(self.articles),
            tuple(self.refused),
            tuple(skipped),
            self.unnamed,
            self.raw.source,
            tuple(self.profiles),
        )
