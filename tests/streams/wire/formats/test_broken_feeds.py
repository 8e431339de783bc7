"""Feeds as they really come: not well-formed, with words to pictures, with entries that share a guid."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.errors import Rejected
from streams.wire.formats.broken_feeds import HEADS_SHARE, cut_by_tags
from tests.streams.wire import one, read, read_all

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
ITEM = (
    "<item><guid>https://example.org/{0}</guid><title>Headline {0}</title><description>Text {0}.</description></item>"
)
CHANNEL = "<channel><title>T</title><link>https://example.org/</link><language>en</language>"
BODY = CHANNEL + ITEM.format(1) + ITEM.format(2) + "</channel>"
RSS = f'<rss version="2.0">{BODY}</rss>'
WARNING = (
    "<br />\n<b>Warning</b>:  mkdir() [<a href='function.mkdir'>function.mkdir</a>]: denied in <b>/x.php</b><br />"
)
SCRIPT = '<script type="text/javascript">if (a < b && c) { track("</p>") }</script>'


@pytest.mark.parametrize(
    "document",
    [
        DECLARATION + RSS + WARNING,
        DECLARATION + RSS + "\n" + SCRIPT,
        DECLARATION + RSS + "Notice: Undefined index in /x.php on line 3",
        WARNING + DECLARATION + RSS,
        "Warning: fopen() in /x.php on line 3\n" + DECLARATION + RSS,
        SCRIPT + DECLARATION + RSS + SCRIPT,
        f"<!-- made by hand -->{DECLARATION}{RSS}",
        "\n\n <!-- a --> <!-- b -->\n" + DECLARATION + RSS,
        DECLARATION + RSS.replace("<rss ", '<rss xmlns:media="http://search.yahoo.com/mrss/ " '),
        DECLARATION + RSS.replace("<rss ", '<rss xmlns:x="http://purl.org/ rss/x" xmlns:y="" '),
        DECLARATION + RSS.replace("</title><desc", "</title><media:credit>A</media:credit><desc"),
        DECLARATION + RSS.replace('version="2.0"', 'version="2.0" version="2.0"'),
        DECLARATION + RSS.removesuffix("</channel></rss>"),
        DECLARATION + RSS.removesuffix("</rss>"),
        DECLARATION + RSS.replace("</channel>", "</rss>"),
        DECLARATION + RSS.replace("Text 1.", "Text 1.\x0b"),
        DECLARATION + RSS.replace("</channel>", f"{WARNING}<p>&nbsp</channel>"),
        DECLARATION + RSS.replace("</language>", "</language><image><url>x<title>I</image>"),
    ],
)  # fmt: skip
def test_whole_entries_of_a_broken_feed_are_read(document: str) -> None:
    articles = read(document)
    assert [(a.headline, a.body) for a in articles] == [("Headline 1", "Text 1."), ("Headline 2", "Text 2.")]
    assert {a.source for a in articles} == {"example.org"}
    assert {a.language for a in articles} == {"en"}


@pytest.mark.parametrize(
    "text",
    [
        "Two < 3, they say",
        "a<3 and 4>5",
        "I <3 news",
        "x<y, they say",
        "1 <= 2 << 8",
        "</ off",
        "<- left",
        "<",
        "a <b and c < d",
        "< & >",
    ],
)
def test_an_angle_bracket_that_begins_no_tag_is_a_character(text: str) -> None:
    articles = read(DECLARATION + RSS.replace("Headline 1", text).replace("Text 1", text))
    assert [(a.headline, a.body) for a in articles] == [(text, f"{text}."), ("Headline 2", "Text 2.")]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("if x<y then y>x", "if x<y then y>x"),
        ("AT&T <T.N> rises", "AT&T <T.N> rises"),
        ("Q&A <live>", "Q&A <live>"),
        ("One<br>two", "One two"),
        ("One & <b>two", "One & two"),
        ("<p>One", "One"),
    ],
)
def test_tags_that_are_none_of_the_feeds_cost_no_entry(text: str, shown: str) -> None:
    articles = read(DECLARATION + RSS.replace("Headline 1", text).replace("Text 1.", text))
    assert [a.headline for a in articles] == [shown, "Headline 2"]
    assert articles[0].body.replace("\n", " ") == shown


def test_brackets_in_sections_and_comments_are_left_alone() -> None:
    section = "<![CDATA[<p>Text 1.</p><p>1 < 2</p>]]><!-- 3 < 4 <b -->"
    article = read(DECLARATION + RSS.replace("Text 1.", section).replace("Headline 1", "5 < 6"))[0]
    assert (article.headline, article.body) == ("5 < 6", "Text 1.\n\n1 < 2")


def test_an_entry_cut_off_before_its_end_is_refused_and_costs_no_other() -> None:
    whole = DECLARATION + RSS
    for end in range(whole.index("<item>", whole.index("<item>") + 1) + 8, whole.rindex("</item>") + 6):
        parsed = read_all(whole[:end])
        assert [a.headline for a in parsed.articles] == ["Headline 1"], whole[:end]
        assert "cut off" in parsed.refused[0][1]


def test_an_entry_that_cannot_be_read_costs_no_other() -> None:
    parsed = read_all(DECLARATION + RSS.replace("</guid>", "<b></guid>", 1) + "x")
    assert [a.headline for a in parsed.articles] == ["Headline 2"]
    assert parsed.refused[0][0] == "entry 1"


def test_a_section_that_never_ends_costs_one_entry() -> None:
    unended = RSS.replace("Text 1.", "<![CDATA[Text 1.").replace("Text 2.", "<![CDATA[Text 2.]]>")
    assert [a.headline for a in read(DECLARATION + unended.replace("</title>", "</title><br>", 1))] == ["Headline 2"]


def test_atom_and_rdf_are_mended_too() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"><title>F</title><link href="https://f.example/"/>'
        "<entry><id>urn:1</id><title>Un</title><content>Texte.</content></entry><entry><id>urn:2</id>"
    )
    article = one(atom)
    assert (article.source, article.guid, article.language, article.body) == ("f.example", "urn:1", "fr", "Texte.")
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        '<channel rdf:about="x"><title>T</title><link>http://e.org/</link></channel>'
        '<item rdf:about="http://e.org/1"><title>T1</title><link>http://e.org/1</link></item><item rdf:about="x">'
    )
    assert (one(rdf).headline, one(rdf).source) == ("T1", "e.org")


def test_a_document_of_one_story_that_is_cut_off_is_refused() -> None:
    with pytest.raises(Rejected, match="XML"):
        read("<nitf><head/><body><body.content><p>The story")
    warned = (
        f"<b>Warning</b>{DECLARATION}<nitf><body><body.content><p>The story.</p></body.content></body></nitf>{WARNING}"
    )
    assert one(warned).body == "The story."


def test_undeclared_prefixes_keep_their_meaning() -> None:
    document = "<rss><channel><item><guid>1</guid><title>T</title><description>The story.</description>{}</item></channel></rss>"
    for caption in (
        "<media:description>A picture of a very long bridge at dawn</media:description>",
        "<foo:description>Something else that is longer</foo:description>",
        "<media:title>Picture</media:title>",
    ):
        article = one(document.format(caption))
        assert (article.headline, article.body) == ("T", "The story.")


MEDIA = 'xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
CONTENT = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:yandex="http://news.yandex.ru"'


@pytest.mark.parametrize(
    ("texts", "body"),
    [
        ("<description>The story.</description><media:description>A caption, long as it may be.</media:description>", "The story."),
        ("<media:description>A caption, long as it may be.</media:description><description>The story.</description>", "The story."),
        ("<description>Teaser.</description><media:content><media:description>Caption</media:description></media:content>", "Teaser."),
        (("<description>Teaser.</description><media:description>A caption of some length</media:description>"
          "<content:encoded>&lt;p>The whole story.&lt;/p></content:encoded>"), "The whole story."),
        ("<media:group><media:text>Caption text</media:text></media:group><description>Story.</description>", "Story."),
        ("<description>The whole story, in full.</description><itunes:summary>Short.</itunes:summary>", "The whole story, in full."),
        ("<description>Short.</description><itunes:summary>The whole story.</itunes:summary>", "The whole story."),
        ("<itunes:summary>The whole story.</itunes:summary><description>Short.</description>", "The whole story."),
        ("<description>Teaser.</description><yandex:full-text>The whole story.</yandex:full-text>", "The whole story."),
        ("<description>The whole story, and more of it.</description><content:encoded>&lt;img src='x'/></content:encoded>",
         "The whole story, and more of it."),
    ],
)  # fmt: skip
def test_the_story_is_the_longest_of_what_is_meant_as_text_and_never_a_caption(texts: str, body: str) -> None:
    article = one(f"<rss {MEDIA} {CONTENT}><channel><item><title>T</title><guid>1</guid>{texts}</item></channel></rss>")
    assert (article.headline, article.body) == ("T", body)


def feed(*items: str) -> str:
    return f"<rss><channel><link>https://shop.example</link>{''.join(f'<item>{item}</item>' for item in items)}</channel></rss>"


LINK = "<link>https://shop.example</link>"


@pytest.mark.parametrize(
    "items",
    [
        (f"{LINK}<title>A</title>", f"{LINK}<title>B</title>"),
        (f"{LINK}<title>A</title><pubDate>Fri, 20 Nov 2026 22:00:00 +0000</pubDate>",
         f"{LINK}<title>A</title><pubDate>Sat, 21 Nov 2026 22:00:00 +0000</pubDate>"),
        (f"{LINK}<title>A</title><description>x</description>", f"{LINK}<title>A</title><description>y</description>"),
        ("<guid>1</guid><title>A</title><link>https://shop.example/a</link>", "<guid>1</guid><title>A</title><link>https://shop.example/b</link>"),
        ("<guid>1</guid><title>A</title>", "<guid>1</guid><title>B</title>"),
        ("<title>A</title>", "<title>B</title>"),
    ],
)  # fmt: skip
def test_entries_side_by_side_are_different_stories(items: tuple[str, str]) -> None:
    first, second = read(feed(*items))
    assert first.id != second.id
    assert [a.id for a in read(feed(*reversed(items)))] == [second.id, first.id]
    assert first.source == second.source


def test_one_story_printed_twice_stays_one() -> None:
    assert {a.guid for a in read(feed("<guid>1</guid><title>A</title>", "<guid>1</guid><title>A</title>"))} == {"1"}


def test_shared_guids_are_told_apart_by_links_so_that_a_new_title_is_an_update() -> None:
    items = (
        "<guid>1</guid><title>A</title><link>https://e/a</link>",
        "<guid>1</guid><title>B</title><link>https://e/b</link>",
    )
    later = items[0].replace(">A<", ">A, corrected<"), items[1]
    assert [a.id for a in read(feed(*items))] == [a.id for a in read(feed(*later))]


def test_a_link_of_the_feeds_own_site_is_made_whole_and_authors_are_named_once() -> None:
    entry = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><link href="https://p.example/a/"/><author><name>The desk</name></author>'
        '<entry><id>/r</id><title>R</title><link href="/2026/r"/></entry></feed>'
    )
    assert (one(entry).url, one(entry).byline) == ("https://p.example/2026/r", "The desk")
    dc = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    twice = f"<rss {dc}><channel><item><title>T</title><author>A. W.</author><dc:creator>A. W.</dc:creator></item></channel></rss>"
    assert one(twice).byline == "A. W."


@pytest.mark.servers
@pytest.mark.parametrize(
    "unit",
    [
        b"<item>",
        b"<item",
        b"<item ><guid ",
        b"<![CDATA[",
        b"<!--",
        b"<item><a/></item",
        b"<item><![CDATA[</item><item>",
        b"</item>",
    ],
)
def test_hostile_repetition_costs_no_more_than_its_length(unit: bytes) -> None:
    started = time.process_time()
    try:
        cut = cut_by_tags(b"<rss>" + unit * (3_000_000 // len(unit)), 10**9)
        assert (len(cut.head) + len(cut.tail)) * len(cut.entries) <= HEADS_SHARE * 3_000_010
    except Rejected:
        pass
    assert time.process_time() - started < 5


@given(st.binary(max_size=200), st.integers(0, 400), st.integers(0, 400))
def test_any_damage_leaves_pieces_of_the_document_in_order(noise: bytes, at: int, until: int) -> None:
    data = (DECLARATION + RSS).encode()
    hostile = data[:at] + noise + data[until:]
    try:
        cut = cut_by_tags(hostile, 100)
    except Rejected:
        return
    ends = [0, *(place for entry in cut.entries for place in entry), len(hostile)]
    assert ends == sorted(ends)
