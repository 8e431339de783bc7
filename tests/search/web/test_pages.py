"""What the pages show, on either store."""

import re
from datetime import UTC, datetime
from itertools import pairwise

import httpx
import pytest

from processors.annotations import Annotations
from search.documents import source_of
from search.visibility import FORGOTTEN, REMOVED_HERE
from search.web import Options, create_app
from search.web.sources import SourceLook
from search.web.summaries import ROW_FIELDS, row_of_document
from tests.search.conftest import StoreMaker
from tests.search.web.conftest import asking, page_over
from tests.search.web.samples import HOSTILE, TEXT, call, stance
from tests.search.web.samples import story as made_story

PAGES = (
    "/", "/?q=putin", "/?q=nothing+like+it", "/?person=Xi+Jinping&sort=oldest", "/story/call", "/story/hostile", "/story/killed",
    "/story/fixed", "/stances", "/stances?about=United+States", "/stances/pair?holder=Vladimir+Putin&target=United+States",
    "/stances?row=x", "/names", "/entity?name=United+States", "/entity?name=nobody", "/pipeline", "/api", "/nothing", "/?q=%28", "/?since=x",
)  # fmt: skip


async def text(page: httpx.AsyncClient, address: str, status: int = 200) -> str:
    answer = await page.get(address)
    assert answer.status_code == status, answer.text
    return answer.text


def headlines(html: str) -> list[str]:
    found = re.findall(r"<h3><a [^>]*>(.*?)</a>", html)
    return [re.sub("<[^>]+>", "", one) for one in found]


@pytest.mark.parametrize("address", PAGES)
async def test_every_page_is_strict_and_small(page: httpx.AsyncClient, address: str) -> None:
    answer = await page.get(address)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert len(answer.content) < 100_000
    assert not re.search(r"<script(?![^>]*src=)|\sstyle=|\son\w+=[\"']|javascript:", answer.text)
    assert re.search(r'<main id="main"', answer.text)
    assert answer.text.count("<h1") == 1
    for acting in ("<script>document", "<img", "\u202e", "\x1b"):
        assert acting not in answer.text


async def test_a_hostile_headline_is_shown_as_it_was_written(page: httpx.AsyncClient) -> None:
    html = await text(page, "/story/hostile")
    shown = HOSTILE.replace("\u202e", "⟨U+202E⟩").replace("\u202c", "⟨U+202C⟩").replace("\x1b", "⟨U+001B⟩")
    escaped = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;")
    assert escaped in html
    assert "49" not in re.sub(r"\d{5,}|[0-9a-f]{8,}|\d\d:\d\d(:\d\d)?", "", html)


async def test_the_wire_is_the_newest_first_and_pages_on(page: httpx.AsyncClient) -> None:
    html = await text(page, "/")
    assert "<strong>64</strong> stories" in html
    first = headlines(html)
    assert len(first) == 40
    following = re.search(r'href="([^"]+)" rel="next"', html)
    assert following
    second = headlines(await text(page, following[1].replace("&amp;", "&")))
    assert len(second) == 24
    assert not set(first) & set(second)


async def test_marks_of_a_life(page: httpx.AsyncClient) -> None:
    html = await text(page, "/?q=dollar+OR+prize+OR+putin")
    assert "badge-correction" in html
    assert re.search(r"Was: <del[^>]*>Dollar up</del>", html)
    assert "Embargo lifted" in html
    assert "Flash" in html


async def test_kills_are_noticed_without_a_word_of_them_and_embargoes_are_not(page: httpx.AsyncClient) -> None:
    html = await text(page, "/")
    assert "Mandatory kill" in html
    assert "badge-embargo" not in html
    for secret in ("Libel", "ecret prize", "ecret obituary"):
        assert secret not in html


@pytest.mark.parametrize(
    ("story", "status", "says"),
    [
        ("killed", 410, "KILLED by the agency. Do not publish. Remove anything already published."),
        ("sealed", 404, "Story not found"),
        ("held", 404, "Story not found"),
        ("no/such story", 404, "Story not found"),
    ],
)
async def test_what_may_not_be_read_is_not(page: httpx.AsyncClient, story: str, status: int, says: str) -> None:
    html = await text(page, f"/story/{story}", status)
    assert says in html
    assert "ecret" not in html
    assert "Libel" not in html
    assert "urn:test" not in html
    assert (await page.get(f"/api/stories/{story}")).status_code == status


async def test_a_forgotten_story_is_said_to_be_removed_by_the_operator_and_not_killed(index: str) -> None:
    told = {"version": 2, "status": "canceled", "kind": "kill", "editorial_note": "forgotten on request"}
    gone = made_story("gone", "", "", call().annotations, format=FORGOTTEN, **told)
    async with page_over(index, gone) as page:
        for address in ("/story/gone", "/pane/gone", "/api/stories/gone", "/api/stories/gone/ninjs"):
            html = await text(page, address, 410)
            assert REMOVED_HERE in html.replace("&#39;", "'")
            assert not re.search("killed|by the agency|do not publish", html, re.IGNORECASE), address
        notices = await text(page, "/")
    assert "<strong>Removed</strong>" in notices
    listed = {name: value for name, value in source_of(gone).items() if name in ROW_FIELDS}
    row = row_of_document(listed, datetime.now(UTC))
    assert ([mark.text for mark in row.marks], row.closing) == (["Removed"], REMOVED_HERE)


async def test_a_part_of_a_name_finds_the_positions_of_the_one_name_with_it(page: httpx.AsyncClient) -> None:
    answer = await page.get("/stances?about=putin")
    assert (answer.status_code, answer.headers["Location"]) == (307, "/stances?about=Vladimir%20Putin")
    whole, part, none = [
        (await page.get("/api/stances", params={"about": name})).json() for name in ("Vladimir Putin", "PUTIN", "uti")
    ]
    assert part == whole
    assert whole["names"] == ["Vladimir Putin"]
    assert whole["stances"]
    assert (none["stances"], none["names"]) == ([], [])
    lines = [(await page.get("/api/stances.csv", params={"about": name})).text for name in ("Vladimir Putin", "Putin")]
    assert lines[0] == lines[1]


async def test_a_part_of_several_names_finds_the_positions_of_all_and_says_whose(index: str) -> None:
    names = ("Donald Trump", "Melania Trump", "Ann Trumpet")
    said = " ".join(f"{name} backs the deal." for name in names)
    rows = [stance(said, name, "favor", "the deal", f"{name} backs the deal.", "backs") for name in names]
    noted = Annotations((), None, tuple(rows), {})
    async with page_over(index, made_story("call", "", said, noted)) as page:
        html = await text(page, "/stances?about=trump")
        assert "No position is of exactly “trump”" in html
        assert re.findall(r'href="/stances\?about=([^"&]+)"', html) == ["Donald%20Trump", "Melania%20Trump"]
        told = (await page.get("/api/stances?about=trump")).json()
    assert {one["holder"] for one in told["stances"]} == {"Donald Trump", "Melania Trump"} == set(told["names"])


async def test_facets_narrow_and_widen(page: httpx.AsyncClient) -> None:
    html = await text(page, "/")
    link = re.search(r'<a class="facet-in" href="(/\?source=Reuters)"', html)
    assert link
    narrowed = await text(page, link[1])
    assert "<strong>1</strong> story" in narrowed
    assert 'aria-current="true"' in narrowed
    assert headlines(narrowed) == ["Putin backs the policy"]
    assert "Source" in narrowed


async def test_what_matched_is_marked(page: httpx.AsyncClient) -> None:
    assert "<mark>Putin</mark> backs" in await text(page, "/?q=putin")
    texts = [re.findall(r"row-text.*?<mark>", await text(page, f"/?q=denounced{view}")) for view in ("", "&view=full")]
    assert [bool(one) for one in texts] == [False, True], "a line shows nothing of a text"


async def test_a_wrong_question_is_explained_beside_what_was_typed(page: httpx.AsyncClient) -> None:
    html = await text(page, "/?q=%28putin", 400)
    assert "this parenthesis is never closed" in html
    assert 'value="(putin"' in html
    assert "is not a time" in await text(page, "/?since=someday", 400)


async def test_a_story_is_marked_up(page: httpx.AsyncClient) -> None:
    html = await text(page, "/story/call")
    assert re.search(
        r'<a class="entity entity-person" data-stances="e0 h0" data-href="/entity\?name=Vladimir%20Putin"[^>]*>Vladimir Putin</a>',
        html,
    )
    assert re.search(r'<span class="sentence sentence-negative" title="negative tone, -0.60">', html)
    assert 'data-stance="1"' in html
    assert "No use in print" in html
    assert "High confidence, from “denounced”." in html
    assert 'href="https://example.org/call"' in html
    plain = re.sub("<[^>]+>", "", html)
    for line in TEXT.split("\n\n"):
        assert line in plain


async def test_versions_show_what_changed(page: httpx.AsyncClient) -> None:
    html = await text(page, "/story/fixed")
    assert "<del>up</del>" in html
    assert "<ins>down sharply</ins>" in html
    passage = html.partition("1 change in the text")[2].partition("</details>")[0]
    assert "The dollar <del>rose</del><ins>fell by a cent</ins>." in passage
    assert "Banks" not in passage


async def test_similar_stories_share_names_or_words(page: httpx.AsyncClient) -> None:
    assert 'href="/similar/call"' in await text(page, "/story/call")
    similar = await text(page, "/similar/call")
    assert "Prize awarded" in similar
    assert "Minor story" not in similar


async def test_who_stands_where_is_drawn_and_listed(page: httpx.AsyncClient) -> None:
    html = await text(page, "/stances")
    label = "Vladimir Putin against United States, 1 sentence"  # in three stories
    assert f'aria-label="{label}"' in html
    assert "line-against" in html
    table = html.partition("As a table")[2]
    assert "one-China policy" in table
    about = await text(page, "/stances?about=one-China+policy")
    assert "United States" not in about.partition("<table")[2]


async def test_a_pair_shows_its_evidence(page: httpx.AsyncClient) -> None:
    html = await text(page, "/stances/pair?holder=Vladimir+Putin&target=United+States")
    assert "He denounced the United States on Monday." in html
    assert 'href="/story/call#stance-1"' in html
    assert 'data-kind="stance"' in html
    assert (await page.get("/stances/pair?holder=x")).status_code == 400


async def test_a_name_has_its_page(page: httpx.AsyncClient) -> None:
    html = await text(page, "/entity?name=United+States")
    assert "<strong>3</strong> stories" in html
    assert "0 positive, 0 neutral, 3 negative" in html
    assert "world.svg?" in html
    assert 'class="marker"' in html
    assert "Vladimir Putin" in html.partition("Positions</h2>")[2]
    assert "No stories mention this name" in await text(page, "/entity?name=nobody", 404)


async def test_the_pipeline_without_kafka_says_so(page: httpx.AsyncClient) -> None:
    html = await text(page, "/pipeline")
    assert "This page is not connected to a pipeline" in html
    assert "Latency by stage" in html


async def test_a_source_is_shown_by_its_name_and_colour(filled: StoreMaker) -> None:
    looks = {"Reuters": SourceLook("Reuters <b>News</b>", "#d92d20"), "Minor": SourceLook("Minor", '#fff" onload="x')}
    app = create_app(filled(), options=Options(remember=0.0), looks=lambda source: looks.get(source, SourceLook()))
    async with asking(app) as client:
        html = (await client.get("/")).text
    await app.state.site.library.close()
    assert 'fill="#d92d20"' in html
    assert "Reuters &lt;b&gt;News&lt;/b&gt;" in html
    assert "onload" not in html


async def test_sources_without_a_profile_are_shown_as_they_are_kept(page: httpx.AsyncClient) -> None:
    assert "source-colour" not in (await page.get("/")).text


async def test_a_profile_that_changes_shows_on_a_story_that_was_rendered_before(filled: StoreMaker) -> None:
    look = [SourceLook("First name")]
    app = create_app(filled(), options=Options(remember=0.0), looks=lambda _: look[0])
    async with asking(app) as client:
        before = (await client.get("/story/call")).text
        look[0] = SourceLook("Second name")
        after = (await client.get("/story/call")).text
    await app.state.site.library.close()
    assert "First name" in before
    assert "Second name" in after
    assert "First name" not in after


async def test_a_story_is_plain_until_its_layers_are_asked_for(page: httpx.AsyncClient) -> None:
    html = await text(page, "/story/call")
    assert '<div class="reading" data-show="">' in html
    assert 'href="/story/call?show=names" data-layer="names">' in html
    shown = await text(page, "/story/call?show=names,positions,other&q=putin")
    assert '<div class="reading show-names show-positions"' in shown
    assert 'href="/story/call?q=putin&amp;show=positions" data-layer="names" aria-current="true"' in shown


async def test_positions_share_the_sentence_that_proves_them(page: httpx.AsyncClient) -> None:
    html = (await text(page, "/story/call")).partition("Positions</h2>")[2]
    assert html.count("<blockquote") == html.count('class="proof-card"') == 2
    assert re.search(r'id="stance-1".*?He denounced the United States on Monday\.</blockquote>', html, re.DOTALL)


async def test_what_was_searched_is_marked_in_the_story(page: httpx.AsyncClient) -> None:
    html = await text(page, '/story/call?q=backing+"one-China+policy"')
    marked = re.findall(r"<mark>(.*?)</mark>", html)
    assert "".join(marked).startswith("backs")
    assert "one-China policy" in " ".join(marked)
    assert "<mark>" not in (await text(page, "/story/call")).partition("Similar")[0]
    assert 'href="/story/call?q=putin"' in await text(page, "/?q=putin")


async def test_the_next_and_the_previous_of_the_list(page: httpx.AsyncClient) -> None:
    for question in ("", "q=putin+OR+prize+OR+dollar", "q=putin+OR+prize+OR+dollar&sort=relevance", "sort=oldest"):
        found = (
            await page.get(
                f"/api/stories?limit=4&{question or 'sort=arrived'}"
                + ("" if "sort" in question or not question else "&sort=arrived")
            )
        ).json()
        ids = [one["story"]["id"] for one in found["stories"]]
        for here, there in pairwise(ids):
            following = await page.get(f"/beside/next/{here}?{question}")
            assert (following.status_code, following.headers["Location"].partition("?")[0]) == (
                303,
                f"/story/{there}",
            ), question
            before = await page.get(f"/beside/previous/{there}?{question}")
            assert before.headers["Location"].partition("?")[0] == f"/story/{here}", question
        first = await page.get(f"/beside/previous/{ids[0]}?{question}")
        assert first.headers["Location"].endswith("end=previous")
    assert "This is the first story of the list" in await text(page, f"/story/{ids[0]}?end=previous")
    assert (await page.get("/beside/next/sealed")).status_code == 404


async def test_rights_stand_before_the_text(page: httpx.AsyncClient) -> None:
    html = await text(page, "/story/call")
    before = html.partition('id="text"')[0]
    assert "No use in print" in before
    assert "© Reuters" in before
    assert "No rights information supplied" in await text(page, "/story/fixed")


async def test_a_story_is_downloaded_in_three_forms(page: httpx.AsyncClient) -> None:
    answer = await page.get("/api/stories/call/text")
    assert answer.text.startswith("Putin backs the policy\nReuters, ")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="call.txt"'
    assert (await page.get("/api/stories/call/ninjs")).json()["headlines"][0]["value"] == "Putin backs the policy"
    assert (await page.get("/api/stories/call/newsml-g2")).text.startswith("<?xml version='1.0' encoding='UTF-8'?>")
    for story, status in (("killed", 410), ("sealed", 404), ("held", 404)):
        for form in ("text", "ninjs", "newsml-g2"):
            assert (await page.get(f"/api/stories/{story}/{form}")).status_code == status


async def test_a_link_to_a_story_has_a_preview(page: httpx.AsyncClient) -> None:
    html = await text(page, "/story/call")
    assert '<meta property="og:title" content="Putin backs the policy">' in html
    assert "og:" not in await text(page, "/story/killed", 410)


async def test_the_matrix_counts_sentences_and_leads_to_them(page: httpx.AsyncClient) -> None:
    html = await text(page, "/stances")
    matrix = html.partition('class="matrix"')[2].partition("</table>")[0]
    assert re.search(r'<span class="against">−\d<span class="unseen"> against</span></span>', matrix)
    assert html.index('class="matrix"') < html.index('class="graph"')


async def test_a_row_opens_its_sentences_with_dates(page: httpx.AsyncClient) -> None:
    html = await text(page, "/stances?row=Vladimir+Putin+%E2%86%92+against+%E2%86%92+United+States")
    opened = html.partition('class="opened"')[2].partition("</tr>")[0]
    assert "He denounced the United States on Monday." in opened
    assert "repeated in 2 other stories" in opened
    assert "<time" in opened


async def test_positions_narrow_by_side_and_confidence(page: httpx.AsyncClient) -> None:
    assert "United States" not in (await text(page, "/stances?label=favor")).partition("<table")[2]
    assert "No positions found with these filters" in await text(page, "/stances?level=medium&about=United+States")
    assert "one-China policy" in (await text(page, "/stances?level=high")).partition("<table")[2]
    assert "is not one of high, medium" in await text(page, "/stances?level=x", 400)
    table = (await page.get("/api/stances.csv?label=against")).text
    assert table.splitlines()[1] == "Vladimir Putin,against,United States,1,3"


async def test_a_name_says_what_else_it_is_called_and_how_much_is_written_of_it(page: httpx.AsyncClient) -> None:
    html = await text(page, "/entity?name=Vladimir+Putin")
    assert re.search(r"Also called <bdi>Putin</bdi>", html)
    assert re.search(r"<strong>3</strong> in the last 24 hours</p>", html)
    assert "Backed by" in html
    assert 'href="/entity?name=Vladimir%20Putin"' in (await text(page, "/entity?name=Putin")).partition("Called so")[2]


async def test_a_name_that_is_misspelt_is_suggested(page: httpx.AsyncClient) -> None:
    html = await text(page, "/entity?name=Vladimir+Puttin", 404)
    assert 'Similar spellings: <a href="/entity?name=Vladimir%20Putin"' in html


async def test_links_keep_the_period_and_another_look_the_open_story(page: httpx.AsyncClient) -> None:
    for address, links in (
        ("/names?since=24h", ("/?country=US&since=24h", "/entity?since=24h&name=Vladimir%20Putin")),
        (
            "/entity?name=Vladimir+Putin&since=24h",
            ("/?named=Vladimir%20Putin&since=24h", "/?country=US&named=Vladimir%20Putin&since=24h",
             "/entity?since=24h&name=Xi%20Jinping", "/stances?since=24h&about=Vladimir%20Putin"),
        ),
        (
            "/stances?since=24h",
            ("/entity?since=24h&name=Vladimir%20Putin",
             "/stances/pair?holder=Vladimir%20Putin&target=United%20States&since=24h"),
        ),
        ("/?q=putin&open=call", ("/?q=putin&view=full&open=call", "/?q=putin&fold=1&open=call")),
    ):  # fmt: skip
        shown = (await text(page, address)).replace("&amp;", "&")
        for link in links:
            assert f'href="{link}"' in shown, (address, link)


async def test_a_story_of_one_word_has_one_word(index: str) -> None:
    async with page_over(index, made_story("short", "It rains", "Rain.", Annotations())) as page:
        assert '<span class="fact">1 word</span>' in (await page.get("/story/short")).text
        assert 'title="1 word">1<span class="label"> word</span>' in (await page.get("/")).text
