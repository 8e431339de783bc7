"""What several commands share: the class of their groups, and types of options."""

from datetime import datetime
from difflib import get_close_matches
from typing import Any

import click

from search.query.moments import moment

FORMS = '2026-11-23, "23 Nov", Monday, "yesterday 14:00", "last week", 2026-11-23T14:30Z or 24h (ago)'


class Moment(click.ParamType):
    """A time in any form that `search.query.moments.moment` reads; UTC where it names no zone.

    ``end`` makes a day, week, month or year mean its end.
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


class CommandGroup(click.Group):
    """A group that names the commands that a misspelt one is like, whatever version of click is there."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command named first; a usage error for one that does not exist."""
        known = self.list_commands(ctx)
        if args[0] not in known and (like := get_close_matches(args[0], known)):
            ctx.fail(f"No such command {args[0]!r}. Did you mean {' or '.join(map(repr, like))}?")
        return super().resolve_command(ctx, args)
