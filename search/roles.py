"""Least privilege on Elasticsearch: what each part of Newswire may do there, as roles. Takes the index prefix.

Readers get the alias, never the indices behind it: its filter then hides tombstones, withheld stories and stories
under embargo from them whatever they ask.
"""

import json
from typing import Any


def roles(prefix: str) -> dict[str, dict[str, Any]]:
    """The body of each role, by its name."""
    indices, everything = f"{prefix}-v*", f"{prefix}-all"
    looking = ["read", "view_index_metadata", "maintenance"]  # maintenance: refresh before counting
    parts = {
        # index setup, migrate and retain; the analyzer is asked for by the last
        "setup": _role(["monitor", "manage_index_templates", "manage_ilm", "cluster:admin/analyze"],
                       [indices, prefix, everything], ["all"]),
        # worker index: writes, and makes the index of a month from the template; forget
        "index": _role(["monitor"], [indices, everything], [*looking, "write", "create_index"]),
        # search, page and Kibana: what readers may see
        "search": _role([], [prefix], ["read", "view_index_metadata"]),
        # the same, and what is withheld or under embargo
        "embargoed": _role([], [prefix, everything], ["read", "view_index_metadata"]),
        # audit, reenrich, index count --all
        "audit": _role(["monitor"], [indices, prefix, everything], looking),
    }  # fmt: skip
    return {f"{prefix}-{part}": body for part, body in parts.items()}


def _role(cluster: list[str], names: list[str], privileges: list[str]) -> dict[str, Any]:
    return {"cluster": cluster, "indices": [{"names": names, "privileges": privileges}]}


def as_yaml(given: dict[str, dict[str, Any]]) -> str:
    """Roles as Elasticsearch's roles.yml; JSON on each line, which is YAML too."""
    return "".join(f"{name}: {json.dumps(body)}\n" for name, body in given.items())
