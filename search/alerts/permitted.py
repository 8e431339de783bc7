"""Whether an alert may still be sent when it is due, hours after it was decided. Pure.

Meanwhile its search may have been removed, paused or changed, and its owner may have lost the right to the source.
"""

from typing import Literal

from search.alerts.deciding import RETRACTIONS, DeliveryRecord, WantedAlert, kind_to_send
from search.alerts.notices import Notice
from search.alerts.rises import rise_id_prefix
from search.alerts.saved import SavedSearch

Form = Literal["whole", "bare"]  # a bare one says that there is a correction or release, and nothing of the story
ENDED = "its search was removed, paused or changed before it was sent"
NO_RIGHT = "its owner may not see this source any more"


def form_of(
    wanted: WantedAlert, delivery: DeliveryRecord | None, search: SavedSearch | None
) -> tuple[Form | None, str]:
    """In which form an alert is sent; ``None``, with the reason, if it must not be sent.

    Whoever has a story is told of its kill or hold, whatever became of the search. ``search`` is ``None`` if there is
    none any more.
    """
    kind, has_it = kind_to_send(wanted, delivery), delivery is not None and delivery.received
    if kind in RETRACTIONS:
        return "whole", ""
    if not has_it and not _alerts_by(search, wanted):
        return None, ENDED
    if search is None or _may_see(search, wanted):
        return "whole", ""
    return ("bare", "") if has_it and kind in ("correction", "release") else (None, NO_RIGHT)


def bare(notice: Notice) -> Notice:
    """A notice without anything of the story."""
    return Notice(
        story=notice.story,
        version=notice.version,
        headline=f"A story by {notice.source}, which you may not read any more",
        source=notice.source,
        version_created=notice.version_created,
    )


def _alerts_by(search: SavedSearch | None, wanted: WantedAlert) -> bool:
    return search is not None and (search.alerts or search.alerts_on_rise) and wanted.channel in search.channels


def _may_see(search: SavedSearch, wanted: WantedAlert) -> bool:
    return wanted.story.startswith(rise_id_prefix(search)) or search.sources.has(wanted.notice.source)
