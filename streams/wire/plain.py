"""Plain articles in JSON: an object with the field names of ``Article``, or their well-known aliases, to a draft.

Only a headline or a body is required. `ALIASES` is the documented table: a canonical name that is present
always wins, then the aliases in their order.
"""

from typing import Any

from streams.records import Concept, Link
from streams.wire.claims import in_json, is_status_name
from streams.wire.draft import Draft
from streams.wire.jsons import as_list, loose_text, text, time_value
from streams.wire.lifecycle import Signs
from streams.wire.markup import html_text, looks_like_html
from streams.wire.raw import NotAnArticle, kind_of
from streams.wire.statuses import read_status

FORMAT = "json"

ALIASES: dict[str, tuple[str, ...]] = {
    "guid": ("id", "uri", "@id", "_id", "identifier", "uuid", "article_id", "articleId", "item_id"),
    "headline": ("title", "heading", "hl1"),
    "body": (
        "text", "content", "body_text", "content_text", "article_body", "articleBody", "full_text", "fulltext", "story",
        "body_html", "content_html", "html",
    ),
    "source": ("provider", "publisher", "agency", "source_name", "sourceName"),
    "version_created": (
        "versionCreated", "versioncreated", "updated", "updated_at", "updatedAt", "modified", "dateModified",
        "date_modified", "lastModified",
        "date", "published", "published_at", "publishedAt", "datePublished", "date_published", "pubDate",
        "pub_date", "publish_date", "publication_date", "timestamp", "created", "created_at", "createdAt", "time",
    ),
    "first_created": (
        "firstCreated", "firstcreated", "created", "created_at", "createdAt", "dateCreated", "published",
        "published_at", "publishedAt", "datePublished", "date_published", "publish_date",
    ),
    "embargo_until": ("embargoed", "embargo", "embargoedUntil", "embargoed_until"),
    "provider_version": ("revision", "version_number"),
    "status": ("pubStatus", "pubstatus", "pub_status"),
    "urgency": ("priority",),
    "slugline": ("slug", "catchline"),
    "byline": ("authors", "author", "by", "creator", "writer"),
    "dateline": ("location", "located"),
    "language": ("lang", "inLanguage", "language_code"),
    "subjects": ("subject", "topics", "topic", "categories", "category", "section", "sections"),
    "places": ("place", "locations", "countries", "country"),
    "keywords": ("tags", "tag", "keyword", "people", "orgs", "organisations", "organizations", "exchanges"),
    "genre": ("genres", "article_type"),
    "editorial_note": ("edNote", "ednote", "ed_note", "editors_note", "note"),
    "credit": ("creditline", "credit_line"),
    "copyright_holder": ("copyrightHolder", "copyrightholder"),
    "copyright_notice": ("copyrightNotice", "copyrightnotice", "copyright", "rights"),
    "usage_terms": ("usageTerms", "usageterms", "license", "licence"),
    "url": ("link", "web_url", "canonical_url", "permalink", "external_url"),
    "links": (),
}  # fmt: skip
EVOLVED = ("evolved_from", "evolvedFrom", "evolvedfrom")
TYPES = ("type", "@type", "item_type", "itemType", "media_type", "mediaType")  # what says that an item is a picture
MEDIA = frozenset(["picture", "graphic", "video", "audio"])
STAND_INS = ("summary", "abstract", "description", "lead", "snippet", "excerpt")  # where there is no body
# What an `Article` computes or carries for itself: no news to the reader, so not worth a note.
COMPUTED = frozenset(
    "id version format received_at notes raw trace_id schema_version needs kind file line signals".split()  # noqa: SIM905
)
TEXTS = (
    "slugline", "dateline", "language", "editorial_note", "credit", "copyright_holder", "copyright_notice",
    "usage_terms", "url", "provider_version",
)  # fmt: skip


def read_plain(item: dict[str, Any]) -> Draft:
    """The draft of one plain article. Raises ``Rejected`` where a headline, body or id is not text.

    Raises ``NotAnArticle`` for what calls itself a picture, graphic, video or audio and has no text but a caption.
    """
    used: set[str] = set()

    def first(name: str) -> Any:
        for key in (name, *ALIASES[name]):
            value = item.get(key)
            if key in item and value is not None and value not in ("", []):
                used.add(key)
                return value
        return None

    draft = Draft(FORMAT)
    draft.guid = text(first("guid"), "guid")
    draft.headline = text(first("headline"), "headline")
    body = text(first("body"), "body")
    if not body.strip():
        _refuse_media(item, draft)
    draft.body = _body(item, body, used, draft)
    draft.provider = _names(first("source"))
    draft.version_created = time_value(first("version_created"))
    draft.first_created = time_value(first("first_created"))
    found = in_json(item)
    draft.claims, draft.asides = found.claims, found.texts
    draft.urgency = time_value(first("urgency"))
    draft.byline = _names(first("byline"))
    draft.genre = _names(first("genre"))
    for name in TEXTS:
        setattr(draft, name, loose_text(first(name)))
    draft.subjects = _concepts(item, "subjects", used)
    draft.places = concepts(first("places"))
    draft.keywords = _keywords(item, used)
    draft.links = _links(first("links"))
    draft.links += [Link("evolvedFrom", guid) for key in EVOLVED if (guid := loose_text(item.get(key)))]
    draft.signs = _signs(item, found.statuses, draft)
    used.update(claim.name for claim in found.claims)
    used.update(key for key in item if is_status_name(key))
    _note_unread(item, used, draft)
    return draft


def _refuse_media(item: dict[str, Any], draft: Draft) -> None:
    for key in TYPES:
        word = loose_text(item.get(key)).rpartition(":")[2]
        kind = kind_of(word.removesuffix("Object"))  # as schema.org calls them
        if kind in MEDIA:
            raise NotAnArticle(f"{word[:40]}: not an article", kind, draft.guid, draft.headline)


def _body(item: dict[str, Any], body: str, used: set[str], draft: Draft) -> str:
    used.update(key for key in ("body", *ALIASES["body"]) if key in item)  # renditions of one text
    for key in STAND_INS:
        if not body and isinstance(item.get(key), str) and item[key].strip():
            body = item[key]
            draft.notes.append(f"body: none, taken from {key}")
    used.update(key for key in STAND_INS if key in item)
    if looks_like_html(body):
        draft.notes.append("body: HTML, turned into text")
        return html_text(body)
    return body


def concepts(value: Any) -> list[Concept]:
    """Names, or objects with ``name`` and ``code`` (``qcode``, ``uri``, ``literal``), as concepts."""
    found: list[Concept] = []
    for entry in as_list(value):
        if isinstance(entry, dict):
            name = loose_text(entry.get("name")) or loose_text(entry.get("title")) or loose_text(entry.get("label"))
            code = next((c for key in ("code", "qcode", "uri", "literal") if (c := loose_text(entry.get(key)))), "")
            found.append(Concept(name, code))
        elif name := loose_text(entry):
            found.append(Concept(name))
    return found


def _concepts(item: dict[str, Any], name: str, used: set[str]) -> list[Concept]:
    found: list[Concept] = []
    for key in (name, *ALIASES[name]):
        if key in item:
            used.add(key)
            found += concepts(item[key])
    return found


def _keywords(item: dict[str, Any], used: set[str]) -> list[str]:
    words: list[str] = []
    for key in ("keywords", *ALIASES["keywords"]):
        if key not in item:
            continue
        used.add(key)
        value = item[key]
        if isinstance(value, str):
            words += value.split(",")
        else:
            words += [concept.name or concept.code for concept in concepts(value)]
    return words


def _names(value: Any) -> str:
    """One or several people or parties: strings, or objects with a ``name``, joined by commas."""
    return ", ".join(concept.name for concept in concepts(value) if concept.name)


def _links(value: Any) -> list[Link]:
    return [
        Link(loose_text(entry.get("rel")) or "seeAlso", guid)
        for entry in as_list(value)
        if isinstance(entry, dict) and (guid := loose_text(entry.get("guid")) or loose_text(entry.get("href")))
    ]


def _signs(item: dict[str, Any], statuses: list[Any], draft: Draft) -> Signs:
    """A row that states a status is taken at its word; one that has no such field may be an advisory."""
    links = {link.rel: link.guid for link in draft.links}
    signals = [loose_text(item.get("kind")), *(loose_text(s) for s in as_list(item.get("signals")))]
    return Signs(
        statuses=statuses, has_status=any(read_status(value).status for value in statuses),
        signals=[s for s in signals if s],
        evolved="evolvedFrom" in links, target=links.get("kills", ""),
        forerunner=links.get("evolvedFrom", ""),
    )  # fmt: skip


def _note_unread(item: dict[str, Any], used: set[str], draft: Draft) -> None:
    known = used | COMPUTED | set(EVOLVED) | {alias for key in ALIASES for alias in (key, *ALIASES[key])}
    unread = sorted(str(key)[:40] for key in item if key not in known)
    if unread:
        more = f" and {len(unread) - 10} more" if len(unread) > 10 else ""  # noqa: PLR2004
        draft.notes.append(f"fields not read: {', '.join(unread[:10])}{more}")
