import pytest

from streams.errors import Rejected
from streams.wire import parse
from tests.streams.wire import raw


@pytest.mark.parametrize(
    "data", [b"\x01\x02 nothing that a wire service sends \x9d", b"\x00\x01\x02 rubbish", b"\x01 \x02x"]
)
def test_stray_control_characters_do_not_make_a_wire_message(data) -> None:
    with pytest.raises(Rejected, match="unknown format"):
        parse(raw(data))


def test_a_frame_with_a_header_of_its_own_is_read() -> None:
    (article,) = parse(raw(b"\x01desk 7 talks\x02Talks resume\nThe talks resumed on Monday.\n\x03\x04"))
    assert article.headline == "Talks resume"
