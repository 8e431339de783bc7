"""When a process calls itself alive and ready: on a clock of the tests' own."""

from streams.agents.health import STALE_AFTER, Health
from streams.kafka.lag import PartitionOffsets
from tests.waiting import Clock

STUCK = 100.0


def running(clock: Clock, *, needs_index: bool = False) -> Health:
    return Health(STUCK, needs_index=needs_index, clock=clock, assigned=frozenset({0, 1}))


def keep_beating(health: Health, clock: Clock, seconds: float, places: dict[int, PartitionOffsets]) -> None:
    for _ in range(int(seconds)):
        clock.now += 1
        health.beat()
        health.record_offsets(places)


def test_a_loop_that_does_not_turn_is_not_alive() -> None:
    clock = Clock(1000.0)
    health = running(clock)
    clock.now += STUCK - 1
    assert health.liveness_problems() == []
    clock.now += 2
    assert health.liveness_problems() == ["the event loop has been blocked for 101 s"]
    assert health.beat() == STUCK + 1
    assert health.liveness_problems() == []


def test_lag_with_a_commit_standing_still_is_not_alive() -> None:
    clock = Clock(1000.0)
    health = running(clock)
    keep_beating(health, clock, STUCK + 2, {0: PartitionOffsets(0, 5, 9), 1: PartitionOffsets(0, 7, 7)})
    assert health.liveness_problems() == ["lag, but no commit for 100 s, on partitions 0"]
    health.record_offsets({0: PartitionOffsets(0, 6, 9), 1: PartitionOffsets(0, 7, 7)})
    assert health.liveness_problems() == [], "a commit moved"


def test_a_partition_that_waits_while_others_move_is_no_fault() -> None:
    clock = Clock(1000.0)
    health = running(clock)
    for done in range(5):
        keep_beating(health, clock, STUCK - 1, {0: PartitionOffsets(0, 5, 9), 1: PartitionOffsets(0, done, 9)})
        assert health.liveness_problems() == []
    keep_beating(health, clock, 3, {0: PartitionOffsets(0, 5, 9), 1: PartitionOffsets(0, 4, 9)})
    assert health.liveness_problems() == ["lag, but no commit for 100 s, on partitions 0, 1"]


def test_a_partition_without_work_does_not_hide_that_the_others_stand_still() -> None:
    clock = Clock(1000.0)
    health = running(clock)
    keep_beating(health, clock, STUCK + 2, {0: PartitionOffsets(0, 5, 9), 1: PartitionOffsets(0, 9, 9)})
    assert health.liveness_problems() == ["lag, but no commit for 100 s, on partitions 0"]


def test_an_old_commit_is_no_fault_when_there_was_nothing_to_do() -> None:
    clock = Clock(1000.0)
    health = running(clock)
    keep_beating(health, clock, 5 * STUCK, {0: PartitionOffsets(0, 5, 5)})
    keep_beating(health, clock, STUCK - 1, {0: PartitionOffsets(0, 5, 6)})
    assert health.liveness_problems() == [], "the time counts from when there was lag"
    keep_beating(health, clock, 3, {0: PartitionOffsets(0, 5, 6)})
    assert health.liveness_problems()


def test_what_kafka_has_forgotten_is_no_lag() -> None:
    clock = Clock(1000.0)
    health = running(clock)
    keep_beating(health, clock, 2 * STUCK, {0: PartitionOffsets(9, 5, 9)})
    assert health.liveness_problems() == []


def test_waiting_for_the_index_is_alive_and_not_ready() -> None:
    clock = Clock(1000.0)
    health = running(clock, needs_index=True)
    health.record_index_answer()
    assert health.readiness_problems() == []
    for _ in range(10):
        keep_beating(health, clock, STUCK / 2, {0: PartitionOffsets(0, 5, 9)})
        health.pause()
        health.record_index_answer("connection refused")
    assert health.liveness_problems() == []
    assert health.readiness_problems() == ["the index is not reachable: connection refused"]
    health.record_index_answer()
    keep_beating(health, clock, STALE_AFTER + 1, {})
    assert health.readiness_problems() == ["the index has not answered for 61 s"]


def test_partitions_that_went_elsewhere_count_no_longer() -> None:
    clock = Clock(1000.0)
    health = running(clock)
    keep_beating(health, clock, STUCK + 2, {0: PartitionOffsets(0, 5, 9)})
    assert health.liveness_problems()
    health.assign(None)
    assert health.liveness_problems() == []
    assert health.readiness_problems() == ["Kafka has not assigned partitions"]
    health.assigned = frozenset({1})
    assert health.liveness_problems() == []
    health.assigned = frozenset()
    assert health.readiness_problems() == [], "one more process than partitions waits, ready to take over"


def test_partitions_that_come_back_begin_anew() -> None:
    clock = Clock(1000.0)
    health = running(clock)
    keep_beating(health, clock, STUCK - 1, {0: PartitionOffsets(0, 5, 9)})
    health.assigned = frozenset()
    keep_beating(health, clock, STUCK, {0: PartitionOffsets(0, 5, 9)})
    health.assigned = frozenset({0})
    keep_beating(health, clock, 3, {0: PartitionOffsets(0, 5, 9)})
    assert health.liveness_problems() == []


def test_an_assignment_that_never_comes_is_not_alive() -> None:
    clock = Clock(1000.0)
    health = running(clock)
    keep_beating(health, clock, 2 * STUCK, {})
    health.assign(None)
    keep_beating(health, clock, STUCK - 1, {})
    health.assign(None)
    assert health.liveness_problems() == []
    keep_beating(health, clock, 2, {})
    assert health.liveness_problems() == ["Kafka has assigned no partitions for 100 s"]
    health.assign(())
    assert health.liveness_problems() == []


def test_an_assignment_is_waited_for_while_kafka_or_the_topics_are_away() -> None:
    clock = Clock(1000.0)
    health = Health(STUCK, clock=clock)
    for _ in range(5):
        clock.now += STUCK - 1
        health.beat()
        health.record_offsets({}, "Kafka at k:9092: no answer")
    for _ in range(5):
        clock.now += STUCK - 1
        health.beat()
        health.topics_missing(["news.raw"])
        health.record_offsets({})
    assert health.liveness_problems() == []


def test_a_broker_that_is_away_leaves_the_process_alive() -> None:
    clock = Clock(1000.0)
    health = running(clock)
    health.record_offsets({}, "Kafka at k:9092: no answer")
    assert health.liveness_problems() == []
    assert health.readiness_problems() == ["Kafka at k:9092: no answer"]


def test_a_stage_whose_topics_are_missing_is_alive_and_not_ready() -> None:
    clock = Clock(1000.0)
    health = Health(STUCK, clock=clock)
    health.assign(())
    health.record_offsets({})
    health.topics_missing(["news.articles", "news.raw"])
    assert health.liveness_problems() == []
    assert health.readiness_problems() == ["missing: news.articles, news.raw; run newswire topics create"]
    health.topics_missing(["news.articles"])
    assert health.readiness_problems() == ["missing: news.articles; run newswire topics create"]


def test_topics_that_came_late_make_it_ready_when_kafka_has_assigned_again() -> None:
    clock = Clock(1000.0)
    health = Health(STUCK, clock=clock)
    health.assign(())
    health.topics_missing(["news.raw"])
    health.topics_missing([])
    assert health.readiness_problems() == ["Kafka has not assigned partitions since the topics were created"]
    health.assign(None)
    assert health.readiness_problems() == ["Kafka has not assigned partitions"]
    health.assign([2, 3])
    assert health.readiness_problems() == []


def test_one_process_more_than_partitions_is_ready_after_topics_came_late() -> None:
    health = Health(STUCK, clock=Clock(1000.0))
    health.assign(())
    health.topics_missing(["news.raw"])
    health.assign(())  # the others have taken all there are, before it was asked again
    health.topics_missing([])
    assert health.readiness_problems() == []


def test_a_process_at_work_stays_ready_when_another_topic_came_late() -> None:
    health = Health(STUCK, clock=Clock(1000.0))
    health.assign([0])
    health.topics_missing(["news.dead"])
    assert health.readiness_problems() == ["missing: news.dead; run newswire topics create"]
    health.topics_missing([])
    assert health.readiness_problems() == []
