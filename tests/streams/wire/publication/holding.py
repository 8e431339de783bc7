"""One small story in every format, with an embargo, a status or a line of it put where the format has room for one."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from streams.records import Article
from streams.wire import Raw, parse

RECEIVED = datetime(2026, 11, 20, 9, tzinfo=UTC)  # a Friday
PLAIN = {
    "guid": "g",
    "headline": "Jobs figures",
    "body": "The jobs figures rose.",
    "version_created": "2026-11-20T08:00:00Z",
}
NINJS = {
    "uri": "g", "type": "text", "versioncreated": "2026-11-20T08:00:00Z", "headline": "Jobs figures",
    "body_text": "The jobs figures rose.",
}  # fmt: skip
NINJS_2 = {
    "uri": "g", "type": "text", "versioncreated": "2026-11-20T08:00:00Z",
    "headlines": [{"role": "main", "value": "Jobs figures"}], "bodies": [{"role": "main", "value": "The jobs figures rose."}],
}  # fmt: skip
NINJS_3 = NINJS_2 | {"$standard": {"name": "ninjs", "version": "3.0"}, "versionCreated": "2026-11-20T08:00:00Z"}


def taken(message: str | dict[str, Any] | list[Any]) -> Article:
    """The only article of a message."""
    data = message if isinstance(message, str) else json.dumps(message)
    (article,) = parse(Raw(data.encode(), RECEIVED))
    return article


def is_hidden(article: Article) -> bool:
    """Whether readers do not see it at its receipt."""
    return article.status == "withheld" or bool(article.embargo_until and article.embargo_until > RECEIVED)


def in_g2(meta: str = "", content: str = "", status: str = '<pubStatus qcode="stat:usable"/>', around: str = "") -> str:
    return (
        f'<newsMessage>{around}<itemSet><newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:x" version="1"><itemMeta><itemClass '
        f'qcode="ninat:text"/><provider literal="EXA"/><versionCreated>2026-11-20T08:00:00Z</versionCreated>{meta}{status}</itemMeta>'
        f'<contentMeta>{content}<headline>Jobs figures</headline></contentMeta><contentSet><inlineXML contenttype="application/xhtml+xml">'
        '<html xmlns="http://www.w3.org/1999/xhtml"><body><p>The jobs figures rose.</p></body></html></inlineXML></contentSet></newsItem></itemSet></newsMessage>'
    )


def in_nitf(docdata: str = "", head: str = "", body_head: str = "", attributes: str = "") -> str:
    return (
        f'<nitf><head><title>T</title>{head}<docdata{attributes}><doc-id id-string="N1"/><date.issue norm="20261120T080000Z"/>{docdata}'
        f"</docdata></head><body><body.head><hedline><hl1>Jobs figures</hl1></hedline>{body_head}</body.head><body.content>"
        "<p>The jobs figures rose.</p></body.content></body></nitf>"
    )


def in_newsml1(
    management: str = '<Status FormalName="Usable"/>', component: str = "", lines: str = "", envelope: str = ""
) -> str:
    return (
        f"<NewsML><NewsEnvelope>{envelope}</NewsEnvelope><NewsItem><Identification><NewsIdentifier><ProviderId>x.y</ProviderId><DateId>20261120"
        "</DateId><NewsItemId>1</NewsItemId><RevisionId>1</RevisionId></NewsIdentifier></Identification><NewsManagement><ThisRevisionCreated>"
        f"20261120T080000Z</ThisRevisionCreated>{management}</NewsManagement><NewsComponent>{component}<NewsLines><HeadLine>Jobs figures"
        f"</HeadLine>{lines}</NewsLines><ContentItem><DataContent>The jobs figures rose.</DataContent></ContentItem></NewsComponent></NewsItem></NewsML>"
    )


def in_rss(item: str = "", channel: str = "", attributes: str = "") -> str:
    return (
        '<rss version="2.0" xmlns:x="http://x.example/" xmlns:app="http://www.w3.org/2007/app" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>C</title>'
        f"{channel}<item{attributes}><title>Jobs figures</title><guid>1</guid><description>The jobs figures rose.</description>{item}</item></channel></rss>"
    )


def in_atom(entry: str = "", feed: str = "") -> str:
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:x="http://x.example/" xmlns:app="http://www.w3.org/2007/app"><title>C</title>{feed}<entry>'
        f"<id>1</id><title>Jobs figures</title><content>The jobs figures rose.</content>{entry}</entry></feed>"
    )


# A field of that name and value, wherever a format could hold it: as JSON knows it, and in XML as text.
JSON_FIELDS: dict[str, Callable[[str, Any], dict[str, Any]]] = {
    "plain": lambda name, value: PLAIN | {name: value},
    "plain, in its metadata": lambda name, value: PLAIN | {"meta": {"rights": [{name: value}]}},
    "plain, as a pair": lambda name, value: PLAIN | {"properties": [{"name": name, "value": value}]},
    "ninjs 1": lambda name, value: NINJS | {name: value},
    "ninjs 2": lambda name, value: NINJS_2 | {name: value},
    "ninjs 3": lambda name, value: NINJS_3 | {name: value},
    "ninjs, in an extension": lambda name, value: NINJS | {"extension": {name: value}},
    "around one": lambda name, value: {name: value, "item": PLAIN},
    "around several": lambda name, value: {name: value, "items": [PLAIN]},
}
XML_FIELDS: dict[str, Callable[[str, str], str]] = {
    "G2, in itemMeta": lambda name, value: in_g2(f"<{name}>{escape(value)}</{name}>"),
    "G2, in contentMeta": lambda name, value: in_g2(
        content=f"<x:{name} xmlns:x='http://x/'>{escape(value)}</x:{name}>"
    ),
    "G2, an extension": lambda name, value: in_g2(f'<itemMetaExtProperty type="x:{name}" value={quoteattr(value)}/>'),
    "G2, around": lambda name, value: in_g2(around=f"<header><{name}>{escape(value)}</{name}></header>"),
    "NITF, an attribute": lambda name, value: in_nitf(attributes=f" {name}={quoteattr(value)}"),
    "NITF, a meta": lambda name, value: in_nitf(head=f'<meta name="{name}" content={quoteattr(value)}/>'),
    "NewsML 1.2, in NewsManagement": lambda name, value: in_newsml1(
        f'<Status FormalName="Usable"/><{name}>{escape(value)}</{name}>'
    ),
    "NewsML 1.2, a property": lambda name, value: in_newsml1(
        component=f'<Metadata><Property FormalName="{name}" Value={quoteattr(value)}/></Metadata>'
    ),
    "NewsML 1.2, around": lambda name, value: in_newsml1(envelope=f"<{name}>{escape(value)}</{name}>"),
    "RSS": lambda name, value: in_rss(f"<x:{name}>{escape(value)}</x:{name}>"),
    "RSS, an attribute": lambda name, value: in_rss(f"<x:{name} until={quoteattr(value)}/>"),
    "RSS, of the item": lambda name, value: in_rss(attributes=f" x:{name}={quoteattr(value)}"),
    "RSS, of the channel": lambda name, value: in_rss(channel=f"<x:{name}>{escape(value)}</x:{name}>"),
    "Atom": lambda name, value: in_atom(f"<x:{name}>{escape(value)}</x:{name}>"),
}
JSON_STATUSES: dict[str, Callable[[Any], dict[str, Any]]] = {
    "plain": lambda value: PLAIN | {"status": value},
    "plain, pubStatus": lambda value: PLAIN | {"pubStatus": value},
    "plain, in capitals": lambda value: PLAIN | {"STATUS": value},
    "plain, in its metadata": lambda value: PLAIN | {"meta": {"status": value}},
    "ninjs 1": lambda value: NINJS | {"pubstatus": value},
    "ninjs 2": lambda value: NINJS_2 | {"pubstatus": value},
    "ninjs 3": lambda value: NINJS_3 | {"pubStatus": value},
    "ninjs, status": lambda value: NINJS | {"pubstatus": "usable", "status": value},
    "around one": lambda value: {"status": value, "item": PLAIN},
}
XML_STATUSES: dict[str, Callable[[str], str]] = {
    "G2, a code": lambda value: in_g2(status=f"<pubStatus qcode={quoteattr(value)}/>"),
    "G2, a text": lambda value: in_g2(status=f"<pubStatus>{escape(value)}</pubStatus>"),
    "G2, an unknown attribute": lambda value: in_g2(status=f"<pubStatus says={quoteattr(value)}/>"),
    "G2, a second one": lambda value: in_g2(
        status=f'<pubStatus qcode="stat:usable"/><pubStatus qcode={quoteattr(value)}/>'
    ),
    "NITF": lambda value: in_nitf(attributes=f" management-status={quoteattr(value)}"),
    "NITF, a meta": lambda value: in_nitf(head=f'<meta name="status" content={quoteattr(value)}/>'),
    "NewsML 1.2": lambda value: in_newsml1(f"<Status FormalName={quoteattr(value)}/>"),
    "NewsML 1.2, a text": lambda value: in_newsml1(f"<Status>{escape(value)}</Status>"),
    "RSS": lambda value: in_rss(f"<x:status>{escape(value)}</x:status>"),
    "Atom": lambda value: in_atom(f"<x:pubStatus>{escape(value)}</x:pubStatus>"),
}
# A line, wherever a desk may write one.
LINES: dict[str, Callable[[str], str | dict[str, Any]]] = {
    "body": lambda line: PLAIN | {"body": f"{line}\n\nThe jobs figures rose."},
    "body, line 15": lambda line: PLAIN | {"body": "\n".join([f"Line {n}." for n in range(1, 15)] + [line])},
    "headline": lambda line: PLAIN | {"headline": line},
    "slugline": lambda line: PLAIN | {"slugline": line},
    "usage terms": lambda line: PLAIN | {"usage_terms": line},
    "note": lambda line: PLAIN | {"editorial_note": line},
    "credit": lambda line: PLAIN | {"credit": line},
    "a field of nobody's": lambda line: PLAIN | {"instructions": [{"text": line}]},
    "ninjs, ednote": lambda line: NINJS | {"ednote": line},
    "ninjs 2, a second body": lambda line: NINJS_2 | {
        "bodies": [{"role": "main", "contenttype": "text/html", "value": "<p>The jobs figures rose.</p>"}, {"role": "x", "value": line}]
    },
    "ninjs, HTML": lambda line: NINJS | {"body_xhtml": f"<p>{escape(line)}</p><p>The jobs figures rose.</p>"},
    "G2, edNote": lambda line: in_g2(f"<edNote>{escape(line)}</edNote>"),
    "G2, another headline": lambda line: in_g2(content=f"<headline xml:lang='de'>{escape(line)}</headline>"),
    "G2, a description": lambda line: in_g2(content=f"<description>{escape(line)}</description>"),
    "NITF, ed-msg": lambda line: in_nitf(f"<ed-msg info={quoteattr(line)}/>"),
    "NITF, hl2": lambda line: in_nitf(body_head=f"<note><body.content><p>{escape(line)}</p></body.content></note>"),
    "NewsML 1.2, a line": lambda line: in_newsml1(
        lines=f"<NewsLine><NewsLineType FormalName='Note'/><NewsLineText>{escape(line)}</NewsLineText></NewsLine>"
    ),
    "RSS, the description": lambda line: in_rss().replace("<description>", f"<description>{escape(escape(f'<p>{line}</p>'))}"),
    "Atom, the summary": lambda line: in_atom(f"<summary>{escape(line)}</summary>"),
    "ANPA": lambda line: (
        f"\x01a0001\nr a BC-Jobs, 11-20 0001\n^BC-Jobs,100\n^Jobs figures\n^By A Writer\n^{line}\n\x02\tLONDON (AP) _ The jobs figures rose.\n\x03\n"
        "AP-NY-11-20-26 0900GMT\n"
    ),
    "IPTC 7901": lambda line: f"ZCZC\nabc001 3 pl 100  X\nJobs\n\x02Jobs figures\n\nThe jobs figures rose.\n{line}\nThey fell.\n\x03201100 Nov 26\n",
    "framed": lambda line: f"\x01XYZ 1\nJobs\n\x02Jobs figures\n{line}\nThe jobs figures rose.\n\x03",
}  # fmt: skip
