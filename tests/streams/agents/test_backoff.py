from hypothesis import given
from hypothesis import strategies as st

from streams.agents.backoff import FIRST_PAUSE, Backoff


@given(st.floats(0.001, 60), st.integers(1, 20))
async def test_pauses_grow_to_the_limit_and_stay_there(longest, count) -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    backoff = Backoff(sleep, longest)
    for _ in range(count):
        await backoff.wait()
    for number, pause in enumerate(pauses):
        most = min(FIRST_PAUSE * 2**number, longest)
        assert most / 2 <= pause <= most
