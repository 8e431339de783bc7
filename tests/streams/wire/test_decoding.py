"""Bytes: one that is wrong costs itself alone, another encoding is still recognized, files that are no text are named."""

import codecs
import json

import pytest

from streams.errors import Rejected
from streams.wire.binaries import binary_file
from streams.wire.decoding import from_utf8
from tests.fuzz.seeds import IPTC7901
from tests.streams.wire import one, read_all

TEXT = "Zürich wählt – “überraschend”, Städte"
BROKEN = TEXT.encode()
NITF = (
    '<?xml version="1.0" encoding="{}"?><nitf><head/><body><body.head><hedline><hl1>Zürich wählt – die Ergebnisse</hl1>'
    "</hedline></body.head><body.content><p>Die Wähler.</p><p>Städte*</p></body.content></body></nitf>"
)


@pytest.mark.parametrize(
    ("bad", "shown"),
    [
        (b"\xc3", "\ufffd"),
        (b"\xe2\x80", "\ufffd"),
        (b"\x92", "’"),
        (b"\xe9", "é"),
        (b"\xf0\x9f", "\ufffd"),
        (b"\xff", "ÿ"),
    ],
)
def test_one_bad_byte_costs_itself_alone(bad: bytes, shown: str) -> None:
    notes: list[str] = []
    assert from_utf8(BROKEN + bad + b" end", notes, "JSON") == f"{TEXT}{shown} end"
    assert notes == ["JSON: 1 bytes that are no UTF-8, each replaced"]


@pytest.mark.parametrize("declared", ["UTF-8", "ISO-8859-1", "windows-1252"])
def test_in_xml_whatever_it_says_it_is(declared: str) -> None:
    article = one(NITF.format(declared).encode().replace(b"*", b"\xc3"))
    assert article.headline == "Zürich wählt – die Ergebnisse"
    assert article.body == "Die Wähler.\n\nStädte\ufffd"


@pytest.mark.parametrize("declared", ["UTF-8", "ISO-8859-1", "windows-1252"])
def test_another_encoding_is_recognized_all_the_same(declared: str) -> None:
    article = one(NITF.format(declared).encode("windows-1252"))
    assert (article.headline, article.body) == ("Zürich wählt – die Ergebnisse", "Die Wähler.\n\nStädte*")


RSS = '<?xml version="1.0" encoding="{}"?><rss><channel><item><guid>1</guid><title>{}</title><description>{}</description></item></channel></rss>'


@pytest.mark.parametrize(
    ("declared", "written", "text"),
    [
        ("gb2312", "gbk", "朱镕基在北京“会见”外宾"),
        ("GB_2312-80", "gb18030", "習近平與镕基会见㐂"),
        ("x-gbk", "gb18030", "㐂镕"),
        ("euc-kr", "cp949", "펲시 똠방각하 발표"),
        ("ks_c_5601-1987", "cp949", "똠방각하"),
        ("big5", "big5hkscs", "香港嘅新聞"),
        ("shift_jis", "cp932", "①髙島屋が発表"),
        ("Windows-31J", "cp932", "①髙島屋"),
        ("iso-8859-9", "cp1254", "İstanbul’da “seçim” – sonuç"),
        ("tis-620", "cp874", "กรุงเทพ–ข่าว“ใหม่”"),
        ("iso-8859-1", "cp1252", "Zürich – „Wahl“"),
        ("iso-2022-jp", "iso2022_jp", "東京で会見"),
        ("x-cp1251", "cp1251", "Бюджет утверждён"),
        ("koi8", "koi8_r", "Бюджет"),
        ("euc-jp", "euc_jp", "東京で会見"),
    ],
)
def test_the_name_of_an_encoding_means_what_browsers_take_it_for(declared: str, written: str, text: str) -> None:
    article = one(RSS.format(declared, text, f"{text}.").encode(written))
    assert (article.headline, article.body) == (text, f"{text}.")
    assert not any("replaced" in note for note in article.notes)
    assert (
        one(
            NITF.format(declared).replace("Zürich wählt – die Ergebnisse", text).replace("ä", "a").encode(written)
        ).headline
        == text
    )


@pytest.mark.parametrize(
    ("declared", "bad"), [("gbk", b"\x81 "), ("euc-kr", b"\xff"), ("shift_jis", b"\x81 "), ("big5", b"\x80")]
)
def test_a_few_bad_bytes_of_an_old_encoding_cost_themselves_alone(declared: str, bad: bytes) -> None:
    text = {"gbk": "会见外宾", "euc-kr": "발표하다", "shift_jis": "東京会見", "big5": "香港新聞"}[declared] * 20
    article = one(RSS.format(declared, "*", f"{text}+{text}").encode(declared).replace(b"+", b" " + bad + b" "))
    assert article.body.replace("\ufffd", "").replace(" ", "") == text * 2
    assert any(note.startswith("XML: 1 characters that are no") for note in article.notes)


def test_a_character_that_was_cut_off_before_the_end_of_a_section() -> None:
    data = RSS.format("gb2312", "朱镕基", "<![CDATA[" + "会见" * 30 + "]]>").encode("gbk")
    article = one(data.replace("见]]>".encode("gbk"), b"\xbc]]>"))
    assert article.body == "会见" * 29 + "会\ufffd"


def test_a_feed_of_another_encoding_than_it_says_is_refused_for_that() -> None:
    data = RSS.format("{0}", "Wahl", "*").replace("*", "{1}")
    for declared in ("euc-kr", "x-klingon"):
        with pytest.raises(Rejected, match=declared):
            read_all(data.format(declared, "*").encode().replace(b"*", b"\xff\xfe\xc4 " * 99))


def test_in_json_and_in_one_line_of_several() -> None:
    row = json.dumps({"id": "1", "title": TEXT, "text": "Städte*"}, ensure_ascii=False)
    assert one(row.encode().replace(b"*", b"\xc3")).headline == TEXT
    assert one(row.encode("windows-1252")).headline == TEXT
    assert one(b'{"headline":"\xff"}').headline == "ÿ"
    rows = row.encode() + b"\n" + row.replace('"1"', '"2"').encode("windows-1252")
    assert [article.headline for article in read_all(rows).articles] == [TEXT, TEXT]


def test_in_teletype() -> None:
    data = IPTC7901.decode("latin-1").encode()
    assert one(data.replace(b"Wut", b"Wut\xc3")).headline == "Eintracht in London: Tränen"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00", "video"),
        (b"\x00\x00\x00\x08wide\x00\x00\x00\x00mdat", "video"),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81", "video"),
        (b"RIFF\x24\x00\x00\x00AVI LIST", "video"),
        (b"\x00\x00\x01\xba\x44\x00", "video"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "audio"),
        (b"\xff\xfb\x90\x00\x00", "audio"),
        (b"ID3\x03\x00", "audio"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "picture"),
        (b"\x89PNG\r\n\x1a\n\x00", "picture"),
        (b"%PDF-1.7\n", "reference"),
        (b"{\\rtf1\\ansi Hello}", "reference"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "picture"),
        (b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00", "audio"),
    ],
)
def test_a_file_that_is_no_text_is_named_by_what_it_is(data: bytes, kind: str) -> None:
    data += bytes(range(256))
    (skip,) = read_all(data).skipped
    assert skip.kind == kind
    assert "UTF-" not in skip.reason


def test_byte_order_marks_of_joined_files_are_left_out() -> None:
    rows = [json.dumps({"id": str(n), "headline": f"Bridge {n}", "body": "Text."}).encode() for n in (1, 2)]
    mark = codecs.BOM_UTF8
    assert [a.headline for a in read_all(mark + mark + rows[0]).articles] == ["Bridge 1"]
    parsed = read_all(mark + rows[0] + b"\n" + mark + rows[1])
    assert [a.headline for a in parsed.articles] == ["Bridge 1", "Bridge 2"]
    assert not parsed.refused


@pytest.mark.parametrize(
    "data", [b"", b"BM", b"GIF", b"MM", b"\x01a0123", b"\x00\x00\x16\x01", b"\xff\xfe<\x00", b"Plain text"]
)
def test_what_may_be_text_is_read(data: bytes) -> None:
    assert binary_file(data) is None
