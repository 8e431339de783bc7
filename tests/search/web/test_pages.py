"""What the pages show, on either store."""

import re

import httpx
import pytest

from tests.search.web.samples import HOSTILE, TEXT

PAGES = (
    "/", "/?q=putin", "/?q=nothing+like+it", "/?person=Xi+Jinping&sort=oldest", "/story/call", "/story/hostile", "/story/killed",
    "/story/fixed", "/stances", "/stances?about=United+States", "/stances/pair?holder=Vladimir+Putin&target=United+States",
    "/names", "/entity?name=United+States", "/entity?name=nobody", "/pipeline", "/api", "/nothing", "/?q=%28", "/?since=x",
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


async def test_facets_narrow_and_widen(page: httpx.AsyncClient) -> None:
    html = await text(page, "/")
    link = re.search(r'<a href="(/\?source=Reuters)"', html)
    assert link
    narrowed = await text(page, link[1])
    assert "<strong>1</strong> story" in narrowed
    assert 'aria-current="true"' in narrowed
    assert headlines(narrowed) == ["Putin backs the policy"]
    assert "Source" in narrowed


async def test_what_matched_is_marked(page: httpx.AsyncClient) -> None:
    assert "<mark>Putin</mark> backs" in await text(page, "/?q=putin")


async def test_a_wrong_question_is_explained_beside_what_was_typed(page: httpx.AsyncClient) -> None:
    html = await text(page, "/?q=%28putin", 400)
    assert "this parenthesis is never closed" in html
    assert 'value="(putin"' in html
    assert "is not a time" in await text(page, "/?since=yesterday", 400)


async def test_a_story_is_marked_up(page: httpx.AsyncClient) -> None:
    html = await text(page, "/story/call")
    assert re.search(
        r'<a class="entity entity-person" data-stances="e0 h0" href="/entity\?name=Vladimir%20Putin"[^>]*>Vladimir Putin</a>',
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
    html = await text(page, "/story/call")
    similar = html.partition("Similar stories")[2]
    assert "Prize awarded" in similar
    assert "Minor story" not in similar


async def test_who_stands_where_is_drawn_and_listed(page: httpx.AsyncClient) -> None:
    html = await text(page, "/stances")
    label = "Vladimir Putin against United States, 3 stories"
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
