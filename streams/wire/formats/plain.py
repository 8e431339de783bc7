"""Plain articles in JSON: takes an object with ``Article``'s field names or common aliases, returns a draft.

Only a headline or a body is required. `ALIASES` is the documented table: a canonical name that is present
always wins, then the aliases in their order. Case, underscores and dashes do not matter.
"""

from html import unescape
from typing import Any

from search.articles import Concept, Link
from streams.errors import Rejected
from streams.wire.draft import Draft
from streams.wire.formats.json_shapes import folded
from streams.wire.jsons import as_list, loose_text, text, time_value
from streams.wire.markup import html_text, looks_like_html
from streams.wire.publication.claims import in_json, is_status_name
from streams.wire.publication.lifecycle import Signs
from streams.wire.publication.statuses import read_status

FORMAT = "json"

ALIASES: dict[str, tuple[str, ...]] = {
    "guid": ("id", "uri", "@id", "_id", "identifier", "uuid", "urn", "article_id", "item_id", "content_id", "entry_id"),
    "headline": ("title", "heading", "hl1"),
    "body": (
        "text", "content", "body_text", "content_text", "article_body", "article_text", "full_text", "story",
        "body_html", "body_xhtml", "content_html", "article_html", "html",
    ),
    "source": ("provider", "publisher", "agency", "source_name"),
    "version_created": (
        "updated", "updated_at", "modified", "date_modified", "modified_at", "last_modified", "date", "published",
        "published_at", "date_published", "pub_date", "publish_date", "publication_date", "timestamp", "created",
        "created_at", "time",
    ),
    "first_created": (
        "created", "created_at", "date_created", "published", "published_at", "date_published", "publish_date",
    ),
    "embargo_until": ("embargoed", "embargo", "embargoed_until"),
    "provider_version": ("revision", "version_number"),
    "status": ("pub_status",),
    "urgency": ("priority",),
    "slugline": ("slug", "catchline"),
    "byline": ("authors", "author", "by", "creator", "writer"),
    "dateline": ("location", "located"),
    "language": ("lang", "in_language", "language_code"),
    "subjects": ("subject", "topics", "topic", "categories", "category", "section", "sections"),
    "places": ("place", "locations", "countries", "country"),
    "keywords": ("tags", "tag", "keyword", "people", "orgs", "organisations", "organizations", "exchanges"),
    "genre": ("genres", "article_type"),
    "editorial_note": ("ed_note", "editors_note", "note"),
    "credit": ("credit_line",),
    "copyright_holder": (),
    "copyright_notice": ("copyright", "rights"),
    "usage_terms": ("license", "licence"),
    "url": ("link", "web_url", "canonical_url", "permalink", "external_url"),
    "links": (),
}  # fmt: skip
EVOLVED = ("evolved_from",)
STAND_INS = (  # where there is no body
    "summary", "abstract", "description", "lead", "teaser", "standfirst", "intro", "snippet", "excerpt",
)  # fmt: skip
FOLDED = {name: tuple(dict.fromkeys(map(folded, (name, *aliases)))) for name, aliases in ALIASES.items()}
KNOWN = frozenset(map(folded, EVOLVED)) | {key for keys in FOLDED.values() for key in keys}
WRAPPED = ("rendered", "value", "text", "html", "#text", "plain")  # a text inside an object, as WordPress has it
LIKE_A_TEXT = 200  # characters
# What an `Article` computes or carries for itself: no news to the reader, so not worth a note.
COMPUTED = frozenset(
    "id version format received_at notes raw trace_id schema_version needs kind file line signals".split()  # noqa: SIM905
)
IGNORED = KNOWN | frozenset(map(folded, COMPUTED))
LONG_UNREAD = "fields that look like text and are not read"
TEXTS = (
    "slugline", "dateline", "language", "editorial_note", "credit", "copyright_holder", "copyright_notice",
    "usage_terms", "url", "provider_version",
)  # fmt: skip


def read_plain(item: dict[str, Any]) -> Draft:
    """The draft of one plain article. Raises ``Rejected`` where a headline, body or id is not text."""
    used: set[str] = set()
    by_name = {folded(str(key)): value for key, value in reversed(item.items()) if value not in (None, "", [])}

    def first(name: str) -> Any:
        for key in FOLDED[name]:
            if key in by_name:
                used.add(key)
                return by_name[key]
        return None

    draft = Draft(format=FORMAT)
    draft.guid = text(first("guid"), "guid")
    draft.headline = _headline(text(_unwrapped(first("headline")), "headline"))
    draft.body = _body(by_name, text(_unwrapped(first("body")), "body"), used, draft)
    draft.provider = _names(first("source"))
    draft.version_created = time_value(first("version_created"))
    draft.first_created = time_value(first("first_created"))
    stated = in_json(item)
    draft.claims, draft.asides = stated.claims, stated.texts
    draft.urgency = time_value(first("urgency"))
    draft.byline = _names(first("byline"))
    draft.genre = _names(first("genre"))
    for name in TEXTS:
        setattr(draft, name, loose_text(first(name)))
    draft.subjects = _concepts(by_name, "subjects", used)
    draft.places = concepts(first("places"))
    draft.keywords = _keywords(by_name, used)
    draft.links = _links(first("links"))
    draft.links += [Link("evolvedFrom", guid) for key in EVOLVED if (guid := loose_text(by_name.get(folded(key))))]
    draft.signs = _signs(by_name, stated.statuses, draft)
    used.update(folded(claim.name) for claim in stated.claims)
    used.update(folded(key) for key in item if is_status_name(key))
    _note_unread(item, used, draft)
    return draft


def fill_gaps(draft: Draft, item: dict[str, Any]) -> None:
    """What the reader of another format did not find in an object, by the names that plain articles use."""
    try:
        plain = read_plain(item)
    except Rejected:
        return
    for name in ("guid", "headline", "body", "version_created", "first_created", "byline", "language", "provider"):
        if getattr(draft, name) == "" and (value := getattr(plain, name)) != "":
            setattr(draft, name, value)
    draft.notes += [note for note in plain.notes if note.startswith(LONG_UNREAD)]


def _unwrapped(value: Any) -> Any:
    """The text of an object that holds nothing but a text and how it is written."""
    if not isinstance(value, dict):
        return value
    return next((value[key] for key in WRAPPED if isinstance(value.get(key), str)), value)


def _headline(line: str) -> str:
    return html_text(line) if looks_like_html(line) else unescape(line) if "&" in line and ";" in line else line


def _body(by_name: dict[str, Any], body: str, used: set[str], draft: Draft) -> str:
    used.update(key for key in FOLDED["body"] if key in by_name)  # renditions of one text
    for key in STAND_INS:
        stand_in = _unwrapped(by_name.get(key))
        if not body and isinstance(stand_in, str) and stand_in.strip():
            body = stand_in
            draft.notes.append(f"body: none, taken from {key}")
    used.update(key for key in STAND_INS if key in by_name)
    if looks_like_html(body):
        draft.notes.append("body: HTML, turned into text")
        return html_text(body)
    return body


def concepts(value: Any) -> list[Concept]:
    """Names, or objects with ``name`` and ``code`` (``qcode``, ``uri``, ``literal``), as concepts."""
    coded: list[Concept] = []
    for entry in as_list(value):
        if isinstance(entry, dict):
            name = loose_text(entry.get("name")) or loose_text(entry.get("title")) or loose_text(entry.get("label"))
            code = next((c for key in ("code", "qcode", "uri", "literal") if (c := loose_text(entry.get(key)))), "")
            coded.append(Concept(name, code))
        elif name := loose_text(entry):
            coded.append(Concept(name))
    return coded


def _concepts(item: dict[str, Any], name: str, used: set[str]) -> list[Concept]:
    found: list[Concept] = []
    for key in FOLDED[name]:
        if key in item:
            used.add(key)
            found += concepts(item[key])
    return found


def _keywords(item: dict[str, Any], used: set[str]) -> list[str]:
    words: list[str] = []
    for key in FOLDED["keywords"]:
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
    said = (item.get("kind"), *as_list(item.get("signals")), *as_list(item.get("signal")))
    signals = [loose_text(signal) for signal in said]
    return Signs(
        statuses=statuses, has_status=any(read_status(value).status for value in statuses),
        signals=[s for s in signals if s],
        evolved="evolvedFrom" in links, target=links.get("kills", ""),
        forerunner=links.get("evolvedFrom", ""),
    )  # fmt: skip


def _note_unread(item: dict[str, Any], used: set[str], draft: Draft) -> None:
    """Name the fields that were not read, and first of all those that look like a text."""
    unread = sorted(str(key) for key in item if (name := folded(str(key))) not in used and name not in IGNORED)
    if not unread:
        return
    texts = [key[:40] for key in unread if _like_a_text(_unwrapped(item[key]))]
    if texts:
        draft.notes.append(f"{LONG_UNREAD}: {', '.join(texts[:10])}")
    more = f" and {len(unread) - 10} more" if len(unread) > 10 else ""  # noqa: PLR2004
    draft.notes.append(f"fields not read: {', '.join(key[:40] for key in unread[:10])}{more}")


def _like_a_text(value: Any) -> bool:
    if isinstance(value, list):
        value = " ".join(part for part in value if isinstance(part, str))
    return isinstance(value, str) and ((len(value) >= LIKE_A_TEXT and " " in value) or looks_like_html(value))
