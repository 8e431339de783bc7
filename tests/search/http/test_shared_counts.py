"""What processes of one port count together: here as two that have the same file."""

from collections.abc import Iterator

import pytest

from search.http import shared_counts
from search.http.keys import RateLimit
from search.http.shared_counts import SharedCounts, counts_file
from search.http.slots import ClientSlots
from tests.waiting import Clock

Two = tuple[SharedCounts, SharedCounts]


@pytest.fixture
def two() -> Iterator[Two]:
    with counts_file(2) as file:
        yield SharedCounts(file.fileno(), 0, 2), SharedCounts(file.fileno(), 1, 2)


def test_places_are_those_of_all_processes(two: Two) -> None:
    one, other = (ClientSlots(3, each) for each in two)
    ann = {"reader ann": 2}
    with one.held(ann) as first, other.held(ann) as second, other.held(ann) as third:
        assert (first, second, third) == (True, True, False)
        assert (one.exhausted(ann), one.full) == (True, False)
        with one.held({"reader bob": 2}) as last:
            assert last
            assert [each.full for each in (one, other)] == [True, True]
    with other.held(ann) as again, one.held(ann) as once_more:
        assert again
        assert once_more


def test_what_a_process_held_is_free_once_another_has_its_number(two: Two) -> None:
    died, lives = (ClientSlots(1, each) for each in two)
    with died.held({}) as place:
        before = lives.full
        SharedCounts(two[0].file, 0, 2)
        assert (place, before, lives.full) == (True, True, False)


def test_rates_are_those_of_all_processes(two: Two) -> None:
    clock = Clock(100.0)
    one, other = (RateLimit(2, clock, shared=each, name="key") for each in two)
    elsewhere = RateLimit(2, clock, shared=two[0], name="address")
    assert [one.wait("ann"), other.wait("ann")] == [0, 0]
    assert one.wait("ann") == other.wait("ann") == pytest.approx(30)
    assert one.wait("bob") == elsewhere.wait("ann") == 0
    clock.forward(31)
    assert other.wait("ann") == 0
    assert one.wait("ann") > 0


def test_of_more_clients_than_there_are_records_the_latest_are_remembered(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_counts, "RECORDS", shared_counts.WAYS)  # so that all share theirs
    clock = Clock(100.0)
    limit = RateLimit(1, clock, shared=two[0])
    clients = [f"2001:db8::{number}" for number in range(shared_counts.WAYS)]
    for client in clients:
        clock.forward(0.01)
        assert limit.wait(client) == 0
    assert all(limit.wait(client) > 0 for client in clients)
    assert limit.wait("another") == 0
    assert all(limit.wait(client) > 0 for client in clients[2:])


def test_where_a_record_is_differs_from_file_to_file(two: Two) -> None:
    with counts_file(2) as file:
        other = SharedCounts(file.fileno(), 0, 2)
        assert two[0]._hash("ann") == two[1]._hash("ann") != other._hash("ann")
