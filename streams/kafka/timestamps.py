"""Times written by others: Kafka's timestamps, and a feed's receipt time. Takes anything, returns a UTC time.

What cannot be a time of receipt becomes `UNKNOWN`, always: a message that is read again must give the same article.
"""

from datetime import UTC, datetime, timedelta

UNKNOWN = datetime.fromtimestamp(0, UTC)
LAST_YEAR = 9000  # far enough from the last year of `datetime` for any time zone
CLOCKS_DIFFER = timedelta(days=1)


def moment_of(seconds: float | None) -> datetime:
    """The UTC time of a Kafka timestamp in seconds; `UNKNOWN` if it is missing or out of range."""
    try:
        moment = datetime.fromtimestamp(seconds or 0, UTC)
    except (ValueError, OverflowError, OSError):
        return UNKNOWN
    return moment if moment >= UNKNOWN and moment.year <= LAST_YEAR else UNKNOWN


def received_at(said: str, stamp: float | None) -> datetime:
    """When a message was received: as its feed said, else as Kafka's stamp (in seconds) has it.

    A producer that is not ours may say nothing, or anything: what is no possible time, or lies more than a day after
    Kafka's own stamp, does not count.
    """
    kafka = moment_of(stamp)
    try:
        parsed = datetime.fromisoformat(said)
        received = parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        return kafka
    latest = kafka + CLOCKS_DIFFER if kafka > UNKNOWN else datetime(LAST_YEAR, 1, 1, tzinfo=UTC)
    return received if parsed.tzinfo and UNKNOWN <= received <= latest else kafka
