"""A sender for each kind of channel that has a server. Takes `Settings`."""

from streams.alerts.channels.http import Poster
from streams.alerts.channels.mail import MailSender
from streams.alerts.channels.outcome import AlertSender
from streams.alerts.channels.push import PushSender
from streams.alerts.channels.webhooks import SlackSender, TeamsSender, WebhookSender
from streams.settings import Settings


def open_senders(settings: Settings) -> dict[str, AlertSender]:
    """The senders, by the channel's kind. They connect when they are first used."""
    poster = Poster(settings)
    return {
        "mail": MailSender(settings),
        "webhook": WebhookSender(settings, poster),
        "slack": SlackSender(poster),
        "teams": TeamsSender(poster),
        "push": PushSender(settings, poster),
    }
