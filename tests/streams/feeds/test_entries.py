import time
from contextlib import suppress
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.errors import Rejected
from streams.feeds.entries import MAX_ENTRIES, cut

RSS = """<?xml version="1.0" encoding="{encoding}"?>
<!DOCTYPE rss>
<rss version="2.0" xmlns:slash="http://purl.org/rss/1.0/modules/slash/"><channel><title>Ünited &nbsp;News</title>
<item><title>Öne</title><guid isPermaLink="false"> g-é1 </guid><slash:comments>{comments}</slash:comments></item>
<item/>
<item ><link>http://x/2</link><description><![CDATA[a <item> in text]]></description></item >
<item></item>
</channel><!-- tail --></rss>
"""
ATOM = b"""<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:id>feed</a:id>
<a:entry><a:id>not taken, it is prefixed</a:id><id>e1</id></a:entry>
</a:feed>"""
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel rdf:about="http://x"><items><rdf:Seq><rdf:li resource="http://x/1"/></rdf:Seq></items></channel>
<item rdf:about="http://x/1"><title>One</title></item><item rdf:about="http://x/2"><title>Two</title></item>
</rdf:RDF>"""


def rss(encoding="utf-8", comments=0) -> bytes:
    return RSS.format(encoding=encoding, comments=comments).encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "utf-16", "utf-16be", "utf-16le"])
def test_entries_are_cut_byte_for_byte_in_their_encoding(encoding) -> None:
    document = cut(rss(encoding))
    assert [entry.id for entry in document.entries] == ["g-é1", "http://x/2"]
    texts = [document.alone(entry).decode(encoding) for entry in document.entries]
    whole = rss(encoding).decode(encoding)
    first, rest = whole.index("<item><title>"), whole.index("</item>\n") + len("</item>")
    assert texts[0] == whole[:rest] + whole[whole.index("\n<item></item>") :]
    assert texts[1].startswith(whole[:first])
    assert "<item ><link>http://x/2" in texts[1]
    assert texts[1].endswith("</item >\n<item></item>\n</channel><!-- tail --></rss>\n")
    assert "Öne" not in texts[1]


@pytest.mark.parametrize("data", [ATOM, RDF])
def test_pieces_are_well_formed(data) -> None:
    document = cut(data)
    for entry in document.entries:
        root = ET.fromstring(document.alone(entry))
        entries = [e for e in root if e.tag.rpartition("}")[2] in ("item", "entry")]
        assert len(entries) == 1
    assert document.entries[0].id in ("e1", "http://x/1")


def test_only_a_changed_entry_has_a_new_fingerprint_and_comment_counts_do_not_matter() -> None:
    before, after = cut(rss()).described(), cut(rss(comments=7)).described()
    assert [n[:2] for n in before] == [n[:2] for n in after]
    changed = cut(rss().replace("Öne".encode(), b"One")).described()
    assert [a[1] == b[1] for a, b in zip(before, changed, strict=True)] == [False, True]


def test_a_broken_document_is_cut_by_its_tags() -> None:
    document = cut(b"<rss><channel><item><guid>a</guid>AT&T</item><item>x<guid>b</guid></item ><item>unfinished")
    assert document.broken
    assert [entry.id for entry in document.entries] == ["a", "b"]
    assert document.alone(document.entries[1]).startswith(b"<rss><channel><item>x<guid>b</guid></item >")


@pytest.mark.parametrize("encoding", ["gb2312", "shift_jis", "euc-jp", "big5"])
def test_encodings_that_expat_lacks_are_cut_by_their_tags(encoding) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?><rss><channel><title>日本</title>'
    entry = "<item><guid>1</guid><title>中日</title></item>"
    data = f"{head}{entry}<item><guid>2</guid></item></channel></rss>".encode(encoding)
    document = cut(data)
    assert [entry.id for entry in document.entries] == ["1", "2"]
    assert document.alone(document.entries[0]).decode(encoding) == f"{head}{entry}</channel></rss>"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"<html><body>Log in</body></html>", "not RSS or Atom"),
        (b"<html><br></html>", "not RSS or Atom"),
        (b"not XML", "not RSS or Atom"),
        (b"", "not RSS or Atom"),
        (b'<!DOCTYPE rss [<!ENTITY a "b">]><rss/>', "entity"),
        (b"<rss>" + b"<a>" * 300, "deep"),
        (b"<rss>" + b"<item><a/></item>" * (MAX_ENTRIES + 1) + b"</rss>", "more than"),
        (b"<rss>&" + b"<item><a/></item>" * (MAX_ENTRIES + 1), "more than"),
        (b"<rss>&</rss>", "no entry"),
    ],
)
def test_what_is_no_feed_is_rejected(data, why) -> None:
    with pytest.raises(Rejected, match=why):
        cut(data)


@pytest.mark.servers
@pytest.mark.parametrize("unit", [b"<item>", b"<item", b"<item ><guid ", b"<guid>", b"<guid ", b"<item></item"])
def test_hostile_repetition_costs_no_more_than_its_length(unit) -> None:
    start = time.process_time()
    with suppress(Rejected):
        cut(b"<rss>&" + unit * (3_000_000 // len(unit))).described()
    assert time.process_time() - start < 5


NOTICES = "".join(f"<item><link>http://e/</link><title>{n}</title></item>" for n in range(2000))
ATTRIBUTES = " ".join(f"a{n}=''" for n in range(5000))
SPACES = " ".join(f"xmlns:a{n}='u'" for n in range(3000))
LONG_HEADS = {
    "text": f"<rss><channel><title>T</title>{'x' * 25_000}{NOTICES}</channel></rss>",
    "attributes": f"<rss {ATTRIBUTES}><channel><title>T</title>{NOTICES}</channel></rss>",
    "namespaces": f"<rss {SPACES}><channel><title>T</title>{NOTICES}</channel></rss>",
    "what says whose it is": f"<rss><channel><title>T{'x' * 1900}</title><link>http://e/{'y' * 1900}</link>{NOTICES}</channel></rss>",
    "behind": f"<rss><channel><title>T</title>{NOTICES}<!--{'x' * 25_000}--></channel></rss>",
    "broken": f"<rss><channel><title>T</title>{'x' * 25_000}<br>{NOTICES}</channel></rss>",
    "bare": f"<rss>{'x' * 25_000}{'<item><a/></item>' * 2000}</rss>",
}  # fmt: skip


@pytest.mark.parametrize("kind", LONG_HEADS)
def test_the_pieces_of_a_document_cost_no_more_than_some_times_its_bytes(kind) -> None:
    document = cut(LONG_HEADS[kind].encode())
    assert len(document.entries) == 2000
    assert sum(len(document.alone(entry)) for entry in document.entries) <= 5 * len(document.data)
    assert ET.fromstring(document.alone(document.entries[7])).tag == "rss"


def test_a_short_head_still_says_whose_the_feed_is() -> None:
    head = "<title>T</title><link>https://www.example.org/</link><language>en-gb</language><copyright>(c) E</copyright>"
    entry = "<item><guid>1</guid><title>Ünited</title><media:credit>A</media:credit></item>"
    space = 'xmlns:media="http://search.yahoo.com/mrss/"'
    document = cut(f"<rss {space}><channel>{head}{'<x/>' * 9000}{entry * 50}</channel></rss>".encode())
    alone = document.alone(document.entries[0]).decode()
    assert alone == f"<rss {space}><channel>{head}{entry}</channel></rss>"


def test_tombstones_are_entries_of_their_own() -> None:
    space = 'xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0"'
    dead = '<at:deleted-entry ref="urn:1" when="2026-11-20T10:00:00Z"/>'
    whole = '<at:deleted-entry ref="urn:2" when="2026-11-20T10:00:00Z"><at:comment>a</at:comment></at:deleted-entry>'
    document = cut(f"<feed {space}><entry><id>urn:1</id></entry>{dead}{whole}</feed>".encode())
    assert [e.id for e in document.entries] == ["urn:1", "deleted urn:1", "deleted urn:2"]
    pieces = [document.alone(entry).decode() for entry in document.entries]
    assert pieces[1:] == [f"<feed {space}>{dead}</feed>", f"<feed {space}>{whole}</feed>"]


def test_document_types_that_declare_what_nobody_needs_pass() -> None:
    declared = '<!ENTITY % HTMLlat1 PUBLIC "-//W3C//ENTITIES Latin 1//EN" "http://e/lat1.ent"> <!ENTITY nbsp "&#160;"> %HTMLlat1;'
    document = cut(f"<!DOCTYPE rss [{declared}]><rss><item><guid>a&nbsp;b</guid></item></rss>".encode())
    assert [entry.id for entry in document.entries] == ["a\xa0b"]
    for hostile in (
        '<!ENTITY nbsp "&copy;&copy;">',
        f'<!ENTITY nbsp "{"x" * 5000}">',
        '<!ENTITY nbsp SYSTEM "file:///etc/passwd">',
    ):
        with pytest.raises(Rejected, match="entity"):
            cut(f"<!DOCTYPE rss [{hostile}]><rss><item><guid>a</guid></item></rss>".encode())


ITEM = "<item><guid isPermaLink='false'>g{0}&amp;&#233;</guid><title>T{0}</title></item>"
WELL = (
    f"<rss version='2.0'><channel><title>T</title>{ITEM.format(1)}\n{ITEM.format(2)}\n{ITEM.format(3)}</channel></rss>"
)


@pytest.mark.parametrize(
    ("broken", "ids"),
    [
        (WELL + "<br>Warning", "123"),
        ("<br>Warning" + WELL, "123"),
        ("Warning: x" + WELL, "123"),
        ("<!-- c --><?xml version='1.0'?>" + WELL, "123"),
        (WELL.removesuffix("</channel></rss>"), "123"),
        (WELL[: WELL.index("T3")], "12"),
        (WELL.replace("T2", "<b>T2"), "13"),
        (WELL.replace("T2", "T2\x07"), "123"),
        (WELL.replace("<title>T<", "<title>T & <"), "123"),
    ],
)  # fmt: skip
def test_a_broken_document_gives_the_same_names_and_bytes_as_the_mended_one(broken, ids) -> None:
    document, mended = cut(broken.encode()), cut(WELL.encode())
    assert document.broken
    assert [entry.id for entry in document.entries] == [f"g{n}&é" for n in ids]
    changed = "T2\x07" in broken
    digests = {said.base: digest for said, digest, _ in mended.described()}
    assert all(digests[said.base] == digest or changed for said, digest, _ in document.described())
    for entry in document.entries:
        assert document.alone(entry).startswith(b"<?xml" if "<?xml" in broken else b"<rss")
        assert document.alone(entry).endswith(b"</item></channel></rss>")


@given(st.binary(max_size=200), st.integers(0, 400))
def test_any_bytes_give_entries_or_a_refusal(noise, at) -> None:
    data = rss()
    for hostile in (noise, data[:at] + noise + data[at:], data[:at]):
        try:
            document = cut(hostile)
        except Rejected:
            continue
        assert sum(len(document.alone(entry)) for entry in document.entries) <= 5 * len(hostile)
        for entry in document.entries:
            assert 0 <= entry.start < entry.end <= len(hostile)
        document.described()
