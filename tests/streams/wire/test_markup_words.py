"""Words and lines in markup: no word is glued to the next, rows stay rows, lines wrapped at a margin are joined."""

import json

import pytest

from streams.wire.formats.reflow import reflow
from streams.wire.layout.unwrapping import unwrapped
from streams.wire.markup import html_text
from tests.streams.wire import one

PROSE = (
    "Gold rose on Friday as the dollar fell against a basket of currencies,\n"
    "dealers said, and silver followed it to a new high for the year in a\n"
    "late rally that surprised traders."
)
JOINED = " ".join(PROSE.split())


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ('<div><span class="topic">Fotboll</span><span class="source">EXA</span></div><p>Laget vann.</p>',
         "Fotboll EXA\n\nLaget vann."),
        ("<div><span>STOCKHOLM</span><span>TT</span></div>", "STOCKHOLM TT"),
        ("<p><person>Anna Berg</person><org>TT</org> sa.</p>", "Anna Berg TT sa."),
        ("<p>In <location>Oslo<country>Norway</country></location>.</p>", "In Oslo Norway."),
        ("<p>2010<endash/>2012 och 3<emdash/>1</p>", "2010–2012 och 3—1"),
        ("<p>35<endash>-</endash>40 procent</p>", "35–40 procent"),
        ("<p>ett<hardspace/>ord</p>", "ett ord"),
        ("<p><strong>Rubrik</strong>Texten</p>", "Rubrik Texten"),
        ("<p><b>LONDON</b>Prices rose.</p>", "LONDON Prices rose."),
        ("<x:story><x:rubrik>Rubriken</x:rubrik><x:place>STOCKHOLM</x:place></x:story>", "Rubriken\n\nSTOCKHOLM"),
        ('<p><a href="1">One</a><a href="2">Two</a></p>', "One Two"),
        ("<p><b>„Ja“</b><span>sagte</span> er, <b>“</b>Yes”</p>", "„Ja“ sagte er, “Yes”"),
        ("<p>Preis: <b>10</b><span>Euro</span></p>", "Preis: 10 Euro"),
        ("<details><summary>More</summary>Text</details>", "More\n\nText"),
        ("<p>One<o:p></o:p> two.</p>", "One two."),
        ("<p><b>5</b><span>G</span>, <i>10</i><b>kg</b></p>", "5G, 10kg"),
        ('<p>Han såg<span> gruvan</span>.<span class="sig">TT</span></p>', "Han såg gruvan. TT"),
        ("<p>År 2026.<b>TT</b> ”Ja”.<i>Han</i> gick!<em>Då</em> kom…<b>Nu</b></p>", "År 2026. TT ”Ja”. Han gick! Då kom… Nu"),
        ("<p>The end.<span>(EXA)</span></p>", "The end. (EXA)"),
        ("<p>First.<br><br />Second.<BR/>Third<br>\n&nbsp;<br>Fourth</p>", "First.\n\nSecond.\nThird\n\nFourth"),
        ("One.<br>Two.<br>\n<br>\n<br>Three.", "One.\nTwo.\n\nThree."),
        # One word, however it is marked up.
        ("<p>Der e.<b>V.</b>, www.<b>Example</b>.com, J.<b>K.</b> Writer</p>", "Der e.V., www.Example.com, J.K. Writer"),
        ("<p>word.<sup>A</sup> U.S.<b>A</b>. example.<i>com</i> 3.<i>5</i> (s)<b>He</b></p>", "word.A U.S.A. example.com 3.5 (s)He"),
        ("<p><span>Hel</span><span>lo</span> <i>i</i>Phone <b>fet</b>text</p>", "Hello iPhone fettext"),
        ('<p><span class="cap">T</span><span>he minister</span></p>', "The minister"),
        ("<p>H<sub>2</sub>O, CO<sub>2</sub>, word<b>(s)</b>, <b>Mac</b>Book</p>", "H2O, CO2, word(s), MacBook"),
        ("<p>The <b>U.S</b>.A. and <i>example</i>.com</p>", "The U.S.A. and example.com"),
    ],
)  # fmt: skip
def test_words_where_elements_touch(markup: str, text: str) -> None:
    assert html_text(markup) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<num>7<frac><frac-num>3</frac-num><frac-sep>/</frac-sep><frac-den>4</frac-den></frac></num>", "7 3/4"),
        ("7<frac><frac-num>3</frac-num><frac-den>4</frac-den></frac>", "7 3/4"),
        ("7<frac-num>3</frac-num><frac-sep/><frac-den>4</frac-den>", "7 3/4"),
        ("<num>7</num><frac>3/4</frac>", "7 3/4"),
        ("7 <frac>3/4</frac>, <frac>1/2</frac>", "7 3/4, 1/2"),
        ("7<sup>3</sup>/<sub>4</sub>", "7 3/4"),
        ("7<sup>3</sup>&frasl;<sub>4</sub>", "7 3⁄4"),
        ("10<sup>6</sup>, m<sup>2</sup>/s", "106, m2/s"),
        ("7&frac34;", "7¾"),
    ],
)
def test_a_fraction_stands_apart_from_its_whole_number(markup: str, text: str) -> None:
    assert html_text(f"<p>by {markup} points</p>") == f"by {text} points"


def test_an_element_written_out_as_text_is_its_character() -> None:
    item = {"id": "1", "title": "A 3&lt;endash/&gt;1 win", "text": "35<endash>-</endash>40 percent"}
    article = one(json.dumps(item))
    assert (article.headline, article.body) == ("A 3–1 win", "35–40 percent")


@pytest.mark.parametrize(
    "body",
    [
        (
            '<group type="body"><element type="headline">Rubriken</element><element type="dateline">STOCKHOLM</element>'
            '<element type="body">Det första.</element><element type="body">Det andra.</element></group>'
        ),
        (
            '<group type="body"><element type="x-im/headline">Rubriken</element><group><element type="dateline">STOCKHOLM</element>'
            '</group><object type="x-im/image"><data><text>En bild</text></data></object>'
            '<element type="body">Det <strong>första</strong>.</element><element type="body">Det andra.</element></group>'
        ),
        (
            '<group type="body"><element type="headline">Rubriken</element>\n<element type="dateline">STOCKHOLM</element>\n'
            '<element type="preamble">Det första.</element>\n<element type="paragraph">Det andra.</element></group>'
        ),
    ],
)
def test_idf_has_a_headline_a_dateline_and_paragraphs(body: str) -> None:
    article = one(
        '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="g"><contentMeta/><contentSet><inlineXML>'
        f'<idf xmlns="http://www.infomaker.se/idf/1.0">{body}</idf></inlineXML></contentSet></newsItem>'
    )
    assert (article.headline, article.dateline, article.body) == ("Rubriken", "STOCKHOLM", "Det första.\n\nDet andra.")


@pytest.mark.parametrize(
    ("table", "text"),
    [
        (("<table><tr><td><p>US dollar</p></td><td></td><td><p>(10,80)</p></td></tr>"
         "<tr><td><p>Euro</p></td><td/><td><p>(11,63)</p></td></tr></table>"), "US dollar | | (10,80)\nEuro | | (11,63)"),
        ("<table><tr><th><div>Team</div></th><th><p>Pts</p></th></tr><tr><td>Reds<br/>(home)</td><td><p>3</p></td></tr></table>",
         "Team | Pts\nReds (home) | 3"),
        ("<table><tr><td>\n<p>\nReds\n</p>\n</td><td><ul><li>3</li></ul></td></tr></table>", "Reds | 3"),
        ("<table><tgroup><row><entry>A</entry><entry><p>1</p></entry></row></tgroup></table>", "A | 1"),
        # What only lays out a page is no table.
        ("<table><tr><td><p>One.</p><p>Two.</p></td></tr></table>", "One.\n\nTwo."),
        (f"<table><tr><td>Menu</td><td><p>{JOINED * 4}</p><p>{JOINED * 3}</p></td></tr></table>",
         f"Menu\n\n{JOINED * 4}\n\n{JOINED * 3}"),
    ],
)  # fmt: skip
def test_rows_stay_rows(table: str, text: str) -> None:
    assert html_text(table) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (("<p>    Gold rose on Friday as the dollar fell against a basket\nof currencies, dealers said.\n    Silver was flat.\n"
         "Team A      2 Team B      0\nTeam C      1 Team D      1</p>"),
         ("Gold rose on Friday as the dollar fell against a basket of currencies, dealers said.\n\nSilver was flat.\n"
         "Team A      2 Team B      0\nTeam C      1 Team D      1")),
        (f"<pre>{PROSE}\n\nReds        2  Blues      1\nGreens      0  Whites     0</pre>",
         f"{JOINED}\n\nReds        2  Blues      1\nGreens      0  Whites     0"),
        (f"<p>{PROSE}</p><p>Reds 2, Blues 1\nGreens 0, Whites 0</p>", f"{JOINED}\n\nReds 2, Blues 1\nGreens 0, Whites 0"),
        (f"<p>{PROSE.replace(chr(10), '<br/>')}</p>", JOINED),
        ("<p>\n      foo bar\n      baz\n    </p><p>one\n       two</p>", "foo bar baz\n\none two"),
        ("<p>Reds 2 Blues 1<br/>Greens 0 Whites 0</p>", "Reds 2 Blues 1\nGreens 0 Whites 0"),
    ],
)  # fmt: skip
def test_lines_of_the_source_are_joined_unless_they_mean_something(markup: str, text: str) -> None:
    assert html_text(markup) == text


@pytest.mark.parametrize(
    ("text", "result"),
    [
        (PROSE, JOINED),
        (
            f"{PROSE}\n\nResults:\nReds 2 Blues 1\nGreens 0 Whites 0",
            f"{JOINED}\n\nResults:\nReds 2 Blues 1\nGreens 0 Whites 0",
        ),
        ("Roses are red\nviolets are blue", "Roses are red\nviolets are blue"),
        (f"{JOINED}\nSecond paragraph.", f"{JOINED}\nSecond paragraph."),
        ("London\nParis\nRome", "London\nParis\nRome"),
        (f"{PROSE}\n- one item\n- another item", f"{JOINED}\n- one item\n- another item"),
    ],
)
def test_a_plain_text_is_joined_where_it_was_wrapped(text: str, result: str) -> None:
    assert unwrapped(text) == result
    assert one(json.dumps({"id": "1", "title": "H", "text": text})).body == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        (
            "Der Bundestag hat das Renten-\npaket und die Steuer-\nreform beschlossen.",
            "Der Bundestag hat das Rentenpaket und die Steuerreform beschlossen.",
        ),
        (
            "Die Ein-\nund Ausfuhr ist mit der EU-\nKommission geklärt.",
            "Die Ein- und Ausfuhr ist mit der EU-Kommission geklärt.",
        ),
        (
            "Das Land wartet. Den Kern der Sache nennt\ndie Regierung gern. Die Wirt-\nschaft reagierte erleichtert.",
            "Das Land wartet. Den Kern der Sache nennt die Regierung gern. Die Wirtschaft reagierte erleichtert.",
        ),
        (
            "Die deutsch-\nfranzösische Linie und das schwarz-\ngrüne Bündnis im franzö-\nsischen und russisch-\nen Teil.",
            "Die deutsch-französische Linie und das schwarz-grüne Bündnis im französischen und russischen Teil.",
        ),
        (
            "Das gilt für Nord-\nund Südkorea und den Nahost-\nGipfel.",
            "Das gilt für Nord- und Südkorea und den Nahost-Gipfel.",
        ),
        (
            "Hij gaat naar den Haag, die door-\ngaat van der Berg.",
            "Hij gaat naar den Haag, die door-gaat van der Berg.",
        ),
        ("A well-\nknown singer sang.", "A well-known singer sang."),
        ("The Franco-\nGerman summit -\nheld in May - ended.", "The Franco-German summit - held in May - ended."),
        ("De in-\nen uitvoer steeg.", "De in- en uitvoer steeg."),
        ("Pages 10-\n12 of it.", "Pages 10- 12 of it."),
    ],
)
def test_a_word_that_was_cut_at_the_margin_is_whole_again(text: str, result: str) -> None:
    assert reflow(text) == result
    assert html_text(f"<p>{text}</p>") == result
    assert html_text(f"<p>{text}</p><p>Ende.</p>".replace("\n", "\n      ")) == f"{result}\n\nEnde."


def test_a_soft_hyphen_at_the_end_of_a_line_is_none() -> None:
    assert reflow("The inter\u00ad\nnational singer sang.") == "The international singer sang."


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("&lt;p&gt;Oil fell.&lt;/p&gt;&lt;p&gt;Again.&lt;/p&gt;", "Oil fell.\n\nAgain."),
        ("&amp;lt;div class='x'&amp;gt;Oil &amp;amp; gas.&amp;lt;/div&amp;gt;", "Oil & gas."),
        ("<div>&lt;p&gt;Oil fell.&lt;/p&gt;</div>", "Oil fell."),
        ("Oil fell.&lt;br /&gt;&lt;br /&gt;Gas rose.", "Oil fell.\n\nGas rose."),
        ("&lt;p&gt;Oil fell.", "Oil fell."),
        ("Oil &lt;em&gt;fell&lt;/em&gt; again.", "Oil fell again."),
        ("Oil fell. &lt;a href='x'&gt;More&lt;/a&gt;", "Oil fell. More"),
        # What speaks of tags.
        ("The &lt;b&gt; and &lt;/b&gt; tags.", "The <b> and </b> tags."),
        ("The &lt;p&gt; tag, and &lt;/p&gt;, which ends it.", "The <p> tag, and </p>, which ends it."),
        ("Use &lt;br&gt;. It breaks.", "Use <br>. It breaks."),
        ("Phillips &lt;P&gt; rose.", "Phillips <P> rose."),
        ("Du Pont &lt;DD&gt; and Texaco &lt;TX&gt; fell.", "Du Pont <DD> and Texaco <TX> fell."),
    ],
)
def test_markup_that_is_written_as_characters(text: str, result: str) -> None:
    assert one(json.dumps({"id": "1", "title": "Oil &lt;b&gt;falls&lt;/b&gt;", "text": text})).body == result
    feed = "<rss><channel><item><title>T</title><guid>1</guid><description>{}</description></item></channel></rss>"
    assert one(feed.format(text.replace("&", "&amp;").replace("<", "&lt;"))).body == result
