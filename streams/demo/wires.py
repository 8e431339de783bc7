"""What the demo feeds: the bundled sample wire, or files of one's own. Gives items, and prints what became of them.

Of the sample wire it is known what must be found again (`sample`, `check`). Of other files the demo reads by itself
which stories they hold, as the read stage does, and looks each up.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import msgspec
from rich.console import Console

from search.store import Store
from streams.demo import report
from streams.demo.check import look_up, strangers
from streams.demo.sample import items, samples
from streams.errors import Rejected
from streams.feeds.files import Refusal, find_files, read_items
from streams.feeds.producer import FeedItem
from streams.kafka.headers import text_of
from streams.raw_messages import limits_of
from streams.records import DeadLetter
from streams.settings import Settings
from streams.wire import Raw, parse_all

COMPLAINTS = 10  # named at most
EXAMPLES = 3  # paths to feed once more, at most
SAMPLE = Path(__file__).parents[1] / "sample_wire" / "wire" / "exw"
NAME = 500  # characters
LOOKED_UP = 500  # ids in one question to the store


class Findings(msgspec.Struct):
    """What became of a wire: a summary, what is wrong (nothing, if all is well), and searches to try."""

    summary: str
    complaints: list[str]
    searches: Sequence[report.Search]
    well: str


class DemoWire(Protocol):
    """What is fed, and how it is found again."""

    def items(self, settings: Settings) -> Iterator[FeedItem]:
        """Everything to feed, in order."""

    def example(self) -> list[str]:
        """What another terminal may give ``newswire feed files``; nothing if there is no file."""

    async def findings(self, console: Console, store: Store, letters: list[DeadLetter], *, fresh: bool) -> Findings:
        """Print what became of it. ``fresh`` says that the index was empty before."""


class SampleWire:
    """The bundled wire: invented agencies, every format, every fate of a story."""

    def items(self, settings: Settings) -> Iterator[FeedItem]:
        """The wire, agency by agency."""
        return items(settings.max_article_bytes)

    def example(self) -> list[str]:
        """One agency's folder."""
        return [str(SAMPLE), "--source", SAMPLE.name]

    async def findings(self, console: Console, store: Store, letters: list[DeadLetter], *, fresh: bool) -> Findings:
        """Look every story up, compare it with what was expected, and print stances and fates."""
        expected = samples()
        found = await look_up(store, expected)
        report.stances(console, [each.document for each in found if each.sample.visible])
        report.lives(console, found)
        complaints = [*_rejected(letters), *report.problems(found)]
        more = await strangers(store, expected)
        if fresh and more:
            complaints.append(f"the index has {more:+d} documents against {len(expected)} sample stories")
        summary = f"{len(letters)} rejected, {len(expected)} stories expected"
        return Findings(summary, complaints, report.SAMPLE_SEARCHES, "Every sample story is found again.")


class OwnFiles:
    """Files and folders in any format that `newswire parse` reads."""

    def __init__(self, paths: tuple[str, ...], source: str = "") -> None:
        """Raises ``Rejected`` if one of the paths is not there."""
        self._files = find_files(paths)
        self._paths = paths
        self._source = source
        self._refused: list[str] = []
        self._stories: set[str] = set()
        self._skipped = 0

    def items(self, settings: Settings) -> Iterator[FeedItem]:
        """The items of all files; what cannot be cut into items is noted."""
        limits = limits_of(settings)
        for path in self._files:
            for item in read_items(path, self._source, settings.max_article_bytes):
                if isinstance(item, Refusal):
                    self._refused.append(f"{item.name}: {item.reason}")
                    continue
                try:
                    parsed = parse_all(
                        Raw(item.value, item.received_at, item.source, item.content_type, item.name), limits
                    )
                except Rejected:
                    pass  # the read stage finds the same, and its dead letter says so
                else:
                    self._stories |= {article.id for article in parsed.articles}
                    self._skipped += len(parsed.skipped) + parsed.unnamed
                yield item

    def example(self) -> list[str]:
        """The first of the paths that were given, as they are found from any folder."""
        paths = [str(Path(path).resolve()) for path in self._paths if path != "-"][:EXAMPLES]
        return [*paths, *(("--source", self._source) if paths and self._source else ())]

    async def findings(self, console: Console, store: Store, letters: list[DeadLetter], *, fresh: bool) -> Findings:  # noqa: ARG002 - as a wire is asked
        """Look every story up by its id, and print the stances of the newest."""
        ids = sorted(self._stories)
        there: dict[str, int] = {}
        for start in range(0, len(ids), LOOKED_UP):
            there |= await store.versions(ids[start : start + LOOKED_UP], hidden=True)
        newest = await report.newest(store)
        report.stances(console, newest)
        complaints = [*self._refused, *_rejected(letters)]
        dead = {letter.article_id for letter in letters}
        if lost := [story for story in ids if story not in there and story not in dead]:
            complaints.append(f"{len(lost)} stories are not in the index, such as {lost[0]}")
        summary = f"{len(letters) + len(self._refused)} rejected, {self._skipped} skipped (pictures and the like), "
        summary += f"{len(there)} of {len(ids)} stories in the index"
        well = "Every story is in the index." if ids else "There was no story in it."
        return Findings(summary, complaints, report.made_up(newest), well)


def _rejected(letters: list[DeadLetter]) -> list[str]:
    """One line for each dead letter, up to a limit."""
    lines = [f"rejected by {letter.stage}: {_where(letter)}{letter.message}" for letter in letters[:COMPLAINTS]]
    more = len(letters) - len(lines)
    return [*lines, f"and {more} more, in newswire dead"] if more > 0 else lines


def _where(letter: DeadLetter) -> str:
    """The file, and perhaps line, of what was rejected, as the feed named it."""
    name = text_of(letter, "name", NAME)
    return f"{name}: " if name and not letter.message.startswith(name) else ""
