"""Checks whether what saved searches find could be sent. Takes `Settings`; gives `Finding`s, as the doctor does."""

from collections.abc import Iterator

from search.checkup import Finding
from streams.alerts.channels.needed import unsendable
from streams.alerts.searches import saved_searches
from streams.settings import Settings


def check_alerts(settings: Settings) -> Iterator[Finding]:
    """Whether the channels of saved searches could send with the settings here, which may not be the alert stage's."""
    searches = saved_searches(settings)
    lacking = unsendable(settings, searches)
    for lack, number in lacking.items():
        what, _, do = lack.partition(": ")
        said = f"{number} saved search{'es alert' if number != 1 else ' alerts'} that cannot be sent from here: {what}"
        yield Finding("look", "alerts", said, f"{do} where the alert stage runs")
    if searches and not lacking:
        yield Finding("fine", "alerts", "what the channels of the saved searches need is set")
