"""Text below header lines, as desks mail or drop it: takes bytes, returns a draft.

``Subject: …``, ``From: …``, a blank line, the text. The names are those of mails and of newsrooms, in many languages.
A whole mail (RFC 5322, MIME) is read by its text; its attachments are noted.
"""

import email
import re
from email.header import decode_header
from email.utils import parseaddr
from typing import Any

from streams.errors import Rejected
from streams.wire.charsets import believed
from streams.wire.datelines import dateline_of
from streams.wire.draft import Draft
from streams.wire.formats.json_texts import LIKE_A_TEXT
from streams.wire.formats.plain_text import decoded_text
from streams.wire.formats.reflow import reflow
from streams.wire.lines import byline_above
from streams.wire.markup import prose
from streams.wire.publication.lifecycle import Signs
from streams.wire.text import plain, with_newlines, word_set

FORMAT = "text"
MOST_LINES = 200
LONGEST_BLOCK = 32_000  # bytes
FEWEST_KNOWN = 2  # headers that show that the first lines are headers
FIELDS = {
    "headline": "subject headline title betreff objet asunto oggetto assunto onderwerp emne ämne titel titre titolo "
    "titulo tittel otsikko tytuł тема заголовок 标题 題名 见出",
    "byline": "by byline author writer autor autorin auteur autore from von de da van fra från автор от 作者",
    "version_created": "date sent time datum data fecha dato gesendet envoyé inviato enviado verzonden дата 日期 时间",
    "slugline": "slug slugline catchline stichwort kennwort",
    "keywords": "keywords keyword schlagworte schlagwörter mots-clés",
    "urgency": "urgency priority priorität priorité prioridad priorità prioritet",
    "language": "language content-language lang sprache langue idioma lingua taal",
    "dateline": "dateline place location ort lieu lugar luogo plaats",
    "editorial_note": "note notes editors editor's-note ed-note to-editors advisory hinweis",
    "guid": "id guid message-id item-id story-id",
    "copyright_notice": "copyright rights",
    "usage_terms": "usage terms",
    "provider": "agency source provider agentur agence agencia agenzia источник 来源",
    "body": "body text texte texto testo tekst inhalt 正文",
    "status": "status pubstatus",
}
NAMES = {plain(name): field for field, names in FIELDS.items() for name in names.split()}
# Of mails and newsrooms, and of no use to readers. What they say is looked through for an embargo all the same.
OTHERS = word_set(
    """
    to cc bcc an à a para aan til till reply-to mime-version content-type content-transfer-encoding received return-path
    delivered-to sender importance user-agent dkim-signature references in-reply-to embargo sperrfrist release category
    section desk version words length type class service
    """
)
_HEADER = re.compile(r"([^\W\d_][\w'’ -]{0,40}?)[ \t]{0,4}[:：](?!//)[ \t]*(.*)")
_RAISED = (ValueError, LookupError, RecursionError, AssertionError, AttributeError, TypeError)


def has_headers(data: bytes) -> bool:
    """Whether bytes begin with header lines, and a text follows them."""
    try:
        block, text = _split(data)
    except Rejected:  # no text
        return False
    names = [name for name, _ in _headers(block, [])]
    known = {field for name in names if (field := NAMES.get(name, "other" if name in OTHERS else ""))}
    named = sum(name in NAMES or name in OTHERS for name in names)
    has_text = bool(text.strip()) or "body" in known
    return has_text and named >= FEWEST_KNOWN and bool(known & {"headline", "byline", "slugline", "version_created"})


def read_headed(data: bytes) -> Draft:
    """The draft of a text for which `has_headers` holds. Raises ``Rejected`` for what is no text."""
    block, rest = _split(data)
    draft = Draft(format=FORMAT)
    headers = _headers(block, draft.notes)
    draft.asides += [f"{name}: {value}" for name, value in headers]
    for name, value in headers:
        field = NAMES.get(name, "")
        if field == "status":
            draft.signs = Signs(statuses=[value])
        elif field == "keywords":
            draft.keywords += [word.strip() for word in re.split("[,;]", value)]
        elif field == "guid":
            draft.guid = draft.guid or value.strip("<> ")
        elif field == "byline":
            draft.byline = draft.byline or " ".join(parseaddr(value)[:1]) or value
        elif field and field != "body" and not getattr(draft, field):
            setattr(draft, field, value)
    names = {name for name, _ in headers}
    text = _mail_text(data, draft) if names & {"mime-version", "content-type"} else ""
    if not text:
        text, notes = decoded_text(rest)
        draft.notes += notes
        text = reflow(text.strip())
    said = [value for name, value in headers if NAMES.get(name) == "body" or _is_long(name, value)]
    text = "\n\n".join(filter(None, (*said, text)))
    if not draft.headline:
        draft.headline, _, text = text.partition("\n")
    draft.body = text.strip()
    draft.byline = byline_above(draft.body) or draft.byline  # a mail may come from a desk
    draft.dateline = draft.dateline or dateline_of(draft.body)
    return draft


def _is_long(name: str, value: str) -> bool:
    """Whether a header of no known name holds a text."""
    return name not in NAMES and name not in OTHERS and not name.startswith("x-") and len(value) >= LIKE_A_TEXT


def _split(data: bytes) -> tuple[str, bytes]:
    """The header lines, up to a blank line, a ruler or what is no header, and what follows; ("", b"") without any."""
    data = data.lstrip(b" \t\r\n").removeprefix(b"---").lstrip(b" \t\r\n")
    at, known = 0, False
    for line in data[:LONGEST_BLOCK].splitlines(keepends=True)[:MOST_LINES]:
        bare = line.strip()
        is_header = _HEADER.fullmatch(bare.decode("utf-8", "replace")) if bare and not bare.startswith(b"---") else None
        if not is_header and not (known and bare and line[:1] in (b" ", b"\t")):
            break
        at, known = at + len(line), True
    if not at:
        return "", b""
    return decoded_text(data[:at])[0].rstrip("\n"), data[at:].lstrip(b"-\r\n")


def _headers(block: str, notes: list[str]) -> list[tuple[str, str]]:
    """Names, in lower case without accents, and values; nothing where a line is neither a header nor goes one on."""
    found: list[tuple[str, str]] = []
    for line in block.split("\n"):
        if found and line[:1] in (" ", "\t"):
            found[-1] = found[-1][0], f"{found[-1][1]} {line.strip()}"
        elif match := _HEADER.fullmatch(line.strip()):
            found.append((plain(match[1]).strip().replace(" ", "-").replace("_", "-"), match[2].strip()))
    return [(name, _unencoded(value, notes)) for name, value in found]


def _unencoded(value: str, notes: list[str]) -> str:
    """A header's value with MIME's encoded words (``=?utf-8?q?…?=``) as text."""
    if "=?" not in value:
        return value
    try:
        parts = decode_header(value[:2000])
    except (*_RAISED, email.errors.HeaderParseError):
        return value
    return "".join(_word(part, charset, notes) for part, charset in parts)


def _word(part: bytes | str, charset: str | None, notes: list[str]) -> str:
    if isinstance(part, str):
        return part
    # What is not encoded comes as the bytes that Python writes characters in.
    return believed(part, charset, "mail", notes) if charset else part.decode("raw-unicode-escape", "replace")


def _mail_text(data: bytes, draft: Draft) -> str:
    """The text of a mail: that of its plain part, or else of its HTML."""
    notes: dict[str, list[str]] = {"text/html": [], "text/plain": []}
    try:
        parts = [part for part in email.message_from_bytes(data.lstrip()).walk() if not part.is_multipart()]
        texts = {kind: _part_text(part, notes[kind]) for kind in notes for part in parts if _is(part, kind)}
    except _RAISED as error:
        raise Rejected(f"not a readable mail: {type(error).__name__}: {str(error)[:120]}") from error
    if attached := sum(part.get_content_disposition() == "attachment" for part in parts):
        draft.notes.append(f"mail: {attached} attachments, which are not read")
    if said := texts.get("text/plain", "").strip():
        draft.notes += notes["text/plain"]
        return reflow(said)
    draft.notes += notes["text/html"]
    return prose(texts.get("text/html", ""), markup=True)


def _is(part: Any, kind: str) -> bool:
    return bool(part.get_content_type() == kind) and part.get_content_disposition() != "attachment"


def _part_text(part: Any, notes: list[str]) -> str:
    payload = part.get_payload(decode=True)
    said = part.get_content_charset() or "utf-8"
    text = believed(payload, said, "mail", notes) if isinstance(payload, bytes) else ""
    return with_newlines(text)
