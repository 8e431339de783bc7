import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.agents.acks import FinishedPrefix, OffsetGap
from tests.streams.messages import Event, Message


def events(count: int, log: list[int], *, first: int = 0) -> list[Event]:
    return [Event(Message("t", offset=first + i), log) for i in range(count)]


@given(st.permutations(range(12)), st.integers(1, 5))
def test_acks_come_in_offset_order_and_never_pass_an_unfinished_one(order, chunk) -> None:
    log: list[int] = []
    taken = events(12, log)
    prefix = FinishedPrefix(lambda _: None)
    assert all(prefix.take(event) for event in taken)
    finished: set[int] = set()
    for start in range(0, 12, chunk):
        part = order[start : start + chunk]
        prefix.finish(taken[i] for i in part)
        finished.update(part)
        expected = next((i for i in range(12) if i not in finished), 12)
        assert log == list(range(expected))
    assert prefix.in_flight == 0


def test_a_message_taken_twice_is_worked_on_once() -> None:
    prefix = FinishedPrefix(lambda _: None)
    first, again = events(1, [])[0], events(1, [])[0]
    assert prefix.take(first)
    assert not prefix.take(again)


def test_a_jump_over_messages_is_reported_and_not_acked() -> None:
    log: list[int] = []
    prefix = FinishedPrefix(lambda _: 5)
    late = events(1, log, first=7)[0]
    with pytest.raises(OffsetGap, match="offset 7 came where 5 was next"):
        prefix.take(late)
    prefix.finish([late])
    assert log == []


def test_messages_gone_from_kafka_can_be_skipped() -> None:
    prefix = FinishedPrefix(lambda _: 5)
    prefix.skip_to(("t", 0), 7)
    assert prefix.take(events(1, [], first=7)[0])


def test_what_was_in_flight_before_a_rebalance_is_not_acked_after_it() -> None:
    log: list[int] = []
    prefix = FinishedPrefix(lambda _: 3)
    old = events(4, log, first=3)
    for event in old:
        prefix.take(event)
    prefix.drop()
    prefix.finish(old)
    assert log == []
    assert prefix.take(events(1, log, first=3)[0]), "reading begins again at the last commit"


def test_partitions_do_not_wait_for_each_other() -> None:
    log: list[int] = []
    prefix = FinishedPrefix(lambda _: None)
    slow = Event(Message("t"), log)
    quick = Event(Message("t", partition=1, offset=40), log)
    prefix.take(slow)
    prefix.take(quick)
    prefix.finish([quick])
    assert log == [40]
