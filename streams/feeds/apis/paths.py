"""Evaluates paths in API answers: JMESPath for JSON, XPath for XML. Takes an answer or item, returns what matches.

Both languages come from libraries (jmespath, lxml); a description is its operator's, an answer is anybody's. So the
path may be anything that the language allows, and what it finds is only taken as text, or as items.
"""

import json
from collections.abc import Mapping
from typing import Any, Protocol

import jmespath
import msgspec
from jmespath.exceptions import JMESPathError
from lxml import etree

from streams.errors import Rejected
from streams.wire.jsons import read_json
from streams.wire.xmls import read_xml

MAX_DEPTH = 100
LONGEST = 4000  # characters of an id, a version, an address or a cursor


class ItemPath(Protocol):
    """A compiled path."""

    def matches(self, within: Any) -> bool:
        """Whether the path leads to anything."""

    def find_all(self, within: Any) -> list[Any]:
        """Everything that the path leads to."""

    def text(self, within: Any) -> str:
        """What the path leads to, as text; "" where there is nothing."""


def compiled(path: str, answer: str, namespaces: Mapping[str, str]) -> ItemPath | None:
    """A path in the language of an answer, ``None`` for no path. Raises ``Rejected`` if it cannot be read."""
    if not path:
        return None
    return XmlPath(path, namespaces) if answer == "xml" else JsonPath(path)


class JsonPath:
    """A JMESPath expression."""

    def __init__(self, path: str) -> None:
        try:
            self._path = jmespath.compile(path)
        except (JMESPathError, ValueError) as error:
            raise Rejected(f"{path!r} is no JMESPath: {str(error).splitlines()[0]}") from error

    def _search(self, within: Any) -> Any:
        try:
            return self._path.search(within)
        except (JMESPathError, ValueError, TypeError) as error:
            raise Rejected(f"the path does not fit the answer: {str(error).splitlines()[0]}") from error

    def matches(self, within: Any) -> bool:
        """Whether the path leads to anything but null."""
        return self._search(within) is not None

    def find_all(self, within: Any) -> list[Any]:
        """The entries of the list that the path leads to; an object alone is a list of one."""
        result = self._search(within)
        if result is None:
            return []
        return result if isinstance(result, list) else [result]

    def text(self, within: Any) -> str:
        """A string as it is, a number or a boolean as JSON writes it."""
        result = self._search(within)
        if result is None or isinstance(result, dict | list):
            return ""
        return _bounded(result if isinstance(result, str) else msgspec.json.encode(result).decode())


class XmlPath:
    """An XPath 1.0 expression with the namespaces of its description."""

    def __init__(self, path: str, namespaces: Mapping[str, str]) -> None:
        try:
            self._path = etree.XPath(path, namespaces=dict(namespaces), smart_strings=False)
        except etree.XPathError as error:
            raise Rejected(f"{path!r} is no XPath: {error}") from error

    def _search(self, within: Any) -> Any:
        try:
            return self._path(within)
        except etree.XPathError as error:
            raise Rejected(f"the path does not fit the answer: {error}") from error

    def matches(self, within: Any) -> bool:
        """Whether the path leads to a node, or to a value that is not empty."""
        return bool(self._search(within))

    def find_all(self, within: Any) -> list[Any]:
        """The nodes that the path leads to."""
        result = self._search(within)
        return result if isinstance(result, list) else [result]

    def text(self, within: Any) -> str:
        """The text of the first node, or the value that the expression computes."""
        result = self._search(within)
        if isinstance(result, list):
            result = next(iter(result), "")
        if isinstance(result, bool):
            return "true" if result else "false"
        if isinstance(result, float):
            return f"{result:g}"
        return _bounded(result if isinstance(result, str) else " ".join("".join(result.itertext()).split()))


def _bounded(text: str) -> str:
    if len(text) > LONGEST:
        raise Rejected(f"a text of {len(text)} characters where an id, address or cursor was expected")
    return text


def decoded(body: bytes, answer: str) -> Any:
    """An answer as Python values or as elements. Raises ``Rejected`` for one that is cut off, or is something else."""
    if answer == "xml":
        root, _ = read_xml(body, MAX_DEPTH)
        return root
    return read_json(body, MAX_DEPTH)


def encoded(part: Any) -> bytes:
    """An item, or a part of an answer, as bytes again: JSON for values, XML for elements, UTF-8 for text."""
    if isinstance(part, str):
        return part.encode("utf-8", "replace")
    if isinstance(part, etree._Element):  # noqa: SLF001 - lxml has no other name for it
        return bytes(etree.tostring(part, encoding="utf-8", xml_declaration=True, with_tail=False))
    try:
        return msgspec.json.encode(part)
    except UnicodeEncodeError:  # half of a surrogate pair, which the parser reads and cleans away
        return json.dumps(part).encode()
