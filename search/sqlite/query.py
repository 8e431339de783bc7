"""A query as SQL on the tables of `search.sqlite.store`. Takes a `ParsedQuery`, gives a condition and parameters; pure.

Nothing that a reader types becomes SQL: every value is a parameter, and inside an FTS5 expression every text stands
in double quotes with its own quotes doubled, where FTS5 reads it as text only.
"""

# ruff: noqa: S608 - statements are put together from constants and parameter names only

from collections.abc import Collection, Sequence

import msgspec

from search.query.checking import ParsedQuery
from search.query.fields import QUERY_FIELDS
from search.query.language import AllOf, AnyOf, Leaf, Node
from search.query.ranking import ranked_by
from search.sqlite.counted import COUNTED_FIELDS, is_by_term
from search.sqlite.expressions import Table, codes_in, fts, in_one, quoted
from search.sqlite.tables import ROWS_A_STORY, kept_under
from search.visibility import milliseconds, seen_by, sql_condition
from search.words.stemming import STEMMINGS

LAST_CHARACTER = "\U0010ffff"
MOST_CODES, MOST_NAMED = 40_000, 400  # stories that are looked up one by one
EVERYTHING = "1"  # the condition that any story meets

TABLES: tuple[Table, ...] = ("stems", "exact")

# How hits are ordered, and the values that say where a page ended, with their order: -1 is descending.
SORTS: dict[str, tuple[tuple[str, int], ...]] = {
    "relevance": (("score", -1), ("version_created", -1), ("id", 1)),
    "newest": (("version_created", -1), ("id", 1)),
    "oldest": (("version_created", 1), ("id", 1)),
    "arrived": (("arrived_at", -1), ("received_at", -1), ("version_created", -1), ("id", 1)),
    "received": (("received_at", -1), ("version_created", -1), ("id", 1)),
}
PLACE = ("version_created", "id", "received_at", "arrived_at")  # of a story, beside its score: what any order is by
COLUMNS = ", ".join(PLACE)


def order_of(query: ParsedQuery) -> list[tuple[str, int]]:
    """The columns that order a query's hits, each with its direction."""
    return [(name, -way if query.backward else way) for name, way in SORTS[query.order]]


class SqlCondition:
    """A ``WHERE`` clause over ``stories`` with its parameters, what to rank by, and what to mark.

    ``seen`` is the part of the clause that says which stories the reader may see at all; ``timed`` is whether it is of
    a period, and ``bare`` whether it says nothing beside; ``of_any_word`` is whether it says no more than that a story
    has any of the words that it is ranked by. Without ``numbered`` whole names are not looked up by their numbers:
    alerts' tables have none. ``languages`` are those whose stems can be found at all.
    """

    def __init__(
        self, query: ParsedQuery, now: int, *, numbered: bool = True, languages: Collection[str] = STEMMINGS.keys()
    ) -> None:
        self.now = now
        self.languages = languages
        self._numbered = numbered
        self.parameters: dict[str, object] = {"now": now}
        self.seen = sql_condition(*seen_by(hidden=query.hidden, kills=query.kills, sources=query.sources))
        # SQLite begins with the list of stories that stands first: a whole name has fewer than most words.
        names = [one for one in query.exact if all(QUERY_FIELDS[field].kind == "words" for field in one[0])]
        node = self._node(query.node)
        parts = [*(self._any_of(*one) for one in names), node, self.seen]
        if entity := query.name("entity"):
            parts.append(self._leaf(entity))
        parts += self._stance(query.label, query.stance)
        if about := query.name("about"):
            parts.append(self._rows("stances", f"{{holder target}} : {quoted(about.text)}"))
        parts += self._codes(query)
        parts += [self._any_of(*one) for one in query.exact if one not in names]
        parts += [f"NOT ({self._any_of(fields, value)})" for fields, value in query.excluded]
        self.bare = not query.arrived_since and {*parts} <= {self.seen, EVERYTHING}
        self.ranked = ranked_by(query)
        only_words = parts == [node, self.seen] and not (query.since or query.until or query.arrived_since)
        self.of_any_word = only_words and _is_any_word(query.node, self.ranked)
        self.from_words = self._from_words(query.node) if only_words else ""
        for moment, sign in ((query.since, ">="), (query.until, "<")):
            if moment:
                parts.append(f"version_created {sign} {self.parameter(milliseconds(moment))}")
        if query.arrived_since:
            came = "received_at" if query.hidden else "arrived_at"
            parts.append(f"{came} >= {self.parameter(milliseconds(query.arrived_since))}")
        self.timed = query.since is not None or query.until is not None
        self.where = " AND ".join(f"({part})" for part in parts)
        self._wanted = query.wanted

    def _from_words(self, node: Node) -> str:
        """The same clause with its tables where nothing is asked for but words of one index: story by story.

        "" for others. SQLite would otherwise list all stories that have the words before it looks at the first.
        """
        for table in TABLES:
            if expression := in_one(node, table, self.languages):
                stories = f"{table} CROSS JOIN stories INDEXED BY stories_small ON stories.rowid = {table}.rowid"
                return f"{stories} WHERE {table} MATCH {self.parameter(expression)} AND ({self.seen})"
        return ""

    def marking(self, names: Collection[str]) -> str:
        """The FTS5 expression to mark by in stories that are searched by these stems.

        It is asked of each story by itself, and looks for each of its words again.
        """
        return " OR ".join(fts(leaf, table="stems", names=names) for leaf in self._wanted)

    def having(self, leaf: Leaf, most: int) -> tuple[str, dict[str, object]]:
        """A statement that counts the stories that the reader may see and that have a word, and its parameters.

        It counts no further than ``most``, -1 for no limit.
        """
        statement = (
            "SELECT count(*) FROM (SELECT 1 FROM stems CROSS JOIN stories INDEXED BY stories_small "
            f"ON stories.rowid = stems.rowid WHERE stems MATCH :word AND ({self.seen}) LIMIT {most})"
        )
        return statement, {"now": self.parameters["now"], "word": fts(leaf, table="stems", names=self.languages)}

    def with_word(
        self, leaf: Leaf, most: int, *, first: Collection[int] | None = None
    ) -> tuple[str, dict[str, object]]:
        """A statement for so many stories that the reader may see and that have a word, likewise: row ids as JSON.

        With ``first`` these come first, and after them the newest.
        """
        table: Table = "exact" if leaf.exact else "stems"
        asked = {"now": self.parameters["now"], "word": fts(leaf, table=table, names=self.languages)}
        order = ""
        if first is not None:
            asked["first"] = msgspec.json.encode(list(first)).decode()
            listed = "stories.rowid IN (SELECT value FROM json_each(:first))"
            order = f"ORDER BY {listed} DESC, version_created DESC, id"
        statement = (
            f"SELECT json_group_array(story) FROM (SELECT stories.rowid AS story FROM {table} CROSS JOIN stories "
            f"INDEXED BY stories_small ON stories.rowid = {table}.rowid "
            f"WHERE {table} MATCH :word AND ({self.seen}) {order} LIMIT {most})"
        )
        return statement, asked

    def ordered_page(self, query: ParsedQuery, matching: str) -> str:
        """``SELECT rowid, document, score`` and `PLACE` for a page in the order of time.

        ``matching`` is where the stories that match are found. It gives one row more, to see if the page is the last.
        Documents are only read for the page: what matches is ordered by its small columns.
        """
        order = ", ".join(f"{name} {'ASC' if way > 0 else 'DESC'}" for name, way in order_of(query))
        page = (
            f"SELECT stories.rowid AS story, 0.0 AS score, {COLUMNS} "
            f"FROM {matching} AND ({self.beyond(query)}) ORDER BY {order} LIMIT {self.parameter(query.limit + 1)}"
        )
        return f"WITH page AS MATERIALIZED ({page}) {with_documents(query, '0')}"

    def beyond(self, query: ParsedQuery) -> str:
        """Beyond where the last page ended: later in the first value that differs."""
        position = query.start
        if position is None:
            return "1"
        later, same = [], ["1"]
        for (name, way), value in zip(order_of(query), position, strict=True):
            parameter = self.parameter(value)
            later.append(" AND ".join([*same, f"{name} {'>' if way > 0 else '<'} {parameter}"]))
            same.append(f"{name} = {parameter}")
        return " OR ".join(f"({part})" for part in later)

    def parameter(self, value: object) -> str:
        """A value as a new parameter."""
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f":{name}"

    def _node(self, node: Node) -> str:
        for table in TABLES:
            if (expression := in_one(node, table, self.languages)) is not None:
                return f"stories.rowid IN (SELECT rowid FROM {table} WHERE {table} MATCH {self.parameter(expression)})"
        if isinstance(node, Leaf):
            return self._leaf(node)
        if isinstance(node, AllOf | AnyOf):
            if isinstance(node, AnyOf) and (several := codes_in(node)):
                return self._code_of(*several)
            word = " AND " if isinstance(node, AllOf) else " OR "
            return word.join(f"({self._node(part)})" for part in node.parts) or EVERYTHING
        return f"NOT ({self._node(node.part)})"

    def _leaf(self, leaf: Leaf) -> str:
        field = QUERY_FIELDS[leaf.field]
        if field.kind == "words":
            expression = f"field : {quoted(leaf.field)} AND value : {quoted(leaf.text)}{' *' if leaf.prefix else ''}"
            return self._rows("names", expression)
        text = str(int(leaf.text)) if field.kind == "number" else leaf.text.lower()
        return self._code(leaf.field, text, prefix=leaf.prefix)

    def _code(self, field: str, value: str, *, prefix: bool) -> str:
        first = self.parameter(value)
        compared = f"= {first}"
        if prefix:
            compared = f"BETWEEN {first} AND {self.parameter(value + LAST_CHARACTER)}"
        return f"stories.rowid IN (SELECT story FROM codes WHERE field = {self.parameter(field)} AND value {compared})"

    def _code_of(self, field: str, values: Sequence[str]) -> str:
        """Stories in which a code is one of several."""
        any_of = ", ".join(self.parameter(value) for value in values)
        return (
            f"stories.rowid IN (SELECT story FROM codes WHERE field = {self.parameter(field)} AND value IN ({any_of}))"
        )

    def _stance(self, label: str, names: dict[str, Leaf]) -> list[str]:
        """Holder, target and label of one row."""
        row = [f"{option} : {quoted(leaf.text)}" for option, leaf in names.items()]
        if label:
            row.append(f"label : {quoted(label)}")
        return [self._rows("stances", " AND ".join(row))] if row else []

    def _rows(self, table: str, expression: str) -> str:
        """Stories with a row that matches."""
        match = f"{table} MATCH {self.parameter(expression)}"
        return f"stories.rowid IN (SELECT rowid / {ROWS_A_STORY} FROM {table} WHERE {match})"

    def _any_of(self, fields: tuple[str, ...], value: str) -> str:
        """Stories in which any of some fields has exactly this value: one list, from which SQLite starts."""
        return f"stories.rowid IN ({' UNION ALL '.join(self._having_exactly(field, value) for field in fields)})"

    def exactly(self, field: str, value: str) -> str:
        """The condition for stories in which a field has exactly this value (any case, for a code)."""
        return self._any_of((field,), value)

    def has(self, field: str, value: str) -> tuple[str, int]:
        """The same as an expression that looks it up for ``listed.value``, and for how many stories that is quicker."""
        kind = QUERY_FIELDS[field].kind
        if kind in ("code", "number"):
            same = self.parameter(str(int(value)) if kind == "number" else value.lower())
            found = f"codes WHERE field = {self.parameter(field)} AND value = {same} AND story = listed.value"
            return f"EXISTS (SELECT 1 FROM {found})", MOST_CODES
        same, under = self.parameter(value), ", ".join(self.parameter(name) for name in kept_under(field))
        first = f"listed.value * {ROWS_A_STORY}"
        rows = f"names_content WHERE id BETWEEN {first} AND {first} + {ROWS_A_STORY - 1}"
        return f"EXISTS (SELECT 1 FROM {rows} AND c0 IN ({under}) AND c1 = {same})", MOST_NAMED

    def _having_exactly(self, field: str, value: str) -> str:
        kind = QUERY_FIELDS[field].kind
        if kind in ("code", "number"):
            code = str(int(value)) if kind == "number" else value.lower()
            at, same = self.parameter(field), self.parameter(code)
            return f"SELECT story FROM codes WHERE field = {at} AND value = {same}"
        lists, under = [], kept_under(field)
        if self._numbered and is_by_term(field, value):
            place, same = self.parameter(COUNTED_FIELDS.index(field)), self.parameter(value)
            number = f"SELECT id FROM terms WHERE field = {place} AND value = {same}"
            lists, under = [f"SELECT story FROM by_term WHERE term = ({number})"], under[1:]
        if under:
            match = self.parameter(f"field : {quoted(under[0] if lists else field)} AND value : {quoted(value)}")
            at = ", ".join(self.parameter(name) for name in under)
            same = f"names MATCH {match} AND field IN ({at}) AND value = {self.parameter(value)}"
            # Without merges no story has names that were merged, and SQLite does not begin with the second table.
            any_merge = "(SELECT 1 FROM merges LIMIT 1) CROSS JOIN " if lists and _is_joined(field) else ""
            lists.append(f"SELECT names.rowid / {ROWS_A_STORY} FROM {any_merge}names WHERE {same}")
        return " UNION ALL ".join(lists)

    def _codes(self, query: ParsedQuery) -> list[str]:
        parts = []
        if query.source:
            parts.append(self._code("source", query.source.lower(), prefix=False))
        if query.language:
            tag = query.language.lower()
            whole, region = self._code("language", tag, prefix=False), self._code("language", f"{tag}-", prefix=True)
            parts.append(f"{whole} OR {region}")
        return parts


def _is_joined(field: str) -> bool:
    """Whether the values of a field beside those that are counted are names that were merged."""
    return QUERY_FIELDS[field].paths[1:] == ("joined.name",)


def _is_any_word(node: Node, words: Collection[Leaf]) -> bool:
    """Whether stories with any of these words are meant, found by their stems."""
    parts = node.parts if isinstance(node, AnyOf) else (node,)
    return bool(parts) and all(part in words and in_one(part, "stems") is not None for part in parts)


def with_documents(query: ParsedQuery, total: str) -> str:
    """A page's rows with their documents, in the query's order."""
    order = ", ".join(f"page.{name} {'ASC' if way > 0 else 'DESC'}" for name, way in order_of(query))
    document, place = "x''" if query.only_ids else "document", ", ".join(f"page.{name}" for name in PLACE)
    return (
        f"SELECT story, {document}, score, {place}, {total} "
        f"FROM page CROSS JOIN stories ON stories.rowid = story ORDER BY {order}"
    )
