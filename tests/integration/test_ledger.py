"""Dead letters, replay, re-annotation and the ledger, on real Kafka and Elasticsearch."""

import json
import urllib.request
from datetime import UTC, datetime
from typing import Any

import pytest
from kafka import KafkaProducer

from tests.integration.pipeline import Pipeline
from tests.integration.test_pipeline import stories, write
from tests.waiting import wait_for

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]


@pytest.fixture
def pipeline(kafka, elasticsearch_url, prefix, tmp_path) -> Pipeline:
    return Pipeline(kafka, elasticsearch_url, prefix, tmp_path)


def reported(pipeline: Pipeline, *arguments: str, status: int = 0):
    done = pipeline.run(*arguments, "--json")
    assert done.returncode == status, done.stdout + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def audited(pipeline: Pipeline, *arguments: str, status: int = 0):
    (report,) = reported(pipeline, "audit", *arguments, status=status)
    return report


def find(pipeline: Pipeline, guid: str):
    pipeline.refresh()
    (hit,) = pipeline.index_request("_search", "POST", {"query": {"term": {"guid": guid}}, "version": True})["hits"][
        "hits"
    ]
    return hit


def remove(pipeline: Pipeline, guid: str) -> dict[str, Any]:
    """Take a document out of the index behind the pipeline's back."""
    hit: dict[str, Any] = find(pipeline, guid)
    url = f"{pipeline.index}/{hit['_index']}/_doc/{hit['_id']}?refresh=true"
    with urllib.request.urlopen(urllib.request.Request(url, method="DELETE"), timeout=30):
        return hit


def produce(pipeline: Pipeline, topic: str, *values: bytes, key: bytes = b"k", headers=()) -> None:
    producer = KafkaProducer(bootstrap_servers=pipeline.kafka, acks="all", max_request_size=2**23)
    for value in values:
        producer.send(f"{pipeline.prefix}.{topic}", value, key=key, headers=list(headers)).get(timeout=30)
    producer.close()


def killed(story: dict[str, str]) -> dict[str, str]:
    return {**story, "status": "canceled", "version_created": "2025-03-01T12:00:00Z", "body": "Kill. Kill. Kill."}


def corrected(story: dict[str, str]) -> dict[str, str]:
    return {**story, "version_created": "2025-03-01T11:00:00Z", "headline": "CORRECTED: " + story["headline"]}


def test_the_ledger_accounts_for_every_fate_and_names_what_was_taken_away(pipeline, tmp_path) -> None:
    rows = [*stories(30), corrected(stories(1)[0]), killed(stories(2)[1])]
    file = write(tmp_path / "stories.jsonl", rows)
    broken = tmp_path / "broken.jsonl"
    broken.write_bytes(b'{"nothing": 1}\n{"headline": "cut\n')
    several = tmp_path / "several.json"
    members = [{"guid": f"m{n}", "headline": f"Member {n}", "version_created": "2025-03-01T10:00:00Z"} for n in (1, 2)]
    several.write_text(json.dumps({"items": [*members, {"guid": "empty"}]}))
    with pipeline.worker():
        fed = pipeline.run("feed", "files", file, str(broken), str(several), "--source", "wire")
        assert "35 accepted" in fed.stdout, fed.stderr
        pipeline.settle()
    report = audited(pipeline)
    assert report["missing"] == 0
    assert (report["accepted"], report["articles"]) == (35, 37)
    assert (report["indexed"], report["superseded"], report["tombstoned"]) == (31, 1, 2)
    assert {why: fate["articles"] for why, fate in report["dead_lettered"].items()} == {"read: Rejected": 3}
    assert report["lag"] == {"read": 0, "enrich": 0, "index": 0}
    gone = remove(pipeline, "story-7")
    lost = audited(pipeline, status=1)
    assert lost["missing"] == 1
    (missing,) = lost["missing_articles"]
    assert (missing["guid"], missing["article_id"], missing["version"]) == (
        "story-7",
        gone["_id"],
        gone["_source"]["version"],
    )
    raw = gone["_source"]["raw"]
    assert (missing["topic"], missing["partition"], missing["offset"]) == (
        raw["topic"],
        raw["partition"],
        raw["offset"],
    )
    assert "past" in missing["note"]
    assert "story-7" in pipeline.run("audit").stdout


def test_the_ledger_names_what_a_stage_skipped_and_an_older_version_that_stands(pipeline, tmp_path) -> None:
    pipeline.run("topics", "create")
    with pipeline.worker():
        pipeline.run("feed", "files", write(tmp_path / "a.jsonl", stories(3)), "--source", "wire")
        pipeline.settle()
    # A read stage that acks without sending: its group is moved past messages that nobody has read.
    pipeline.run(
        "feed", "files", write(tmp_path / "b.jsonl", [*stories(4)[3:], corrected(stories(1)[0])]), "--source", "wire"
    )
    waiting = audited(pipeline)
    assert waiting["missing"] == 0
    assert waiting["on_their_way"] == {"read": 2}
    assert waiting["lag"]["read"] == 2
    skip_to_end(pipeline, "read", "raw")
    lost = audited(pipeline, status=1)
    assert {one["guid"]: one["note"].partition(",")[0] for one in lost["missing_articles"]} == {
        "story-3": "the read stage is past it", "story-0": "the read stage is past it",
    }  # fmt: skip


@pytest.mark.parametrize(("stage", "topic"), [("enrich", "articles"), ("index", "enriched")])
def test_articles_before_a_later_stage_are_on_their_way_until_that_skips_them(pipeline, tmp_path, stage, topic) -> None:
    pipeline.run("topics", "create")
    pipeline.run("feed", "files", write(tmp_path / "a.jsonl", stories(5)), "--source", "wire")
    with pipeline.worker("read"):
        wait_for(lambda: len(pipeline.messages("articles")) == 5, "read")
        wait_for(lambda: audited(pipeline)["lag"]["read"] == 0, "read committed")
    if stage == "index":
        with pipeline.worker("enrich"):
            wait_for(lambda: len(pipeline.messages("enriched")) == 5, "enriched")
            wait_for(lambda: audited(pipeline)["lag"]["enrich"] == 0, "enrich committed")
    report = audited(pipeline)
    assert (report["on_their_way"], report["missing"], report["lag"][stage]) == ({stage: 5}, 0, 5)
    skip_to_end(pipeline, stage, topic)
    lost = audited(pipeline, status=1)
    assert lost["missing"] == 5
    assert all(f"{pipeline.prefix}.articles[" in one["note"] for one in lost["missing_articles"])


def skip_to_end(pipeline: Pipeline, stage: str, topic: str) -> None:
    from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition  # noqa: PLC0415
    from kafka.structs import OffsetAndMetadata  # noqa: PLC0415

    name = f"{pipeline.prefix}.{topic}"
    consumer = KafkaConsumer(bootstrap_servers=pipeline.kafka)
    partitions = [TopicPartition(name, p) for p in consumer.partitions_for_topic(name) or ()]
    ends = {tp: OffsetAndMetadata(end, "", -1) for tp, end in consumer.end_offsets(partitions).items()}
    consumer.close()
    admin = KafkaAdminClient(bootstrap_servers=pipeline.kafka)
    admin.alter_group_offsets(f"{pipeline.prefix}-{stage}", ends)
    admin.close()


def test_dead_letters_go_back_once_and_count_their_attempts(pipeline, tmp_path) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_bytes(b'{"nothing": 1, "esc": "\x1b[31m"}\n{"headline": "cut\n')
    with pipeline.worker():
        pipeline.run("feed", "files", str(broken), "--source", "wire")
        pipeline.settle()
        (group,) = reported(pipeline, "dead", "list")
        assert (group["letters"], group["stage"], group["error"], group["source"]) == (2, "read", "Rejected", "wire")
        assert not reported(pipeline, "dead", "list", "--source", "other")
        ids = [one["id"] for one in reported(pipeline, "dead", "list", "--each")]
        dry = reported(pipeline, "dead", "replay", "--stage", "read", "--dry-run")[0]
        assert (dry["letters"], dry["messages"]) == (2, 2)
        assert pipeline.run("dead", "replay").returncode == 2, "nothing is replayed unless it is chosen"
        (counts,) = reported(pipeline, "dead", "replay", "--id", ids[0])
        assert (counts["letters"], counts["messages"]) == (1, 1)
        (counts,) = reported(pipeline, "dead", "replay", "--id", ids[0])
        assert (counts["letters"], counts["messages"]) == (0, 0), "once"
        pipeline.settle()
    again = [one for one in reported(pipeline, "dead", "list", "--each") if one["id"] not in ids]
    assert [one["attempts"] for one in again] == [2], "it failed again, and says so"
    shown = reported(pipeline, "dead", "show", again[0]["id"])[0]
    headers = dict(shown["headers"])
    assert {"replayed-from", "replay-of", "attempts", "received-at", "source"} <= headers.keys()
    assert ids[0] in {one["id"] for one in reported(pipeline, "dead", "list", "--each", "--all")}
    assert ids[0] not in {one["id"] for one in reported(pipeline, "dead", "list", "--each")}
    assert len([*pipeline.run("dead", "export", "--all").stdout.splitlines()]) == 3
    assert "\x1b" not in pipeline.run("dead", "show", ids[0]).stdout + pipeline.run("dead", "show", ids[1]).stdout
    assert pipeline.run("dead", "show", "nothing").returncode == 1
    report = audited(pipeline)
    assert report["missing"] == 0
    assert report["copies"] == 1
    assert report["replayed"] == 1, "whose copy is counted instead"
    assert report["dead_lettered"]["read: Rejected"]["articles"] == 2


def test_a_replay_that_was_cut_off_is_finished_without_sending_twice(pipeline) -> None:
    pipeline.run("topics", "create")
    letters = {name: raw_letter(pipeline, offset) for offset, name in enumerate(("there", "not there", "new"))}
    for letter in letters.values():
        produce(pipeline, "dead", json.dumps(letter).encode(), key=letter["id"].encode())
    for name in ("there", "not there"):
        mark = {"letter": letters[name]["id"], "state": "begun", "at": datetime.now(UTC).isoformat()}
        mark |= {"topic": f"{pipeline.prefix}.raw"}
        produce(
            pipeline, "dead", json.dumps(mark).encode(), key=mark["letter"].encode(), headers=[("record", b"Replayed")]
        )
    produce(pipeline, "raw", b"{}", headers=[("replay-of", letters["there"]["id"].encode())])
    (dry,) = reported(pipeline, "dead", "replay", "--everything", "--dry-run")
    (counts,) = reported(pipeline, "dead", "replay", "--everything")
    for each in (dry, counts):
        assert (each["letters"], each["messages"], each["found"]) == (3, 2, 1)
    assert len(pipeline.messages("raw")) == 3
    (counts,) = reported(pipeline, "dead", "replay", "--everything")
    assert (counts["letters"], counts["messages"], counts["found"]) == (0, 0, 0)
    listed = reported(pipeline, "dead", "list", "--each", "--all")
    assert [one["replayed"] for one in listed] == ["done"] * 3


def raw_letter(pipeline: Pipeline, offset: int) -> dict[str, Any]:
    return {
        "id": f"{pipeline.prefix}.raw:0:{offset}", "stage": "read", "error": "Rejected", "message": "planted", "source": "",
        "topic": f"{pipeline.prefix}.raw", "partition": 0, "offset": offset, "key": None, "value": "e30=", "headers": [],
        "attempts": 1, "failed_at": "2026-01-01T00:00:00Z", "software_version": "0",
    }  # fmt: skip


def test_a_part_that_failed_is_redone_on_news_articles(pipeline, tmp_path) -> None:
    pipeline.run("topics", "create")
    with pipeline.worker():
        pipeline.run("feed", "files", write(tmp_path / "a.jsonl", stories(1)), "--source", "wire")
        pipeline.settle()
        before = find(pipeline, "story-0")
        (article,) = pipeline.messages("articles")
        for part in ("stance", "entities"):
            produce(pipeline, "dead", json.dumps(part_letter(pipeline, article, part)).encode(), key=part.encode())
        (counts,) = reported(pipeline, "dead", "replay", "--error", "ValueError")
        assert (counts["letters"], counts["messages"]) == (2, 1), "both parts are redone by one message"
        pipeline.settle()
    assert len(pipeline.messages("articles")) == 2
    after = find(pipeline, "story-0")
    assert after["_source"]["version"] == before["_source"]["version"]
    assert after["_source"]["enriched_at"] > before["_source"]["enriched_at"]
    assert reported(pipeline, "dead", "replay", "--everything")[0]["messages"] == 0
    assert audited(pipeline)["indexed"] == 1


def part_letter(pipeline: Pipeline, article: dict[str, Any], part: str) -> dict[str, Any]:
    import base64  # noqa: PLC0415

    return {
        "id": f"{pipeline.prefix}.articles:0:0:{part}", "stage": "enrich", "error": "ValueError", "message": "planted",
        "source": "wire", "topic": f"{pipeline.prefix}.articles", "partition": 0, "offset": 0,
        "key": base64.b64encode(article["id"].encode()).decode(),
        "value": base64.b64encode(json.dumps(article).encode()).decode(), "headers": [], "attempts": 1,
        "failed_at": "2026-01-01T00:00:00Z", "software_version": "0", "part": part, "article_id": article["id"],
    }  # fmt: skip


def test_history_goes_down_the_road_again_and_changes_nothing(pipeline, tmp_path) -> None:
    no_times = [{"guid": "untimed", "headline": "Untimed", "body": "A text without a time."}]
    rows = [*stories(8), killed(stories(1)[0]), *no_times]
    with pipeline.worker():
        pipeline.run("feed", "files", write(tmp_path / "a.jsonl", rows), "--source", "wire")
        pipeline.run(
            "feed",
            "files",
            write(tmp_path / "b.jsonl", [{"guid": "o", "headline": "Other", "body": "x"}]),
            "--source",
            "o",
        )
        pipeline.settle()
        before = versions(pipeline)
        (dry,) = reported(pipeline, "replay", "--from", "1h", "--source", "wire", "--dry-run")
        assert (dry["sent"], dry["of_others"]) == (10, 1)
        assert len(pipeline.messages("articles")) == 11
        (first,) = reported(pipeline, "replay", "--from", "1h")
        assert (first["sent"], first["copies"]) == (11, 0)
        pipeline.settle()
        (second,) = reported(pipeline, "replay", "--from", "1h", "--source", "wire")
        assert (second["sent"], second["copies"]) == (10, 11), "copies are not copied"
        (third,) = reported(pipeline, "replay", "--from", "1h", "--topic", "articles", "--source", "o")
        assert third["sent"] == 2  # the article of the original and that of its copy
        pipeline.settle()
        assert versions(pipeline) == before
        assert reported(pipeline, "replay", "--from", "2020-01-01", "--to", "2020-01-02")[0]["sent"] == 0
    report = audited(pipeline)
    assert report["missing"] == 0
    assert (report["accepted"], report["copies"]) == (32, 21)
    assert audited(pipeline, "--to", "2020-01-01")["accepted"] == 0


def versions(pipeline: Pipeline) -> dict[str, tuple[int, str]]:
    pipeline.refresh()
    body = {"size": 1000, "_source": ["version", "status"]}
    hits = pipeline.index_request("_search", "POST", body)["hits"]["hits"]
    return {hit["_id"]: (hit["_source"]["version"], hit["_source"]["status"]) for hit in hits}


def test_only_what_older_models_annotated_is_annotated_anew_and_kills_stay(pipeline, tmp_path) -> None:
    file = write(tmp_path / "a.jsonl", [*stories(6), killed(stories(1)[0])])
    with pipeline.worker():
        fed = pipeline.run("feed", "files", file, "--source", "wire")
        assert fed.returncode == 0, fed.stderr
        pipeline.settle()
        assert reported(pipeline, "reenrich", "--model-older-than", "current")[0]["sent"] == 0, "all are up to date"
        old = find(pipeline, "story-3")
        source = old["_source"]
        source["models"]["stance"]["version"] = "0.0.1"
        source["stance"] = None
        put(pipeline, old, source)
        (dry,) = reported(pipeline, "reenrich", "--model-older-than", "current", "--dry-run")
        assert (dry["sent"], dry["up_to_date"], dry["killed"]) == (1, 4, 1)
        assert reported(pipeline, "reenrich", "--model-older-than", "0.0.2", "--annotator", "sentiment")[0]["sent"] == 0
        assert reported(pipeline, "reenrich", "--model-older-than", "0.0.2", "--annotator", "stance")[0]["sent"] == 1
        assert len(pipeline.messages("articles")) == 8
        pipeline.settle()
        new = find(pipeline, "story-3")
        assert new["_source"]["version"] == old["_source"]["version"]
        assert new["_source"]["stance"] is not None
        assert new["_source"]["models"]["stance"]["version"] != "0.0.1"
        same = {name: value for name, value in new["_source"].items() if name not in ("enriched_at", "indexed_at")}
        assert same["notes"] == source["notes"]
        assert reported(pipeline, "reenrich", "--model-older-than", "current")[0]["sent"] == 0, "safe to repeat"
        assert pipeline.run("reenrich").returncode == 2
        assert "invalid query: " in pipeline.run("reenrich", "--query", "(").stderr


def put(pipeline: Pipeline, hit: dict[str, Any], source: dict[str, Any]) -> None:
    url = f"{pipeline.index}/{hit['_index']}/_doc/{hit['_id']}?version={hit['_version']}&version_type=external_gte&refresh=true"
    request = urllib.request.Request(
        url, json.dumps(source).encode(), {"content-type": "application/json"}, method="PUT"
    )
    with urllib.request.urlopen(request, timeout=30):
        pass


def test_a_kill_that_comes_between_finding_and_annotating_wins(pipeline, tmp_path) -> None:
    with pipeline.worker():
        pipeline.run("feed", "files", write(tmp_path / "a.jsonl", stories(3)), "--source", "wire")
        pipeline.settle()
    (sent,) = reported(pipeline, "reenrich", "--query", "guid:story-1 OR guid:story-2")
    assert sent["sent"] == 2
    newer = [killed(stories(2)[1]), corrected(stories(3)[2])]
    # The later articles overtake those that wait to be annotated anew: they are indexed first.
    with pipeline.worker("read"):
        pipeline.run("feed", "files", write(tmp_path / "b.jsonl", newer), "--source", "wire")
        wait_for(lambda: len(pipeline.messages("articles")) == 7, "read")
    replayed = pipeline.run("replay", "--from", "1h", "--topic", "articles")
    assert "7 messages sent" in replayed.stdout, replayed.stderr
    (again,) = reported(pipeline, "reenrich", "--query", "guid:story-1 OR guid:story-2")
    assert again["sent"] == 2, "the index has not seen the kill yet, so old text is sent after it"
    with pipeline.worker():
        pipeline.settle()
    dead, fixed = find(pipeline, "story-1"), find(pipeline, "story-2")
    assert dead["_source"]["status"] == "canceled"
    # What it was called stays, for those with the right: which story a desk has to take down.
    assert dead["_source"].pop("killed")["headline"] == stories(2)[1]["headline"]
    del dead["_source"]["lineage"]["called"]
    assert "Obama" not in json.dumps(dead["_source"])
    assert (fixed["_source"]["kind"], fixed["_source"]["headline"]) == ("correction", stories(3)[2]["headline"])
    assert audited(pipeline)["missing"] == 0
