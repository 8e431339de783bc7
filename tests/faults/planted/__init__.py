"""Bugs and troubles planted in a worker, to show that tests and the fault harness find them.

``python -m tests.faults.planted NAME worker …`` starts ``newswire worker …`` with one. They are planted in the process
of a stage and import nothing else, since processes that die are started again and again.
"""

import sys

BUGS = ("ack_before_the_index_confirms", "delete_instead_of_tombstone", "offset_as_version", "drop_on_429")

# Where each is: the module of a stage, or ``any_stage``, and a function in it.
PLANTED = {bug: (f"index.{bug}",) for bug in BUGS} | {
    "model_that_breaks_on_a_word": ("enrich.model_that_breaks_on_a_word",),
    "clock_that_jumps": ("any_stage.clock_that_jumps",),
    "stands_still_once": ("any_stage.stands_still_once",),
    "dies_on_a_word": ("any_stage.dies_when_it_sends_a_word", "index.dies_when_it_writes_a_word"),
}


def command(name: str) -> tuple[str, ...]:
    """The command that starts ``newswire`` with a bug or a trouble in it."""
    return (sys.executable, "-m", "tests.faults.planted", name)
