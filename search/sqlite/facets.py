"""The most frequent values of the newest stories that match, in the embedded store. Takes a condition, gives counts.

Values are counted over the newest matching stories only, so that counting costs no more with a larger archive.
"""

# ruff: noqa: S608 - statements are put together from constants and parameter names only

import sqlite3
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from search.field_types import LONGEST_KEYWORD
from search.query.fields import QUERY_FIELDS
from search.sqlite.counted import COUNTED_FIELDS, FIELDS, LEVELS, NUMBER, SENTENCE
from search.sqlite.expressions import quoted
from search.sqlite.finding import newest
from search.sqlite.query import SqlCondition
from search.sqlite.tables import ROWS_A_STORY
from search.views import Count, Facets

COUNTED = 5000  # newest matching stories that values are counted over
OF_THESE = "json_each(:stories) AS newest CROSS JOIN counted ON story = newest.value"
IN_STANCE = 3  # numbers of each stance: its text, its level, its sentence


class FacetChoice(NamedTuple):
    """How many values of each field are wanted, which ones, and of stances of which level ("" for any).

    ``value`` is ``None`` where any will do.
    """

    size: int
    value: Callable[[str, str], bool] | None
    level: str


def facets(
    db: sqlite3.Connection,
    condition: SqlCondition,
    fields: Sequence[str],
    choice: FacetChoice,
    total: int | None = None,
    known: str = "",
) -> Facets:
    """The most frequent values of each field among the newest stories that match; see `newest`."""
    found = newest(db, condition, COUNTED, total, known)
    counting = _Counting(db, found.stories, choice)
    counts = {field: counting.of(field) for field in fields}
    return Facets(counts, found.size, found.more)


class _Counting:
    """The counts of some stories, the newest first, as a list in JSON."""

    def __init__(self, db: sqlite3.Connection, stories: str, choice: FacetChoice) -> None:
        self._db = db
        self._choice = choice
        self._stories = stories
        self._kept: dict[int, Counter[int]] = {}

    @property
    def _by_place(self) -> dict[int, Counter[int]]:
        """How many stories have each value, by the place of its field."""
        if not self._kept:
            self._kept = defaultdict(Counter)
            for number, count in Counter(self._numbers()).items():
                self._kept[number % FIELDS][number] = count
        return self._kept

    def of(self, field: str) -> tuple[Count, ...]:
        """The most frequent values of a field."""
        if field not in COUNTED_FIELDS:
            return self._events() if field == "event" else self._words(field)
        if field == "stance":
            return self._stances()
        counter = self._by_place[COUNTED_FIELDS.index(field)]
        if QUERY_FIELDS[field].kind == "code":
            return self._in_any_case(field, counter)
        return tuple(Count(value, counter[number]) for number, value in self._first(field, counter))

    def _numbers(self) -> "array[int]":
        """The numbers of all values of all stories."""
        # As one text: row by row, Python's lock is given back and taken again each time.
        statement = f"SELECT group_concat(hex(terms), '') FROM {OF_THESE}"
        (kept,) = self._db.execute(statement, {"stories": self._stories}).fetchone()
        numbers = array(NUMBER)
        numbers.frombytes(bytes.fromhex(kept or ""))
        return numbers

    def _first(self, field: str, counter: Mapping[int, int]) -> list[tuple[int, str]]:
        """The most frequent numbers with their texts; of those that are equally frequent, the first by text."""
        size, value = self._choice.size, self._choice.value
        considered: Iterable[int] = counter
        if value is None and len(counter) > size:
            least = sorted(counter.values(), reverse=True)[size - 1]
            considered = [number for number, count in counter.items() if count >= least]
        found = [one for one in self._texts(considered) if value is None or value(field, one[1])]
        return sorted(found, key=lambda one: (-counter[one[0]], one[1]))[:size]

    def _texts(self, numbers: Iterable[int]) -> list[tuple[int, str]]:
        asked = msgspec.json.encode(list(numbers)).decode()
        statement = "SELECT terms.id, terms.value FROM json_each(?) AS asked CROSS JOIN terms ON terms.id = asked.value"
        return self._db.execute(statement, (asked,)).fetchall()

    def _in_any_case(self, field: str, counter: Mapping[int, int]) -> tuple[Count, ...]:
        """Codes are compared without case, and shown as the newest story spells them."""
        spelt: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for number, value in self._texts(counter):
            spelt[value.lower()].append((number, value))
        sums = {code: sum(counter[number] for number, _ in ways) for code, ways in spelt.items()}
        is_wanted = self._choice.value
        wanted = (code for code in spelt if is_wanted is None or is_wanted(field, code))
        codes = sorted(wanted, key=lambda code: (-sums[code], code))
        return tuple(Count(self._spelling(spelt[code]), sums[code]) for code in codes[: self._choice.size])

    def _spelling(self, ways: Sequence[tuple[int, str]]) -> str:
        """Of several spellings of a code, that of the newest story."""
        if len(ways) == 1:
            return ways[0][1]
        spelling = dict(ways)
        return next(spelling[number] for number in self._numbers() if number in spelling)

    def _stances(self) -> tuple[Count, ...]:
        """The most frequent stances: by how many stories have each, and how many different sentences say so."""
        stories: Counter[int] = Counter()
        sentences: dict[int, set[int]] = defaultdict(set)
        for each in self._stance_rows():
            stories.update({number for number, _ in each})
            for number, sentence in each:
                sentences[number].add(sentence)
        return tuple(
            Count(value, stories[number], len(sentences[number])) for number, value in self._first("stance", stories)
        )

    def _stance_rows(self) -> Iterator[list[tuple[int, int]]]:
        """For each story, the text and sentence of its stances of the wanted level."""
        level = LEVELS.index(self._choice.level) if self._choice.level else None
        statement = f"SELECT group_concat(hex(stances), ' ') FROM {OF_THESE} WHERE stances <> x''"
        (kept,) = self._db.execute(statement, {"stories": self._stories}).fetchone()
        for each in (kept or "").split():
            numbers = array(SENTENCE, bytes.fromhex(each)).tolist()
            rows = zip(*(numbers[at::IN_STANCE] for at in range(IN_STANCE)), strict=True)
            yield [(number, sentence) for number, of, sentence in rows if level is None or of == level]

    def _words(self, field: str) -> tuple[Count, ...]:
        """The most frequent values of a field that few stories have, counted from the rows used for searching."""
        least, most = (f"(SELECT {which}(value) FROM json_each(:stories))" for which in ("min", "max"))
        statement = (
            "SELECT value, count(*) FROM names WHERE names MATCH :named AND field = :field "
            f"AND names.rowid BETWEEN {least} * :rows AND ({most} + 1) * :rows "
            "AND names.rowid / :rows IN (SELECT value FROM json_each(:stories)) GROUP BY 1"
        )
        asked = {"stories": self._stories, "field": field, "named": f"field : {quoted(field)}", "rows": ROWS_A_STORY}
        is_wanted = self._choice.value
        found = [
            one
            for one in self._db.execute(statement, asked)
            if len(one[0]) <= LONGEST_KEYWORD and (is_wanted is None or is_wanted(field, one[0]))
        ]
        return tuple(Count(*one) for one in sorted(found, key=lambda one: (-one[1], one[0]))[: self._choice.size])

    def _events(self) -> tuple[Count, ...]:
        """The most frequent events, which are found by their ids in lower case; an event's id is that of a story."""
        events = (
            "SELECT codes.value AS event, count(*) AS reports FROM json_each(:stories) AS newest "
            "CROSS JOIN codes ON story = newest.value WHERE field = 'event' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT :size"
        )
        spelt = (
            "SELECT stories.id FROM codes AS own JOIN stories ON stories.rowid = own.story "
            "WHERE own.field = 'id' AND own.value = event"
        )
        statement = f"SELECT ifnull(({spelt}), event), reports FROM ({events})"
        found = self._db.execute(statement, {"stories": self._stories, "size": self._choice.size})
        return tuple(Count(*one) for one in found)
