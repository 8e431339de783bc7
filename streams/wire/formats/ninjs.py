"""ninjs 1.x, 2.x and 3.x: takes a decoded JSON object, returns drafts of its articles.

The three differ: 1.x has ``headline``, ``body_*`` and objects keyed by name; 2.x ``headlines[]``, ``bodies[]`` and
lists; 3.x the same in camelCase. Names are folded to lower case and both shapes are read, whatever the version
says. Source: IPTC ninjs schemas 1.4, 2.1 and 3.1. Superdesk's dialect (``guid``, ``body_html``, ``evolvedfrom``,
``source``) is read too.
"""

from contextlib import suppress
from typing import Any, NamedTuple

from search.articles import Link
from streams.errors import Rejected
from streams.wire.draft import Draft
from streams.wire.formats.json_shapes import ALSO_NINJS, ONLY_NINJS
from streams.wire.formats.json_texts import LIKE_A_TEXT
from streams.wire.formats.languages import HOLDERS, add_languages
from streams.wire.formats.ninjs_texts import DESCRIBED, body, by_role, headline, in_lower_case
from streams.wire.formats.plain import fill_gaps, further_languages
from streams.wire.identity import ITEM_ROLES, stable_uri
from streams.wire.jsons import address_in, as_list, code_in, coded, loose_text, name_in, text, time_value
from streams.wire.publication.claims import in_json
from streams.wire.publication.lifecycle import Signs
from streams.wire.raw import OTHER, NotAnArticle, kind_of
from streams.wire.text import word_set

FORMAT = "ninjs"
ARTICLE_TYPES = frozenset([
    "", "text", "composite", "article", "newsarticle", "preformatted", "component", "story", "news",
    "newsitem", "alert", "flash",
    "brief", "snap", "report", "post", "blog", "press-release", "pressrelease",
])  # fmt: skip
BYLINES = (
    "by", "byline", "bylines", "bys", "authors", "author", "creators", "creator", "writers", "writer", "reporters",
    "reporter",
)  # fmt: skip
MORE_LISTS = word_set(
    """
    by bys bylines subject subjects place places people persons person organisations organisation objects genres genre
    events products keywords language translations rightsinfo located service anpa_category authors extra
    """
)
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
    folded = in_lower_case(item)
    _refuse_other_types(folded)
    draft = _draft(folded)
    has_all = draft.guid and draft.headline and draft.body
    if DESCRIBED in draft.notes and any(_may_be_text(key, value) for key, value in folded.items()):
        has_all = ""
    if not has_all or (draft.version_created, draft.first_created) == ("", ""):
        fill_gaps(draft, item)
    found = NinjsMembers([draft], [])
    _associated(folded, found, 1, "associations")
    for member in found.drafts[1:]:
        member.claims += found.drafts[0].claims  # what comes with a story under embargo is under it too
    return found


def _may_be_text(key: str, value: Any) -> bool:
    """Whether a field that ninjs does not have may hold the text of which there is only a description."""
    if isinstance(value, str):
        return len(value) >= LIKE_A_TEXT and not key.startswith("description")
    if not isinstance(value, dict | list) or not value or key in ALSO_NINJS or key in ONLY_NINJS or key in MORE_LISTS:
        return False
    return isinstance(value, dict) or isinstance(value[0], str | dict)


def _refuse_other_types(item: dict[str, Any]) -> None:
    what = loose_text(item.get("type")).strip().lower().rpartition(":")[2]
    if not what and item.get("eventdetails"):
        what = "event"
    if not what and item.get("plannedcoverage"):
        what = "planning"
    if what not in ARTICLE_TYPES and not (kind_of(what) == OTHER and _has_text(item)):
        raise _no_article(item, f"{what[:40]}: not an article", kind_of(what))
    if what == "composite" and not _has_text(item) and _status(item) != "canceled":
        raise _no_article(item, "composite: a package without text of its own", "package")


def _no_article(item: dict[str, Any], reason: str, kind: str) -> NotAnArticle:
    guid = loose_text(item.get("uri")) or loose_text(item.get("guid"))
    titles = (item.get("headline"), by_role(item.get("headlines"), "main"), item.get("title"), item.get("name"))
    found = NotAnArticle(reason, kind, guid, next(filter(None, map(loose_text, titles)), ""))
    with suppress(Rejected):  # an odd field is no reason to refuse what is understood to be a picture
        found.draft = _draft(item)
    return found


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
        folded = in_lower_case(member)
        what = f"{path}/{loose_text(folded.get('name')) or name}"[:200]
        if depth > MAX_NESTING:
            why = f"associations nested deeper than {MAX_NESTING}"
            found.attached.append((what, _no_article(folded, why, "reference")))
            continue
        try:
            _refuse_other_types(folded)
        except NotAnArticle as refusal:
            _attach(what, refusal, found)
            continue
        if _has_text(folded):
            found.drafts.append(_draft(folded))
        else:
            why = "a reference without text of its own"
            found.attached.append((what, _no_article(folded, why, "reference")))
        _associated(folded, found, depth + 1, f"{what}/associations")


def _attach(what: str, item: NotAnArticle, found: NinjsMembers) -> None:
    """Add an item that comes with a story, which cites it. Without times of its own it is only a part of the story."""
    draft = item.draft
    if isinstance(draft, Draft):
        if draft.guid:
            found.drafts[0].links.append(Link(item.kind, draft.guid))
        if (draft.version_created, draft.first_created) == ("", ""):
            item.draft = None
        draft.claims += found.drafts[0].claims
    found.attached.append((what, item))


def _draft(item: dict[str, Any]) -> Draft:
    draft = Draft(format=FORMAT)
    _identity(item, draft)
    draft.provider = _provider(item)
    draft.language = loose_text(item.get("language"))
    draft.headline = headline(item)
    draft.body = body(item, draft)
    if HOLDERS & item.keys():
        add_languages(draft, further_languages(item, draft.language))
    draft.version_created = time_value(item.get("versioncreated"))
    draft.first_created = time_value(item.get("firstcreated"))
    draft.other_times = [(key, time_value(item.get(key))) for key in ("contentmodified", "contentcreated", "published")]
    held = in_json(item)
    draft.claims, draft.asides = held.claims, held.texts
    draft.provider_version = loose_text(item.get("version"))
    draft.urgency = code_in(item.get("urgency"))
    draft.byline = next((names for key in BYLINES if (names := _names(item.get(key)))), "")
    draft.dateline = _names(item.get("dateline")) or _names(item.get("located"))
    for name, key in (
        ("slugline", "slugline"), ("editorial_note", "ednote"), ("credit", "creditline"),
        ("copyright_holder", "copyrightholder"), ("copyright_notice", "copyrightnotice"), ("usage_terms", "usageterms"),
    ):  # fmt: skip
        setattr(draft, name, loose_text(item.get(key)))
    draft.slugline = draft.slugline or loose_text(item.get("slug"))
    if reason := loose_text(item.get("embargoedreason")):
        draft.add_editorial_note(f"Embargoed: {reason}")
    draft.credit = draft.credit or by_role(item.get("descriptions"), "creditline")
    draft.subjects = [c for key in ("subject", "subjects") for c in coded(item.get(key))]
    draft.places = [c for key in ("place", "places") for c in coded(item.get(key))]
    draft.keywords = [word for k in as_list(item.get("keywords")) if (word := loose_text(k))]
    draft.genre = _names(item.get("genres")) or _names(item.get("genre"))
    draft.url = address_in(item.get("url")) or (uri if (uri := _uri(item)).startswith(("http:", "https:")) else "")
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


def _names(value: Any) -> str:
    return ", ".join(name for entry in as_list(value) if (name := name_in(entry)))


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
    keys = ("signals", "signal", "editorialtypes", "editorialrole")  # the last two are AP's
    signals = [_signal(s) for key in keys for s in as_list(item.get(key))]
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
