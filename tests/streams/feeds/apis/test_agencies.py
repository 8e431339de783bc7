"""The shipped descriptions against servers that behave like the agencies': nothing lost, nothing twice."""

import json
from collections import Counter
from datetime import UTC, datetime

import pytest
from aiohttp.test_utils import TestServer

from streams.errors import SettingsError
from streams.feeds.apis import poller as poller_module
from streams.feeds.apis.description import read_description, shipped
from streams.feeds.apis.poller import ApiPoller
from streams.feeds.polling import Poll
from streams.feeds.state import FeedState
from streams.settings import read_settings
from streams.wire import Raw, parse
from tests.streams.feeds.apis.agencies import KEY, SECRET, Agency, Ap, Pa, Reuters, described
from tests.streams.feeds.sink import Sink

KINDS = {"ap": Ap, "pa": Pa, "reuters": Reuters}
NAMES = [f"s{n}" for n in range(1, 9)]


@pytest.fixture
def sink(tmp_path) -> Sink:
    return Sink(read_settings(data=tmp_path / "data", max_article_bytes=8192))


class Desk:
    """A newsroom that polls one agency: each poll is a process of its own, which has just started."""

    def __init__(self, name: str, agency: Agency, sink: Sink, folder) -> None:
        self.agency, self.sink, self.folder = agency, sink, folder
        text = described(name, agency)
        text = text.replace("requests_per_minute = 450", "seconds = 1.0").replace("step = 100", "step = 3")
        text = text.replace("[limits]", "[limits]\nbytes = 100000") if "[limits]" in text else (
            text + "\n[limits]\nbytes = 100000\nseconds = 1.0\n"
        )  # fmt: skip
        self.path = folder / f"{name}.toml"
        self.path.write_text(text)
        for file, secret in (("ap-key", KEY), ("pa-key", KEY), ("reuters-client-id", "desk"),
                             ("reuters-client-secret", SECRET)):  # fmt: skip
            (folder / file).write_text(secret + "\n")

    async def poll(self, **options) -> Poll:
        api = read_description(str(self.path), allow_private=True)
        with FeedState.of(self.sink.settings) as state:
            async with ApiPoller([api], self.folder, self.sink, state, **{"allow_private": True} | options) as poller:
                return await poller.poll(api)

    async def polls(self) -> None:
        """Poll until all is well and nothing is left."""
        for _ in range(20):
            poll = await self.poll()
            assert poll.error == ""
            if not poll.sent and not poll.more:
                return
        raise AssertionError("still not done after 20 polls")

    def headlines(self) -> Counter[str]:
        found = [json.loads(item.value) for item in self.sink.items]
        return Counter((one.get("headline") or one["headLine"]).removeprefix("Headline of ") for one in found)


@pytest.fixture(params=sorted(KINDS))
async def desk(request, sink, tmp_path):
    agency = KINDS[request.param]()
    async with TestServer(agency.app) as server:
        agency.url = str(server.make_url("/"))
        yield Desk(request.param, agency, sink, tmp_path)


def test_there_is_a_description_for_each() -> None:
    assert shipped() == sorted(KINDS)
    for name in shipped():
        read_description(name)


async def test_all_items_arrive_once_and_new_ones_with_the_next_polls(desk) -> None:
    desk.agency.publish(*NAMES)
    await desk.polls()
    assert desk.headlines() == Counter(NAMES)
    desk.agency.publish("n1", "n2", "n3", "n4")
    await desk.polls()
    assert desk.headlines() == Counter([*NAMES, "n1", "n2", "n3", "n4"])
    if not isinstance(desk.agency, Pa):
        (article,) = parse(Raw(desk.sink.items[0].value, datetime.now(UTC)))
        assert article.body == f"Text of {article.headline.removeprefix('Headline of ')}."
    assert {item.feed for item in desk.sink.items} == {f"api:{desk.path.stem}"}


TROUBLES = ["500", "503", "429", "404", "401", "cut", "slow", "login", "nothing", "null", "huge", "private"]


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("when", [1, pytest.param(2, marks=pytest.mark.servers), 4])
async def test_a_poll_that_goes_wrong_loses_nothing_and_repeats_nothing(desk, trouble, when) -> None:
    desk.agency.publish(*NAMES)
    desk.agency.expect_trouble(**{f"n{when}": trouble})
    first = await desk.poll()
    met = desk.agency.count >= when
    gone_for_good = met and trouble == "404" and "nitf" in desk.agency.requests[when - 1][0]
    assert bool(first.error) == (met and not gone_for_good and not (trouble == "401" and isinstance(desk.agency, Reuters)
                                                                    and when > 1)), first  # fmt: skip
    if trouble in ("429", "503") and met:
        assert first.wait == 90
    desk.agency.expect_trouble()
    await desk.polls()
    lost = 1 if gone_for_good else 0
    assert desk.headlines().total() == len(NAMES) - lost
    assert set(desk.headlines().values()) == {1}
    desk.agency.publish("later")
    await desk.polls()
    assert desk.headlines()["later"] == 1
    assert desk.headlines().total() == len(NAMES) + 1 - lost


class Killed(BaseException):
    """The process ends here, as by SIGKILL: nothing of ours catches it."""


@pytest.mark.parametrize("before_kafka", [True, False])
async def test_killed_at_any_moment_nothing_is_lost_and_little_is_sent_again(desk, before_kafka, monkeypatch) -> None:
    """Ended once at each confirmation of an item by Kafka, before or after what is remembered of it is written."""
    monkeypatch.setattr(poller_module, "BATCH", 2)
    desk.agency.publish(*NAMES)
    real = FeedState.take
    for moment in range(1, 40):
        left = iter(range(moment))

        def take(self, *given, **more) -> None:
            if next(left, None) is None:  # noqa: B023 - used at once
                if not before_kafka:
                    real(self, *given, **more)
                raise Killed
            real(self, *given, **more)

        monkeypatch.setattr(FeedState, "take", take)
        try:
            await desk.poll()
        except Killed:
            continue
        break
    monkeypatch.setattr(FeedState, "take", real)
    await desk.polls()
    assert set(desk.headlines()) == set(NAMES)
    keys = {(item.key, item.value) for item in desk.sink.items}
    assert len(keys) == len(NAMES)  # what is sent again is the same under the same key, so it is indexed once


async def test_what_kafka_does_not_confirm_is_sent_by_the_next_poll(desk) -> None:
    desk.agency.publish(*NAMES)
    desk.sink.up = False
    assert "Kafka" in (await desk.poll()).error
    desk.sink.up = True
    await desk.polls()
    assert desk.headlines() == Counter(NAMES)


async def test_an_item_that_turns_up_again_or_late_is_sent_once(desk) -> None:
    """Repeated items, and items out of order."""
    desk.agency.publish("a", "b", "c", "d", "e")
    await desk.polls()
    if isinstance(desk.agency, Pa):
        desk.agency.stories.append({"name": "late", "number": 3.5, "version": 1})  # below newer ones
    else:
        desk.agency.stories += [dict(desk.agency.stories[1]), {"name": "late", "number": 1, "version": 1}]
    await desk.polls()
    assert desk.headlines() == Counter(["a", "b", "c", "d", "e", "late"])


async def test_a_new_version_is_sent_and_a_kill_without_text_too(desk) -> None:
    desk.agency.publish("a", "b")
    await desk.polls()
    if isinstance(desk.agency, Pa):
        desk.agency.change("a")
    else:
        desk.agency.stories.append({**desk.agency.stories[0], "version": 2, "number": 3, "pubstatus": "canceled"})
    await desk.polls()
    assert desk.headlines() == Counter(["a", "a", "b"])
    if isinstance(desk.agency, Pa):
        return
    old, new = (article for item in desk.sink.items for article in parse(Raw(item.value, datetime.now(UTC)))
                if article.headline.endswith("of a"))  # fmt: skip
    assert old.id == new.id
    assert old.version < new.version
    if isinstance(desk.agency, Ap):
        assert new.status == "canceled"


async def test_secrets_are_in_no_message_log_or_state(desk, caplog, sink) -> None:
    caplog.set_level("DEBUG")
    desk.agency.publish(*NAMES)
    errors = []
    for trouble in ("500", "cut", "login", "private", "401"):
        for when in ("n1", "n2"):
            desk.agency.expect_trouble(**{when: trouble})
            errors.append((await desk.poll()).error)
    desk.agency.expect_trouble()
    await desk.polls()
    kept = b"".join(path.read_bytes() for path in sink.settings.data.glob("feeds.sqlite3*"))
    told = "\n".join([*errors, caplog.text, *(f"{item.headers} {item.value!r}" for item in sink.items)])
    for secret in (KEY, SECRET, "token-1"):
        assert secret not in told
        assert secret.encode() not in kept


async def test_a_missing_secret_is_named(desk) -> None:
    for file in ("ap-key", "pa-key", "reuters-client-secret"):
        (desk.folder / file).unlink()
    error = (await desk.poll()).error
    assert "auth." in error
    assert "cannot be read" in error
    assert desk.agency.requests == []


async def test_private_addresses_and_secrets_without_tls_are_refused(desk) -> None:
    with pytest.raises(SettingsError, match="secrets are sent over https"):
        read_description(str(desk.path))
    assert "private address" in (await desk.poll(allow_private=False)).error
    assert desk.agency.requests == []
