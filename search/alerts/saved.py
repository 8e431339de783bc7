"""Saved searches: the query, the channels to alert, digests and quiet hours.

Reads and checks JSON. The query is kept as the parameters of the page's address: any search of the page can be saved.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from processors.annotations import Record
from search.articles import Utc
from search.characters import printable, shown_line
from search.query.addresses import asked
from search.query.checking import ParsedQuery
from search.query.request import DEFAULT_LIMITS, Limits, QueryError
from search.visibility import EVERY_SOURCE, Sources

ChannelKind = Literal["mail", "slack", "teams", "webhook", "push", "atom", "desk"]
Digest = Literal["at once", "hourly", "daily"]
SENT_OVER_HTTP = ("slack", "teams", "webhook")
READ_ON_THE_PAGE = ("atom", "desk")
NOT_ON_THE_DESK = "the desk does not show that a search rises"
MAIL_ADDRESS = re.compile(r"[^\s@<>\"(),:;\\\[\]]{1,64}@[^\s@<>\"(),:;\\\[\]]{1,255}")
CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
LONGEST_NAME, LONGEST_TARGET, MOST_CHANNELS = 200, 4000, 20
CHANNELS_KEPT = 100_000  # whose names are cached
DAILY_AT = time(7)  # in the reader's time zone


class Channel(Record, frozen=True):
    """One way to reach a reader. ``to`` is a mail address, a URL, or a browser's push subscription as JSON."""

    kind: ChannelKind
    to: str = ""

    @property
    def name(self) -> str:
        """A unique name for this channel, without secrets that a URL may hold."""
        return _channel_name(self.kind, self.to)

    @property
    def host(self) -> str:
        """The host of the server that it names; "" where it names none."""
        url = _endpoint(self.to) if self.kind == "push" else self.to if self.kind in SENT_OVER_HTTP else ""
        return (urlsplit(url).hostname or "") if _is_url(url) else ""

    @property
    def label(self) -> str:
        """For logs and lists: an address, or of a URL the host, since its path may be a secret."""
        if self.kind == "mail":
            return f"mail {printable(self.to)}"
        return f"{self.kind} {printable(self.host)}" if self.kind in SENT_OVER_HTTP else self.kind


@lru_cache(CHANNELS_KEPT)
def _channel_name(kind: str, to: str) -> str:
    return f"{kind}-{hashlib.sha256(to.encode()).hexdigest()[:12]}"


class QuietHours(Record, frozen=True):
    """Hours of the reader's clock in which only corrections and kills are sent; they may run past midnight."""

    start: str
    end: str


class SavedSearch(Record, frozen=True):
    """A saved search on ``news.searches``. ``query`` has the parameters of the page's address.

    ``updates`` asks for every new version of a story, not only the first match; ``one_an_event`` for one report of each
    event, the default for digests. Only stories from ``sources``, which its owner may see, and received after
    ``changed_at`` alert. With ``rising`` set, single stories do not alert: the search alerts when it matches that many
    times as many stories as usual.
    """

    id: str
    owner: str
    name: str
    query: dict[str, str | list[str]]
    changed_at: Utc
    alert: bool = True
    channels: tuple[Channel, ...] = ()
    digest: Digest = "at once"
    quiet: QuietHours | None = None
    zone: str = "UTC"
    updates: bool = False
    one_an_event: bool | None = None
    paused: bool = False
    sources: Sources = EVERY_SOURCE
    rising: float | None = None

    @property
    def alerts(self) -> bool:
        """Whether stories are matched against it."""
        return self._is_active and self.rising is None

    @property
    def alerts_on_rise(self) -> bool:
        """Whether it alerts when more stories than usual match."""
        return self._is_active and self.rising is not None

    @property
    def _is_active(self) -> bool:
        return self.alert and not self.paused and bool(self.channels)

    @property
    def one_report_per_event(self) -> bool:
        """Whether only one report of each event is sent."""
        return self.digest != "at once" if self.one_an_event is None else self.one_an_event

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The query as pairs, as an address gives them."""
        return [
            (name, value)
            for name, values in self.query.items()
            for value in ([values] if isinstance(values, str) else values)
        ]


def read_search(data: bytes) -> SavedSearch:
    """A saved search from JSON; ``ValueError`` says what is wrong with it."""
    try:
        return checked(msgspec.json.decode(data, type=SavedSearch))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(str(error)) from None


def checked(search: SavedSearch, limits: Limits = DEFAULT_LIMITS) -> SavedSearch:
    """The search with its name cleaned up; ``ValueError`` says what is wrong with it."""
    search = msgspec.structs.replace(search, name=shown_line(search.name))
    wrong = (
        ("id: 1 to 100 characters", not 1 <= len(search.id) <= 100),  # noqa: PLR2004 - said in the message
        (f"name: at most {LONGEST_NAME} characters", len(search.name) > LONGEST_NAME),
        (f"channels: at most {MOST_CHANNELS}", len(search.channels) > MOST_CHANNELS),
        (f"zone: {search.zone!r} is no time zone; write one such as Europe/Prague", not _is_zone(search.zone)),
        ("quiet: write hours such as 22:00 to 07:00", not _are_quiet_hours(search.quiet)),
        ("rising: a number from 2 to 1000", search.rising is not None and not 2 <= search.rising <= 1000),  # noqa: PLR2004 - said in the message
        ("rising: give no times, since the past hour is compared", search.rising is not None and _has_times(search)),
    )
    for message, is_wrong in wrong:
        if is_wrong:
            raise ValueError(message)
    for channel in search.channels:
        _check_channel(channel)
    try:
        parsed_query_of(search, limits)
    except QueryError as error:
        raise ValueError(f"query: {error}") from None
    return search


def parsed_query_of(search: SavedSearch, limits: Limits = DEFAULT_LIMITS) -> ParsedQuery:
    """The parsed query of a search, never for hidden stories. Raises ``QueryError`` if it is invalid.

    Times that name no zone are of the search's.
    """
    kept = [(name, value) for name, value in search.parameters if name not in ("hidden", "after", "limit", "sort")]
    return msgspec.structs.replace(
        asked(kept, limit=1, limits=limits, zone=ZoneInfo(search.zone)).query, sources=search.sources
    )


def with_alerts_to_come(search: SavedSearch) -> SavedSearch:
    """The search as it is; ``ValueError`` where it alerts, but never could, since its ``until`` has passed."""
    until = parsed_query_of(search).until if search.alerts else None
    if until and until <= datetime.now(UTC):
        raise ValueError("until: this time has passed, so no new story can match; take it out, or save without alerts")
    return search


def _check_channel(channel: Channel) -> None:
    if len(channel.to) > LONGEST_TARGET:
        raise ValueError(f"{channel.kind}: at most {LONGEST_TARGET} characters")
    if channel.kind == "mail" and not MAIL_ADDRESS.fullmatch(channel.to):
        raise ValueError("mail: write an address such as desk@example.org")
    if channel.kind in SENT_OVER_HTTP and not _is_url(channel.to):
        raise ValueError(f"{channel.kind}: write a URL that begins with https:// and names no user")
    endpoint = _endpoint(channel.to) if channel.kind == "push" else ""
    if channel.kind == "push" and not (endpoint.startswith("https://") and _is_url(endpoint)):
        raise ValueError("push: give the subscription of the browser, as JSON")


def _endpoint(subscription: str) -> str:
    """The address of a browser's push service; "" where the text is no subscription."""
    try:
        return str(msgspec.json.decode(subscription, type=dict[str, object]).get("endpoint"))
    except msgspec.MsgspecError:
        return ""


def _is_url(text: str) -> bool:
    try:
        url = urlsplit(text)
        is_possible = url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
        return is_possible and not url.username and printable(text) == text
    except ValueError:
        return False


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _has_times(search: SavedSearch) -> bool:
    return any(name in ("since", "until") for name in search.query)


def _are_quiet_hours(quiet: QuietHours | None) -> bool:
    return quiet is None or all(CLOCK.fullmatch(clock) for clock in (quiet.start, quiet.end))


def due_at(search: SavedSearch, now: datetime, daily_at: time = DAILY_AT) -> datetime:
    """When a story that matches now is to be sent: at once, with the next digest, and not in quiet hours."""
    local = now.astimezone(ZoneInfo(search.zone))
    due = local
    if search.digest == "hourly":
        due = _aware(local.replace(minute=0, second=0, microsecond=0, tzinfo=None) + timedelta(hours=1), local)
    elif search.digest == "daily":
        today = _aware(datetime.combine(local.date(), daily_at), local)
        due = today if today > local else _aware(datetime.combine(local.date() + timedelta(days=1), daily_at), local)
    return max(now, _after_quiet(search.quiet, due).astimezone(UTC))


def _aware(wall: datetime, like: datetime) -> datetime:
    return wall.replace(tzinfo=like.tzinfo)


def _after_quiet(quiet: QuietHours | None, due: datetime) -> datetime:
    if quiet is None or quiet.start == quiet.end:
        return due
    start, end = (time.fromisoformat(clock) for clock in (quiet.start, quiet.end))
    clock = due.time()
    within = start <= clock < end if start < end else clock >= start or clock < end
    if not within:
        return due
    day = due.date() if clock < end else due.date() + timedelta(days=1)
    return _aware(datetime.combine(day, end), due)


def search_id(owner: str, name: str) -> str:
    """The id of a search that a person adds by name: adding it again changes it."""
    return hashlib.sha256(f"{owner}\0{name}".encode()).hexdigest()[:16]


def without_empty(parameters: Mapping[str, str | list[str]]) -> dict[str, str | list[str]]:
    """The parameters that have a value."""
    return {name: value for name, value in parameters.items() if value}
