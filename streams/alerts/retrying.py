"""Lists dead alerts, those that were given up, and requests their retry."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import msgspec

from search.alerts.deciding import DeliveryRecord, WantedAlert
from streams.alerts.records import AlertKey, RetryRequest, encoded_key
from streams.alerts.table import AlertTable, OpenAlert
from streams.kafka.reader import TopicReader
from streams.kafka.sender import MessageSender
from streams.kafka.stages import ALERTS
from streams.settings import Settings


def given_up(settings: Settings) -> list[tuple[OpenAlert, WantedAlert, DeliveryRecord]]:
    """The alerts that were given up and are not to be tried again yet, the oldest first."""
    table = AlertTable()
    with TopicReader(settings) as reader:
        for message in reader.read(reader.bounds(settings.topic(ALERTS))):
            table.apply(message.partition, message.offset, message.key, message.value)
    return sorted(_dead(table), key=lambda alert: alert[2].at)


def _dead(table: AlertTable) -> Iterator[tuple[OpenAlert, WantedAlert, DeliveryRecord]]:
    for alert in table.wanted_alerts():
        wanted, delivery = table.wanted_and_delivery(alert)
        if (
            wanted
            and delivery
            and delivery.state == "dead"
            and wanted.home == alert.partition
            and alert not in table.open
        ):
            yield alert, wanted, delivery


def request_retries(settings: Settings, alerts: Iterable[OpenAlert]) -> int:
    """Ask the owners of their partitions to retry alerts; gives the count."""
    count, value = 0, msgspec.json.encode(RetryRequest(datetime.now(UTC)))
    with MessageSender(settings) as sender:
        for count, alert in enumerate(alerts, 1):  # noqa: B007 - used after the loop
            key = encoded_key(AlertKey("again", alert.story, alert.search, alert.channel))
            sender.send(settings.topic(ALERTS), key, value, (), partition=alert.partition)
        sender.flush()
    return count
