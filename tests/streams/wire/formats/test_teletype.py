"""ANPA 1312 and IPTC 7901: control characters present or stripped, charsets, versions and kills."""

from datetime import UTC, datetime

import pytest

from search.articles import Concept
from streams.errors import Rejected
from streams.wire.formats.reflow import reflow
from tests.fuzz.seeds import ANPA, IPTC7901
from tests.streams.wire import one, read


def stripped(data: bytes) -> bytes:
    """What a gateway leaves that passes only printable characters."""
    return bytes(b for b in data if b >= 0x20 or b in b"\r\n\t")


@pytest.mark.parametrize("data", [ANPA, stripped(ANPA)])
def test_anpa(data: bytes) -> None:
    article = one(data)
    assert (article.format, article.source) == ("anpa-1312", "AP")
    assert article.guid == "urn:newswire:anpa:ap:20160220:bc-bkn--heat-hawks"
    assert article.version_created == datetime(2016, 2, 20, 3, 37, tzinfo=UTC)
    assert article.headline == "Deng has 30 points as short-handed Heat win"
    assert article.byline == "By A. REPORTER, AP Sports Writer"
    assert article.dateline == "ATLANTA (AP)"
    assert article.body == (
        "ATLANTA (AP) – Luol Deng scored 30 points and Josh McRoberts had 19.\n\n"
        'Wade said "I gave it a couple of days".'
    )
    assert article.editorial_note == "Eds: Updates. With AP Photos."
    assert (article.slugline, article.kind, article.urgency) == ("BC-BKN--Heat-Hawks, 1st Ld-Writethru", "update", 4)
    assert article.subjects == (Concept("", "anpa:z"),)


def test_versions_of_an_anpa_story_are_one_story_and_an_add_is_not() -> None:
    first = ANPA.replace(b", 1st Ld-Writethru,416", b",416").replace(b"Eds: Updates. ", b"Eds: ")
    assert one(first).kind == "new"
    assert one(first).id == one(ANPA).id
    assert one(ANPA.replace(b"1st Ld-Writethru", b"1st Add")).id != one(ANPA).id


def test_an_anpa_kill_lands_on_its_story() -> None:
    by_keyword = one(ANPA.replace(b", 1st Ld-Writethru,416", b",KILL").replace(b"0337GMT", b"0437GMT"))
    assert (by_keyword.status, by_keyword.kind, by_keyword.id) == ("canceled", "kill", one(ANPA).id)
    assert by_keyword.version > one(ANPA).version
    advisory = (
        ANPA.replace(b"BC-BKN--Heat-Hawks, 1st Ld-Writethru", b"BC-Advisory")
        .replace(b"BC-BKN--Heat-Hawks 1stLd-Writethru", b"BC-Advisory")
        .replace(b"\t   ATLANTA", b"\tEDITORS: The story slugged BC-BKN--Heat-Hawks is WITHDRAWN.\r\n\tATLANTA")
    )
    assert (one(advisory).status, one(advisory).id) == ("canceled", one(ANPA).id)


def test_an_anpa_story_about_killing_is_no_kill() -> None:
    article = one(ANPA.replace(b"Deng has 30 points as short-handed Heat win", b"Three killed as troops are withdrawn"))
    assert article.status == "usable"


@pytest.mark.parametrize(("data", "note"), [(IPTC7901, "Windows-1252"), (stripped(IPTC7901), "Windows-1252"),
                                            (IPTC7901.decode("latin-1").encode(), ""),
                                            (IPTC7901.decode("latin-1").encode("cp850"), "CP850")])  # fmt: skip
def test_iptc_7901_in_its_charsets(data: bytes, note: str) -> None:
    article = one(data)
    assert (article.format, article.source, article.guid) == (
        "iptc-7901",
        "bdt",
        "urn:newswire:iptc7901:bdt:20221011:173",
    )
    assert article.version_created == datetime(2022, 10, 11, 11, 14, tzinfo=UTC)
    assert (article.headline, article.byline) == ("Eintracht in London: Tränen", "Von Erika Muster, dpa")
    assert article.body == (
        "London (dpa) - 2019 gab es bittere Tränen in der Kurve, 2022 erst mächtig Wut.\n\nSp   Pkt   Tore\n1    3     4:2"
    )
    assert (article.urgency, article.slugline, article.dateline) == (4, "Fußball/Champions League", "London (dpa)")
    assert "Tel 123" in article.editorial_note
    assert any("no time zone" in n for n in article.notes)
    assert not note or any(note in n for n in article.notes)


def test_several_messages_in_one_file() -> None:
    assert [a.guid[-3:] for a in read(IPTC7901 + IPTC7901.replace(b"0173", b"0174"))] == ["173", "174"]


def test_an_iptc_7901_advisory_lands_on_the_message_it_cites() -> None:
    kill = IPTC7901.replace(b"bdt0173", b"bdt0199").replace(
        b"London (dpa) -", b"EDITORS: The story bdt 0173 is WITHDRAWN.\r\n\r\nLondon -"
    )
    assert one(kill).id == one(IPTC7901).id
    assert one(kill).status == "canceled"


def test_an_unknown_header_is_read_by_its_frame() -> None:
    article = one(b"\x01zz 9\r\nSLUG\r\n\x02Headline here\r\nBody of it.\r\n\x03\x04")
    assert (article.headline, article.slugline, article.body) == ("Headline here", "SLUG", "Body of it.")
    assert any("header" in note for note in article.notes)


@pytest.mark.parametrize("data", [b"a1234\nx hello there\nplain text\n", b"Dear editor, 12 4 s\n", b"\x02\x03"])
def test_other_text_is_not_mistaken_for_a_wire(data: bytes) -> None:
    with pytest.raises(Rejected, match="unknown format"):
        read(data)


def test_reflow_joins_lines_and_keeps_paragraphs_and_columns() -> None:
    text = "One line\nand more.\n   Indented\nparagraph.\n\nBlank before.\nTeam   Pts\nRoma     3\n"
    assert reflow(text) == "One line and more.\n\nIndented paragraph.\n\nBlank before.\nTeam   Pts\nRoma     3"


WIDE = "The minister said on Friday that the two sides had met twice in\nOslo and would meet again before the end of the year."


@pytest.mark.parametrize(
    "lines",
    [
        "Reds - Blues 2:2\nGreens - Whites 1:0\nGolds - Greys 3:1",
        "Friday's Match\nReds 2, Blues 2\nSaturday's Matches\nGreens vs. Whites, 1430 GMT\nGolds vs. Greys, 1430 GMT",
        "1. Anna Berg (NOR) 1:02.3\n2. Eva Holm (SWE) 1:02.9\n3. Ida Lund (DEN) 1:03.0",
        "Oslo 12\nBergen 9\nTromsø -3",
        "Contact:\nJane Writer\nPhone 555 0100",
    ],
)
@pytest.mark.parametrize(
    "above", ["", "RESULTS\n", f"{WIDE}\n\n", "These are the results of the first division on Friday:\n"]
)
def test_results_and_lists_keep_their_lines(lines: str, above: str) -> None:
    assert reflow(f"{above}{lines}\n") == f"{above.replace(WIDE, ' '.join(WIDE.split()))}{lines}"


@pytest.mark.parametrize(
    "text",
    [
        WIDE,
        "Short opening in\nlower case goes on.",
        "Emmanuel Writer met\nAnna Berg in Oslo on\nfriday and went back\nto Bergen.",  # a narrow column
        "The port opened.\nAll ships sail.",
    ],
)
def test_prose_is_joined_however_narrow_its_column(text: str) -> None:
    assert reflow(text) == " ".join(text.split())


def test_the_sign_of_a_line_s_end_is_no_part_of_the_copy() -> None:
    text = (
        "a0721---\nr i BC-EX--Strike   05-27 0512\n^BC-EX--Strike,0450<\n^Strikes shut airports<\n"
        "\tPARIS (EXA) _ Controllers walked off the job for a<\nsecond day.<\n\tThe <b> tag stays. <\n"
        "EX-NY-05-27-24 1431GMT<\n"
    )
    article = one(text.encode())
    assert (article.headline, article.slugline) == ("Strikes shut airports", "BC-EX--Strike")
    assert article.body == "PARIS (EXA) – Controllers walked off the job for a second day.\n\nThe <b> tag stays."
