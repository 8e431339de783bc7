"""Bylines, datelines, urgency, headlines of alerts, entities, links and the sender's name, as readers see them."""

import json
import time
from typing import Any

import pytest

from search.articles import Concept
from streams.wire.lines import byline_of, dateline_of_place, urgency_of
from streams.wire.text import without_entities
from tests.streams.wire import one


def plain(**fields: Any) -> str:
    return json.dumps({"id": "1", "title": "H", "text": "B.", "date": "2024-01-01T00:00:00Z"} | fields)


def g2(meta: str, provider: str = '<provider literal="EXA"/>', body: str = "<p>B.</p>") -> str:
    return (
        f'<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:x:1" xml:lang="de"><itemMeta>{provider}'
        f"<versionCreated>2024-01-01T00:00:00Z</versionCreated></itemMeta><contentMeta>{meta}</contentMeta><contentSet>"
        f'<inlineXML contenttype="application/xhtml+xml">{body}</inlineXML></contentSet></newsItem>'
    )


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("mustermann.erika", ""), ("m_mueller", ""), ("desk12", ""), ("u123456", ""), ("gr/bp", ""), ("admin", ""),
        ("https://x.example/writers/7", ""), ("N/A", ""), ("n.a.", ""), ("-", ""), ("A. Writer, N/A", "A. Writer"),
        (r"DOMAIN\jdoe", ""), ("jean@x.example", ""), ("a@b.example (A. Writer)", "A. Writer"),
        ("A. Writer, jsmith01", "A. Writer"), ("A. Writer, A. Writer", "A. Writer"),
        ("By A. Writer, A. Writer", "By A. Writer"), ("A. Writer and A. Writer", "A. Writer"),
        ("By A Writer By A Writer", "By A Writer"), ("A. WRITER; A. Writer", "A. WRITER"),
        ("Von Erika Muster, dpa", "Von Erika Muster, dpa"), ("Reuters", "Reuters"), ("J.-P. Dupont", "J.-P. Dupont"),
        ("O’Brien", "O’Brien"), ("John Smith/AP", "John Smith/AP"),
        ("Jane Doe (Jane Doe)", "Jane Doe"), ("Jane Doe (in Paris)", "Jane Doe (in Paris)"),
    ],
)  # fmt: skip
def test_a_byline_has_each_name_once_and_no_login(given: str, shown: str) -> None:
    assert byline_of(given) == shown
    assert one(plain(byline=given)).byline == shown


def test_a_name_that_repeats_a_word_is_one_name() -> None:
    assert byline_of("Duran Duran") == "Duran Duran"


@pytest.mark.parametrize("byline", ["a " * 900, "A. Writer, " * 180, "a" * 1900, " , ," * 400])
def test_a_hostile_byline_takes_time_in_its_length(byline: str) -> None:
    began = time.process_time()
    byline_of(byline)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    ("creator", "byline"),
    [
        ('<creator qcode="exa-ad:mustermann.erika"><name>mustermann.erika</name></creator>', ""),
        ('<creator qcode="exa-ad:jdoe"><name>jdoe</name></creator>', ""),
        ('<creator qcode="exa:1"><name>Erika Mustermann</name></creator>', "Erika Mustermann"),
        ("<by>Von Erika Mustermann</by><creator literal='emu'><name>emu</name></creator>", "Von Erika Mustermann"),
    ],
)
def test_the_creator_of_a_newsml_g2_item(creator: str, byline: str) -> None:
    assert one(g2(f"{creator}<headline>H</headline>")).byline == byline


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("2026-11-20 20:13:08 GMT+00:00", ""), ("20/11/2026 20:13", ""), ("Nov 20, 2026 8:13 PM", ""), ("20261120T201308Z", ""),
        ("vendredi 20 novembre 2026", ""), ("20.11.2026 15:45 Uhr", ""), ("January 21", ""), ("LONDON, Nov 20", "LONDON, Nov 20"),
        ("Paris, 21 jan 2019 (AFP) -", "Paris, 21 jan 2019 (AFP) -"), ("Berlin", "Berlin"),
        ("Wednesday", ""), ("Nice", "Nice"), ("Marrakesh", "Marrakesh"), ("Augusta", "Augusta"),
    ],
)  # fmt: skip
def test_a_time_alone_is_no_dateline(given: str, shown: str) -> None:
    assert dateline_of_place(given) == shown
    assert one(g2(f"<headline>H</headline><dateline>{given}</dateline>")).dateline == shown


@pytest.mark.parametrize(
    ("given", "urgency"),
    [
        ("2", 2), (3, 3), ("2.0", 2), ("urgent", 3), ("Flash", 1), ("BULLETIN", 2), ("Eil", 2), ("2 - Eil", 2), ("Priority 2", 2),
        ("urgency:3", 3), ("R", 4), ("High", 3), ("haute", 3), ("basse", 6), ("normal", 5), ("0", None), ("10", None), ("1-2", None), ("soon", None), ("", None),
    ],
)  # fmt: skip
def test_urgency_in_figures_and_words(given: str | int, urgency: int | None) -> None:
    notes: list[str] = []
    assert urgency_of(given, notes) == urgency
    assert bool(notes) == (urgency is None and given != "")


def alert(headline: str, body: str, **fields: str) -> str:
    return plain(title=headline, text=body, **fields)


@pytest.mark.parametrize(
    ("headline", "body", "slug", "shown"),
    [
        ("", "President says talks will resume", "Alert", "President says talks will resume"),
        ("FLASH", "Minister resigns.", "", "Minister resigns."),
        ("Eilmeldung", "Berlin (exa) - Minister tritt zurück", "", "Minister tritt zurück"),
        ("", "PARIS, Nov 20, 2026 (AFP) - Minister resigns\n\nbur/ab/cd", "ALERT", "Minister resigns"),
        ("", "Central bank cuts rate to 2.5 pct.\nMore to follow", "BANK/", "Central bank cuts rate to 2.5 pct."),
        ("AP NewsAlert", "WASHINGTON (AP) — Talks will resume.", "", "Talks will resume."),
        ("dpa-Eilmeldung", "Berlin (dpa) - Kanzler tritt zurück", "", "Kanzler tritt zurück"),
        ("", "(ANSA) - ROMA, 26 NOV - Il presidente si dimette", "", "Il presidente si dimette"),
        ("FLASH", "*** FLASH *** Pope dies", "", "Pope dies"),
        ("(no headline)", "The bridge reopened.", "", "The bridge reopened."),
        ("...", "The bridge reopened.", "", "The bridge reopened."),
        ("СРОЧНО", "Мост открыт", "", "Мост открыт"),
        ("EILT", "Kanzler tritt zurück", "", "Kanzler tritt zurück"),
        ("Alerta", "EFE.- El presidente dimite", "", "El presidente dimite"),
        ("URGENT", "***\nQuake hits coast of Chile", "", "Quake hits coast of Chile"),
        ("", "One sentence. And another one follows it.", "BANK-RATES", "BANK-RATES"),
        ("", "One.\n\nTwo.", "SLUG", "SLUG"),
        ("Minister resigns", "Other text.", "Alert", "Minister resigns"),
        ("Urgent talks", "Other text.", "", "Urgent talks"),
    ],
)
def test_an_alert_is_headed_by_its_one_sentence(headline: str, body: str, slug: str, shown: str) -> None:
    assert one(alert(headline, body, slugline=slug)).headline == shown


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Marks &amp; Example: it&#8217;s open", "Marks & Example: it’s open"),
        ("&quot;Open&quot; &amp;amp; free", '"Open" & free'),
        ("A&nbsp;B &eacute; &#x2014;", "A\xa0B é —"),
        ("AT&T; rises & falls", "AT&T; rises & falls"),
    ],
)
def test_entities_in_what_is_no_markup(given: str, shown: str) -> None:
    assert without_entities(given) == shown
    assert one(plain(title=given)).headline == shown.replace("\xa0", " ")
    assert one(g2(f"<headline>{given.replace('&', '&amp;')}</headline>")).headline == shown.replace("\xa0", " ")


def test_markup_that_was_escaped_leaves_a_headline() -> None:
    assert one(plain(title="R&amp;D &lt;b&gt;up&lt;/b&gt;, 5 &lt; 6")).headline == "R&D up, 5 < 6"
    assert one(plain(title="5 &lt; 6 &gt; 4")).headline == "5 < 6 > 4"
    assert one(plain(title="Du Pont &lt;DD> sues Phillips &lt;P>")).headline == "Du Pont <DD> sues Phillips <P>"


@pytest.mark.parametrize(
    ("provider", "source"),
    [
        ('<provider qcode="p:z01122"><name>Example Insights</name></provider>', "Example Insights"),
        ('<provider qcode="p:z1"><name xml:lang="en">Ex E</name><name xml:lang="de">Ex D</name></provider>', "Ex D"),
        ('<provider uri="http://cv.example/newsprovider/z1"><name>Example</name></provider>', "Example"),
        ('<provider qcode="p:exa"/>', "exa"),
    ],
)
def test_readers_see_the_name_of_the_provider(provider: str, source: str) -> None:
    assert one(g2("<headline>H</headline>", provider)).source == source


def test_the_name_changes_no_id_so_a_kill_without_it_lands_on_the_story() -> None:
    named = one(g2("<headline>H</headline>", '<provider qcode="p:z1"><name>Example</name></provider>'))
    assert named.id == one(g2("<headline>H</headline>", '<provider qcode="p:z1"/>')).id


@pytest.mark.parametrize(
    ("meta", "codes"),
    [
        ('<meta name="category_iptc" content="04000000"/>', ["subj:04000000"]),
        ('<meta name="iptc-subject" content="04000000;11000000"/>', ["subj:04000000", "subj:11000000"]),
        ('<meta name="subject_code" content="IPTC:15054000"/>', ["subj:15054000"]),
        ('<meta name="category" content="R"/><meta name="phone" content="04000000"/>', []),
    ],
)
def test_subject_numbers_in_meta_of_nitf(meta: str, codes: list[str]) -> None:
    article = one(
        f"<nitf><head>{meta}</head><body><body.head><hedline><hl1>H</hl1></hedline></body.head></body></nitf>"
    )
    assert article.subjects == tuple(Concept("", code) for code in codes)


@pytest.mark.parametrize(
    ("feed", "url"),
    [
        ('<link href="https://p.example/"/>|<link href="/2026/a"/>', "https://p.example/2026/a"),
        ('<link rel="self" href="https://p.example/feed.xml"/>|<link href="a.html"/>', "https://p.example/a.html"),
        ("<id>https://p.example/</id>|<link href='/a'/>", "https://p.example/a"),
        ('<link href="https://p.example/"/>|<link href="//cdn.example/a"/>', "https://cdn.example/a"),
    ],
)
def test_relative_links_of_atom(feed: str, url: str) -> None:
    head, link = feed.split("|")
    entry = f"<entry><id>urn:1</id><title>T</title>{link}<summary>S.</summary></entry>"
    assert one(f'<feed xmlns="http://www.w3.org/2005/Atom"><title>P</title>{head}{entry}</feed>').url == url


def test_xml_base_and_rss() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://p.example/news/"><title>P</title><entry><id>urn:1</id>'
        '<title>T</title><link href="a.html"/><summary>S.</summary></entry></feed>'
    )
    assert one(atom).url == "https://p.example/news/a.html"
    rss = "<rss><channel><link>https://p.example/</link><item><guid>1</guid><title>T</title><link>/a</link></item></channel></rss>"
    assert one(rss).url == "https://p.example/a"


@pytest.mark.parametrize("kind", ["story", "Article", "liveblog", "urn:x:news", "analysis"])
def test_a_ninjs_object_of_a_type_of_somebodys_own_with_a_text_is_an_article(kind: str) -> None:
    item = {
        "uri": "u:1",
        "type": kind,
        "headline": "H",
        "body_html": "<p>B.</p>",
        "versioncreated": "2024-01-01T00:00:00Z",
    }
    assert one(json.dumps(item)).body == "B."
    assert (
        one(g2("<headline>H</headline>").replace("<itemMeta>", f'<itemMeta><itemClass qcode="x:{kind[-5:]}"/>')).body
        == "B."
    )


@pytest.mark.parametrize(
    ("text", "byline", "body"),
    [
        ("Par Jeanne WRITER\n\nParis (EXA) - Le port.", "Par Jeanne WRITER", "Paris (EXA) - Le port."),
        ("By Anna Berg and Eva de la Cruz, EXA\n\nThe port.", "By Anna Berg and Eva de la Cruz, EXA", "The port."),
        ("Von Köln nach Mainz\n\nDer Zug.", "EXA Desk Paris", "Von Köln nach Mainz\n\nDer Zug."),
        ("De Paris\n\nLe port.", "EXA Desk Paris", "De Paris\n\nLe port."),
    ],
)
def test_a_mail_from_a_desk_has_the_byline_of_its_text(text: str, byline: str, body: str) -> None:
    article = one(f'From: "EXA Desk Paris" <desk@exa.example>\nSubject: Port\n\n{text}\n')
    assert (article.byline, article.body) == (byline, body)


@pytest.mark.parametrize(
    ("fields", "urgency", "url"),
    [
        ({"urgency": {"code": "2", "name": "Eil"}}, 2, ""),
        ({"priority": {"name": "Flash"}}, 1, ""),
        ({"link": {"href": "https://exa.example/1"}}, None, "https://exa.example/1"),
        ({"url": [{"rel": "canonical", "url": "https://exa.example/1"}]}, None, "https://exa.example/1"),
        ({"links": {"href": "https://exa.example/1"}}, None, ""),
    ],
)
def test_a_value_in_an_object_is_its_value(fields: dict[str, Any], urgency: int | None, url: str) -> None:
    article = one(plain(**fields))
    assert (article.urgency, article.url) == (urgency, url)


def test_an_object_that_is_not_understood_is_noted() -> None:
    assert "credit: not understood, left out" in one(plain(credit={"x": {"y": 1}})).notes
