"""Times, text and markup: the readers that every format shares."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.errors import Rejected
from streams.wire.markup import html_text
from streams.wire.text import clean_line, clean_text, shorten
from streams.wire.times import read_time
from tests.streams.wire import one

EARLIEST, LATEST = datetime.fromisoformat("1900-01-02"), datetime.fromisoformat("2199-12-30")
ASSUMED_UTC = "no time zone, taken as UTC"


@pytest.mark.parametrize(
    ("text", "time", "note"),
    [
        ("20210516T080625Z", (2021, 5, 16, 8, 6, 25), ""),
        ("20130731T153200+0100", (2013, 7, 31, 14, 32), ""),
        ("2024-01-01T00:00:00-05", (2024, 1, 1, 5), ""),
        ("2018-10-19T20:15:00Z\n        ", (2018, 10, 19, 20, 15), ""),
        ("2021-05-26T13:40:18.1234567+02:00", (2021, 5, 26, 11, 40, 18, 123456), ""),
        ("2021-05-26T24:00:00Z", (2021, 5, 27), ""),
        ("2016-12-31T23:59:60Z", (2017, 1, 1), ""),
        ("2021-05-16T09:00:04", (2021, 5, 16, 9, 0, 4), ASSUMED_UTC),
        ("2009-10-21+02:00", (2009, 10, 20, 22), "no hour, taken as 00:00"),
        ("2013-08-23", (2013, 8, 23), "no hour, taken as 00:00 UTC"),
        ("2016-09", (2016, 9, 1), "no hour, taken as 00:00 UTC"),
        ("26-FEB-1987 15:01:01.79", (1987, 2, 26, 15, 1, 1, 790000), ASSUMED_UTC),
        ("Tue, 10 Jun 2003 04:00:00 EST", (2003, 6, 10, 9), ""),
        ("Tue, 10 Jun 2003 04:00:00 GMT", (2003, 6, 10, 4), ""),
        ("3 Mar 2020 14:00:00 +0100", (2020, 3, 3, 13), ""),
        ("August 23, 2013 10:15 AM EDT", (2013, 8, 23, 14, 15), ""),
        ("16.05.2021 09:00", (2021, 5, 16, 9), ASSUMED_UTC),
        ("11 okt 2022 11:14 MESZ", (2022, 10, 11, 9, 14), ""),
        (1700000000, (2023, 11, 14, 22, 13, 20), "taken as Unix time"),
        (1700000000000, (2023, 11, 14, 22, 13, 20), "taken as Unix time"),
    ],
)
def test_times(text: str | float, time: tuple[int, ...], note: str) -> None:
    year, month, day, hour, minute, second, micro = (*time, *(0,) * 7)[:7]
    assert read_time(text) == (datetime(year, month, day, hour, minute, second, micro, UTC), note)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2024-02-30",
        "12/11/2020",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "9" * 70,
        1e30,
        -1e30,
    ],
)
def test_what_is_no_time_is_said_to_be_none(text: str | float) -> None:
    assert read_time(text).time is None


def test_a_number_too_large_for_any_time_is_unreadable() -> None:
    assert read_time(10**400).time is None


@given(st.one_of(st.text(max_size=90), st.floats(), st.integers()))
def test_reading_a_time_never_fails(text: str | float) -> None:
    time, note = read_time(text)
    assert time is None or time.tzinfo is UTC
    assert time is not None or note


@given(st.datetimes(min_value=EARLIEST, max_value=LATEST), st.integers(-14 * 60, 14 * 60))
def test_iso_times_come_back_as_they_were(naive: datetime, minutes: int) -> None:
    sign, hours, rest = "-" if minutes < 0 else "+", abs(minutes) // 60, abs(minutes) % 60
    expected = datetime.fromisoformat(f"{naive.isoformat()}{sign}{hours:02}:{rest:02}").astimezone(UTC)
    assert read_time(f"{naive.isoformat()}{sign}{hours:02}{rest:02}").time == expected


@given(st.text())
def test_cleaning_is_done_after_one_pass_and_leaves_nothing_odd(text: str) -> None:
    line, lines = clean_line(text), clean_text(text)
    assert clean_line(line) == line
    assert clean_text(lines) == lines
    assert "\n" not in line
    assert "\n\n\n" not in lines
    line.encode()
    lines.encode()
    assert not any(c < " " and c not in "\n\t" for c in lines)


@given(st.text(max_size=300), st.integers(2, 50))
def test_shortening_keeps_the_bound(text: str, limit: int) -> None:
    assert len(shorten(text, limit)) <= limit


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>a <b>b</b> <i> c</i>d</p>x<br>y", "a b cd\n\nx\ny"),
        ("<p>One</p>\n\n<p>Two&nbsp;&amp;&eacute;&#8364;</p>", "One\n\nTwo &é€"),
        ("<div><div>a</div><div>b<div>c</div></div></div>", "a\n\nb\n\nc"),
        ("<ul><li>q</li><li>r</li></ul>", "q\nr"),
        ("<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>", "A | B\n1 | 2"),
        ("a<script>alert('x')</script><style>p{}</style>b<!-- c -->d", "abd"),
        ("<figure><img src='x'><figcaption>cap</figcaption></figure><p>t</p>", "t"),
        ("<figure><blockquote>quoted</blockquote></figure>", "quoted"),
        ("<header><h1>Head</h1></header><p>t</p>", "t"),
        ("<pre>a\n  b   c</pre>", "a\n  b   c"),
        ("no markup at all", "no markup at all"),
        ("1 &lt; 2", "1 < 2"),
        ("<p>unclosed <b>bold <p>next", "unclosed bold\n\nnext"),
        ("", ""),
    ],
)
def test_html(source: str, text: str) -> None:
    assert html_text(source) == text


def test_html_too_deep_or_of_too_many_elements_is_refused() -> None:
    with pytest.raises(Rejected, match="nested too deep"):
        html_text("<div>" * 5000 + "x" + "</div>" * 5000)
    with pytest.raises(Rejected, match="elements in one text"):
        html_text("<i>x</i>" * 100_001)


@given(st.text())
def test_any_text_survives_html(text: str) -> None:
    html_text(f"<p>{text}</p>").encode()


def test_a_few_bad_bytes_do_not_turn_a_utf_8_text_into_another_encoding() -> None:
    text = "<nitf><body><body.content><p>Die Wähler in Zürich – “überraschend”. Städte\ufffd</p></body.content></body></nitf>"
    for declaration in ("", '<?xml version="1.0" encoding="UTF-8"?>'):
        article = one((declaration + text).encode().replace("\ufffd".encode(), b"\x94"))
        assert article.body == "Die Wähler in Zürich – “überraschend”. Städte”"
        assert any("no UTF-8" in note for note in article.notes)
