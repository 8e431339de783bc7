"""The template engine: templates and values in, HTML out, in which nothing a stranger wrote can act.

Every value is made harmless (`search.characters`) and then escaped, whatever the template forgets.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from processors.vocabulary.countries import country_name
from search.characters import numbered
from search.visibility import DO_NOT_PUBLISH, KILLED_BY_AGENCY
from search.web.addresses import address, entity_address, pair_address, story_address
from search.web.plain import shortened, web_address

STATIC = Path(str(files("search.web") / "static"))
LABELS = {"favor": "for", "against": "against", "none": "no position"}
EARLIEST = 1900  # a year before it is a made-up time


class Display:
    """Renders templates; times are shown in ``zone``."""

    def __init__(self, title: str, zone: str) -> None:
        self._zone = ZoneInfo(zone)
        self._engine = Environment(
            loader=PackageLoader("search.web"),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_finalized,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._engine.globals.update(
            title=title, zone=zone, static=_static_addresses(), address=address, entity_address=entity_address,
            pair_address=pair_address, story_address=story_address, web_address=web_address,
            killed_by_agency=KILLED_BY_AGENCY, do_not_publish=DO_NOT_PUBLISH,
        )  # fmt: skip
        self._engine.filters.update(
            clock=self._clock, day=self.day, moment=self._moment, short=self._short, iso=_iso, ago=_ago,
            seconds=_seconds, number=_number, shortened=shortened, country=country_name, data=_data,
            side=lambda label: LABELS.get(label, label), sentence=_sentence,
        )  # fmt: skip

    def html(self, template: str, context: Mapping[str, Any]) -> str:
        """A rendered template."""
        return self._engine.get_template(template).render(now=datetime.now(UTC), **context)

    def _clock(self, moment: datetime) -> str:
        return f"{moment.astimezone(self._zone):%H:%M}"

    def day(self, moment: datetime) -> str:
        """The day of a moment, for people."""
        return _dated(moment.astimezone(self._zone), weekday=True)

    def _moment(self, moment: datetime | str) -> str:
        if isinstance(moment, str):
            moment = datetime.fromisoformat(moment)
        local = moment.astimezone(self._zone)
        return f"{_dated(local)}, {local:%H:%M}"

    def _short(self, moment: datetime) -> str:
        """A moment where there is little room."""
        local = moment.astimezone(self._zone)
        return f"{local.day} {local:%b %Y, %H:%M}"


def _finalized(value: Any) -> Any:
    if isinstance(value, Markup):
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


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


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
