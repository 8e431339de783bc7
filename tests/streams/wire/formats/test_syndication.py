"""RSS, RDF and Atom: one file gives many articles."""

from datetime import UTC, datetime

import pytest

from streams.errors import Rejected
from tests.fuzz.seeds import ATOM, RSS
from tests.streams.wire import one, read, read_all


def test_rss() -> None:
    article = one(RSS)
    assert (article.format, article.source, article.guid, article.url) == (
        "rss",
        "example.org",
        "g1",
        "https://example.org/1",
    )
    assert (article.headline, article.body, article.language) == ("Fish & chips", "One\n\nTwo", "en-gb")
    assert article.version_created == datetime(2003, 6, 10, 4, tzinfo=UTC)
    assert [c.name for c in article.subjects] == ["food"]


def test_atom_and_its_tombstones() -> None:
    story, kill = read(ATOM)
    assert (story.format, story.guid, story.headline, story.body) == ("atom", "tag:a,1", "x y", "a\n\nb")
    assert story.version_created == datetime(2020, 1, 2, 1, 4, 5, tzinfo=UTC)
    assert (kill.guid, kill.status, kill.kind) == ("tag:a,0", "canceled", "kill")


def test_many_entries_and_a_broken_one() -> None:
    items = (
        "".join(f"<item><title>T{n}</title><guid>{n}</guid></item>" for n in range(50)) + "<item><guid>x</guid></item>"
    )
    parsed = read_all(f"<rss version='2.0'><channel><title>C</title>{items}</channel></rss>")
    assert [a.guid for a in parsed.articles] == [str(n) for n in range(50)]
    assert len(parsed.refused) == 1


def test_rss_1_and_content_encoded() -> None:
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        '<item rdf:about="http://e.org/1"><title>T</title><link>http://e.org/1</link><description>Short</description>'
        "<dc:date>2024-01-02T03:04:05+01:00</dc:date><dc:creator>A</dc:creator>"
        "<content:encoded><![CDATA[<p>Long one.</p><p>Two.</p>]]></content:encoded></item></rdf:RDF>"
    )
    article = one(rdf)
    assert (article.body, article.byline) == ("Long one.\n\nTwo.", "A")
    assert article.version_created == datetime(2024, 1, 2, 2, 4, 5, tzinfo=UTC)


def test_a_title_that_kills_and_one_that_does_not() -> None:
    feed = "<rss><channel><item><guid>1</guid><title>{}</title></item></channel></rss>"
    assert one(feed.format("EDITORS: The story on the minister is WITHDRAWN")).status == "canceled"
    assert one(feed.format("Three killed, troops withdrawn")).status == "usable"


@pytest.mark.parametrize(
    ("item", "language"),
    [
        ("<dc:language>fr</dc:language><description>Le rail.</description>", "fr"),
        ("<language>fr-BE</language><description>Le rail.</description>", "fr-BE"),
        ('<description xml:lang="de">Die Bahn.</description><dc:language>fr</dc:language>', "de"),
        ("<dcterms:language> fr </dcterms:language><description>Le rail.</description>", "fr"),
        ("<dc:language/><description>De trein.</description>", "nl"),
        ('<media:content lang="en"/><media:description xml:lang="en">A train</media:description>', "nl"),
        ("<description>De trein.</description>", "nl"),
    ],
)
def test_an_entry_may_have_another_language_than_its_feed(item: str, language: str) -> None:
    spaces = (
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:media="http://search.yahoo.com/mrss/"'
    )
    feed = f"<rss {spaces}><channel><language>nl</language><item><title>T</title><guid>1</guid>{item}</item></channel></rss>"
    assert one(feed).language == language


def test_languages_of_rdf_and_atom_entries() -> None:
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><dc:language>de</dc:language></channel>{}</rdf:RDF>'
    )
    item = '<item rdf:about="http://e.org/{0}"><title>T{0}</title><link>http://e.org/{0}</link>{1}</item>'
    items = item.format(1, "<dc:language>fr</dc:language>") + item.format(2, "")
    assert [a.language for a in read(rdf.format(items))] == ["fr", "de"]
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><entry xml:lang="it"><id>1</id><title>U</title></entry>'
        '<entry><id>2</id><title>D</title><content xml:lang="es">x</content></entry><entry><id>3</id><title>T</title></entry></feed>'
    )
    assert [a.language for a in read(atom)] == ["it", "es", "en"]


def test_an_empty_feed_says_so() -> None:
    with pytest.raises(Rejected, match="without entries"):
        read("<rss><channel><title>T</title></channel></rss>")


LONG = "The harbour opened again on Thursday after the storm, and the first ships came in before noon. " * 4


@pytest.mark.parametrize(
    ("item", "body", "noted"),
    [
        (f"<fulltext>{LONG}</fulltext>", LONG.strip(), ""),
        (f"<x:full-text>{LONG}</x:full-text><description>Short.</description>", LONG.strip(), ""),
        (f"<articleBody>{LONG}</articleBody>", LONG.strip(), ""),
        (f"<x:rumpf>{LONG}</x:rumpf>", LONG.strip(), "rumpf"),
        (f"<story>{LONG}</story><legal>{LONG * 2}</legal>", LONG.strip(), "story"),
        (
            f"<x:rumpf><x:absatz>{LONG[:150]}</x:absatz><x:absatz>{LONG[:150]}</x:absatz></x:rumpf>",
            f"{LONG[:150].strip()}\n\n{LONG[:150].strip()}",
            "rumpf",
        ),
        (f"<copyright>{LONG}</copyright>", "", ""),
        (f"<description>Short.</description><x:rumpf>{LONG}</x:rumpf>", "Short.", ""),
    ],
)
def test_a_long_text_in_an_unknown_element_of_an_entry_is_read(item: str, body: str, noted: str) -> None:
    feed = f'<rss xmlns:x="urn:x"><channel><item><title>T</title><guid>1</guid>{item}</item></channel></rss>'
    article = one(feed)
    found = [note for note in article.notes if note.startswith("body: none")]
    assert (article.body, found) == (
        body,
        [f"body: none, taken from {noted}"] if noted else [],
    )


def test_in_other_xml_it_is_noted() -> None:
    g2 = (
        '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="g"><contentMeta><headline>H</headline></contentMeta>'
        f'<contentSet><x:rumpf xmlns:x="urn:x">{LONG}</x:rumpf></contentSet></newsItem>'
    )
    nitf = (
        f"<nitf><head/><body><body.head><hedline><hl1>H</hl1></hedline></body.head></body><rumpf>{LONG}</rumpf></nitf>"
    )
    for document in (g2, nitf):
        article = one(document)
        assert article.body or any("look like text are not read: rumpf" in note for note in article.notes)
