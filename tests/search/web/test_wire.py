"""What the wire's page shows beside its stories: values, bars, ways out of an empty result, the story beside the list."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from search.query.addresses import SearchParameters, asked
from search.views import Count, Facets, StoriesOverTime, TimeInterval
from search.web.wire.histogram import histogram
from search.web.wire.narrowing import VALUES, conditions, facet_values, groups, periods
from search.web.wire.ways_out import wider

DAY = datetime(2026, 11, 2, tzinfo=UTC)


def question(*parameters: tuple[str, str]) -> SearchParameters:
    return asked(parameters, limit=40)


# --- pieces


def test_a_field_with_one_value_is_not_shown_and_one_with_many_leads_to_all() -> None:
    many = tuple(Count(f"p{n}", 20 - n) for n in range(VALUES + 1))
    counts = {"person": many, "source": (Count("AP", 9),), "urgency": (Count("4", 9), Count("1", 2)), "kind": ()}
    found = groups(question(("q", "oil")), Facets(counts, 20))
    assert [group.name for group in found] == ["urgency", "person"]
    assert [one.value for one in found[0].values] == ["1", "4"]
    assert len(found[1].values) == VALUES
    assert (found[0].more, found[1].more) == ("", "/values?q=oil&field=person")


def test_a_value_is_taken_in_out_and_left_out() -> None:
    values = list(
        facet_values(question(("source", "AP"), ("q", "oil")), "source", (Count("AP", 3), Count("dpa & co", 2)))
    )
    assert [one.chosen for one in values] == [True, False]
    assert [one.link for one in values] == ["/?q=oil", "/?q=oil&source=dpa%20%26%20co"]
    assert values[1].without == "/?q=oil&source=AP&not_source=dpa%20%26%20co"


def test_conditions_say_what_is_left_out() -> None:
    (one, other) = conditions(question(("person", "Xi"), ("not_source", "AP"), ("since", "1h"), ("view", "full")))
    assert (one.heading, one.value, one.negated, one.link) == (
        "Person",
        "Xi",
        False,
        "/?not_source=AP&since=1h&view=full",
    )
    assert (other.name, other.value, other.negated) == ("source", "AP", True)


def test_periods_know_which_is_chosen() -> None:
    found = periods(question(("since", "yesterday"), ("until", "yesterday"), ("q", "oil")))
    assert [name for name, _, chosen in found if chosen] == ["Yesterday"]
    assert {name: link for name, link, _ in found}["30 min"] == "/?q=oil&since=30m"
    assert [name for name, _, chosen in periods(question()) if chosen] == ["Any time"]


def test_every_bar_leads_to_the_stories_of_its_time() -> None:
    course = StoriesOverTime("hour", (TimeInterval(DAY, 4, {}), TimeInterval(DAY + timedelta(hours=15), 1, {})))
    drawn = histogram(question(("q", "oil"), ("since", "7d")), course)
    assert drawn is not None
    assert [bar.stories for bar in drawn.bars] == [4, *[0] * 14, 1]
    assert drawn.bars[0].link == "/?q=oil&since=2026-11-02T00%3A00Z&until=2026-11-02T01%3A00Z"
    assert drawn.base == "/?q=oil"
    assert sum(bar.width for bar in drawn.bars) == pytest.approx(1000)
    assert (drawn.bars[0].height, drawn.bars[1].height, drawn.bars[15].height) == (40, 0, 10)
    assert histogram(question(), StoriesOverTime("hour", ())) is None


def test_wider_searches_than_one_that_found_nothing() -> None:
    assert [text for text, _ in wider(question(("q", "oil spill"), ("source", "AP"), ("since", "1h")))] == [
        "At any time", "Without filters", "With any of the words", "These words alone", "Any of these words alone",
    ]  # fmt: skip
    assert dict(wider(question(("q", "oil spill"))))["With any of the words"] == [("q", "oil OR spill")]
    for text in ("oil OR spill", '"oil spill"', "oil -spill", "source:AP spill", "oil"):
        assert "With any of the words" not in dict(wider(question(("q", text))))


# --- pages, on either store


async def text(page: httpx.AsyncClient, address: str, status: int = 200) -> str:
    answer = await page.get(address)
    assert answer.status_code == status, answer.text
    return answer.text


async def test_a_story_stands_beside_the_list_and_by_itself(page: httpx.AsyncClient) -> None:
    html = await text(page, "/?q=policy+OR+prize&sort=oldest&open=call")
    beside = html.partition('id="pane"')[2]
    assert "He denounced the United States" in re.sub("<[^>]+>", "", beside)
    assert html.count("<h1") == html.count("<main") == html.count('id="live"') + 1 == 1
    assert 'href="/?q=policy%20OR%20prize&amp;sort=oldest&amp;open=freed"' in html
    alone = await text(page, "/pane/call?q=policy")
    assert "<mark>policy</mark>" in alone
    assert "<html" not in alone


@pytest.mark.parametrize(("story", "status"), [("sealed", 404), ("held", 404), ("nothing", 404), ("killed", 410)])
async def test_what_may_not_be_read_is_not_beside_the_list_either(
    page: httpx.AsyncClient, story: str, status: int
) -> None:
    for html in (await text(page, f"/pane/{story}", status), await text(page, f"/?open={story}")):
        assert "KILLED by the agency" in html if status == 410 else "Story not found" in html
        assert "ecret" not in html
        assert "Libel" not in html


async def test_an_empty_result_offers_wider_searches_that_find_something(page: httpx.AsyncClient) -> None:
    html = await text(page, "/?q=putin+nosuchword&source=Reuters")
    assert "No stories match." in html
    assert re.search(r'href="/\?q=putin%20OR%20nosuchword&amp;source=Reuters">With any of the words: 1 story<', html)
    assert "Without filters" not in html, "it would find nothing either"
    html = await text(page, "/?q=putin+nosuchword&source=Minor&since=1h")
    assert "Any of these words alone: 1 story<" in html


async def test_all_values_of_a_field_and_those_that_contain_a_text(page: httpx.AsyncClient) -> None:
    html = await text(page, "/values?field=source")
    assert re.search(r'href="/\?source=Minor">\s*<span class="facet-value"><bdi>Minor</bdi>.*?60', html, re.DOTALL)
    assert "enemy" in html
    found = await text(page, "/values?field=source&find=MIN&q=story")
    assert "Minor" in found
    assert "enemy" not in found
    assert "None contains" in await text(page, "/values?field=person&find=zzz")
    await text(page, "/values?field=headline", 404)
    await text(page, "/values", 422)


async def test_values_left_out_and_named_days(page: httpx.AsyncClient) -> None:
    html = await text(page, "/?not_source=Minor")
    assert "<strong>4</strong> stories" in html
    assert "Not source" in html
    assert "No stories match" in await text(page, "/?until=1+January+2020")


async def test_the_ticker_is_a_page_of_its_own(page: httpx.AsyncClient) -> None:
    html = await text(page, "/ticker?q=story&sort=oldest")
    assert len(re.findall('<li class="row', html)) == 30
    assert 'data-live="/live?q=story"' in html
    assert "<nav" not in html


async def test_the_bars_are_of_all_stories(page: httpx.AsyncClient) -> None:
    html = await text(page, "/")
    counted = [int(number) for number in re.findall(r": ([\d,]+)</title>", html)]
    assert sum(counted) == 64
