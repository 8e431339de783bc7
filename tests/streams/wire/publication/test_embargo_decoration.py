"""Embargoes among symbols: whatever is neither a letter nor a figure decorates a line, and hides no embargo in it."""

from datetime import UTC, datetime

import pytest

from streams.wire.publication.embargo_lines import says_embargo, without_embargoes_above
from streams.wire.publication.embargoes import find_embargo
from tests.streams.wire.publication.holding import LINES, PLAIN, RECEIVED, is_hidden, taken

SYMBOLS = [
    "🔒", "⚠️", "👉🏽", "🇬🇧", "⏰", "❗❗", "‼️", "•", "·", "●", "◦", "▪️", "■", "◆", "▲", "▶", "➡", "→", "☞", "★", "✱", "※", "◎",
    "§", "¶", "†", "¡", "…", "$$$", "\\", "__", "~~", "›", "❯",
]  # fmt: skip
WORDS = [
    "EMBARGO until 0600 GMT Monday",
    "Embargoed until 0600 GMT Monday",
    "Sperrfrist: Montag, 6 Uhr",
    "Gesperrt bis Montag, 6 Uhr",
    "STRICTLY EMBARGOED",
    "Not for publication before 0600 GMT Monday",
    "Please do not publish before 0600 GMT Monday",
    "For release at 0600 GMT on Monday",
    "This story is embargoed until 0600 GMT Monday",
    "※엠바고: 11월 28일 06:00",
]
SUBJECTS = [
    "EMBARGO ON CUBA EXTENDED",
    "Embargo: EU mulls arms ban",
    "Embargo: $20 a barrel",
    "Embargo: 20 % of all oil",
    "EMBARGO LIFTED",
    "Russia - embargo",
    "Celtics, adv 30 to 20",
]


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_symbols_around_an_embargo_hide_nothing(symbol: str) -> None:
    for line in WORDS:
        for decorated in (f"{symbol} {line}", f"{symbol}{line}{symbol}", f"{line} {symbol}"):
            assert find_embargo(RECEIVED, decorated), decorated
    for line in WORDS[:5]:
        assert says_embargo(f"{symbol} {line} {symbol}"), symbol


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_symbols_before_a_subject_make_no_embargo_of_it(symbol: str) -> None:
    for line in SUBJECTS:
        assert find_embargo(RECEIVED, f"{symbol} {line}", titles=(f"{symbol}{line} {symbol}",)) is None, line


def test_a_figure_in_a_circle_is_a_symbol() -> None:
    for line in WORDS:
        assert find_embargo(RECEIVED, f"① {line}"), line


def test_a_symbol_begins_a_phrase_behind_a_headline() -> None:
    for line in (
        "Jobs rise 🔒 EMBARGO until 0600 GMT Monday",
        "Jobs rise ■ Not for publication before 0600 GMT Monday",
    ):
        assert find_embargo(RECEIVED, titles=(line,)), line
    assert find_embargo(RECEIVED, titles=("CUBA • EMBARGO • OIL",)) is None


@pytest.mark.parametrize("where", sorted(LINES))
def test_a_decorated_embargo_is_seen_wherever_a_desk_may_write_it(where: str) -> None:
    for line in (
        "■ EMBARGO until 0600 GMT 1 January 2030",
        "🔒 Sperrfrist: 1. Januar 2030, 6 Uhr",
        "★ STRICTLY EMBARGOED ★",
    ):
        assert is_hidden(taken(LINES[where](line)))


def test_letters_made_to_stand_out_are_letters() -> None:
    for line in (
        "𝗘𝗠𝗕𝗔𝗥𝗚𝗢 𝘂𝗻𝘁𝗶𝗹 𝟬𝟲𝟬𝟬 𝗚𝗠𝗧 𝗠𝗼𝗻𝗱𝗮𝘆",
        "ⒺⓂⒷⒶⓇⒼⓄ until 0600 GMT Monday",
        "ＥＭＢＡＲＧＯ until 0600 GMT Monday",
    ):
        found = find_embargo(RECEIVED, line)
        assert found is not None
        assert found.until == datetime(2026, 11, 23, 6, tzinfo=UTC)


def test_the_end_is_read_among_symbols_and_a_decorated_line_above_a_headline_goes() -> None:
    story = taken(PLAIN | {"body": "🔒 EMBARGO: 0600 GMT, 27 November 2026 🔒\n\nText."})
    assert (story.status, story.embargo_until) == ("usable", datetime(2026, 11, 27, 6, tzinfo=UTC))
    assert without_embargoes_above("• $adv29\nJobs rise\n\nText.")[1] == "Jobs rise\n\nText."
