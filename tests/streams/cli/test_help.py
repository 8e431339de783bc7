"""Every command says what it does, and its examples keep their lines."""

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from streams.cli.main import COMMANDS, newswire, with_examples
from streams.cli.options import CommandGroup


def commands_in(name: str) -> Iterator[list[str]]:
    """The words of a command and of each of its own."""
    command = newswire.get_command(click.Context(newswire), name)
    yield [name]
    yield from ([name, inner] for inner in getattr(command, "commands", {}))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_example_stands_on_a_line_of_its_own(name: str) -> None:
    with_examples(newswire)
    for words in ([], *commands_in(name)):
        shown = CliRunner().invoke(newswire, [*words, "--help"]).output
        assert "\\b" not in shown
        _, _, examples = shown.partition("Examples:\n")
        if "Examples:" in shown:
            assert examples.splitlines()[0].strip().startswith(("newswire ", "NEWSWIRE_", "tail ")), shown


def groups_in(group: click.Group) -> Iterator[click.Group]:
    """A group and all groups in it."""
    yield group
    context = click.Context(group)
    for name in group.list_commands(context):
        inner = group.get_command(context, name)
        if isinstance(inner, click.Group):
            yield from groups_in(inner)


def test_every_group_suggests_a_command_for_a_misspelt_one() -> None:
    assert all(isinstance(group, CommandGroup) for group in groups_in(newswire))
    for words, said in ((["serach", "x"], "'search' or 'searches'"), (["index", "cuont"], "'count'")):
        done = CliRunner().invoke(newswire, words)
        assert (done.exit_code, f"Did you mean {said}?" in done.output) == (2, True), done.output
    assert "Did you mean" not in CliRunner().invoke(newswire, ["zzz"]).output
