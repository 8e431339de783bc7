"""Writes Kibana's saved objects as one file to import.

    python -m deploy.kibana.build > deploy/kibana/newswire.ndjson

Takes the sources beside it and the index's mapping. A source that names a field which the mapping lacks, or asks of one
what Kibana cannot do with its type, is an error.
"""

import argparse
import json
import sys

from deploy.kibana.objects import PREFIX, build
from deploy.kibana.source import SourceError, read_common, read_dashboards


def ndjson(prefix: str = PREFIX) -> str:
    """The file to import, for an index whose names start with ``prefix``."""
    objects = build(read_common(), read_dashboards(), prefix)
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Write Kibana's saved objects as one file to import.")
    parser.add_argument("--prefix", default=PREFIX, help="NEWSWIRE_INDEX_PREFIX, where it is not the default")
    try:
        sys.stdout.write(ndjson(parser.parse_args().prefix))
    except SourceError as error:
        sys.exit(f"cannot build: {error}")


if __name__ == "__main__":
    main()
