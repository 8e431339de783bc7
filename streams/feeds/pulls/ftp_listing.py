"""Reads the listings of FTP servers: takes a line of MLSD or LIST, gives an `Entry`. Pure.

LIST has no standard; what Unix and Windows servers send is understood. Its time is only good to the minute or the day,
so it says merely that something may have changed.
"""

import re

from streams.feeds.pulls.remote import Entry

UNIX = re.compile(
    r"(?P<kind>[-dlbcps])[-rwxsStTl]{9}[.+@]?\s+(?:\d+\s+)?(?:\S+\s+){1,2}?(?P<size>\d+)\s+"
    r"(?P<date>[A-Za-z]{3}\s+\d{1,2}\s+[\d:]{4,5}|\d{4}-\d\d-\d\d\s+\d\d:\d\d)\s(?P<name>.+)"
)
WINDOWS = re.compile(r"(?P<date>\d\d-\d\d-\d{2,4}\s+\d\d:\d\d(?:[AP]M)?)\s+(?:(?P<size>\d+)|<DIR>)\s+(?P<name>.+)")


def read_mlsd(line: str) -> Entry | None:
    """An entry of a machine-readable listing; None for the folder itself."""
    facts, _, name = line.partition(" ")
    known = {fact.lower(): value for fact, _, value in (one.partition("=") for one in facts.split(";"))}
    kind = known.get("type", "").lower()
    if kind in ("cdir", "pdir"):
        return None
    size = known.get("size", "")
    if kind == "file" and size.isdecimal():
        return Entry(name, "file", int(size), known.get("modify", ""))
    return Entry(name, "folder" if kind == "dir" else "other")


def read_list(line: str) -> Entry | None:
    """An entry of a listing for people; None for a line that names nothing."""
    if found := UNIX.fullmatch(line):
        kind = {"-": "file", "d": "folder"}.get(found["kind"], "other")
    elif found := WINDOWS.fullmatch(line):
        kind = "file" if found["size"] else "folder"
    else:
        return None
    name = found["name"].partition(" -> ")[0] if kind == "other" else found["name"]  # a link's target is not its name
    if name in (".", ".."):
        return None
    return Entry(name, kind, int(found["size"] or 0), found["date"])  # type: ignore[arg-type]
