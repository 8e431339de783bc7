"""Matches incoming stories with saved searches, with the same result as a search of the index.

For most searches, comparing the terms of the story (`search.alerts.story_terms`) with those that the search requires
(`search.alerts.terms`) is enough. Where it is not, as with a phrase, the stories go into in-memory tables with the
embedded store's schema, and the search runs there in that store's SQL. So alerts and searches find the same stories.
"""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from functools import reduce
from itertools import chain
from operator import or_
from typing import Any, NamedTuple

from search.alerts.story_terms import StoryTerms, stories_by_term
from search.alerts.terms import PREFIX, Requirement, Term, Tokenizer, requirement_of, terms_in, texts_of
from search.query.checking import ParsedQuery
from search.sqlite.query import SqlCondition
from search.sqlite.tables import TABLES, put
from search.visibility import VISIBLE, holds, milliseconds, milliseconds_of

STATEMENTS = 1024  # prepared statements that SQLite caches: searches of the same form share one


class PreparedSearch(NamedTuple):
    """A search ready for matching: which terms it requires, and its SQL."""

    query: ParsedQuery
    requirement: Requirement
    anchors: frozenset[Term]
    statement: str
    parameters: Mapping[str, object]


class Matcher:
    """Saved searches by id, ready for matching."""

    def __init__(self) -> None:
        self._searches: dict[str, PreparedSearch] = {}
        self._by_anchor: dict[Term, set[str]] = defaultdict(set)
        self._unanchored: set[str] = set()
        self._needed: dict[Term, int] = defaultdict(int)
        self._prefixes: set[Term] = set()
        self._tokenizer = Tokenizer()
        self._terms = StoryTerms(self._tokenizer)

    def __len__(self) -> int:
        """How many searches there are."""
        return len(self._searches)

    def put(self, searches: Mapping[str, ParsedQuery]) -> None:
        """Add searches, or replace those of the same ids."""
        self._tokenizer.learn(text for query in searches.values() for text in texts_of(query))
        for name, query in searches.items():
            self.remove(name)
            requirement = requirement_of(query, self._tokenizer)
            condition = SqlCondition(query, 0, numbered=False)
            statement = f"SELECT rowid FROM stories WHERE {condition.where}"  # noqa: S608 - values are parameters
            search = PreparedSearch(
                query,
                requirement,
                frozenset(chain.from_iterable(requirement.anchors())),
                statement,
                condition.parameters,
            )
            self._searches[name] = search
            for anchor in search.anchors:
                self._by_anchor[anchor].add(name)
            if not search.anchors:
                self._unanchored.add(name)
            for term in terms_in(requirement):
                self._needed[term] += 1
                if term.endswith(PREFIX):
                    self._prefixes.add(term)
        self._tokenizer.forget()

    def remove(self, name: str) -> None:
        """Remove a search, if there is one with this id."""
        search = self._searches.pop(name, None)
        if search is None:
            return
        self._unanchored.discard(name)
        for anchor in search.anchors:
            self._by_anchor[anchor].discard(name)
            if not self._by_anchor[anchor]:
                del self._by_anchor[anchor]
        for term in terms_in(search.requirement):
            self._needed[term] -= 1
            if not self._needed[term]:
                del self._needed[term]
                self._prefixes.discard(term)

    def match(self, stories: Sequence[Mapping[str, Any]], now: datetime) -> list[set[str]]:
        """For each story, as it is stored (`search.documents.source_of`), the searches that match it now."""
        found: list[set[str]] = [set() for _ in stories]
        if self._searches:
            for numbers in _in_rounds(stories):
                matched = self._matched([stories[number] for number in numbers], now)
                for number, names in zip(numbers, matched, strict=True):
                    source = stories[number]["source"]
                    found[number] = {name for name in names if self._searches[name].query.sources.has(source)}
        return found

    def _matched(self, stories: Sequence[Mapping[str, Any]], now: datetime) -> list[set[str]]:
        found: list[set[str]] = [set() for _ in stories]
        by_term = stories_by_term(self._terms.of(stories), self._needed.keys(), self._prefixes)
        visible = sum(1 << number for number, story in enumerate(stories) if holds(VISIBLE, story, now))
        undecided: dict[str, int] = {}
        for name in self._candidates(by_term):
            certain, possible = self._searches[name].requirement.stories(by_term, visible)
            for number in _bit_numbers(certain):
                found[number].add(name)
            if possible != certain:
                undecided[name] = possible & ~certain
        if undecided:
            self._match_in_sql(undecided, stories, now, found)
        return found

    def _match_in_sql(
        self, names: Mapping[str, int], stories: Sequence[Mapping[str, Any]], now: datetime, found: list[set[str]]
    ) -> None:
        """Run the searches that terms alone do not decide, each on the stories that it may match."""
        numbers = list(_bit_numbers(reduce(or_, names.values())))
        with closing(tables_of([stories[number] for number in numbers])) as db:
            for name, possible in names.items():
                search = self._searches[name]
                for (rowid,) in db.execute(search.statement, {**search.parameters, "now": milliseconds(now)}):
                    if possible >> numbers[rowid - 1] & 1:
                        found[numbers[rowid - 1]].add(name)

    def _candidates(self, by_term: Mapping[Term, int]) -> Iterable[str]:
        """The searches with an anchor term in any of the stories, and those without anchors."""
        yield from self._unanchored
        seen: set[str] = set()
        for term in by_term.keys() & self._by_anchor.keys():
            seen |= self._by_anchor[term]
        yield from seen


def _bit_numbers(bits: int) -> Iterable[int]:
    while bits:
        yield (bits & -bits).bit_length() - 1
        bits &= bits - 1


def _in_rounds(stories: Sequence[Mapping[str, Any]]) -> list[list[int]]:
    """Splits story numbers into rounds with one version of each story: the tables hold only one."""
    rounds: list[list[int]] = []
    seen: Counter[str] = Counter()
    for number, story in enumerate(stories):
        if seen[story["id"]] == len(rounds):
            rounds.append([])
        rounds[seen[story["id"]]].append(number)
        seen[story["id"]] += 1
    return rounds


def tables_of(stories: Sequence[Mapping[str, Any]]) -> sqlite3.Connection:
    """A database in memory with the stories; their row ids count from 1."""
    db = sqlite3.connect(":memory:", isolation_level=None, cached_statements=STATEMENTS)
    db.create_function("milliseconds", 1, milliseconds_of, deterministic=True)
    db.executescript(TABLES)
    db.execute("BEGIN")
    with closing(db.cursor()) as cursor:
        for story in stories:
            put(cursor, None, dict(story))
    db.execute("COMMIT")
    return db
