"""The names of fields in plain articles: a table of aliases, and what no field of an article is."""

import re
from functools import lru_cache

from streams.wire.formats.json_shapes import folded

ALIASES: dict[str, tuple[str, ...]] = {
    "guid": (
        "id", "uri", "@id", "_id", "identifier", "uuid", "urn", "uno", "article_id", "item_id", "content_id",
        "entry_id", "story_id", "news_id", "document_id", "doc_id",
    ),
    "headline": ("title", "heading", "hl1"),
    "body": (
        "text", "content", "body_text", "content_text", "article_body", "article_text", "full_text", "story",
        "body_html", "body_xhtml", "content_html", "article_html", "html", "news", "paragraphs", "content_elements",
        "blocks", "story_text", "story_body", "news_text", "main_text", "plain_text", "rich_text",
    ),
    "source": ("provider", "publisher", "agency", "source_name"),
    "version_created": (
        "updated", "updated_at", "modified", "date_modified", "modified_at", "last_modified", "last_updated",
        "date_updated", "modified_date", "updated_date", "version_issued", "date", "published", "published_at",
        "date_published", "pub_date", "publish_date", "published_date", "publication_date", "issued", "issued_at",
        "date_issued", "issue_date", "sent_at", "timestamp", "date_time", "created", "created_at", "time",
    ),
    "first_created": (
        "created", "created_at", "date_created", "first_published", "published", "published_at", "date_published",
        "publish_date",
    ),
    "embargo_until": ("embargoed", "embargo", "embargoed_until"),
    "provider_version": ("revision", "version_number"),
    "status": ("pub_status",),
    "urgency": ("priority",),
    "slugline": ("slug", "catchline"),
    "byline": ("bylines", "bys", "authors", "author", "by", "creator", "creators", "writer", "writers", "reporter"),
    "dateline": ("location", "located"),
    "language": ("lang", "in_language", "language_code"),
    "subjects": ("subject", "topics", "topic", "categories", "category", "section", "sections"),
    "places": ("place", "locations", "countries", "country"),
    "keywords": ("tags", "tag", "keyword", "people", "orgs", "organisations", "organizations", "exchanges"),
    "genre": ("genres", "article_type"),
    "editorial_note": (
        "ed_note", "editors_note", "editor_note", "note", "note_to_editors", "special_instructions", "advisory",
    ),
    "credit": ("credit_line",),
    "copyright_holder": (),
    "copyright_notice": ("copyright", "rights"),
    "usage_terms": ("license", "licence"),
    "url": ("link", "web_url", "canonical_url", "permalink", "external_url"),
    "links": (),
}  # fmt: skip
TIMES = ("version_created", "first_created")
EVOLVED = ("evolved_from",)
STAND_INS = (  # where there is no body
    "summary", "abstract", "description", "lead", "teaser", "standfirst", "intro", "snippet", "excerpt",
)  # fmt: skip
# What an `Article` computes or carries for itself: no news to the reader, so not worth a note.
COMPUTED = frozenset(
    "id version format received_at notes raw trace_id schema_version needs kind file line signals".split()  # noqa: SIM905
)
_ZONED = ("gmt", "utc")
_UTC = re.compile(r"(?:[a-z]|[+-]\d{2}:?\d{0,2})\s*$", re.IGNORECASE)
# Names of texts that are no story.
_NO_STORY = re.compile(
    r"terms|licen[cs]|legal|disclaim|copyright|rights|caption|credit|bio|about|note|instruct|embargo|usage|alt|query"
    r"|signature|token|url|link|href|script|style|css|meta|seo|keyword|tag|subject|topic|boilerplate|advis|comment"
    r"|headline|title|rendition|associat|event|infosource|altid|located|person|organi|contact|history|version|correction"
    r"|related|image|photo|picture|video|media|author|byline|embed|path|^raw|promo|log|error|debug|config|schema|geo"
)
_TIME = re.compile(r"updat|modif|publi|issue|creat|date|time|sent|post|transmi|filed|revis")
_NO_TIME = re.compile(
    r"embarg|expir|valid|event|start|end|until|releas|birth|read|deadline|zone|runtime|duration|schedul|crawl|fetch"
    r"|index|ingest|receiv|timeline|sentiment|status|image|photo|count|release|hold|before|after|avail"
)


def _names(name: str, aliases: tuple[str, ...]) -> tuple[str, ...]:
    """The folded names of a field, the one in GMT before that in local time: ``modified_gmt``, ``modified``."""
    found = [folded(one) for one in (name, *aliases)]
    if name in TIMES:
        found = [
            said
            for one in found
            for said in (*(f"{one}{zone}" for zone in _ZONED), *(f"{zone}{one}" for zone in _ZONED), one)
        ]
    return tuple(dict.fromkeys(found))


FOLDED = {name: _names(name, aliases) for name, aliases in ALIASES.items()}
KNOWN = frozenset(map(folded, EVOLVED)) | {key for keys in FOLDED.values() for key in keys}
IGNORED = KNOWN | frozenset(map(folded, COMPUTED))


def in_its_zone(name: str, value: str | float) -> str | float:
    """A time with the zone that its field's name states, if it states none itself."""
    is_utc = isinstance(value, str) and (name.endswith(_ZONED) or name.startswith(_ZONED))
    is_utc = is_utc and not str(value).strip().replace(".", "").isdigit()  # but a Unix time
    return f"{value} UTC" if is_utc and not _UTC.search(str(value)) else value


@lru_cache(4096)
def speaks_of_a_story(name: str) -> bool:
    """Whether a folded name is not one of what only stands beside a story."""
    return not _NO_STORY.search(name)


def may_hold_a_story(name: str) -> bool:
    """Whether a folded name, unknown otherwise, may be that of a story's text."""
    return name not in IGNORED and speaks_of_a_story(name)


@lru_cache(4096)
def may_be_a_time(name: str) -> bool:
    """Whether a folded name, unknown otherwise, may be that of a version's time."""
    return _TIME.search(name) is not None and not _NO_TIME.search(name)
