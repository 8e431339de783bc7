"""Entries that share a guid or a link, or have none: which is which, from poll to poll."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.feeds.entries import cut
from streams.feeds.naming import NamedEntries, name_entries
from streams.wire import parse
from tests.streams.wire import raw


class Memory(dict[str, str]):
    """What a feed remembers, and one poll of it: gives the names of what would be sent."""

    def poll(self, *items: str) -> list[str]:
        naming = self.named(*items)
        self.update(naming.shared)
        new = [one for one in naming.entries if not one.is_taken(self.get(one.name))]
        self.update({one.name: one.fingerprint for one in new})
        return [one.name for one in new]

    def named(self, *items: str) -> NamedEntries:
        document = cut(f"<rss><channel>{''.join(f'<item>{item}</item>' for item in items)}</channel></rss>".encode())
        return name_entries(document.described(), self.get)


def item(title: str, guid: str = "", link: str = "", date: str = "", text: str = "") -> str:
    tags = {"guid": guid, "link": link, "title": title, "pubDate": date, "description": text}
    return "".join(f"<{tag}>{value}</{tag}>" for tag, value in tags.items() if value)


def test_a_guid_in_a_later_poll_is_an_update() -> None:
    memory = Memory()
    assert memory.poll(item("A", "1"), item("B", "2")) == ["1", "2"]
    assert memory.poll(item("A, corrected", "1"), item("B", "2")) == ["1"]


@pytest.mark.parametrize("shared", [{"guid": "1"}, {"link": "http://e/"}])
def test_side_by_side_they_are_different_and_keep_their_names(shared) -> None:
    memory = Memory()
    a, b, c = (item(title, **shared) for title in "ABC")
    first, second = memory.poll(a, b)
    assert first != second
    assert memory.poll(a, b) == []
    assert memory.poll(b) == []  # alone, and still itself
    (third,) = memory.poll(c)  # alone, but its guid is known to say nothing
    assert len({first, second, third}) == 3
    assert memory.poll(c, b, a) == []


def test_who_had_the_guid_first_keeps_it() -> None:
    memory = Memory()
    assert memory.poll(item("A", "1", text="x")) == ["1"]
    (second,) = memory.poll(item("A", "1", text="x"), item("B", "1"))
    assert second.startswith("1#")
    assert memory.poll(item("A", "1", text="corrected"), item("B", "1")) == ["1"]
    assert memory.poll(item("B", "1")) == []


def test_links_tell_apart_what_shares_a_guid_so_a_new_title_is_an_update() -> None:
    memory = Memory()
    one, two = memory.poll(item("A", "1", "http://e/a"), item("B", "1", "http://e/b"))
    assert memory.poll(item("A, corrected", "1", "http://e/a"), item("B", "1", "http://e/b")) == [one]
    assert memory.poll(item("B, corrected", "1", "http://e/b")) == [two]


def test_without_guid_and_link_title_and_date_are_the_name() -> None:
    memory = Memory()
    names = memory.poll(item("Notice", date="Mon"), item("Notice", date="Tue"), item("Other"))
    assert len(set(names)) == 3
    assert memory.poll(item("Notice", date="Tue", text="corrected")) == [names[1]]
    assert len(memory.poll(item("Notice", date="Wed"))) == 1


def test_what_an_earlier_release_took_is_not_sent_again() -> None:
    naming = Memory().named(item("A", "1"), item("B"))
    memory = Memory({"1": naming.entries[0].digest, naming.entries[1].digest: naming.entries[1].digest})
    assert memory.poll(item("A", "1"), item("B")) == []


def test_an_entry_printed_twice_is_one() -> None:
    assert Memory().poll(item("A", "1"), item("A", "1")) == ["1"]


def test_the_feeds_guid_goes_with_the_entry_and_is_the_story_s() -> None:
    document = cut(f"<rss><channel><item>{item('A', '1')}</item><item>{item('B', '1')}</item></channel></rss>".encode())
    articles = []
    for one in name_entries(document.described(), Memory().get).entries:
        articles += parse(msgspec.structs.replace(raw(document.alone(one.entry).decode()), guid=one.guid))
        assert articles[-1].guid == one.guid
    assert articles[0].id != articles[1].id


STORIES = [
    item(title, guid, link) for title in "AB" for guid in ("", "1", "2") for link in ("", "http://e/", "http://e/a")
]


@given(st.lists(st.lists(st.sampled_from(STORIES), min_size=1, max_size=5, unique=True), min_size=1, max_size=5))
def test_whatever_stands_side_by_side_has_a_name_of_its_own_and_is_sent_once(polls) -> None:
    memory = Memory()
    for entries in polls:
        memory.poll(*entries)
        names = [one.name for one in memory.named(*entries).entries]
        assert len(set(names)) == len(entries)
        assert memory.poll(*entries) == []
