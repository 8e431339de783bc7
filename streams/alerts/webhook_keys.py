"""The signing keys of a saved search's webhooks, to give to the receivers. Takes `Settings` and a search."""

from collections.abc import Iterator

from search.alerts.saved import SavedSearch
from search.http.public import shown
from streams.alerts.channels.webhooks import shown_key
from streams.settings import Settings


def keys_of(settings: Settings, search: SavedSearch) -> Iterator[tuple[str, str]]:
    """Each webhook's address, without what may be secret in it, and its key; none where no secret is set."""
    if settings.alert_secret.get_secret_value():
        for channel in search.channels:
            if channel.kind == "webhook":
                yield shown(channel.to), shown_key(settings, channel.to)
