"""Sources that are polled once, while Kafka shares them out among processes that come and go."""

from dataclasses import dataclass

from streams.feeds.polling import Poll, poll_all


@dataclass
class Source:
    """A source of a name."""

    name: str = "wire"
    id: str = "api:wire"
    every: float = 60.0


class Poller:
    """Gives these results, with as many decisions made until each."""

    def __init__(self, *polls: tuple[Poll, int]) -> None:
        self._polls, self._decisions = list(polls), 1

    def wait_for_assignment(self) -> int:
        return self._decisions

    async def poll(self, _: Source) -> Poll:
        poll, self._decisions = self._polls.pop(0)
        return poll


async def test_a_poll_that_a_decision_cuts_short_is_made_again() -> None:
    poller = Poller((Poll(1), 2), (Poll(elsewhere=True), 3), (Poll(2), 3))
    assert await poll_all(poller, [Source()]) == {"wire": Poll(3)}  # type: ignore[arg-type]


async def test_what_another_process_polls_is_left_to_it() -> None:
    assert await poll_all(Poller((Poll(elsewhere=True), 1)), [Source()]) == {"wire": Poll(elsewhere=True)}  # type: ignore[arg-type]
