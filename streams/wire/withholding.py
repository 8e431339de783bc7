"""Whether and until when a story is held back: its draft in, status and the embargo's end out.

Fields are judged first (`holds`), then words (`embargoes`); both fail closed.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from streams.records import Status
from streams.wire.embargoes import find_embargo
from streams.wire.holds import hold
from streams.wire.statuses import bare_status

if TYPE_CHECKING:
    from streams.wire.draft import Draft

A_DAY_EVERYWHERE = timedelta(hours=50)  # as much later may the end of a day without a zone be than the hour meant
EMBARGOED = frozenset(["embargoed", "embargo", "underembargo", "sperrfrist"])


def embargo_of(draft: "Draft", status: Status, created: datetime, received: datetime) -> tuple[Status, datetime | None]:
    """Status and the embargo's end, from fields and from words. One that cannot be read, in either, withholds."""
    held = hold(draft.claims, created)
    if status == "canceled":
        return status, held.until
    draft.notes += held.notes
    if held.withheld:
        return "withheld", None
    until = held.until
    if until and not draft.signs.statuses and bare_status(str(draft.signs.status)) in EMBARGOED:
        status = "usable"  # withheld until then, and no longer
    texts = draft.editorial_note, draft.usage_terms, draft.copyright_notice, draft.credit, draft.byline, draft.body
    subjects = (subject.name for subject in draft.subjects)
    titles = draft.headline, draft.slugline, draft.genre, *draft.asides, *draft.keywords, *subjects
    found = find_embargo(received, *texts, titles=titles)
    if found is None or (until and (found.until is None or found.until < until + A_DAY_EVERYWHERE)):
        return status, until
    draft.notes.append(f"embargo in words, {'read' if found.until else 'not understood'}: {found.line[:200]!r}")
    return (status, found.until) if found.until else ("withheld", None)
