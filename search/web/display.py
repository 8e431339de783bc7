"""The template engine: templates and values in, HTML out, in which nothing a stranger wrote can act.

Every value is made harmless (`search.characters`) and then escaped, whatever the template forgets.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from types import CodeType
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import BytecodeCache, Environment, PackageLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup, escape

from processors.vocabulary.countries import country_name
from search.characters import numbered
from search.query.addresses import (
    address,
    beside_address,
    download_address,
    entity_address,
    event_address,
    export_address,
    pair_address,
    story_address,
    tag_address,
)
from search.visibility import DO_NOT_PUBLISH
from search.web.reading.plain import initials, shortened, web_address
from search.web.sources import SourceLooks, plain_looks, safe
from search.web.wire.histogram import Bar

STATIC = Path(str(files("search.web") / "static"))
LABELS = {"favor": "for", "against": "against", "none": "no position"}
MOMENTS = 8192  # that are remembered as they are shown
EARLIEST = 1900  # a year before it is a made-up time


class CompiledOnce(BytecodeCache):
    """Keeps compiled templates in memory: each application has an engine of its own, and compiling takes long."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the code of this template, if it was compiled from the same text."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        assert bucket.code is not None
        self._kept[bucket.key, bucket.checksum] = bucket.code


_COMPILED = CompiledOnce()


class Display:
    """Renders templates; times are shown in ``zone``, sources by their ``looks``."""

    def __init__(self, title: str, zone: str, looks: SourceLooks = plain_looks) -> None:
        self._zone = ZoneInfo(zone)
        self.look = safe(looks)
        self._engine = Environment(
            loader=PackageLoader("search.web"),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_finalized,
            bytecode_cache=_COMPILED,
            auto_reload=False,  # would ask the file system for every template of every page
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._engine.globals.update(
            title=title, zone=zone, static=_static_addresses(), address=address, entity_address=entity_address,
            pair_address=pair_address, story_address=story_address, web_address=web_address,
            beside_address=beside_address, download_address=download_address, export_address=export_address,
            do_not_publish=DO_NOT_PUBLISH, source_look=self.look,
            event_address=event_address, tag_address=tag_address,
        )  # fmt: skip
        kept = lru_cache(MOMENTS)  # a page shows most of its moments twice, and the next one the same again
        self._kept_short, self._kept_iso = kept(self._short), kept(_iso)
        self._engine.filters.update(
            clock=kept(self._clock), day=kept(self.day), moment=kept(self._moment), short=self._kept_short,
            iso=self._kept_iso, ago=_ago,
            seconds=_seconds, number=_number, shortened=shortened, initials=initials, country=country_name, data=_data,
            side=lambda label: LABELS.get(label, label), sentence=_sentence, drawn=self._drawn,
        )  # fmt: skip
        # For rows, of which a page has many: a part that is included imports its macros each time.
        self._engine.globals["macros"] = self._engine.get_template("_parts.html").module

    def html(self, template: str, context: Mapping[str, Any]) -> str:
        """A rendered template."""
        return self._engine.get_template(template).render(now=datetime.now(UTC), **context)

    def _clock(self, moment: datetime | str) -> str:
        return f"{_time(moment).astimezone(self._zone):%H:%M}"

    def day(self, moment: datetime) -> str:
        """The day of a moment, for people."""
        return _dated(moment.astimezone(self._zone), weekday=True)

    def _moment(self, moment: datetime | str) -> str:
        local = _time(moment).astimezone(self._zone)
        return f"{_dated(local)}, {local:%H:%M}"

    def _short(self, moment: datetime | str) -> str:
        """A moment where there is little room."""
        local = _time(moment).astimezone(self._zone)
        return f"{local.day} {local:%b %Y, %H:%M}"

    def _drawn(self, bar: Bar) -> Markup:
        """A bar of a histogram, of which a page has a hundred: in a template each of its numbers costs as much."""
        start, end = (self._kept_short(moment) for moment in (bar.start, bar.end))
        x, width, top, height = (f"{number:.2f}" for number in (bar.x, bar.width, 40 - bar.height, bar.height))
        return Markup(  # noqa: S704 - the address is escaped, and all else is a number or a time
            f'<a href="{escape(bar.link)}" tabindex="-1" data-start="{self._kept_iso(bar.start)}" '
            f'data-end="{self._kept_iso(bar.end)}"><title>{start} – {end}: {_number(bar.stories)}</title>'
            f'<rect class="slot" x="{x}" width="{width}" height="40"/>'
            f'<rect class="bar" x="{x}" y="{top}" width="{bar.width * 0.86:.2f}" height="{height}"/></a>'
        )


def _finalized(value: Any) -> Any:
    if isinstance(value, Markup) or (type(value) is str and value.isascii() and value.isprintable()):
        return value
    return numbered(value if isinstance(value, str) else str(value))


def _static_addresses() -> dict[str, str]:
    """Each served file's address by its name, with a mark of its content, so that browsers may keep it for long."""
    found = {}
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            name = path.relative_to(STATIC).as_posix()
            found[name] = f"/static/{name}?{sha256(path.read_bytes()).hexdigest()[:12]}"
    return found


def _dated(moment: datetime, *, weekday: bool = False) -> str:
    return f"{f'{moment:%A} ' if weekday else ''}{moment.day} {moment:%B} {moment.year}"


def _time(moment: datetime | str) -> datetime:
    return datetime.fromisoformat(moment) if isinstance(moment, str) else moment


def _iso(moment: datetime | str) -> str:
    return _time(moment).astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _ago(moment: datetime) -> str:
    seconds = max(0, int((datetime.now(UTC) - moment).total_seconds()))
    for size, name in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {name} ago"
    return "just now"


def _seconds(seconds: float) -> str:
    for size, name in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {name}"
    return f"{seconds:.1f} s" if seconds >= 1 or seconds <= 0 else f"{seconds * 1000:.0f} ms"


def _number(value: float) -> str:
    return f"{value:,}"


def _sentence(text: str) -> str:
    """An error's words as a sentence for people."""
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _data(value: Any) -> str:
    """A value for a script to read from an attribute; in ASCII, so that no character of it is odd."""
    return json.dumps(value, separators=(",", ":"))
