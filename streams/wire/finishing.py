"""Turns a format's draft into an ``Article``: limits, cleaning, times, identity and life cycle.

Every format fills a `Draft` with the strings it found; only `finish` interprets them.
"""

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from msgspec.structs import fields

from search.articles import Concept, Link, NamedStory, Stated, Status
from streams.errors import Rejected
from streams.records import Article
from streams.wire import habits
from streams.wire.article_ids import article_id, article_version
from streams.wire.draft import Draft
from streams.wire.headlines import drop_repeated, extract_signs, head
from streams.wire.layout.touching import with_characters
from streams.wire.lines import byline_of, dateline_of_place, urgency_of, without_initials
from streams.wire.markup import html_text, looks_like_html
from streams.wire.named_story import named_in
from streams.wire.ordering import end_of, order_time
from streams.wire.profile import NO_PROFILE, Profile
from streams.wire.publication.lifecycle import Verdict, is_later, judge
from streams.wire.publication.withholding import Statements, embargo_of
from streams.wire.raw import ParseLimits, Raw
from streams.wire.text import clean_line, clean_text, shorten, without_entities
from streams.wire.times import NO_HOUR, ParsedTime, in_zone, read_time
from streams.wire.written_markup import without_written_markup

T = TypeVar("T")

UNKNOWN_SOURCE = "unknown"
STATED = Stated.__struct_fields__
TERMS = ("editorial_note", "copyright_notice", "usage_terms")  # texts of several lines
OWN_RULES = ("language", "body", "url")  # texts that are judged each in its own way
LINES = (
    *(one.name for one in fields(Stated) if one.type is str and one.name not in (*TERMS, *OWN_RULES)),
    "provider_version",
)
MAX_NOTES = 50
LONGEST_URL = 4000
LONGEST_SOURCE = 200
FAR = 4  # times its limit from which on a text is cut before it is cleaned
MAX_FORMER = 8

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")
_URN_HOST = re.compile(r"urn:newsml:([\w.-]+\.[a-z]{2,}):", re.IGNORECASE)
_TAG_HOST = re.compile(r"tag:([\w.-]+\.[a-z]{2,})[,:]", re.IGNORECASE)
_URL_HOST = re.compile(r"https?://(?:www\.)?([\w.-]+\.[a-z]{2,})(?=[:/?#]|$)", re.IGNORECASE)


def finish(draft: Draft, raw: Raw, limits: ParseLimits, profile: Profile = NO_PROFILE) -> Article:
    """The article of a draft, by its source's profile. Raises ``Rejected`` for no text, or a text or id too long."""
    notes = draft.notes
    _clean(draft, limits)
    habits.drop_placeholders(draft, profile)
    habits.name_story(draft, profile)
    content = f"{draft.headline}\n\n{draft.body}"  # with the signs: UPDATE 1 and UPDATE 2 are two versions
    verdict = _judged(draft, raw.source, profile)
    killed = verdict.status == "canceled"
    received = raw.received_at.astimezone(UTC)
    first = _time(draft.first_created, "first_created", notes, profile)
    made, until = _made(draft, first, profile)
    ordered = order_time(made, received, notes, until=until if killed or verdict.kind == "correction" else None)
    status, embargo = _embargo(draft, verdict.status, made or received, received, profile)
    habits.fill(draft, profile)
    guid = _guid(draft, verdict.target or (_forerunner(draft) if killed else ""))
    sender = clean_line(raw.source) or _source(draft, guid)
    version = article_version(ordered.time, status, verdict.kind, draft.provider_version, content)
    return Article(
        **_stated(draft, guid, limits),
        id=article_id(sender, guid),
        source=clean_line(raw.source) or shorten(clean_line(draft.provider_name), LONGEST_SOURCE) or sender,
        guid=guid,
        version=version,
        format=draft.format,
        version_created=made or received,
        received_at=received,
        first_created=first.time,
        provider_version=draft.provider_version,
        ordered_by=ordered.by,
        status=status,
        kind=verdict.kind,
        embargo_until=embargo,
        urgency=urgency_of(draft.urgency, notes),
        former_ids=_former_ids(draft, raw, sender, guid),
        kills=_kills(draft) if verdict.in_words and not verdict.target else None,
        notes=tuple(dict.fromkeys(shorten(clean_line(note), 500) for note in notes))[:MAX_NOTES],
        raw=raw.position,
        trace_id=raw.trace_id,
    )


def _stated(draft: Draft, guid: str, limits: ParseLimits) -> dict[str, Any]:
    """What the agency states, by field: the texts as they were cleaned, the language and lists judged."""
    notes = draft.notes
    return {name: getattr(draft, name) for name in STATED} | {
        "language": _language(draft.language, notes),
        "subjects": _concepts(draft.subjects, "subjects", limits, notes),
        "places": _concepts(draft.places, "places", limits, notes),
        "keywords": _keywords(draft.keywords, limits, notes),
        "links": _links(draft.links, guid, limits, notes),
    }


def _judged(draft: Draft, sender: str, profile: Profile) -> Verdict:
    """The life-cycle verdict on a cleaned draft. Raises ``Rejected`` where it says nothing."""
    kind = habits.stated_kind(draft, profile.kinds)  # by words that may be signs of the headline
    said = extract_signs(draft)
    drop_repeated(draft)
    head(draft)
    kind = kind or habits.stated_kind(draft, profile.kinds)
    habits.translate_statuses(draft, profile.kinds)
    senders = sender, draft.provider, draft.copyright_holder
    verdict = judge(
        draft.signs, draft.headline, draft.slugline, draft.body, draft.provider_version, draft.editorial_note, senders,
        said,
    )  # fmt: skip
    verdict = habits.with_kind(verdict, kind, draft.signs.target)
    draft.notes += verdict.notes
    if not (draft.headline or draft.body) and not (verdict.status == "canceled" and draft.guid):
        raise Rejected(
            f"no text: neither a headline nor a body {f'({draft.guid[:200]})' if draft.guid else ''}".rstrip()
        )
    return verdict


def stated_source(draft: Draft) -> str:
    """The sender of a draft as it states it itself, for a message whose feed does not know it."""
    return _source(draft, clean_line(draft.guid[: FAR * 1000]))


def _embargo(
    draft: Draft, status: Status, created: datetime, received: datetime, profile: Profile
) -> tuple[Status, datetime | None]:
    texts = draft.editorial_note, draft.usage_terms, draft.copyright_notice, draft.credit, draft.byline, draft.body
    subjects = (subject.name for subject in draft.subjects)
    titles = draft.headline, draft.slugline, draft.genre, *draft.asides, *draft.keywords, *subjects
    stated = Statements(
        draft.claims, draft.signs, (*texts, *draft.dropped), titles, profile.embargo_tz, profile.empty_embargo
    )
    decided = embargo_of(stated, status, created, received)
    draft.notes += decided.notes
    return decided.status, decided.until


def _clean(draft: Draft, limits: ParseLimits) -> None:
    """Clean every text of a draft in place and hold it to its bound."""
    for names, clean, limit in (
        (LINES, clean_line, limits.max_line_characters),
        (TERMS, clean_text, limits.max_terms_characters),
    ):
        for name in names:
            if text := getattr(draft, name):
                if "&" in text or "<" in text:
                    text = with_characters(without_entities(text))
                    if name == "headline" and "</" in text and looks_like_html(text):  # not DU PONT <DD>, PHILLIPS <P>
                        text = html_text(text)
                setattr(draft, name, _shortened(text, name, clean, limit, draft.notes))
    draft.byline, draft.dateline = byline_of(draft.byline), dateline_of_place(draft.dateline)
    draft.body = clean_text(without_written_markup(with_characters(without_entities(draft.body)), draft.notes))
    draft.body = without_initials(draft.body, draft.notes)
    if len(draft.body) > limits.max_body_characters:
        raise Rejected(
            f"body: {len(draft.body)} characters, more than max_body_characters ({limits.max_body_characters})"
        )
    draft.guid = clean_line(draft.guid)
    if len(draft.guid) > limits.max_guid_characters:
        raise Rejected(
            f"guid: {len(draft.guid)} characters, more than max_guid_characters ({limits.max_guid_characters})"
        )
    url = clean_line(draft.url)
    draft.url = url if len(url) <= LONGEST_URL and url.startswith(("http://", "https://")) else ""
    if url and not draft.url:
        draft.notes.append("url: not an http(s) address, left out")


def _shortened(text: str, name: str, clean: Callable[[str], str], limit: int, notes: list[str]) -> str:
    """A text cleaned and cut. One far too long is cut before: a thousand articles may share it, and each cleans it."""
    far = FAR * limit
    cleaned = clean(text[:far])
    length = len(text) if len(text) > far else len(cleaned)
    if length > limit:
        notes.append(f"{name}: {length} characters, cut to {limit}")
    return shorten(cleaned, limit)


def _time(value: str | float, name: str, notes: list[str], profile: Profile) -> ParsedTime:
    if value == "":
        return ParsedTime(None)
    read = in_zone(read_time(value), profile.tz)
    if read.note:
        notes.append(f"{name}: {str(value)[:60]!r} {read.note}")
    return read


def _made(draft: Draft, first: ParsedTime, profile: Profile) -> tuple[datetime | None, datetime | None]:
    """When the provider made this version, and the end of that day where it does not say the hour."""
    value = draft.version_created
    made = _time(value, "version_created", draft.notes, profile)
    if made.time is None and first.time is not None:
        draft.notes.append("version_created: missing, taken from first_created")
        made, value = first, draft.first_created
    for name, other in draft.other_times if made.time is None else ():
        if (read := in_zone(read_time(other), profile.tz)).time:
            draft.notes.append(f"version_created: missing, taken from {name}")
            made, value = read, other
            break
    return made.time, end_of(value, made.time) if made.time and NO_HOUR in made.note else None


def _forerunner(draft: Draft) -> str:
    """What a kill evolved from, where it is an item of its own: the later version of an item kills that item."""
    return "" if is_later(draft.provider_version) else draft.signs.forerunner


def _guid(draft: Draft, target: str) -> str:
    """The story's guid: for a kill that links its target, the target's; without one, from the content."""
    if target and target != draft.guid:
        if draft.guid:
            draft.links.append(Link(rel="killedBy", guid=draft.guid))
        draft.notes.append("guid: that of the story this item kills")
        return target
    if draft.guid:
        return draft.guid
    draft.notes.append("guid: missing, derived from the content")
    content = "\n".join((draft.headline, draft.body, str(draft.version_created)))
    return f"urn:newswire:{hashlib.sha256(content.encode('utf-8', 'replace')).hexdigest()[:32]}"


def _source(draft: Draft, guid: str) -> str:
    """The sender: as the format says, else who the guid belongs to (the same for every version), else the holder."""
    named = clean_line(draft.provider[: FAR * LONGEST_SOURCE])
    if not named:
        match = _URN_HOST.match(guid) or _TAG_HOST.match(guid) or _URL_HOST.match(guid)
        named = match[1].lower() if match else draft.copyright_holder
    return shorten(named, LONGEST_SOURCE) or UNKNOWN_SOURCE


def _former_ids(draft: Draft, raw: Raw, source: str, guid: str) -> tuple[str, ...]:
    """The ids under which earlier releases kept the story of that guid."""
    former = [old for stated in draft.former.get(guid, []) if (old := clean_line(stated)) not in ("", guid)]
    if not former:
        return ()
    pairs = {article_id(clean_line(raw.source) or _source(draft, old), old): None for old in former}
    return tuple(old for old in pairs if old != article_id(source, guid))[:MAX_FORMER]


def _kills(draft: Draft) -> NamedStory | None:
    """The story that a notice names; that may be its own."""
    return named_in(draft.headline, draft.slugline, (draft.editorial_note, draft.body))


def _language(value: str, notes: list[str]) -> str:
    text = clean_line(value).replace("_", "-")
    if not text or _LANGUAGE.match(text):
        return text[:35]
    notes.append(f"language: {text[:40]!r} is not a BCP 47 tag, left out")
    return ""


def _concepts(found: list[Concept], name: str, limits: ParseLimits, notes: list[str]) -> tuple[Concept, ...]:
    longest = limits.max_line_characters
    concepts = dict.fromkeys(
        Concept(shorten(clean_line(c.name), longest), shorten(clean_line(c.code), longest)) for c in found
    )
    return tuple(_bounded([c for c in concepts if c.name or c.code], name, limits, notes))


def _keywords(keywords: list[str], limits: ParseLimits, notes: list[str]) -> tuple[str, ...]:
    words = dict.fromkeys(shorten(clean_line(word), limits.max_line_characters) for word in keywords)
    return tuple(_bounded([word for word in words if word], "keywords", limits, notes))


def _links(links: list[Link], guid: str, limits: ParseLimits, notes: list[str]) -> tuple[Link, ...]:
    cleaned = dict.fromkeys(Link(clean_line(link.rel), clean_line(link.guid)) for link in links)
    fit = [k for k in cleaned if k.guid and k.guid != guid and len(k.guid) <= limits.max_guid_characters]
    return tuple(_bounded(fit, "links", limits, notes))


def _bounded(items: list[T], name: str, limits: ParseLimits, notes: list[str]) -> list[T]:
    if len(items) > limits.max_list:
        notes.append(f"{name}: {len(items)} of them, cut to {limits.max_list}")
    return items[: limits.max_list]
