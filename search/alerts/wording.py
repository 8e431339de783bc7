"""The text of alerts: renders a `Message` as plain text and as HTML. Pure.

The plain text is complete without the HTML. The template engine escapes all agency text in the HTML, which loads
nothing: no pictures, style sheets or scripts.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, Template, select_autoescape

from processors.annotations import Record
from search.alerts.notices import Notice, NoticeKind
from search.characters import shown_line
from search.query.addresses import story_address
from search.visibility import DO_NOT_PUBLISH

LONGEST_SUBJECT = 150
WORDS: dict[NoticeKind, str] = {
    "alert": "",
    "refresh": "",
    "update": "Update",
    "correction": "Correction",
    "kill": "KILL",
    "hold": "HOLD",
    "release": "Released",
}
SENTENCES: dict[NoticeKind, str] = {
    "alert": "",
    "refresh": "",
    "update": "There is a new version of a story that was sent to you.",
    "correction": "The agency has corrected a story that was sent to you.",
    "kill": f"The agency has killed a story that was sent to you. {DO_NOT_PUBLISH}",
    "hold": f"The agency has withheld a story that was sent to you. {DO_NOT_PUBLISH}",
    "release": "The agency has released again a story that was withheld or killed after it was sent to you.",
}


REMOVED = "REMOVED"
REMOVED_SENTENCE = "A story sent to you was removed by the archive's operator. Do not use it without asking them."


class MessageItem(Record, frozen=True):
    """A notice, and the kind of alert that it is sent as."""

    kind: NoticeKind
    notice: Notice


class Message(Record, frozen=True):
    """A message to one reader over one channel.

    ``id`` stays the same when it is sent again; ``refers_to`` has the ids of earlier messages, oldest first.
    """

    id: str
    search: str  # its id
    name: str
    kind: NoticeKind
    items: tuple[MessageItem, ...]
    zone: str = "UTC"
    digest: bool = False
    refers_to: tuple[str, ...] = ()
    page: str = ""  # the page's base address, for links


def subject_of(message: Message) -> str:
    """The subject, on one line."""
    first = message.items[0]
    if message.digest and len(message.items) > 1:
        return _subject(f"{message.name}: {len(message.items)} stories")
    headline = first.notice.headline or "a story that was sent to you"
    word = word_of(MessageItem(message.kind, first.notice))
    return _subject(f"{word}: {headline}" if word else headline)


def _subject(text: str) -> str:
    text = shown_line(text)  # a mail's header can hold no other
    return text if len(text) <= LONGEST_SUBJECT else text[: LONGEST_SUBJECT - 1].rstrip() + "…"


def word_of(item: MessageItem) -> str:
    """The word for an item's kind; of a story that the archive's operator took away, not the agency's."""
    return REMOVED if item.notice.removed else WORDS[item.kind]


def sentence_of(item: MessageItem) -> str:
    """What has become of a story that was sent before; "" if it was not."""
    return REMOVED_SENTENCE if item.notice.removed else SENTENCES[item.kind]


def as_text(message: Message) -> str:
    """The message as plain text, in lines."""
    return _template("message.txt").render(_values(message)).strip() + "\n"


def as_html(message: Message) -> str:
    """The message as a page for a mail reader."""
    return _template("message.html").render(_values(message))


def line_of(item: MessageItem) -> str:
    """One item as a line, for chats and browsers: the word for its kind, the headline, the source."""
    word = word_of(item)
    headline = item.notice.headline or "a story that was sent to you"
    return f"{f'{word}: ' if word else ''}{headline} ({item.notice.source})"


def link_of(message: Message, notice: Notice) -> str:
    """Where the story is shown; "" where the page's address is not known."""
    return f"{message.page}{notice.address or story_address(notice.story)}" if message.page else ""


def _values(message: Message) -> dict[str, object]:
    zone = ZoneInfo(message.zone)

    def clock(moment: datetime) -> str:
        return moment.astimezone(zone).strftime("%-d %B, %H:%M %Z")

    return {
        "message": message,
        "word_of": word_of,
        "sentence_of": sentence_of,
        "clock": clock,
        "link": lambda notice: link_of(message, notice),
        "manage": f"{message.page}/desk" if message.page else "",
        "subject": subject_of(message),
        "sources": _sources(message.items),
    }


def _sources(items: Sequence[MessageItem]) -> str:
    return ", ".join(dict.fromkeys(item.notice.source for item in items))


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=PackageLoader("search.alerts"),
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    return environment.get_template(name)
