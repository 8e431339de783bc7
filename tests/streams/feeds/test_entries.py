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
    before, after = cut(rss()).named(), cut(rss(comments=7)).named()
    assert [n[:2] for n in before] == [n[:2] for n in after]
    changed = cut(rss().replace("Öne".encode(), b"One")).named()
    assert [a[1] == b[1] for a, b in zip(before, changed, strict=True)] == [False, True]


def test_two_entries_of_one_id_are_told_apart() -> None:
    named = cut(b"<rss><item><guid>a</guid></item><item><guid>a</guid><b/></item></rss>").named()
    assert [name for name, _, _ in named] == ["a", "a (2)"]


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


@pytest.mark.parametrize("unit", [b"<item>", b"<item", b"<item ><guid ", b"<guid>", b"<guid ", b"<item></item"])
def test_hostile_repetition_costs_no_more_than_its_length(unit) -> None:
    start = time.process_time()
    with suppress(Rejected):
        cut(b"<rss>&" + unit * (3_000_000 // len(unit))).named()
    assert time.process_time() - start < 5


@given(st.binary(max_size=200), st.integers(0, 400))
def test_any_bytes_give_entries_or_a_refusal(noise, at) -> None:
    data = rss()
    for hostile in (noise, data[:at] + noise + data[at:], data[:at]):
        try:
            document = cut(hostile)
        except Rejected:
            continue
        for entry in document.entries:
            assert 0 <= entry.start < entry.end <= len(hostile)
        document.named()
