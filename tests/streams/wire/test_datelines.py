"""Datelines of many agencies, as a field of the story and as what is taken away before its first word."""

import pytest

from streams.wire.datelines import agency_of, dateline_of, without_dateline


@pytest.mark.parametrize(
    ("line", "dateline", "agency"),
    [
        ("PARIS, 26 nov 2026 (AFP) - ", "PARIS, 26 nov 2026 (AFP)", "AFP"),
        ("Madrid, 26 nov (EFE).- ", "Madrid, 26 nov (EFE)", "EFE"),
        ("Bogotá, 26 de noviembre de 2026 (EFE).- ", "Bogotá, 26 de noviembre de 2026 (EFE)", "EFE"),
        ("NEW YORK (AP) — ", "NEW YORK (AP)", "AP"), ("ST. LOUIS (AP) _ ", "ST. LOUIS (AP)", "AP"),
        ("LONDON, Nov 26 (Reuters) - ", "LONDON, Nov 26 (Reuters)", "Reuters"), ("BEIJING, Nov. 26 (Xinhua) -- ", "BEIJING, Nov. 26 (Xinhua)", "Xinhua"),
        ("TOKYO, Nov. 26, Kyodo - ", "TOKYO, Nov. 26, Kyodo", "Kyodo"), ("SYDNEY, Nov 26 AAP - ", "SYDNEY, Nov 26 AAP", "AAP"),
        ("(ANSA) - ROMA, 26 NOV - ", "(ANSA) - ROMA, 26 NOV", "ANSA"), ("(AGI) - Roma, 26 nov. - ", "(AGI) - Roma, 26 nov.", "AGI"),
        ("MOSCOW, November 26. /TASS/. ", "MOSCOW, November 26. /TASS/", "TASS"), ("KYIV, November 26 /Ukrinform/ ", "KYIV, November 26 /Ukrinform/", "Ukrinform"),
        ("МОСКВА, 26 ноября. /ТАСС/. ", "МОСКВА, 26 ноября. /ТАСС/", "ТАСС"), ("BRUSSEL 26/11 (BELGA) = ", "BRUSSEL 26/11 (BELGA)", "BELGA"),
        ("Österreich/Wien (APA) - ", "Österreich/Wien (APA)", "APA"), ("Zürich (awp) - ", "Zürich (awp)", "awp"), ("Oslo (NTB): ", "Oslo (NTB)", "NTB"),
        ("'s-Hertogenbosch (ANP) - ", "'s-Hertogenbosch (ANP)", "ANP"), ("Lisboa, 26 nov 2026 (Lusa) – ", "Lisboa, 26 nov 2026 (Lusa)", "Lusa"),
        ("SALVADOR, Feb 26 - ", "SALVADOR, Feb 26", ""), ("LONDON, Nov. 26, 2026 /PRNewswire/ -- ", "LONDON, Nov. 26, 2026 /PRNewswire/", "PRNewswire"),
    ],
)  # fmt: skip
def test_a_dateline_of_an_agency(line: str, dateline: str, agency: str) -> None:
    text = f"{line}The government acted (again) on Thursday - and won."
    assert (dateline_of(text), agency_of(text)) == (dateline, agency)
    assert without_dateline(text) == "The government acted (again) on Thursday - and won."


def test_a_note_in_brackets_above_is_no_part_of_it() -> None:
    assert dateline_of("(ACTUALISE avec réaction)\n\nPARIS, 26 nov 2026 (AFP) - Le pont.") == "PARIS, 26 nov 2026 (AFP)"
    assert dateline_of("(ACTUALISE avec réaction)\n\nLe pont (AFP) est fermé.") == ""


@pytest.mark.parametrize("line", ["EFE.- ", "LONDON - ", "TORONTO — ", "(Reuters) - "])
def test_a_place_or_an_agency_alone_is_taken_away_but_is_no_dateline(line: str) -> None:
    assert without_dateline(f"{line}The bridge.") == "The bridge."
    assert dateline_of(f"{line}The bridge.") == ""


@pytest.mark.parametrize(
    "text",
    ["He came in May - too late", "the end (of it) - x", "Taken in May, he said - no", "US-China talks - again", "“It works” - so", ""],
)  # fmt: skip
def test_other_dashes_end_no_dateline(text: str) -> None:
    assert dateline_of(text) == ""
    assert without_dateline(text) == text
