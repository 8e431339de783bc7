"""Where the public corpora are, which tests marked ``corpus`` read."""

import os
from pathlib import Path

CORPORA = Path(os.environ.get("NEWSWIRE_CORPORA", Path(__file__).parents[2] / "shared" / "corpora"))
