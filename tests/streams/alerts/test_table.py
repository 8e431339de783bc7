"""The book of an alert process: the same whatever order its records come in, one by one or many at once."""

import random
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from search.alerts.deciding import DeliveryRecord, WantedAlert
from search.alerts.notices import Notice
from search.alerts.saved import Channel
from streams.alerts import table as table_module
from streams.alerts.records import AlertKey, encoded_key
from streams.alerts.table import AlertTable, OpenAlert, TableEntry, read_entry

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
MAIL = Channel("mail", "ann@example.org")


def wanted(story: str, version: int) -> WantedAlert:
    notice = Notice(story, version, "Floods", "AP", NOON)
    return WantedAlert("floods", "Floods", "ann", MAIL, story, version, "alert", NOON, NOON, NOON, notice, 0)


def delivery(story: str, version: int) -> DeliveryRecord:
    return DeliveryRecord("floods", MAIL.name, story, version, "alert", "sent", NOON, received=True)


def entries() -> list[TableEntry]:
    """Records of five stories: some are sent, one was told an older version, one was taken away, one still waits."""
    said = [
        ("wanted", "sent", wanted("sent", 1)), ("got", "sent", delivery("sent", 1)),
        ("wanted", "newer", wanted("newer", 1)), ("got", "newer", delivery("newer", 1)),
        ("wanted", "newer", wanted("newer", 2)), ("wanted", "waits", wanted("waits", 1)),
        ("wanted", "gone", wanted("gone", 1)), ("wanted", "gone", None),
        ("wanted", "again", wanted("again", 1)), ("got", "again", delivery("again", 1)), ("got", "again", None),
    ]  # fmt: skip
    found = []
    for offset, (kind, story, record) in enumerate(said):
        key = AlertKey(kind, story, "floods", MAIL.name)  # type: ignore[arg-type]
        value = msgspec.json.encode(record) if record else None
        entry = read_entry(0, offset, encoded_key(key), value)
        assert entry == TableEntry(0, offset, key, record, value)
        found.append(entry)
    return found


@pytest.mark.parametrize("cache_size", [1, 10_000])
def test_any_order_of_records_comes_to_the_same(cache_size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_module, "CACHE_SIZE", cache_size)
    chance = random.Random(24)
    records = entries()
    for _ in range(50):
        chance.shuffle(records)
        table, at = AlertTable(), 0
        while at < len(records):
            size = chance.choice([1, 2, 5, 11])
            table.take(records[at : at + size])
            at += size
        table.take(records[:3])
        places = {
            story: OpenAlert(0, "floods", MAIL.name, story) for story in ("sent", "newer", "waits", "gone", "again")
        }
        assert set(table.open) == {places["newer"], places["waits"], places["again"]}
        assert set(table.due(NOON + timedelta(seconds=1))) == set(table.open)
        assert table.wanted_and_delivery(places["sent"]) == (wanted("sent", 1), delivery("sent", 1))
        assert table.wanted_and_delivery(places["newer"]) == (wanted("newer", 2), delivery("newer", 1))
        assert table.wanted_and_delivery(places["gone"]) == (None, None)
        assert table.wanted_and_delivery(places["again"]) == (wanted("again", 1), None)
