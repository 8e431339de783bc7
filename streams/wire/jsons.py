"""Reads JSON within limits: takes bytes, returns decoded values or raises ``Rejected`` with what and where.

NaN and infinities are refused, wrong bytes replaced; of duplicate keys the last counts, as everywhere. msgspec
reads what is right; what is slightly wrong gets a second, looser reading by the standard library.
"""

import json
from typing import Any

import msgspec

from search.articles import Concept
from streams.errors import Rejected
from streams.wire.decoding import from_utf8

NAMES = ("name", "byline", "by", "fullname", "displayname", "text", "title", "label", "value", "rendered", "author")
CODES = ("literal", "code")  # where an object has no name
OF_CODES = ("code", "qcode", "value", "id", "level", "name")  # where an object stands for a code


def read_json(data: bytes, max_depth: int, notes: list[str] | None = None) -> Any:
    """The value of a JSON document nested at most ``max_depth`` deep. Wrong bytes are replaced and noted."""
    if not data.isascii():
        data = from_utf8(data, [] if notes is None else notes, "JSON").encode()
    try:
        value = msgspec.json.decode(data)
    except RecursionError as error:
        raise Rejected(f"JSON: nested deeper than max_depth ({max_depth})") from error
    except (msgspec.DecodeError, ValueError, OverflowError) as error:
        value = _read_loosely(data, error)
    _check_depth(value, data, max_depth)
    return value


def _read_loosely(data: bytes, strict_error: Exception) -> Any:
    """What agencies get wrong: raw line breaks inside strings, and halves of surrogate pairs (cleaned away later)."""
    try:
        return json.loads(data.decode(), strict=False, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Rejected(f"JSON: {str(strict_error)[:200]}") from error


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _check_depth(value: Any, data: bytes, max_depth: int) -> None:
    if data.count(b"[") + data.count(b"{") <= max_depth:
        return
    level = [value]
    for _ in range(max_depth):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return
    if any(isinstance(item, dict | list) for item in level):
        raise Rejected(f"JSON: nested deeper than max_depth ({max_depth})")


def _children(parent: Any) -> Any:
    if isinstance(parent, dict):
        return [child for child in parent.values() if isinstance(child, dict | list)]
    return [child for child in parent if isinstance(child, dict | list)] if isinstance(parent, list) else ()


def text(value: Any, where: str) -> str:
    """A value as text: a string as it is, a number as its digits, ``null`` as "". Anything else is ``Rejected``."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Rejected(f"{where}: expected text, found {_kind(value)}")
    try:
        return str(value)
    except ValueError as error:  # an integer of more digits than Python turns into text
        raise Rejected(f"{where}: a number of too many digits") from error


def loose_text(value: Any) -> str:
    """A value as text where it is one, else "": for fields that are not worth refusing an article for."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return str(value) if abs(value) < 10**18 else ""


def name_in(value: Any) -> str:
    """A person's or party's name: a string, or that of an object, which calls it by many names."""
    if not isinstance(value, dict):
        return loose_text(value)
    by_key = {str(key).replace("_", "").lower(): one for key, one in value.items()}
    for key in NAMES:
        if isinstance(inner := by_key.get(key), dict):
            inner = inner.get("name")
        if name := loose_text(inner).strip():
            return name
    parts = (loose_text(by_key.get(key)).strip() for key in ("firstname", "givenname", "lastname", "familyname"))
    return " ".join(filter(None, parts)) or next((c for k in CODES if (c := loose_text(by_key.get(k)))), "")


def code_in(value: Any) -> str | float:
    """A code or a number: as it stands, or in an object, which may have its name beside it."""
    if not isinstance(value, dict):
        return time_value(value)
    said = (time_value(value.get(key)) for key in OF_CODES)
    return next((code for code in said if code != ""), "")


def address_in(value: Any) -> str:
    """An address: as it stands, in an object, or the first of a list."""
    said = (
        loose_text(one.get(key)) if isinstance(one, dict) else loose_text(one)
        for one in as_list(value)
        for key in ("href", "url", "@id", "link", "value")
    )
    return next(filter(None, said), "")


def time_value(value: Any) -> str | float:
    """A time as the document has it: a string or a Unix number, "" for anything else."""
    if isinstance(value, bool):
        return ""
    return value if isinstance(value, str | int | float) else ""


def as_list(value: Any) -> list[Any]:
    """A list as it is, a single value as a list of it, ``null`` and "" as an empty one."""
    if isinstance(value, list):
        return value
    return [] if value is None or value == "" else [value]


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", bool: "a boolean", type(None): "null"}
    return names.get(type(value), type(value).__name__)


def coded(value: Any) -> list[Concept]:
    """Subjects or places as ninjs has them: objects with a name and a code in one of several fields, or names."""
    found: list[Concept] = []
    if value is None:
        return found
    for entry in as_list(value):
        if isinstance(entry, dict):
            code = loose_text(entry.get("uri")) or loose_text(entry.get("literal"))
            if not code and (own := loose_text(entry.get("code")) or loose_text(entry.get("qcode"))):
                code = loose_text(entry.get("scheme")) + own
            found.append(Concept(loose_text(entry.get("name")), code))
        elif isinstance(entry, str):
            found.append(Concept(entry))
    return found
