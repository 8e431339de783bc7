"""Stories in each language are found by its word stems, in both stores alike, on the page and by alerts."""

import asyncio
import random
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from search.alerts.matching import Matcher
from search.checkup import checkup
from search.documents import Document, source_of
from search.elastic.migration import Migration
from search.elastic.store import ElasticsearchStore
from search.field_types import ANALYZER
from search.mapping import properties
from search.open import open_store
from search.query.language import STOP_WORDS
from search.sqlite.store import SqliteStore
from search.sqlite.tables import LANGUAGE_COLUMNS, SCHEMA_VERSION, TRIGGERS
from search.store import MARKS, StoreUnavailable
from search.web.reading.searched import searched_places
from search.words.stemming import STEMMINGS
from tests.search.conftest import StoreMaker, fill, remove
from tests.search.elastic.test_store import send
from tests.search.samples import document, question

TEXTS = {
    "de": (
        "Die Regierungen verhandelten",
        "In Köln trafen sich die Außenminister. Nationale Interessen zählten nicht, so Moody's.",
    ),
    "fr": (
        "Les gouvernements négocient à Paris",
        "L’été dernier, la grève des cheminots avait paralysé l'Europe. Son fils.",
    ),
    "es": ("Los gobiernos negociaron un acuerdo", "Las elecciones de mayo fueron reñidas; las leyes cambian."),
    "it": ("I governi hanno negoziato", "Le banche dell'Europa temono le elezioni. Nuove notizie da Roma."),
    "nl": (
        "De regeringen onderhandelden",
        "In Den Haag spraken de ministers over de begroting van de regering. Foto's van Moody’s.",
    ),
    "yo": ("Ọ̀rọ̀ ní Yorùbá", "Ẹ̀kọ́."),
    "ru": ("За́мок горит", "Пожар в за́мке."),
    "el": ("Ο λόγος του πρωθυπουργού", "Ο πρόεδρος απάντησε."),
    "und": ("Policies again", "Nobody knows the language."),
    "en": ("Governments negotiate", "The ministers in Paris and Rome agreed on national policies. Two people may die."),
    "": ("Policies change", "Nobody says in which language this is."),
}
STORIES = [document(f"in-{tag}", headline=head, body=body, language=tag) for tag, (head, body) in TEXTS.items()]

SEARCHES = {
    "Regierung": {"in-de"}, "verhandelt": {"in-de"}, "aussenminister": {"in-de"}, "Koeln": {"in-de"},
    "gouvernement": {"in-fr"}, "grèves": {"in-fr"}, "l'Europe": {"in-fr", "in-it"}, "d’Europe": {"in-fr", "in-it"},
    "gobierno": {"in-es"}, "elección": {"in-es"}, "ley": {"in-es"}, "governo": {"in-it"}, "notizia": {"in-it"},
    "banca": {"in-it"}, "regering": {"in-nl"}, "regeringen": {"in-nl"}, "ministers": {"in-nl", "in-en"},
    "minister": {"in-en"}, "policy": {"in-en", "in-", "in-und"}, "government": {"in-en"}, "nation": {"in-en"},
    "Paris": {"in-fr", "in-en"}, "die": {"in-de", "in-en"}, "son": {"in-fr"}, "headline:Regierung": {"in-de"},
    "body:Regierung": set(), "Regierung Köln": {"in-de"}, "Regierung OR gobierno": {"in-de", "in-es"},
    '"Die Regierungen"': {"in-de"}, '"Regierung"': set(), "Regier*": {"in-de"}, "regiert -Paris": set(),
    "ọ̀rọ̀": {"in-yo"}, "Ẹ̀KỌ́": {"in-yo"}, "за́мок": {"in-ru"}, "пожар": {"in-ru"}, "foto": {"in-nl"}, "foto's": {"in-nl"}, "Moody": {"in-de", "in-nl"},
    "Moody’s": {"in-de", "in-nl"}, "(Moody regering) OR (Moody Köln)": {"in-de", "in-nl"},
    "Moody -foto": {"in-de"}, 'Moody "Den Haag"': {"in-nl"}, "Regierung gouvernement": set(), "λόγος": {"in-el"},
    "NOT policy": {"in-de", "in-fr", "in-es", "in-it", "in-nl", "in-yo", "in-ru", "in-el"},
}  # fmt: skip


@pytest.fixture(scope="module")
def filled(shared_store: StoreMaker) -> StoreMaker:
    return fill(shared_store, STORIES)


async def test_a_word_finds_what_its_language_makes_of_it(filled: StoreMaker) -> None:
    store = filled()
    try:
        for text, ids in SEARCHES.items():
            for sort in ("relevance", "newest"):
                results = await store.find(question(text, sort=sort))
                assert ({hit.id for hit in results.hits}, results.total) == (ids, len(ids)), text
                if sort == "relevance" and not text.startswith("NOT"):
                    assert all(hit.score for hit in results.hits), text
    finally:
        await store.close()


async def test_what_alerts_is_what_is_found_in_each_language() -> None:
    matcher = Matcher()
    matcher.put({text: question(text) for text in SEARCHES})
    matched = matcher.match([source_of(one) for one in STORIES], datetime.now(UTC))
    for text, ids in SEARCHES.items():
        assert {one.id for one, names in zip(STORIES, matched, strict=True) if text in names} == ids, text


async def test_what_matched_is_marked_in_lists_and_in_the_story(filled: StoreMaker) -> None:
    store = filled()
    try:
        for text, marked in {
            "verhandelt": "Die Regierungen <verhandelten>", "gouvernement": "Les <gouvernements> négocient à Paris",
            "gobierno": "Los <gobiernos> negociaron un acuerdo", "governo": "I <governi> hanno negoziato",
            "regeringen": "De <regeringen> onderhandelden", "government": "<Governments> negotiate",
            "ọ̀rọ̀": "<Ọ̀rọ̀> ní Yorùbá", "за́мок": "<За́мок> горит", "λόγος": "Ο <λόγος> του πρωθυπουργού",
        }.items():  # fmt: skip
            (hit,) = (await store.find(question(text))).hits
            assert hit.highlights["headline"] == (marked.replace("<", MARKS[0]).replace(">", MARKS[1]),)
            (place,) = searched_places(hit.document, question(text), 9)
            assert hit.document["headline"][slice(*place)] == marked[marked.index("<") + 1 : marked.index(">")]
        (hit,) = (await store.find(question("l'Europe", language="it"))).hits
        assert f"Europa{MARKS[1]}" in hit.highlights["body"][0]  # Elasticsearch marks its article too
    finally:
        await store.close()


async def test_a_story_that_changes_its_language_is_found_by_the_new_one_only(filled: StoreMaker) -> None:
    store = filled()
    try:
        german, english = (
            document("moved", n, headline="Systeme Regierungen", body="Ja.", language=tag)
            for n, tag in ((1, "de"), (2, "en"))
        )
        for story, ids in ((german, {"in-de", "moved"}), (english, {"in-de"})):
            await store.write([story])
            await store.refresh()
            assert {hit.id for hit in (await store.find(question("Regierung"))).hits} == ids
        await store.write([document("moved", 3, status="canceled", language="de")])
        await store.refresh()
    finally:
        await store.close()


@pytest.mark.integration
async def test_both_stores_find_the_same_by_any_single_word(
    elasticsearch_url: str, prefix: str, tmp_path: Path
) -> None:
    """Random stories of words that languages share, and forms of them that nobody wrote down as expected."""
    chance = random.Random(5)
    texts = " ".join(f"{head} {body}" for head, body in TEXTS.values())
    # Of two letters, of which one takes two bytes, SQLite's English stemmer makes another stem than Lucene's.
    words = sorted({word for word in re.findall(r"[\w'’]+", texts) if word.isalpha() and len(word) > 2})
    forms = [f"{word}{end}" for word in words for end in ("", chance.choice(["s", "e", "en", "es", "i", "a", "o"]))]
    forms += ["Moody's", "foto’s", "McDonald's"] * 3
    stories = [
        document(
            str(number),
            headline=" ".join(chance.sample(forms, 5)),
            body=" ".join(chance.choices(forms, k=30)),
            language=chance.choice([*TEXTS, "de-AT", "fr-CA", "pt"]),
        )
        for number in range(60)
    ]
    stores = [open_store(f"sqlite:///{tmp_path / 'index.db'}"), open_store(elasticsearch_url, prefix=prefix)]
    try:
        for store in stores:
            await store.set_up()
            await store.write(stories)
            await store.refresh()
        some = chance.sample([form for form in forms if form.lower() not in STOP_WORDS], 48)
        several = [" OR ".join(some[at : at + 3]) for at in range(0, 12, 3)] + [f"{some[0]} {some[1]}", f"({some[2]})"]
        for word in [*some, *several, "Moody", "foto's", "McDonald"]:
            one, other = await asyncio.gather(*(store.find(question(word, limit=100)) for store in stores))
            scores = [{hit.id: round(hit.score, 3) for hit in results.hits} for results in (one, other)]
            assert scores[0] == scores[1], word
    finally:
        for store in stores:
            await store.close()
        remove(elasticsearch_url, prefix)


def without_arrival(db: sqlite3.Connection) -> None:
    """Take from a file what layout 11 has more than layout 10."""
    for index in ("stories_by_arrival", "stories_by_receipt", "stories_small"):
        db.execute(f"DROP INDEX {index}")
    db.execute("ALTER TABLE stories DROP COLUMN arrived_at")


def as_before(story: Document, path: Path) -> None:
    """Take from a file all that layout 8 has more than layout 7."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for name in ("stories_in", "stories_changed"):
            db.execute(f"DROP TRIGGER {name}")
        without_arrival(db)
        for column in LANGUAGE_COLUMNS:
            db.execute(f"ALTER TABLE stories DROP COLUMN {column}")
        older = TRIGGERS
        for side in ("new", "old"):
            for part in ("headline", "body"):
                older = older.replace(f"coalesce({side}.{part}_stems, {side}.{part})", f"{side}.{part}")
        db.executescript(older.replace(", headline_stems, body_stems", ""))
        db.execute("INSERT INTO stems (stems) VALUES ('rebuild')")
        db.execute("PRAGMA user_version = 7")
        assert db.execute("SELECT count(*) FROM stories WHERE id = ?", (story.id,)).fetchone() == (1,)


async def test_a_file_of_the_layout_before_is_given_the_stems(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    store = SqliteStore(path)
    await store.set_up()
    await store.write(STORIES)
    await store.close()
    as_before(STORIES[0], path)
    store = SqliteStore(path)
    for _ in range(2):
        await store.set_up()
        for text in ("Regierung", "gouvernement", "policy", '"Die Regierungen"'):
            found = {hit.id for hit in (await store.find(question(text))).hits}
            assert found == SEARCHES[text], text
    await store.write([document("in-de", 2, headline="Anders", body="Nichts.", language="de")])
    assert not (await store.find(question("Regierung"))).hits
    await store.close()


async def test_stems_that_an_older_program_wrote_are_made_once_more(tmp_path: Path) -> None:
    """Words of Yoruba in pieces, and a killed story's that it left; it may not write beside this one."""
    path = tmp_path / "index.db"
    store = SqliteStore(path)
    await store.set_up()
    await store.write([*STORIES, document("killed", language="de", status="canceled")])
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for old, story in (("o\ue014 ro\ue014", "in-yo"), ("regier\ue010", "killed"), (None, "in-fr")):
            db.execute("UPDATE stories SET headline_stems = ? WHERE id = ?", (old, story))
        db.execute("PRAGMA user_version = 9")
    assert {hit.id for hit in (await store.find(question("Regierung", kills=True))).hits} == {"in-de", "killed"}
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        without_arrival(db)
    await store.set_up()
    for text in ("Regierung", "ọ̀rọ̀", "gouvernement"):
        assert {hit.id for hit in (await store.find(question(text, kills=True))).hits} == SEARCHES[text], text
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("INSERT INTO stems (stems) VALUES ('integrity-check')")
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(StoreUnavailable, match="upgrade it"):
        await store.write([document("in-de", 2, status="canceled", language="de")])
    assert (await store.find(question("Regierung"))).total == 1
    await store.close()


@pytest.mark.integration
async def test_an_index_of_an_older_program_goes_on_and_has_the_stems_after_a_migration(
    elasticsearch_url: str, prefix: str, caplog: pytest.LogCaptureFixture
) -> None:
    old = {name: field for name, field in properties().items() if name not in ("stemming", *STEMMINGS)}
    settings = {"analysis": {"analyzer": {ANALYZER: {"type": "english"}}}}
    month = f"{elasticsearch_url}/{prefix}-v1-2026.11"
    aliases: dict[str, Any] = {f"{prefix}-all": {}, prefix: {}}
    send(month, {"settings": settings, "mappings": {"dynamic": "strict", "properties": old}, "aliases": aliases})
    store = ElasticsearchStore(elasticsearch_url, prefix=prefix)
    try:
        for _ in range(2):
            await store.set_up()
        assert f"{prefix}-v1-2026.11 search other languages than English by English word stems" in caplog.text
        assert {outcome.state for outcome in await store.write(STORIES)} == {"written"}
        await store.refresh()
        assert {hit.id for hit in (await store.find(question("policy"))).hits} == SEARCHES["policy"]
        assert {hit.id for hit in (await store.find(question("Regierungen"))).hits} == {"in-de"}
        assert not (await store.find(question("Regierung"))).hits
        assert "search all languages by English word stems" in str(await checkup(store, elasticsearch_url))
        await Migration(store.generations).run()
        assert "indices have all" in str(await checkup(store, elasticsearch_url))
        for text in ("Regierung", "gouvernement", "policy"):
            assert {hit.id for hit in (await store.find(question(text))).hits} == SEARCHES[text]
    finally:
        await store.close()
        remove(elasticsearch_url, prefix)
