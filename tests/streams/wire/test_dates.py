"""Times as wires write them: offsets by name, zones said twice, months in many languages, and what cannot be read."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from streams.wire.months import month_of
from streams.wire.times import read_latest, read_time
from tests.streams.wire import RECEIVED, one

AT = datetime(2026, 11, 20, 15, 45, 5, tzinfo=UTC)
MINUTE = datetime(2026, 11, 20, 15, 45, tzinfo=UTC)
DAY = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("Fri, 20 Nov 2026 15:45:05 GMT+7", 7),
        ("Fri, 20 Nov 2026 15:45:05 UTC+07:00", 7),
        ("Fri, 20 Nov 2026 15:45:05 GMT-3", -3),
        ("Fri Nov 20 2026 15:45:05 GMT+0700 (Indochina Time)", 7),
        ("Fri Nov 20 2026 15:45:05 GMT+0100 (Mitteleuropäische Normalzeit)", 1),
        ("2026-11-20 15:45:05 GMT+00:00", 0),
        ("2026-11-20T15:45:05Z+00:00", 0),
        ("2026-11-20T15:45:05+01:00Z", 1),
        ("2026-11-20T15:45:05+01:00 CET", 1),
        ("2026-11-20T15:45:05+01:00+01:00", 1),
        ("2026-11-20 15:45:05.000 +0000 UTC", 0),
        ("Fri, 20 Nov 2026 15:45:05 EST-0500", -5),
        ("Fri, 20 Nov 2026 15:45:05 -0500 EST", -5),
        ("Fri, 20 Nov 2026 15:45:05 +0100 (CET)", 1),
        ("Fri Nov 20 15:45:05 UTC 2026", 0),
        ("2026/11/20 15:45:05 +0900", 9),
        ("2026-11-20T15:45:05-0500EST", -5),
        ("viernes, 20 de noviembre de 2026 15:45:05 UTC+1", 1),
    ],
)
def test_zones_by_name_offset_or_both(text: str, hours: int) -> None:
    assert read_time(text) == (AT - timedelta(hours=hours), "")
    assert read_latest(text).time == AT - timedelta(hours=hours)


@pytest.mark.parametrize(
    "text",
    [
        "20.11.2026 16:45 Uhr (MEZ)",
        "20.11.2026, 16:45 Uhr, MEZ",
        "2026-11-20T16:45:00 (UTC+1)",
        "2026-11-20 16:45 (+0100)",
        "2026-11-20 16:45 [CET]",
        "2026-11-20 16:45 (Europe/Madrid)",
        "2026-11-20T10:45:00 ET",
        "Nov 20, 2026 10:45 AM ET",
        "Nov. 20, 2026 at 10:45 a.m. Eastern Time",
        "10:45 a.m. ET, Nov. 20, 2026",
        "20 Nov 2026 7:45 am (US Pacific Time)",
        "20 ноября 2026 года в 18:45 (МСК)",
        "vendredi 20 novembre 2026 à 15h45 TU",
        "2026/11/21(土) 0:45 JST",
        "2026年11月21日（土）午前0時45分 JST",
        "2026年11月20日 下午11:45 +0800",
        "2026-11-20 下午11:45:00 +08:00",
        "2026년 11월 21일 (토) 오전 12:45 KST",
        "2026. 11. 20. AM 10:45 EST",
    ],
)
def test_a_stated_zone_is_never_passed_over(text: str) -> None:
    assert read_time(text) == (MINUTE, "")
    assert read_latest(text) == (MINUTE, "")


def test_a_garbled_zone_is_none() -> None:
    assert read_time("20-NOV-2026 15:45:05.91C T").note == "zone 'C T' is not known, taken as UTC"


def test_an_area_has_summer_time() -> None:
    assert read_time("2026-07-20 11:45 ET").time == read_time("2026-07-20 15:45 UTC").time


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2016/6/29", datetime(2016, 6, 29, tzinfo=UTC)),
        ("2016/6/9 3:05:07", datetime(2016, 6, 9, 3, 5, 7, tzinfo=UTC)),
        ("2026-11-20T10:0:5Z", datetime(2026, 11, 20, 10, 0, 5, tzinfo=UTC)),
        ("2026-11-20 10:00:5", datetime(2026, 11, 20, 10, 0, 5, tzinfo=UTC)),
        ("Fri, 20 Nov 2026 10:00:5 GMT", datetime(2026, 11, 20, 10, 0, 5, tzinfo=UTC)),
        ("2026/11/20 3:45 PM", MINUTE),
        ("2026-11-20T03:45:05 pm", AT),
        ("Nov. 20th, 2026", DAY),
        ("15:45 GMT, 20 November 2026", MINUTE),
        ("20/11/2026 15:45", MINUTE),
        ("11/20/2026 3:45 PM", MINUTE),
        ("2026年11月20日 15:45", MINUTE),
        ("2026年11月20日15時45分05秒", AT),
        ("20.11.26, 15:45", MINUTE),
        ("20-NOV-2026 15:45", MINUTE),
        ("Friday 20 November 2026", DAY),
        ("/Date(1795189505000)/", AT),
        ("/Date(1795189505000+0100)/", AT),
        ("2026-11-20 16:45:05 Europe/Paris", AT),
        ("2026-11-20T16:45:05[Europe/Berlin]", AT),
        ("2026-11-20T17:45:05+02:00[Europe/Berlin]", AT),
        ("2026-11-20 15:45:05 Europe/Nowhere", AT),
        ("20 noviembre 2026 3:45 p. m.", MINUTE),
        ("20 nov. 2026 à 15 h 45", MINUTE),
        ("20NOV2026 15:45", MINUTE),
        ("20 Nov 2026 1545 GMT", MINUTE),
        ("15:45 20/11/2026", MINUTE),
    ],
)
def test_figures_in_many_orders(text: str, time: datetime) -> None:
    assert read_time(text).time == time


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("vendredi 20 novembre 2026 à 15h45", MINUTE),
        ("20 févr. 2026 15:45 GMT", datetime(2026, 2, 20, 15, 45, tzinfo=UTC)),
        ("le 20 août 2026 à 15:45", datetime(2026, 8, 20, 15, 45, tzinfo=UTC)),
        ("1er décembre 2026", datetime(2026, 12, 1, tzinfo=UTC)),
        ("ven., 20 nov. 2026 15:45:05 +0000", AT),
        ("20 juil. 2026", datetime(2026, 7, 20, tzinfo=UTC)),
        ("viernes, 20 de noviembre de 2026 15:45", MINUTE),
        ("20 dic 2026 15:45:05 GMT", datetime(2026, 12, 20, 15, 45, 5, tzinfo=UTC)),
        ("20 de enero de 2026, 15:45", datetime(2026, 1, 20, 15, 45, tzinfo=UTC)),
        ("20 ago. 2026", datetime(2026, 8, 20, tzinfo=UTC)),
        ("Freitag, 20. November 2026, 15.45 Uhr", MINUTE),
        ("20. März 2026 15:45 MEZ", datetime(2026, 3, 20, 14, 45, tzinfo=UTC)),
        ("venerdì 20 novembre 2026 alle 15:45", MINUTE),
        ("20 luglio 2026", datetime(2026, 7, 20, tzinfo=UTC)),
        ("sexta-feira, 20 de novembro de 2026", DAY),
        ("20 de fevereiro de 2026 às 15h45", datetime(2026, 2, 20, 15, 45, tzinfo=UTC)),
        ("fredag 20 november 2026 kl. 15.45", MINUTE),
        ("20 marraskuuta 2026 klo 15.45", MINUTE),
        ("20 ноября 2026 г. 15:45", MINUTE),
        ("piątek, 20 listopada 2026 r., godz. 15:45", MINUTE),
        ("20. listopadu 2026 v 15:45", MINUTE),
        ("20. studenoga 2026. u 15:45", MINUTE),
        ("20. listopada 2026. u 15:45", datetime(2026, 10, 20, 15, 45, tzinfo=UTC)),  # Croatian, by its dots
        ("20. novembra 2026 15:45", MINUTE),
        ("20 Kasım 2026 Cuma 15:45", MINUTE),
        ("п'ятниця, 20 листопада 2026 р. о 15:45", MINUTE),
        ("Παρασκευή 20 Νοεμβρίου 2026, 15:45", MINUTE),
        ("2026. november 20., 15:45", MINUTE),
        ("vineri, 20 noiembrie 2026, 15:45", MINUTE),
        ("20 ноември 2026 г., 15:45", MINUTE),
        ("2026 m. lapkričio 20 d. 15:45", MINUTE),
        ("20 نوفمبر 2026 15:45", MINUTE),
        ("2026年11月20日 星期五 下午3时45分", MINUTE),
        ("2026년 11월 20일 금요일 오후 3시 45분", MINUTE),
    ],
)
def test_months_and_weekdays_in_many_languages(text: str, time: datetime) -> None:
    assert read_time(text).time == time


@pytest.mark.parametrize(
    ("name", "month"),
    [("mar", 3), ("sept.", 9), ("Okt", 10), ("déc", 12), ("jui", 0), ("ju", 0), ("foo", 0), ("juin", 6)],
)
def test_the_beginning_of_a_month_counts_where_it_is_one_month(name: str, month: int) -> None:
    assert month_of(name) == month


@pytest.mark.parametrize(
    "text", ["yesterday", "03/02/2026 10:00", "20 jui 2026", "2026-11-20 25:99", "99/99/2026", "Nov 20"]
)
def test_what_can_be_read_in_two_ways_or_in_none_is_no_time(text: str) -> None:
    assert read_time(text).time is None
    assert read_latest(text).time is None


def test_an_american_time_of_day_does_not_open_an_embargo_early() -> None:
    assert read_time("2/3/2026 3:45 PM").time == datetime(2026, 2, 3, 15, 45, tzinfo=UTC)
    assert read_latest("2/3/2026 3:45 PM").time is None


def row(**fields: object) -> str:
    return json.dumps(
        {"uri": "urn:x:1", "type": "text", "headline": "H", "body_text": "B.", "pubstatus": "usable"} | fields
    )


def test_an_unreadable_time_is_said_to_be_unknown_and_orders_nothing() -> None:
    article = one(row(versioncreated="gestern abend"))
    assert article.ordered_by == "receipt"
    assert "version_created: 'gestern abend' cannot be read as a time" in article.notes
    assert "version_created: unknown, taken from the time of receipt" in article.notes


@pytest.mark.parametrize(
    ("fields", "source"),
    [
        ({"versioncreated": "soon", "firstcreated": "2024-05-01T10:00:00Z"}, "first_created"),
        ({"versioncreated": "soon", "contentcreated": "2024-05-01T10:00:00Z"}, "contentcreated"),
        ({"versioncreated": "", "contentmodified": "2024-05-01T10:00:00Z"}, "contentmodified"),
    ],
)
def test_another_time_of_the_item_stands_in(fields: dict[str, str], source: str) -> None:
    article = one(row(**fields))
    assert article.version_created == datetime(2024, 5, 1, 10, tzinfo=UTC) < RECEIVED
    assert f"version_created: missing, taken from {source}" in article.notes


def test_the_content_of_a_newsml_g2_item_has_times_too() -> None:
    item = (
        '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="g" version="1"><itemMeta><versionCreated/>'
        "<firstCreated/></itemMeta><contentMeta><contentCreated>2011-05-01T10:44:43+03:00</contentCreated>"
        "<contentModified>2011-05-01T11:44:43+03:00</contentModified><headline>Old story</headline></contentMeta></newsItem>"
    )
    assert one(item).version_created == datetime(2011, 5, 1, 8, 44, 43, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["a" * 40, "GMT " * 10, "+1" * 20, "(" * 40, "A+1" * 13])
def test_a_hostile_zone_takes_no_time(zone: str) -> None:
    began = time.process_time()
    read_time(f"2026-11-20 15:45 {zone}!")
    read_time(f"2026-11-20 15:45 {zone}")
    assert time.process_time() - began < 0.1
