"""What ``newswire searches`` refuses before it asks Kafka."""

from click.testing import CliRunner

from streams.cli.searches import searches
from streams.errors import NewswireError


def test_a_search_that_rises_needs_a_channel_that_tells_somebody() -> None:
    for channel in ([], ["--desk"]):
        answer = CliRunner().invoke(searches, ["add", "Acme", "--entity", "Acme", "--rising", "3", *channel])
        assert isinstance(answer.exception, NewswireError)
        assert "give --mail" in str(answer.exception)
