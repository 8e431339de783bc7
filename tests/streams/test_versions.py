"""Versions side by side: what an earlier one sent is read, and what a later one adds goes through every stage."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from processors.annotations import Model
from streams.agents.enriched_messages import enrich_message
from streams.agents.index import read_enriched
from streams.agents.read import read_messages
from streams.agents.received_article import ReceivedArticle
from streams.dead_letters.choosing import LetterSelection
from streams.dead_letters.store import DeadStore
from streams.errors import Rejected
from streams.kafka.headers import RECORD_HEADER
from streams.raw_messages import limits_of
from streams.records import SCHEMA_VERSION, Article, DeadLetter, EnrichedArticle, Replayed, decode
from streams.settings import read_settings
from tests.streams.messages import Event, Message

FILES = sorted(Path(__file__).parent.glob("compat/*.jsonl"))
SETTINGS = read_settings()
LATER = SCHEMA_VERSION + 7
KINDS: dict[str, Any] = {"articles": Article, "enriched": EnrichedArticle, "dead": DeadLetter}


def messages(file: Path, topic: str) -> list[Message]:
    found = []
    for line in file.read_text(encoding="utf-8").splitlines():
        fields = json.loads(line)
        if fields["topic"] == SETTINGS.topic(topic):
            value = fields["value"].encode("latin-1" if topic == "raw" else "utf-8")
            headers = [(name, text.encode()) for name, text in fields["headers"]]
            found.append(Message(**fields | {"key": fields["key"].encode(), "value": value, "headers": headers}))
    assert found
    return found


def grown(value, extra):
    """JSON with fields of a later version in every object of it, and that version's number."""
    if isinstance(value, list):
        return [grown(one, extra) for one in value]
    if not isinstance(value, dict):
        return value
    # Models and failures are tables of names, no records.
    new = {name: grown(one, extra) if name not in ("models", "failures") else one for name, one in value.items()}
    if "schema_version" in new:
        new["schema_version"] = LATER
    return new | extra


def later(message: Message, extra: Any = None) -> Message:
    extra = {"surprise": {"deep": [1, None, {"é": "€"}]}} if extra is None else extra
    value = json.dumps(grown(json.loads(message.value), extra)).encode()
    return Message(**vars(message) | {"value": value})


def enriched_of(message: Message):
    parts = {"entities": (), "sentiment": None, "stance": ()}
    annotators: Any = SimpleNamespace(models={n: Model("m", "1") for n in parts})
    return enrich_message(ReceivedArticle(message), parts, annotators, "news.enriched")


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def file(request) -> Any:
    return request.param


def test_the_named_commit_is_among_them() -> None:
    assert "59ba694" in [file.stem for file in FILES]


@pytest.mark.parametrize("change", [lambda message: message, later], ids=["as sent", "with fields of a later version"])
def test_every_stage_takes_what_another_version_sent(file, change) -> None:
    raw = messages(file, "raw")
    articles, letters, skipped, _ = read_messages(raw, "news.articles", limits_of(SETTINGS))
    assert (len(articles), len(letters), len(skipped)) == (16, 4, 0)
    for message in map(change, messages(file, "articles")):
        outgoing, letters = enriched_of(message)
        assert outgoing is not None
        assert letters == []
    enriched = [Event(change(message)) for message in messages(file, "enriched")]
    documents, letters = read_enriched(enriched)
    assert (len(documents), letters) == (16, [])
    store = DeadStore(SETTINGS)
    for message in map(change, messages(file, "dead")):
        store.put(message)
    assert store.unreadable == []
    assert len(list(store.summaries(LetterSelection()))) == 4
    assert len(list(store.summaries(LetterSelection(replayed=True)))) == 5
    store.close()


def test_what_is_new_passes_through_an_older_enrich_stage(file) -> None:
    for message in messages(file, "articles"):
        outgoing, _ = enriched_of(later(message))
        article = json.loads(outgoing.value)["article"]
        assert article == json.loads(later(message).value) | {"notes": article["notes"]}
        assert article["schema_version"] == LATER
        for concept in article["subjects"]:
            assert concept["surprise"] == {"deep": [1, None, {"é": "€"}]}


@pytest.mark.parametrize("topic", KINDS)
def test_what_needs_a_later_reader_is_refused_and_says_so(file, topic) -> None:
    record = json.loads(messages(file, topic)[0].value)
    for needs in (1, SCHEMA_VERSION):
        decode(json.dumps(record | {"needs": needs}).encode(), KINDS[topic])
    # Also where the fields no longer fit: the declared reason is the one to tell.
    for change in ({}, {"source": 1, "enriched_at": "never"}):
        with pytest.raises(Rejected, match=f"needs a reader of schema version {LATER}.*upgrade this stage"):
            decode(json.dumps(record | change | {"needs": LATER}).encode(), KINDS[topic])


def test_a_wrong_type_is_refused_by_its_own_name_whatever_needs_says(file) -> None:
    record = json.loads(messages(file, "articles")[0].value)
    for needs in ("x", 1, None):
        with pytest.raises(Rejected, match=r"\$\.(version|needs)"):
            decode(json.dumps(record | {"version": "1", "needs": needs}).encode(), Article)


@pytest.mark.parametrize(
    "value", [b'{"a": "\xff", %s', b'{"\xff": 1, %s', b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b", %s"]
)
def test_unknown_fields_that_are_no_json_are_refused(file, value) -> None:
    message = messages(file, "articles")[0]
    bad = Message(**vars(message) | {"value": value.replace(b"%s", message.value[1:])})
    outgoing, letters = enriched_of(bad)
    assert outgoing is None
    assert [letter.error for letter in letters] == ["Rejected"]


def test_a_record_of_an_unknown_kind_among_dead_letters_is_named_and_no_letter() -> None:
    store = DeadStore(SETTINGS)
    store.put(Message("news.dead", 0, b"k", b"{}", [(RECORD_HEADER, b"Recycled")]))
    assert store.unreadable == [("news.dead[0]@0", "Recycled: a kind of record that this version does not know")]
    store.close()


def test_a_mark_of_replay_is_read_as_a_mark(file) -> None:
    marks = [m for m in messages(file, "dead") if (RECORD_HEADER, b"Replayed") in m.headers]
    assert [decode(m.value, Replayed).state for m in marks] == ["begun", "done"]
