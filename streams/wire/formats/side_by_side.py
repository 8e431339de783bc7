"""Distinguishes the stories in one feed document: takes the entries' fields, returns a key for each.

Two entries of one document are different stories, whatever their guid. If they share a guid or a link, or have neither,
something else must distinguish them, and stay the same when an entry is corrected: the link, else title and date, else
the text.
"""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

MODES = ("link", "title", "text")  # best first: the one that changes least


class EntryFields(NamedTuple):
    """An entry's own fields. ``base`` is its guid, else its link."""

    base: str
    link: str = ""
    title: str = ""
    when: str = ""
    text: str = ""  # the text, or a digest of it

    def key(self, mode: str) -> str:
        """What distinguishes this entry from others with its base in this mode; "" if it lacks these fields."""
        parts = {
            "link": (self.link if self.link != self.base else "",),
            "title": (self.title, self.when),
            "text": (self.title, self.when, self.link, self.text),
        }[mode]
        content = "\n".join(" ".join(part.split()) for part in parts)
        return hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:16] if content.strip() else ""


def are_different(group: list[EntryFields]) -> bool:
    """Whether entries with one base are several stories, and not one that is repeated."""
    return len(group) > 1 and len({entry.key("text") for entry in group}) > 1


def best_mode(group: Iterable[EntryFields]) -> str:
    """The first mode in which all keys of a group differ. Identical entries count once."""
    different = {entry.key("text"): entry for entry in group}.values()
    for mode in MODES[:-1]:
        keys = [entry.key(mode) for entry in different]
        if all(keys) and len(set(keys)) == len(keys):
            return mode
    return MODES[-1]


def story_guid(base: str, key: str) -> str:
    """The guid of one of several stories that share ``base``, or have none."""
    return f"{base}#{key}" if base else f"urn:newswire:entry:{key}"


def unique_guids(entries: list[EntryFields]) -> list[str]:
    """A guid for each entry of a document: its own where no other shares it, "" where it has none."""
    groups: dict[str, list[EntryFields]] = {}
    for entry in entries:
        groups.setdefault(entry.base, []).append(entry)
    modes = {base: best_mode(group) for base, group in groups.items() if are_different(group)}
    return [
        story_guid(entry.base, entry.key(modes[entry.base])) if entry.base and entry.base in modes else entry.base
        for entry in entries
    ]
