"""Types of command-line options that several commands share."""

from datetime import datetime
from typing import Any

import click

from search.query.moments import moment


class Moment(click.ParamType):
    """A time: ISO 8601 (UTC where it names no zone), a date, or how long ago (90m, 24h, 7d, 2w).

    ``end`` makes a date mean the end of that day.
    """

    name = "time"

    def __init__(self, *, end: bool = False) -> None:
        self._end = end

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment in UTC."""
        if isinstance(value, datetime):
            return value
        try:
            return moment(value, end=self._end)
        except ValueError as error:
            self.fail(str(error), param, ctx)
