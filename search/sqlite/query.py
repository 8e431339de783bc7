"""A query as SQL on the tables of `search.sqlite.store`. Takes a `ParsedQuery`, gives a condition and parameters; pure.

Nothing that a reader types becomes SQL: every value is a parameter, and inside an FTS5 expression every text stands
in double quotes with its own quotes doubled, where FTS5 reads it as text only.
"""

# ruff: noqa: S608 - statements are put together from constants and parameter names only

from search.query.checking import ParsedQuery
from search.query.fields import QUERY_FIELDS
from search.query.language import AllOf, AnyOf, Leaf, Node
from search.query.ranking import HEADLINE_WEIGHT, ONCE, Weights, ranked_by
from search.sqlite.tables import ROWS_A_STORY, apart
from search.sqlite.words import stems
from search.visibility import milliseconds, seen_by, sql_condition

LAST_CHARACTER = "\U0010ffff"

# How hits are ordered, and the values that say where a page ended, with their order: -1 is descending.
SORTS: dict[str, tuple[tuple[str, int], ...]] = {
    "relevance": (("score", -1), ("version_created", -1), ("id", 1)),
    "newest": (("version_created", -1), ("id", 1)),
    "oldest": (("version_created", 1), ("id", 1)),
    "arrived": (("received_at", -1), ("version_created", -1), ("id", 1)),
}


class SqlCondition:
    """A ``WHERE`` clause over ``stories`` with its parameters, what to rank by, and the FTS5 expression to mark by.

    ``seen`` is the part of the clause that says which stories the reader may see at all.
    """

    def __init__(self, query: ParsedQuery, now: int) -> None:
        self.parameters: dict[str, object] = {"now": now}
        self.seen = sql_condition(*seen_by(hidden=query.hidden, kills=query.kills))
        parts = [self._node(query.node), self.seen]
        if entity := query.name("entity"):
            parts.append(self._leaf(entity))
        parts += self._stance(query.label, query.stance)
        if about := query.name("about"):
            parts.append(self._rows("stances", f"{{holder target}} : {_quoted(about.text)}"))
        parts += self._codes(query)
        parts += [" OR ".join(self.exactly(field, value) for field in fields) for fields, value in query.exact]
        for moment, sign in ((query.since, ">="), (query.until, "<")):
            if moment:
                parts.append(f"version_created {sign} {self._parameter(milliseconds(moment))}")
        self.where = " AND ".join(f"({part})" for part in parts)
        self.ranked = ranked_by(query)
        self.marking = " OR ".join(_fts(leaf) for leaf in query.wanted)

    def having(self, leaf: Leaf) -> tuple[str, dict[str, object]]:
        """A statement that counts the stories that the reader may see and that have a word, and its parameters."""
        found = "SELECT rowid FROM stems WHERE stems MATCH :word"
        statement = f"SELECT count(*) FROM stories WHERE ({self.seen}) AND rowid IN ({found})"
        return statement, {"now": self.parameters["now"], "word": _fts(leaf)}

    def page(self, query: ParsedQuery, weights: Weights) -> str:
        """``SELECT rowid, document, score, version_created, id, received_at, total`` for a page.

        It gives one row more, to see if the page is the last. Documents are only read for the page: what matches is
        found, counted and ordered by its small columns.
        """
        parts = [part for leaf in self.ranked for part in self._score(leaf, weights.get(leaf, 1.0))]
        scores = "SELECT rowid, 0.0 AS score FROM stories WHERE 0"
        if parts:
            # Rounded, so that equal stories are equal whatever order their parts were added in.
            union = " UNION ALL ".join(parts)
            scores = f"SELECT rowid, round(sum(part), 6) AS score FROM ({union}) GROUP BY rowid"
        found = (
            "SELECT stories.rowid AS story, ifnull(score, 0.0) AS score, version_created, id, received_at "
            f"FROM stories LEFT JOIN ({scores}) AS scores ON scores.rowid = stories.rowid WHERE {self.where}"
        )
        order = ", ".join(f"found.{name} {'ASC' if way > 0 else 'DESC'}" for name, way in SORTS[query.sort])
        size = self._parameter(query.limit + 1)
        return (
            f"WITH found AS MATERIALIZED ({found}), page AS MATERIALIZED "
            f"(SELECT * FROM found WHERE {self._beyond(query)} ORDER BY {order} LIMIT {size}) "
            "SELECT story, document, score, found.version_created, found.id, found.received_at, "
            "(SELECT count(*) FROM found) "
            f"FROM page AS found JOIN stories ON stories.rowid = story ORDER BY {order}"
        )

    def _score(self, leaf: Leaf, weight: float) -> list[str]:
        """``SELECT``s of row ids and what a word or phrase adds to their score; see `search.query.ranking`.

        A single word is counted. A phrase, or words that begin so, are there or not: FTS5 says no more of them.
        """
        words = () if leaf.prefix else stems(apart(leaf.text))
        counts = self._parameter(weight)
        columns = {"headline": HEADLINE_WEIGHT, "body": 1.0}
        if leaf.field:
            columns = {leaf.field: columns[leaf.field]}
        if len(words) == 1:
            cases = " ".join(f"WHEN '{name}' THEN {each}" for name, each in columns.items())
            word = self._parameter(words[0])
            places = f"SELECT doc, col, count(*) AS n FROM stem_places WHERE term = {word} GROUP BY 1, 2"
            part = f"{counts} * sum(CASE col {cases} ELSE 0.0 END * n / (n + 1.0)) AS part"
            return [f"SELECT doc AS rowid, {part} FROM ({places}) GROUP BY doc"]
        return [
            f"SELECT rowid, {counts} * {each * ONCE} AS part FROM stems "
            f"WHERE stems MATCH {self._parameter(_fts(leaf, name))}"
            for name, each in columns.items()
        ]

    def _beyond(self, query: ParsedQuery) -> str:
        """Beyond where the last page ended: later in the first value that differs."""
        position = query.position
        if position is None:
            return "1"
        later, same = [], ["1"]
        for (name, way), value in zip(SORTS[query.sort], position, strict=True):
            parameter = self._parameter(value)
            later.append(" AND ".join([*same, f"{name} {'>' if way > 0 else '<'} {parameter}"]))
            same.append(f"{name} = {parameter}")
        return " OR ".join(f"({part})" for part in later)

    def _parameter(self, value: object) -> str:
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f":{name}"

    def _node(self, node: Node) -> str:
        if isinstance(node, Leaf):
            return self._leaf(node)
        if isinstance(node, AllOf | AnyOf):
            word = " AND " if isinstance(node, AllOf) else " OR "
            return word.join(f"({self._node(part)})" for part in node.parts) or "1"
        return f"NOT ({self._node(node.part)})"

    def _leaf(self, leaf: Leaf) -> str:
        field = QUERY_FIELDS.get(leaf.field)
        if field is None or field.kind == "english":
            table = "exact" if leaf.exact or leaf.prefix else "stems"
            return f"stories.rowid IN (SELECT rowid FROM {table} WHERE {table} MATCH {self._parameter(_fts(leaf))})"
        if field.kind == "words":
            expression = f"field : {_quoted(leaf.field)} AND value : {_quoted(leaf.text)}{' *' if leaf.prefix else ''}"
            return self._rows("names", expression)
        text = str(int(leaf.text)) if field.kind == "number" else leaf.text.lower()
        return self._code(leaf.field, text, prefix=leaf.prefix)

    def _code(self, field: str, value: str, *, prefix: bool) -> str:
        first = self._parameter(value)
        compared = f"= {first}"
        if prefix:
            compared = f"BETWEEN {first} AND {self._parameter(value + LAST_CHARACTER)}"
        return f"stories.rowid IN (SELECT story FROM codes WHERE field = {self._parameter(field)} AND value {compared})"

    def _stance(self, label: str, names: dict[str, Leaf]) -> list[str]:
        """Holder, target and label of one row."""
        row = [f"{option} : {_quoted(leaf.text)}" for option, leaf in names.items()]
        if label:
            row.append(f"label : {_quoted(label)}")
        return [self._rows("stances", " AND ".join(row))] if row else []

    def _rows(self, table: str, expression: str) -> str:
        """Stories with a row that matches."""
        match = f"{table} MATCH {self._parameter(expression)}"
        return f"stories.rowid IN (SELECT rowid / {ROWS_A_STORY} FROM {table} WHERE {match})"

    def exactly(self, field: str, value: str) -> str:
        """The condition for stories in which a field has exactly this value (any case, for a code)."""
        if QUERY_FIELDS[field].kind == "code":
            return self._code(field, value.lower(), prefix=False)
        match = self._parameter(f"field : {_quoted(field)} AND value : {_quoted(value)}")
        same = f"names MATCH {match} AND field = {self._parameter(field)} AND value = {self._parameter(value)}"
        return f"stories.rowid IN (SELECT rowid / {ROWS_A_STORY} FROM names WHERE {same})"

    def _codes(self, query: ParsedQuery) -> list[str]:
        parts = []
        if query.source:
            parts.append(self._code("source", query.source.lower(), prefix=False))
        if query.language:
            tag = query.language.lower()
            whole, region = self._code("language", tag, prefix=False), self._code("language", f"{tag}-", prefix=True)
            parts.append(f"{whole} OR {region}")
        return parts


def _fts(leaf: Leaf, only: str = "") -> str:
    """The FTS5 expression that finds a leaf in headline and text, or in ``only`` one of them."""
    columns = only or (leaf.field if leaf.field in ("headline", "body") else "headline body")
    return f"{{{columns}}} : {_quoted(apart(leaf.text) if not leaf.prefix else leaf.text)}{' *' if leaf.prefix else ''}"


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
