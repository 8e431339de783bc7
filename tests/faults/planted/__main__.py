"""Takes the name of what is planted, and the arguments of ``newswire``."""

import importlib
import sys

from streams.cli import main
from streams.operations import supervisor
from tests.faults.planted import PLANTED, command

name = sys.argv.pop(1)
supervisor.COMMAND = command(name)
if "--single" in sys.argv:
    stage = sys.argv[sys.argv.index("worker") + 1]
    for place in PLANTED[name]:
        module, function = place.split(".")
        if module in (stage, "any_stage"):
            getattr(importlib.import_module(f"tests.faults.planted.{module}"), function)()
main()
