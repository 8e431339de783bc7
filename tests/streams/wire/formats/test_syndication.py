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


def test_an_empty_feed_says_so() -> None:
    with pytest.raises(Rejected, match="without entries"):
        read("<rss><channel><title>T</title></channel></rss>")
