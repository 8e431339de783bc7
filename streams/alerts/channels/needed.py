"""What a channel cannot send without: takes `Settings` and a kind of channel, gives what is lacking in words."""

from collections import Counter
from collections.abc import Iterable, Mapping

from search.alerts.saved import SavedSearch
from streams.settings import Settings


def lacking(settings: Settings, kind: str) -> str:
    """What must be set before this kind of channel can send anything; "" if it can."""
    if kind == "mail" and not settings.alert_smtp:
        return "no mail server: set NEWSWIRE_ALERT_SMTP"
    if kind == "webhook" and not settings.alert_secret.get_secret_value():
        return "webhooks are signed: set NEWSWIRE_ALERT_SECRET"
    if kind == "push" and not settings.alert_push_key.get_secret_value():
        return "no key for browser push: set NEWSWIRE_ALERT_PUSH_KEY"
    return ""


def unsendable(settings: Settings, searches: Iterable[SavedSearch]) -> Mapping[str, int]:
    """What is lacking for these searches as far as they alert, with the number of searches that need it."""
    needs = Counter[str]()
    for search in searches:
        if search.alerts or search.alerts_on_rise:
            needs.update({lacking(settings, channel.kind) for channel in search.channels} - {""})
    return needs
