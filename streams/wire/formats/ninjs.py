"""ninjs 1.x, 2.x and 3.x: takes a decoded JSON object, returns drafts of its articles.

The three differ: 1.x has ``headline``, ``body_*`` and objects keyed by name; 2.x ``headlines[]``, ``bodies[]`` and
lists; 3.x the same in camelCase. Names are folded to lower case and both shapes are read, whatever the version
says. Source: IPTC ninjs schemas 1.4, 2.1 and 3.1. Superdesk's dialect (``guid``, ``body_html``, ``evolvedfrom``,
``source``) is read too.
"""

from html import unescape
from typing import Any, NamedTuple

from search.articles import Concept, Link
from streams.errors import Rejected
from streams.wire.draft import Draft
from streams.wire.formats.plain import fill_gaps
from streams.wire.identity import ITEM_ROLES, stable_uri
from streams.wire.jsons import as_list, loose_text, text, time_value
from streams.wire.markup import html_text, looks_like_html
from streams.wire.publication.claims import in_json
from streams.wire.publication.lifecycle import Signs
from streams.wire.raw import NotAnArticle, kind_of

FORMAT = "ninjs"
ARTICLE_TYPES = frozenset(["", "text", "composite", "article", "preformatted", "component"])
MAX_MEMBERS = 1000  # associations of one object, at all levels
MAX_NESTING = 4  # associations within associations


class NinjsMembers(NamedTuple):
    """The content of a ninjs object: drafts, and members that are not articles, as (what, why not)."""

    drafts: list[Draft]
    attached: list[tuple[str, NotAnArticle]]


def read_ninjs(item: dict[str, Any]) -> NinjsMembers:
    """The article of a ninjs object and those among its associations that carry their own text.

    Raises ``NotAnArticle``, naming what it is, where the object itself is no article: a picture, an event, …
    """
    folded = _folded(item)
    _refuse_other_types(folded)
    draft = _draft(folded)
    if not (draft.guid and draft.headline and draft.body) or (draft.version_created, draft.first_created) == ("", ""):
        fill_gaps(draft, item)
    found = NinjsMembers([draft], [])
    _associated(folded, found, 1, "associations")
    for member in found.drafts[1:]:
        member.claims += found.drafts[0].claims  # what comes with a story under embargo is under it too
    return found


def _folded(item: dict[str, Any]) -> dict[str, Any]:
    return {str(key).lower(): value for key, value in item.items()}


def _refuse_other_types(item: dict[str, Any]) -> None:
    what = loose_text(item.get("type")).strip().lower().rpartition(":")[2]
    if not what and item.get("eventdetails"):
        what = "event"
    if not what and item.get("plannedcoverage"):
        what = "planning"
    if what not in ARTICLE_TYPES:
        raise _no_article(item, f"{what[:40]}: not an article", kind_of(what))
    if what == "composite" and not _has_text(item) and _status(item) != "canceled":
        raise _no_article(item, "composite: a package without text of its own", "package")


def _no_article(item: dict[str, Any], reason: str, kind: str) -> NotAnArticle:
    guid = loose_text(item.get("uri")) or loose_text(item.get("guid"))
    titles = (item.get("headline"), _role(item.get("headlines"), "main"), item.get("title"), item.get("name"))
    return NotAnArticle(reason, kind, guid, next(filter(None, map(loose_text, titles)), ""))


def _has_text(item: dict[str, Any]) -> bool:
    return bool(item.get("bodies")) or any(
        key.startswith("body") and isinstance(value, str) and value.strip() for key, value in item.items()
    )


def _status(item: dict[str, Any]) -> str:
    return loose_text(item.get("pubstatus")).strip().lower()


def _associated(item: dict[str, Any], found: NinjsMembers, depth: int, path: str) -> None:
    members = item.get("associations")
    pairs = members.items() if isinstance(members, dict) else enumerate(as_list(members))
    for name, member in pairs:
        if not isinstance(member, dict):
            continue
        if len(found.attached) + len(found.drafts) > MAX_MEMBERS:
            raise Rejected(f"associations: more than {MAX_MEMBERS}")
        folded = _folded(member)
        what = f"{path}/{loose_text(folded.get('name')) or name}"[:200]
        if depth > MAX_NESTING:
            why = f"associations nested deeper than {MAX_NESTING}"
            found.attached.append((what, _no_article(folded, why, "reference")))
            continue
        try:
            _refuse_other_types(folded)
        except NotAnArticle as refusal:
            found.attached.append((what, refusal))
            continue
        if _has_text(folded):
            found.drafts.append(_draft(folded))
        else:
            why = "a reference without text of its own"
            found.attached.append((what, _no_article(folded, why, "reference")))
        _associated(folded, found, depth + 1, f"{what}/associations")


def _draft(item: dict[str, Any]) -> Draft:
    draft = Draft(format=FORMAT)
    _identity(item, draft)
    draft.provider = _provider(item)
    draft.headline = _headline(item)
    draft.body = _body(item, draft)
    draft.version_created = time_value(item.get("versioncreated"))
    draft.first_created = time_value(item.get("firstcreated"))
    if draft.version_created == "" and draft.first_created == "" and item.get("contentcreated"):
        draft.version_created = time_value(item["contentcreated"])
        draft.notes.append("version_created: missing, taken from contentcreated")
    held = in_json(item)
    draft.claims, draft.asides = held.claims, held.texts
    draft.provider_version = loose_text(item.get("version"))
    draft.urgency = time_value(item.get("urgency"))
    draft.byline = loose_text(item.get("by")) or loose_text(item.get("byline"))
    draft.byline = (
        draft.byline
        or _names(item.get("authors"))
        or _names([b.get("by") for b in as_list(item.get("bylines")) if isinstance(b, dict)])
    )
    draft.dateline = loose_text(item.get("dateline")) or loose_text(item.get("located"))
    for name, key in (
        ("slugline", "slugline"), ("language", "language"), ("editorial_note", "ednote"), ("credit", "creditline"),
        ("copyright_holder", "copyrightholder"), ("copyright_notice", "copyrightnotice"), ("usage_terms", "usageterms"),
    ):  # fmt: skip
        setattr(draft, name, loose_text(item.get(key)))
    draft.slugline = draft.slugline or loose_text(item.get("slug"))
    if reason := loose_text(item.get("embargoedreason")):
        draft.editorial_note = "\n".join(filter(None, (draft.editorial_note, f"Embargoed: {reason}")))
    draft.credit = draft.credit or _role(item.get("descriptions"), "creditline")
    draft.subjects = [c for key in ("subject", "subjects") for c in _coded(item.get(key))]
    draft.places = [c for key in ("place", "places") for c in _coded(item.get(key))]
    draft.keywords = [word for k in as_list(item.get("keywords")) if (word := loose_text(k))]
    draft.genre = _names(item.get("genres")) or _names(item.get("genre"))
    draft.url = loose_text(item.get("url")) or (uri if (uri := _uri(item)).startswith(("http:", "https:")) else "")
    _life_cycle(item, draft)
    draft.signs.statuses = held.statuses
    return draft


def _identity(item: dict[str, Any], draft: Draft) -> None:
    """The guid: the URI without what names its version, as other names of the item may tell."""
    uri = _uri(item)
    names = {link.rel.removeprefix("altId:").lower(): link.guid for link in _alternatives(item.get("altids"))}
    names |= {key: value for key in ITEM_ROLES[:3] if (value := loose_text(item.get(key)))}
    version = loose_text(item.get("version"))
    draft.guid = stable_uri(uri, version, [names[role] for role in ITEM_ROLES if role in names])
    draft.former[draft.guid] = [uri]


def _uri(item: dict[str, Any]) -> str:
    return text(item.get("uri"), "uri") or text(item.get("guid"), "guid")


def _provider(item: dict[str, Any]) -> str:
    for source in as_list(item.get("infosources") or item.get("infosource")):
        if isinstance(source, dict) and "provider" in loose_text(source.get("role") or source.get("rel")).lower():
            return loose_text(source.get("name"))
    provider = item.get("provider") or item.get("source")
    return loose_text(provider.get("name")) if isinstance(provider, dict) else loose_text(provider)


def _headline(item: dict[str, Any]) -> str:
    headline = text(item.get("headline"), "headline") or _role(item.get("headlines"), "main")
    headline = headline or loose_text(item.get("title"))
    if looks_like_html(headline):
        return html_text(headline)
    return unescape(headline) if "&" in headline and ";" in headline else headline


def _role(entries: Any, role: str) -> str:
    """The value of the entry with that role; for headlines, the first entry where none is called main."""
    texts = [e for e in as_list(entries) if isinstance(e, dict) and loose_text(e.get("value")).strip()]
    for entry in texts:
        if loose_text(entry.get("role")).lower() == role:
            return loose_text(entry["value"])
    return loose_text(texts[0]["value"]) if texts and role == "main" else ""


def _body(item: dict[str, Any], draft: Draft) -> str:
    """The richest rendition: HTML has paragraphs that the plain text of the same story often lacks."""
    renditions = _renditions(item, "bodies", "body")
    best = max(renditions, key=_richness, default=("", ""))
    if best[1].strip():
        return _rendered(best)
    described = _renditions(item, "descriptions", "description")
    for rendition in described:
        if rendition[1].strip() and "credit" not in rendition[0]:
            draft.notes.append("body: none, taken from the description")
            return _rendered(rendition)
    return ""


def _renditions(item: dict[str, Any], plural: str, prefix: str) -> list[tuple[str, str]]:
    found = [
        (f"{loose_text(e.get('role'))} {loose_text(_folded(e).get('contenttype'))}".lower(), loose_text(e.get("value")))
        for e in as_list(item.get(plural))
        if isinstance(e, dict)
    ]
    return found + [
        (key.removeprefix(prefix).strip("_"), value)
        for key, value in item.items()
        if key.startswith(prefix) and isinstance(value, str)
    ]


def _richness(rendition: tuple[str, str]) -> int:
    kind, value = rendition
    if not value.strip():
        return 0
    if "html" in kind or looks_like_html(value):
        return 3
    return 2 if "text" in kind or "plain" in kind or not kind else 1


def _rendered(rendition: tuple[str, str]) -> str:
    kind, value = rendition
    marked_up = "html" in kind or "nitf" in kind or looks_like_html(value)
    return html_text(value) if marked_up else value


def _names(value: Any) -> str:
    return ", ".join(
        name
        for e in as_list(value)
        if (
            name := loose_text(e.get("name") or e.get("literal") or e.get("code"))
            if isinstance(e, dict)
            else loose_text(e)
        )
    )


def _coded(value: Any) -> list[Concept]:
    found: list[Concept] = []
    for entry in as_list(value):
        if isinstance(entry, dict):
            code = loose_text(entry.get("uri")) or loose_text(entry.get("literal"))
            if not code and (own := loose_text(entry.get("code")) or loose_text(entry.get("qcode"))):
                code = loose_text(entry.get("scheme")) + own
            found.append(Concept(loose_text(entry.get("name")), code))
        elif isinstance(entry, str):
            found.append(Concept(entry))
    return found


def _life_cycle(item: dict[str, Any], draft: Draft) -> None:
    """Status, signals and links. A kill that names what it evolved from, or kills, lands on that story."""
    for rel, key in (
        ("evolvedFrom", "evolvedfrom"),
        ("evolvedFrom", "rewrite_of"),
        ("translatedFrom", "translated_from"),
    ):
        if uri := loose_text(item.get(key)):
            guid = stable_uri(uri)
            draft.links.append(Link(rel, guid))
            draft.former.setdefault(guid, []).append(uri)
    evolved = [link.guid for link in draft.links if link.rel == "evolvedFrom"]
    for alternative in _alternatives(item.get("altids")):
        draft.links.append(alternative)
    signals = [_signal(s) for s in as_list(item.get("signals") or item.get("signal"))]
    draft.signs = Signs(
        signals=[s for s in signals if s],
        evolved=bool(evolved),
        forerunner=evolved[0] if evolved else "",
    )


def _signal(signal: Any) -> str:
    if isinstance(signal, dict):
        return next(
            (s for key in ("qcode", "uri", "literal", "code", "name") if (s := loose_text(signal.get(key)))), ""
        )
    return loose_text(signal)


def _alternatives(value: Any) -> list[Link]:
    if isinstance(value, dict):
        return [Link(f"altId:{key}"[:60], guid) for key, v in value.items() if (guid := loose_text(v))]
    return [
        Link(f"altId:{loose_text(e.get('role'))}"[:60], guid)
        for e in as_list(value)
        if isinstance(e, dict) and (guid := loose_text(e.get("value")))
    ]
