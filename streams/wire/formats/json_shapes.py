"""Recognizes a JSON object by its whole structure: takes an object, returns what it is.

``copyrightNotice`` or ``edNote`` alone do not make a plain article ninjs, and a list of sources, an event or a video
without any text of its own is no article, whatever its description says.
"""

import re
from functools import lru_cache
from typing import Any

from streams.wire.jsons import as_list, loose_text
from streams.wire.raw import NotAnArticle, kind_of

# Keys, in lower case, that only ninjs has; and those it shares with what others write by hand.
ONLY_NINJS = frozenset([
    "representationtype", "headlines", "bodies", "descriptions", "renditions", "eventdetails", "plannedcoverage",
    "altids", "infosources", "body_xhtml", "description_caption_xhtml", "$standard", "standard", "trustindicator",
])  # fmt: skip
ALSO_NINJS = frozenset([
    "uri", "versioncreated", "firstcreated", "contentcreated", "pubstatus", "associations", "copyrightnotice",
    "copyrightholder", "usageterms", "ednote", "embargoeduntil", "description_text", "body_text", "body_html",
    "located", "mimetype", "profile", "slugline", "urgency", "evolvedfrom",
])  # fmt: skip
OF_TIME_OR_STATUS = frozenset(["versioncreated", "firstcreated", "contentcreated", "pubstatus"])
# Keys under which a plain article has its title and text, and ninjs has nothing.
ONLY_PLAIN = frozenset([
    "version_created", "first_created", "received_at", "schema_version", "provider_version", "text", "content",
    "fulltext", "full_text", "articlebody", "article_body", "article_html", "story",
])  # fmt: skip
TYPE_KEYS = ("type", "@type", "itemtype", "mediatype")  # what says that an item is a picture
MEDIA = frozenset(["picture", "graphic", "video", "audio"])
DIARY = frozenset(["event", "planning"])
BODY = (
    "body", "text", "content", "story", "html", "fulltext", "articlebody", "articlehtml", "articletext", "news",
    "paragraphs", "blocks", "maintext", "richtext",
)  # fmt: skip
STARTS = frozenset("startdate starttime startsat starts start dtstart eventdate eventstart begindate".split())  # noqa: SIM905
OF_EVENTS = frozenset(
    "enddate endtime endsat ends end dtend venue venuename eventtype eventtypes eventid organizer organiser attendees "  # noqa: SIM905
    "eventstatus eventattendancemode doors".split()
)
OF_PLANS = frozenset("planningdate plannedcoverage coverages planningitem".split())  # noqa: SIM905
OF_VIDEOS = frozenset(
    "videourl videosrc videoid hlsurl streamurl embedurl embedcode playerurl".split()  # noqa: SIM905
)
OF_PICTURES = frozenset("width height photographer imageurl focalpoint".split())  # noqa: SIM905
LISTS = ("sources", "events", "videos", "images", "pictures", "photos")
_HOST = re.compile(r"https?://(?:www\.)?([^/:?#]+)", re.IGNORECASE)
INNER = ("attributes", "fields", "_source")  # members that hold an article's own fields
OF_TEXTS = frozenset(["headline", "title", "body", "text", "content", "bodytext", "bodyhtml", "articlebody"])
OF_ARTICLES = ("headline", "title", "heading", "hl1")
DATED = ("publish", "date", "created", "updated", "modified", "time")


@lru_cache(4096)
def folded(key: str) -> str:
    """A key's letters and digits in lower case: ``publishDate``, ``publish_date`` and ``publish-date`` are one."""
    return re.sub(r"[^a-z0-9@$]", "", key[:100].lower())


def with_inner_fields(item: dict[str, Any]) -> dict[str, Any]:
    """An object with the fields that lie one level deeper in it (JSON:API, the Guardian, Elasticsearch)."""
    if any(isinstance(item.get(key), dict) for key in INNER) and not _texts_in(item):
        for key in INNER:
            if isinstance(inner := item.get(key), dict) and _texts_in(inner):
                return {**{name: value for name, value in item.items() if name != key}, **inner}
    return item


def _texts_in(item: dict[str, Any]) -> bool:
    return any(folded(str(key)) in OF_TEXTS and isinstance(value, str) for key, value in item.items())


def is_ninjs(item: dict[str, Any]) -> bool:
    """Whether an object is ninjs rather than a plain article."""
    keys = {str(key).lower() for key, value in item.items() if value is not None}
    if keys & ONLY_NINJS:
        return not keys & {"version_created", "first_created", "received_at", "schema_version", "provider_version"}
    if keys & ONLY_PLAIN:
        return False
    return bool(keys & OF_TIME_OR_STATUS) and len(keys & ALSO_NINJS) > 1


def refuse_what_is_no_article(item: dict[str, Any]) -> None:
    """Raise ``NotAnArticle``, with its name, for a plain object that is a picture, an event or a source."""
    names = {folded(str(key)): value for key, value in item.items() if value not in (None, "", [], {})}
    if _has_body(names):
        return
    if what := _by_type(names) or _by_shape(names):
        titles = (loose_text(names.get(key)) for key in (*OF_ARTICLES, "name", "summary"))
        guids = (loose_text(names.get(key)) for key in ("guid", "id", "uri", "@id", "itemid", "url"))
        guid, title = next(filter(None, guids), ""), next(filter(None, titles), "")
        raise NotAnArticle(f"{what}: not an article", kind_of(what.removesuffix("Object")), guid, title)


def shared_by_items(envelope: dict[str, Any]) -> dict[str, str]:
    """The values in an envelope that apply to all its items: source, language, and the authors of a JSON Feed."""
    said = {folded(str(key)): value for key, value in envelope.items()}
    is_feed = "jsonfeed.org" in loose_text(said.get("version")) or "homepageurl" in said or "feedurl" in said
    hosts = (_HOST.match(loose_text(said.get(key))) for key in ("homepageurl", "feedurl")) if is_feed else ()
    shared = {"language": loose_text(said.get("language")), "provider": next((h[1].lower() for h in hosts if h), "")}
    for key in ("source", "provider", "publisher", "agency"):
        party = said.get(key)
        shared["provider"] = shared["provider"] or loose_text(party.get("name") if isinstance(party, dict) else party)
    if is_feed:
        authors = [
            author.get("name")
            for author in as_list(said.get("authors") or said.get("author"))
            if isinstance(author, dict)
        ]
        shared["base"] = loose_text(said.get("homepageurl")) or loose_text(said.get("feedurl"))
        shared["byline"] = ", ".join(filter(None, map(loose_text, authors)))
    return {name: value for name, value in shared.items() if value}


def _by_type(names: dict[str, Any]) -> str:
    """What the object itself says it is, where that is no article."""
    for key in TYPE_KEYS:
        word = loose_text(names.get(key)).rpartition(":")[2]
        kind = kind_of(word.removesuffix("Object"))  # as schema.org calls them
        if kind in MEDIA or (kind in DIARY and not any(key in names for key in OF_ARTICLES)):
            return word[:40]
    return ""


def _has_body(names: dict[str, Any]) -> bool:
    texts = (value for key, value in names.items() if key.startswith(BODY))
    return any(value.strip() if isinstance(value, str) else isinstance(value, dict | list) for value in texts)


def _by_shape(names: dict[str, Any]) -> str:
    """What an object without a text of its own is, by the fields that it has."""
    keys = names.keys()
    if keys & STARTS and (keys & OF_EVENTS or kind_of(loose_text(names.get("type"))) == "event"):
        return "event"
    if keys & OF_PLANS or keys & OF_VIDEOS:
        return "planning" if keys & OF_PLANS else "video"
    if len(keys & OF_PICTURES) > 1:
        return "picture"
    if listed := next((key for key in LISTS if isinstance(names.get(key), list) and "name" not in names), ""):
        return listed
    is_titled = any(key in names for key in OF_ARTICLES)
    if "name" in names and not is_titled and not any(key.startswith(DATED) or key.endswith("date") for key in keys):
        return "source" if "url" in names or "description" in names else ""
    return ""
