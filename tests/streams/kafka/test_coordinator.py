"""A coordinator of groups that is not up yet is asked again, as that of a new Kafka at the first question."""

import pytest
from kafka.errors import CoordinatorNotAvailableError, NotCoordinatorError

from streams.kafka.connection import kafka_error
from streams.kafka.coordinator import coordinated
from streams.settings import read_settings


def test_a_coordinator_that_comes_up_is_waited_for() -> None:
    answers: list[Exception | str] = [CoordinatorNotAvailableError(), NotCoordinatorError(), "members"]

    def ask() -> str:
        if isinstance(answer := answers.pop(0), Exception):
            raise answer
        return answer

    assert coordinated(ask) == "members"


def test_one_that_does_not_come_up_is_said_to_be_that() -> None:
    def ask() -> str:
        raise CoordinatorNotAvailableError

    with pytest.raises(CoordinatorNotAvailableError) as raised:
        coordinated(ask, seconds=0.0)
    assert "coordinator of groups is not up yet" in str(kafka_error(read_settings(), "asks", raised.value))
