"""Says where a TOML text is wrong. Takes the file's name, its text and the reader's error; gives one line of text."""

import re

_POSITION = re.compile(r"\s*\(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")


def placed(where: str, text: str, error: Exception) -> str:
    """The error as "file, line 3: what is wrong (column 5)"; as "file: what is wrong" where it has no position."""
    said = str(error)
    position = _POSITION.search(said)
    if position is None:
        return f"{where}: {said}"
    line = position["line"] or max(1, len(text.splitlines()))
    at = f"column {position['column']}" if position["column"] else "at the end"
    return f"{where}, line {line}: {said[: position.start()]} ({at})"
