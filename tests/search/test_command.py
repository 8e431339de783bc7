"""``newswire search`` and ``newswire index`` as their users see them, on the embedded store."""

import asyncio
import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import msgspec
import pytest
from click.testing import CliRunner, Result

from search.documents import Document
from search.field_types import DIMENSIONS
from search.open import open_store
from search.query.request import QueryError
from search.stories.alike import RANKED
from search.stories.described import Describer
from streams.cli.main import newswire
from streams.cli.options import Moment
from streams.errors import NewswireError
from streams.settings import settings
from tests.search.samples import annotated, document

Run = Callable[..., Result]

HOSTILE = document(
    "hostile",
    2,
    headline='=HYPERLINK("evil") \x1b[2Jcleared \u202eevil',
    body="\x9b31m body",
    source="+1",
    kind="correction",
    usage_terms="@SUM(1)",
    guid="\t=1",
)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs the command on an index of its own, its output without colours."""
    monkeypatch.setenv("NEWSWIRE_INDEX", f"sqlite:///{tmp_path / 'index.db'}")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    settings.cache_clear()
    yield lambda *arguments: CliRunner().invoke(newswire, arguments)
    settings.cache_clear()


def fill(*documents: Document) -> None:
    async def write() -> None:
        store = open_store(settings().index)
        await store.set_up()
        outcomes = await store.write(documents)
        assert {outcome.state for outcome in outcomes} == {"written"}
        await store.close()

    asyncio.run(write())


def test_cards_show_who_stands_where_and_what_matched(run: Run) -> None:
    fill(document(version=1, headline="Before"), document(version=2, kind="correction", usage_terms="No archive use"))
    done = run("search", "putin", "--entity", "Xi")
    assert done.exit_code == 0
    for shown in (
        "1 story", "Putin and Xi discuss policies", "2026-11-02 09:00 UTC · AP · en-GB", "CORRECTION", "was: Before",
        "negative", "Xi Jinping against United States", "“Putin and Xi denounced the United States", "No archive use",
    ):  # fmt: skip
        assert shown in done.stdout


def test_json_has_the_stored_fields_and_the_score(run: Run) -> None:
    fill(document(), document("other", headline="Oil", body="Oil"))
    done = run("search", "putin", "--json")
    (line,) = done.stdout.splitlines()
    found = json.loads(line)
    assert (found["id"], found["guid"], found["version"]) == ("call", "urn:test:call", 1)
    assert found["entities"][0]["mentions"][0] == {"start": 10, "end": 12, "text": "Xi"}
    assert found["stance"][0]["label"] == "against"
    assert found["sentiment"]["label"] == "negative"
    assert found["score"] > 0
    assert found["highlights"]["headline"] == ["<em>Putin</em> and Xi discuss policies"]


def test_filters_reach_the_store(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(document(), document("other", 2, source="Reuters", language="de"), document("gone", 3, status="withheld"))

    def ids(*arguments: str) -> list[str]:
        return [json.loads(line)["id"] for line in run("search", *arguments, "--json").stdout.splitlines()]

    assert ids() == ["other", "call"]
    assert ids("--sort", "oldest", "--limit", "1") == ["call"]
    monkeypatch.setenv("NEWSWIRE_MAY_SEE_EMBARGOED", "true")
    settings.cache_clear()
    assert ids("--all", "--sort", "newest") == ["gone", "other", "call"]
    assert ids("--source", "reuters") == ids("--language", "de") == ids("--since", "2026-11-02T09:00:02Z") == ["other"]
    assert ids("--until", "2026-11-02T09:00:02") == ["call"]
    assert len(ids("--until", "2026-11-02")) == 2
    assert ids("--holder", "putin", "--target", "us", "--label", "against", "--source", "ap") == ["call"]
    assert ids("--holder", "putin", "--label", "favor") == []


def test_more_than_a_page_is_printed_without_gap(run: Run) -> None:
    fill(*(document(f"s{n}", n) for n in range(1, 1203)))
    done = run("search", "--json", "--limit", "1100")
    ids = [json.loads(line)["id"] for line in done.stdout.splitlines()]
    assert len(ids) == len(set(ids)) == 1100


def test_no_cell_of_the_csv_is_a_formula(run: Run) -> None:
    fill(document(), HOSTILE)
    rows = list(csv.DictReader(io.StringIO(run("search", "--csv").stdout)))
    assert [row["id"] for row in rows] == ["hostile", "call"]
    assert rows[0]["headline"].startswith("'=HYPERLINK")
    assert (rows[0]["source"], rows[0]["usage_terms"], rows[0]["guid"]) == ("'+1", "'@SUM(1)", "'\t=1")
    assert rows[1]["people"] == "Xi Jinping; Vladimir Putin"
    assert rows[1]["stances"].startswith("Xi Jinping → against → United States; ")
    assert rows[1]["sentiment_score"] == "-0.4"
    assert run("search", "nothingness", "--csv").stdout.startswith("version_created,source,headline")


def test_a_story_cannot_drive_the_terminal(run: Run) -> None:
    fill(HOSTILE)
    shown = run("search").stdout
    assert "[2Jcleared" in shown
    assert not {"\x1b", "\x9b", "\u202e"} & set(shown)


def test_nothing_found_is_said_and_is_no_error(run: Run) -> None:
    fill(document())
    done = run("search", "nothingness")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "no stories match" in done.stderr


@pytest.mark.parametrize(
    ("query", "said"),
    [("(putin", "at character 1"), ("nofield:x", "unknown field 'nofield'"), ("p*", "at least 2 letters")],
)
def test_a_wrong_query_is_one_line_that_says_where(run: Run, query: str, said: str) -> None:
    fill(document())
    error = run("search", query).exception
    assert isinstance(error, NewswireError)
    assert said in str(error)
    assert "\n" not in str(error)


def test_an_index_that_is_not_there_says_what_to_do(run: Run, tmp_path: Path) -> None:
    error = run("search", "putin").exception
    assert isinstance(error, NewswireError)
    assert "newswire index setup" in str(error)
    (tmp_path / "index.db").write_bytes(b"not a database at all, but long enough to be looked at as one" * 20)
    assert "another file" in str(run("search", "putin").exception)


def test_json_and_csv_exclude_each_other(run: Run) -> None:
    assert run("search", "--json", "--csv").exit_code == 2


def test_the_index_is_set_up_and_counted(run: Run) -> None:
    for _ in range(2):
        assert "is ready" in run("index", "setup").stdout
    fill(document(), document("withheld", status="withheld"))
    assert run("index", "count").stdout == "1\n"
    assert run("index", "count", "--all").stdout == "2\n"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-23", datetime(2026, 11, 23, tzinfo=UTC)),
        ("2026-11-23T14:30", datetime(2026, 11, 23, 14, 30, tzinfo=UTC)),
        ("2026-11-23T14:30+02:00", datetime(2026, 11, 23, 12, 30, tzinfo=UTC)),
        ("2026-11-23 14:30Z", datetime(2026, 11, 23, 14, 30, tzinfo=UTC)),
    ],
)
def test_moments(text: str, moment: datetime) -> None:
    assert Moment().convert(text, None, None) == moment


def test_moments_before_now_and_at_the_end_of_a_day() -> None:
    assert Moment(end=True).convert("2026-12-31", None, None) == datetime(2027, 1, 1, tzinfo=UTC)
    assert abs(Moment().convert("36h", None, None) - (datetime.now(UTC) - timedelta(hours=36))) < timedelta(seconds=5)


@pytest.mark.parametrize(
    "text", ["some day", "2026-13-01", "9999-12-31", "999999w", "", "24", "0001-01-01T00:00+14:00"]
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is not a time"):
        Moment(end=True).convert(text, None, None)


def test_an_embargo_is_shown_until_it_is_over(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSWIRE_MAY_SEE_EMBARGOED", "true")
    settings.cache_clear()
    fill(
        document("past", 1, embargo_until=datetime(2020, 1, 1, tzinfo=UTC)),
        document("to come", 2, embargo_until=datetime(2190, 1, 1, tzinfo=UTC)),
    )
    assert "EMBARGO" not in run("search").stdout
    assert run("search", "--all").stdout.count("EMBARGO until 2190-01-01 00:00 UTC") == 1


def test_a_kill_is_told_to_all_without_a_word_of_its_story(run: Run) -> None:
    told = {
        "status": "canceled",
        "kind": "kill",
        "editorial_note": "Kill Quisling",
        "url": "https://x.example/quisling",
    }
    fill(document("killed", 1, guid="quisling-resigns", headline="Quisling", slugline="notice-1", **told), document())
    for form in ((), ("--json",), ("--csv",)):
        done = run("search", "--all", *form).stdout
        assert "CANCELED" in done or "canceled" in done
        assert "uisling" not in done
        assert ("notice-1" in done) is (form != ("--csv",))
    assert "canceled" not in run("search", "--all", "--json", "guid:quisling*").stdout
    assert "canceled" not in run("search", "--json").stdout


@pytest.mark.parametrize(
    ("asked", "finds"),
    [
        ("kind:kill", True),
        ("status:canceled source:AP -kind:new", True),
        ("kind:kill OR headline:x", False),
        ("-quisling", False),
        ("slugline:notice*", False),
        ("killed:quisling", False),
    ],
)
def test_kills_are_found_by_what_they_show_to_everybody_and_by_nothing_else(run: Run, asked: str, finds: bool) -> None:
    fill(
        document("killed", 1, headline="Quisling", slugline="notice-1", status="canceled", kind="kill"),
        document("usable"),
    )
    done = run("search", "--all", "--", asked)
    assert ("CANCELED" in done.stdout) is finds
    assert ("listed only without words" in done.stderr) is not finds
    assert "--all includes" not in done.stderr
    assert ("--all includes killed ones" in run("search", "--source", "none", "--", asked).stderr) is finds
    assert "CANCELED" in run("search", "--all", "--source", "AP", "--language", "en", "--since", "2020-01-01").stdout


def test_a_forgotten_story_is_shown_as_removed(run: Run) -> None:
    fill(document("gone", 1, slugline="", headline="", status="canceled", kind="kill", format="forgotten"))
    shown = run("search", "--all").stdout
    assert "Removed story, AP" in shown
    assert "REMOVED" in shown
    assert not re.search("kill|cancel", shown, re.IGNORECASE)


def test_an_operator_reads_what_a_killed_story_was_called(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    kill = {"status": "canceled", "kind": "kill", "headline": "", "editorial_note": "Kill it"}
    fill(document("named", 1, headline="Libel", slugline="ACME-1"), document("bare", 1, slugline="", **kill))
    fill(document("named", 2, slugline="", **kill))
    shown = run("search", "--all").stdout
    assert "ACME-1" in shown
    assert "Libel" not in shown
    assert "Killed story, AP" in shown
    assert "ID bare" in shown
    monkeypatch.setenv("NEWSWIRE_MAY_SEE_EMBARGOED", "true")
    settings.cache_clear()
    shown = run("search", "kind:kill", "--all").stdout
    assert "Libel\n" in shown
    assert "Kill it" in shown
    assert "(no headline)" not in shown


def test_no_word_of_an_embargoed_story_can_be_guessed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(document("sealed", 1, headline="Merger of Acme and Bolt", embargo_until=datetime(2190, 1, 1, tzinfo=UTC)))

    def found(*arguments: str) -> list[str]:
        return [json.loads(line)["id"] for line in run("search", "--all", "--json", *arguments).stdout.splitlines()]

    assert found() == []
    assert found("Acme") == found("--entity", "Acme") == []
    assert "Acme" not in run("forget", "--id", "sealed").output
    monkeypatch.setenv("NEWSWIRE_MAY_SEE_EMBARGOED", "true")
    settings.cache_clear()
    assert found() == found("Acme") == ["sealed"]
    assert "Acme" in run("forget", "--id", "sealed").output


def test_by_meaning_finds_what_is_near_whatever_its_words(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    async def meaning(_: Describer, text: str) -> bytes:
        assert text == "no (query) -at all"
        return bytes([90]) + bytes(DIMENSIONS - 1)

    monkeypatch.setattr(Describer, "meaning", meaning)
    near, far = (
        msgspec.structs.replace(annotated(), meaning=bytes([first]) + bytes(DIMENSIONS - 1)) for first in (80, 166)
    )
    fill(document("far", annotations=far), document("near", annotations=near), document("other", source="dpa"))
    done = run("search", "--by-meaning", "no", "(query)", "--json", "--", "-at", "all")
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["near", "far"]
    assert run("search", "--by-meaning", "--source", "dpa", "--", "no (query) -at all").stderr.startswith("no stories")
    fill(document("killed", 1, status="canceled", headline="no query", annotations=near))
    assert '"id":"killed"' not in run("search", "--by-meaning", "--all", "--json", "--", "no (query) -at all").stdout


@pytest.mark.parametrize("text", ["stock prices fall", "oil"])
def test_by_meaning_takes_words_that_many_stories_have(text: str) -> None:
    assert len(asyncio.run(Describer().meaning(text))) == DIMENSIONS


@pytest.mark.parametrize("text", ["the", "2026"])
def test_by_meaning_says_which_words_say_nothing(text: str) -> None:
    with pytest.raises(QueryError, match="a word that is not in every other story"):
        asyncio.run(Describer().meaning(text))


def test_by_meaning_gives_fifty_at_most(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    async def meaning(_: Describer, __: str) -> bytes:
        return bytes([90]) + bytes(DIMENSIONS - 1)

    monkeypatch.setattr(Describer, "meaning", meaning)
    near = msgspec.structs.replace(annotated(), meaning=bytes([80]) + bytes(DIMENSIONS - 1))
    by_words = [document(f"w{n}", headline="harbour") for n in range(RANKED)]
    fill(*by_words, *(document(f"m{n}", annotations=near) for n in range(RANKED)))
    for limit, given in ((51, RANKED), (100, RANKED), (7, 7)):
        lines = run("search", "--by-meaning", "--limit", str(limit), "--json", "harbour").stdout.splitlines()
        assert len(lines) == given


def test_by_meaning_says_which_extra_is_missing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(document())
    monkeypatch.setattr("streams.operations.extras.installed", lambda extra: extra != "enrich")
    done = run("search", "--by-meaning", "dockers")
    assert done.exit_code != 0
    assert "newswire[enrich]" in str(done.exception)
