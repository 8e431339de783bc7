"""What Elasticsearch is told about indices, where no server is needed to see it."""

from typing import Any

import pytest

from search.elastic.generations import Generations
from search.elastic.templates import (
    POLICY,
    IndexNames,
    IndexSizes,
    closed_template,
    components,
    copies,
    guard_template,
    index_template,
)

NAMES = IndexNames("news")


@pytest.mark.parametrize(
    ("index", "number"),
    [("news-v1-2026.11", 1), ("news-v12-killed", 12), ("news-all", 0), ("news-v1", 0), ("newsx-v1-2026.11", 0),
     ("my-news-v1-2026.11", 0), ("news-v1-2026.11-old", 0)],
)  # fmt: skip
def test_an_index_tells_its_generation(index: str, number: int) -> None:
    assert NAMES.number(index) == number


def test_only_an_open_generation_has_the_aliases() -> None:
    made = components(NAMES, 2, IndexSizes(3, 1), stems=True)
    assert made["news-settings"]["settings"]["index"]["number_of_shards"] == 3
    assert set(made["news-aliases"]["aliases"]) == {"news", "news-all"}
    for is_open, composed in ((True, set(made)), (False, set(made) - {"news-aliases"})):
        template = index_template(NAMES, 2, 1, is_open=is_open)
        assert set(template["composed_of"]) == composed
        assert template["index_patterns"] == ["news-v2-*"]


def test_what_is_closed_goes_before_what_is_open_and_that_before_the_guard() -> None:
    priorities = [
        guard_template(NAMES)["priority"],
        index_template(NAMES, 1, 1, is_open=True)["priority"],
        closed_template(NAMES, [1])["priority"],
    ]
    assert priorities == sorted(set(priorities))
    for shut in (guard_template(NAMES), closed_template(NAMES, [1, 2])):
        assert shut["template"]["settings"]["index"]["blocks.write"] is True
        assert "aliases" not in shut["template"]


def test_ilm_merges_and_never_deletes_or_closes() -> None:
    assert set(POLICY["phases"]) == {"hot", "warm"}
    assert not {"delete", "readonly", "shrink"} & {
        name for phase in POLICY["phases"].values() for name in phase["actions"]
    }
    assert "lifecycle.name" not in components(NAMES, 1, IndexSizes(), stems=True)["news-settings"]["settings"]["index"]
    with_policy = components(NAMES, 1, IndexSizes(policy="news"), stems=True)
    assert with_policy["news-settings"]["settings"]["index"]["lifecycle.name"] == "news"


@pytest.mark.parametrize(("answer", "policy"), [({"acknowledged": True}, "news"), (None, "")])
async def test_indices_get_a_policy_where_the_server_takes_it(answer: Any, policy: str) -> None:
    class Ilm:
        def put_lifecycle(self, **body: Any) -> dict[str, Any]:
            return body

    class Server:
        prefix, url = "news", "http://none"
        client = type("Client", (), {"ilm": Ilm()})
        asked: Any = None

        async def call(self, request: Any, **_: Any) -> Any:
            self.asked = request
            return answer

    server = Server()
    assert await Generations(server, IndexSizes())._policy() == policy  # type: ignore[arg-type]  # a stand-in
    assert server.asked == {"name": "news", "policy": POLICY}


@pytest.mark.parametrize(
    ("sizes", "said"),
    [(IndexSizes(), {"auto_expand_replicas": "0-1"}), (IndexSizes(replicas=0), {"number_of_replicas": 0}), (IndexSizes(replicas=2), {"number_of_replicas": 2})],
)  # fmt: skip
def test_replicas_come_by_themselves_or_as_the_setting_says(sizes: IndexSizes, said: dict[str, Any]) -> None:
    index = components(NAMES, 1, sizes, stems=True)["news-settings"]["settings"]["index"]
    assert {name: value for name, value in index.items() if "replicas" in name} == said
    assert copies(sizes) == said
