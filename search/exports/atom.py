"""Stories as an Atom feed (RFC 4287): stored documents in, pieces of XML out, to be sent as they are made."""

from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from search.characters import for_xml, without

SUMMARY = 400  # characters


def feed_head(title: str, address: str, page: str, updated: str) -> str:
    """The beginning of a feed: its own address, and that of the page which shows the same."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<id>{_text(address)}</id>\n<title>{_text(title)}</title>\n<updated>{_text(updated)}</updated>\n"
        f'<link rel="self" href={_quoted(address)}/>\n<link rel="alternate" href={_quoted(page)}/>\n'
    )


def entry(document: Mapping[str, Any], address: str) -> str:
    """One story, with the beginning of its text, its source and its rights."""
    text = " ".join(document["body"][: 4 * SUMMARY].split())
    summary = text if len(text) <= SUMMARY else text[:SUMMARY].rpartition(" ")[0] + " …"
    rights = document["copyright_notice"] or document["usage_terms"]
    parts = [
        f"<id>urn:newswire:{_text(document['id'])}</id>",
        f"<title>{_text(document['headline'] or '(no headline)')}</title>",
        f"<updated>{_text(document['version_created'])}</updated>",
        f"<published>{_text(document['first_created'] or document['version_created'])}</published>",
        f"<author><name>{_text(document['byline'] or document['source'])}</name></author>",
        f'<link rel="alternate" href={_quoted(address)}/>',
        f"<summary>{_text(summary)}</summary>",
        *([f"<rights>{_text(rights)}</rights>"] if rights else []),
        *(f"<category term={_quoted(one['code'] or one['name'])}/>" for one in document["subjects"][:20]),
    ]
    return "<entry>" + "".join(parts) + "</entry>\n"


FEED_END = "</feed>\n"


def _text(text: str) -> str:
    return escape(for_xml(without(text)))


def _quoted(text: str) -> str:
    return quoteattr(for_xml(without(text)))
