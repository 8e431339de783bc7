import gzip
import random
import time
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.errors import Rejected
from streams.feeds.bounded import gunzip

squeeze = partial(gzip.compress, mtime=0)


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=20), st.integers(0, 5000))
def test_members_come_out_one_after_the_other(members: list[bytes], padding: int) -> None:
    data = b"".join(map(squeeze, members)) + bytes(padding)
    assert gunzip(data, 10_000) == b"".join(members)


@pytest.mark.parametrize("size", [0, 1, 2047, 2048, 2049, 100_000, 3_000_000])
def test_members_of_any_size_come_out_whole(size: int) -> None:
    plain = random.Random(size).randbytes(size)
    assert gunzip(squeeze(plain) + squeeze(b"end"), size + 3) == plain + b"end"
    with pytest.raises(Rejected, match="larger"):
        gunzip(squeeze(plain) + squeeze(b"end"), size + 2)


@pytest.mark.parametrize("member", [b"", b"x", b"x" * 100])
@pytest.mark.parametrize("bound", [10_000, 10**9])
def test_many_members_take_time_in_their_length_and_are_bounded(member: bytes, bound: int) -> None:
    data = squeeze(member) * 200_000 + bytes(100_000)
    begun = time.process_time()
    if bound < 200_000:
        with pytest.raises(Rejected, match="more than 10000 gzip members"):
            gunzip(data, 10**8, bound)
    else:
        assert gunzip(data, 10**8, bound) == member * 200_000
    assert time.process_time() - begun < (1 if bound < 200_000 else 10)


@pytest.mark.parametrize(
    "data",
    [
        squeeze(b"x" * 100)[:-1],
        squeeze(b"a") + squeeze(b"b")[:10],
        squeeze(b"a") + b"rubbish",
        squeeze(b"a") + bytes(9) + squeeze(b"b"),
        b"rubbish",
    ],
)
def test_what_is_no_gzip_or_ends_early_is_refused(data: bytes) -> None:
    with pytest.raises(Rejected, match="gzip"):
        gunzip(data, 1000)


def test_nothing_is_nothing() -> None:
    assert gunzip(b"", 10) == b""
