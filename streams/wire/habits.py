"""Applies a source's profile: takes bytes or a draft, and what is known of the source; changes the draft. Pure.

What is dropped here as a placeholder is kept in the draft, where words of an embargo are looked for: no profile can
hide an embargo. Nor can its words for kinds free a story that a known word holds back.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from search.articles import Link
from streams.wire.charsets import codec_of
from streams.wire.decoding import is_mostly_utf8
from streams.wire.draft import Draft
from streams.wire.profile import KindWord, Profile, folded
from streams.wire.publication.lifecycle import Verdict
from streams.wire.publication.statuses import STATUSES, bare_status
from streams.wire.text import clean_line
from streams.wire.times import in_zone, read_time

# What counts where several of a source's words are found.
WEIGHTS: tuple[KindWord, ...] = ("kill", "withhold", "correction", "advisory", "update", "new")
AS_STATUS = {"kill": "canceled", "withhold": "withheld"}
NOTED = ("usage_terms", "copyright_notice")
FILLED = ("language", "usage_terms", "copyright_holder", "copyright_notice", "credit")
LONGEST_LINE = 2000
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})")
_AFTER_WORD = re.compile(r"\s?(?:\(?\d{1,3}\)?)?\s?(?:[-–—:/|(),.;]|$)")


def decoded(value: bytes, charset: str) -> tuple[bytes, list[str]]:
    """Bytes of a source's charset as UTF-8, and a note of it.

    What is UTF-8, or declares another encoding, is left as it is; so is UTF-8 with a few bytes that are not.
    """
    if not charset or _speaks_for_itself(value, charset):
        return value, []
    text = value.decode(codec_of(charset) or charset, "replace")
    return text.encode("utf-8", "replace"), [f"text: taken as {charset}, by the profile of its source"]


def _speaks_for_itself(value: bytes, charset: str) -> bool:
    if value.isascii():
        return b"\x1b" not in value or not charset.lower().startswith("iso-2022")
    if value.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")) or b"\0" in value[:4]:
        return True
    declared = _DECLARED.search(value, 0, 300)
    if declared and not declared[1].lower().startswith((b"utf", b"us-ascii", b"ascii")):
        return True
    return is_mostly_utf8(value)


def drop_placeholders(draft: Draft, profile: Profile) -> None:
    """Empty the fields whose value means nothing at this source."""
    for name, values in profile.placeholders.items():
        value = getattr(draft, name)
        if isinstance(value, list):
            kept = [one for one in value if not _is_one_of(one, values)]
            draft.dropped += [str(one if isinstance(one, str) else one.name) for one in value if one not in kept]
            setattr(draft, name, kept)
        elif value != "" and folded(str(value)[:LONGEST_LINE]) in values:
            draft.dropped.append(str(value))
            setattr(draft, name, "")
            draft.notes.append(f"{name}: {str(value)[:60]!r} means nothing at this source")


def _is_one_of(value: Any, values: Iterable[str]) -> bool:
    texts = (value,) if isinstance(value, str) else (value.name, value.code)
    return any(text and folded(text) in values for text in texts)


def name_story(draft: Draft, profile: Profile) -> None:
    """The guid as the profile makes it, of this item and of those that it names; the one as stated is a former one."""
    stated = clean_line(draft.guid)
    if profile.id in ("", "guid"):
        if profile.id_shape:
            _shape_all(draft, shaper(profile.id_shape))
    elif made := _made_id(draft, profile):
        draft.guid = made
        if draft.signs.target and draft.signs.target != stated:
            draft.notes.append("kills: the target is the story of this name, as the profile of its source says")
        draft.signs = replace(draft.signs, target="", forerunner="")
    if stated and draft.guid != stated:
        draft.former = {**draft.former, draft.guid: [*draft.former.get(draft.guid, []), stated]}
        draft.notes.append(f"guid: made of {stated[:200]!r} by the profile of its source")


def _shape_all(draft: Draft, shape: Callable[[str], str]) -> None:
    draft.guid = shape(clean_line(draft.guid))
    signs = draft.signs
    draft.signs = replace(signs, target=shape(signs.target), forerunner=shape(signs.forerunner))
    draft.links = [Link(link.rel, shape(link.guid)) for link in draft.links]


def _made_id(draft: Draft, profile: Profile) -> str:
    """An id of the address, or of a line and its day; "" where the item lacks them."""
    if profile.id == "url":
        return draft.url.partition("#")[0].partition("?")[0]
    line = folded(draft.slugline if profile.id == "slugline" else draft.headline)
    when = in_zone(read_time(draft.first_created or draft.version_created or ""), profile.tz).time
    day = when.astimezone(profile.tz).date().isoformat() if when else ""
    return f"{profile.id}:{day}:{line[:300]}" if line and day else ""


def shaper(shape: str) -> Callable[[str], str]:
    """How a guid is cut: ``{}`` in the shape stands for what is kept, ``*`` for what is dropped.

    A guid of another shape is left alone. Each fixed piece is looked for once, those behind the kept part from the
    end, so no guid costs more than its length.
    """
    before, _, behind = shape.partition("{}")
    heads, tails = before.split("*"), behind.split("*")

    def shaped(guid: str) -> str:
        end = _before_tails(guid, tails)
        start = _behind_heads(guid, heads)
        if end is None or start is None or end <= start:
            return guid
        return "".join(heads) + guid[start:end]

    return shaped


def _behind_heads(guid: str, heads: list[str]) -> int | None:
    """Where the kept part begins; ``None`` where the pieces before it are not there."""
    if not guid.startswith(heads[0]):
        return None
    at = len(heads[0])
    for piece in heads[1:]:
        found = guid.find(piece, at)
        if found < 0:
            return None
        at = found + len(piece)
    return at


def _before_tails(guid: str, tails: list[str]) -> int | None:
    """Where the kept part ends; ``None`` where the pieces behind it are not there."""
    if not guid.endswith(tails[-1]):
        return None
    end = len(guid) - len(tails[-1])
    for piece in reversed(tails[:-1]):
        end = guid.rfind(piece, 0, end)
        if end < 0:
            return None
    return end


def stated_kind(draft: Draft, kinds: Mapping[str, KindWord]) -> KindWord | None:
    """The kind that an item states in its source's own words: its signals, genre and keywords, or a line's start."""
    if not kinds:
        return None
    signs = draft.signs
    words = [*signs.signals, signs.status, *signs.statuses, draft.genre, *draft.keywords]
    found = {kind for word in words if (kind := _kind_of(word, kinds))}
    for line in (draft.headline, draft.slugline, draft.editorial_note):
        low = folded(line[:LONGEST_LINE])
        found |= {kind for word, kind in kinds.items() if low.startswith(word) and _AFTER_WORD.match(low, len(word))}
    return next((kind for kind in WEIGHTS if kind in found), None)


def translate_statuses(draft: Draft, kinds: Mapping[str, KindWord]) -> None:
    """Statuses in a source's own words, put in ours. A word that is known to everybody keeps its meaning."""
    if kinds:
        signs = draft.signs
        statuses = [_as_status(value, kinds) for value in signs.statuses]
        draft.signs = replace(signs, status=_as_status(signs.status, kinds), statuses=statuses)


def _as_status(value: Any, kinds: Mapping[str, KindWord]) -> Any:
    if not isinstance(value, str) or bare_status(value) in STATUSES:
        return value
    kind = _kind_of(value, kinds)
    return AS_STATUS.get(kind, "usable") if kind else value


def _kind_of(value: Any, kinds: Mapping[str, KindWord]) -> KindWord | None:
    """What a term means: ``sig:Rectificatif`` and ``rectificatif`` are one."""
    if not isinstance(value, str):
        return None
    text = value[:LONGEST_LINE].strip().rstrip("/")
    return kinds.get(folded(text)) or kinds.get(folded(text.rpartition("/")[2].rpartition(":")[2]))


def with_kind(verdict: Verdict, kind: KindWord | None, target: str) -> Verdict:
    """A verdict combined with the kind that the source states. It may withhold a story, never release one."""
    if kind is None or verdict.status == "canceled":
        return verdict
    notes = [*verdict.notes, f"kind: {kind}, in the words of its source"]
    if kind == "kill":
        return Verdict("canceled", "kill", target, notes)
    if kind == "withhold":
        return verdict._replace(status="withheld", notes=notes)
    return verdict if verdict.in_words else verdict._replace(kind=kind, notes=notes)


def fill(draft: Draft, profile: Profile) -> None:
    """Fill a draft's empty fields with the profile's values for all stories of the source."""
    for name in FILLED:
        if not getattr(draft, name) and (value := getattr(profile, name)):
            setattr(draft, name, value)
            if name in NOTED:
                draft.notes.append(f"{name}: none, taken from the profile of its source")
