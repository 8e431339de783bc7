"""Distinguishes the stories in one feed document: takes the entries' own words, returns a key for each.

Entries that stand side by side are different stories, whatever their guid. Where they share one, or a link, or have
neither, something else must keep them apart, and stay the same when an entry is corrected: the link, else title and
date, else the text.
"""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

MODES = ("link", "title", "text")  # best first: what changes least


class Said(NamedTuple):
    """An entry's own fields. ``base`` is its guid, else its link."""

    base: str
    link: str = ""
    title: str = ""
    when: str = ""
    text: str = ""  # the text, or a digest of it

    def key(self, mode: str) -> str:
        """What keeps this entry apart from others of its base; "" where it has nothing of that kind."""
        parts = {
            "link": (self.link if self.link != self.base else "",),
            "title": (self.title, self.when),
            "text": (self.title, self.when, self.link, self.text),
        }[mode]
        content = "\n".join(" ".join(part.split()) for part in parts)
        return hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:16] if content.strip() else ""


def are_different(group: list[Said]) -> bool:
    """Whether entries with one base are several stories, and not one that is repeated."""
    return len(group) > 1 and len({said.key("text") for said in group}) > 1


def best_mode(group: Iterable[Said]) -> str:
    """The first mode that keeps all entries of a group apart. Entries that say the same in all count once."""
    different = {said.key("text"): said for said in group}.values()
    for mode in MODES[:-1]:
        keys = [said.key(mode) for said in different]
        if all(keys) and len(set(keys)) == len(keys):
            return mode
    return MODES[-1]


def story_guid(base: str, key: str) -> str:
    """The guid of one of several stories that share ``base``, or have none."""
    return f"{base}#{key}" if base else f"urn:newswire:entry:{key}"


def told_apart(entries: list[Said]) -> list[str]:
    """A guid for each entry of a document: its own where no other shares it, "" where it has none."""
    groups: dict[str, list[Said]] = {}
    for said in entries:
        groups.setdefault(said.base, []).append(said)
    modes = {base: best_mode(group) for base, group in groups.items() if are_different(group)}
    return [
        story_guid(said.base, said.key(modes[said.base])) if said.base and said.base in modes else said.base
        for said in entries
    ]
