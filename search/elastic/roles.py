"""Least privilege on Elasticsearch: what each part of Newswire may do there, as roles. Takes the index prefix.

Readers get the alias, never the indices behind it, and of it only searching: an alias's filter binds searches. With the
whole right to read they could get a hidden story by its id, or list terms of hidden stories, past that filter.
"""

import json
from typing import Any

# Searching and what Kibana needs around it; without get, multi-get, term vectors, term lists and explain.
SEARCHING = [
    "indices:data/read/search*", "indices:data/read/msearch*", "indices:data/read/scroll*",
    "indices:data/read/async_search/*", "indices:data/read/open_point_in_time",
    "indices:data/read/close_point_in_time", "indices:data/read/field_caps*", "view_index_metadata",
]  # fmt: skip


def roles(prefix: str) -> dict[str, dict[str, Any]]:
    """The body of each role, by its name."""
    items = f"{prefix}-items"  # pictures and other items that are no text
    indices, everything = [f"{prefix}-v*", f"{items}-v*"], [f"{prefix}-all", f"{items}-all"]
    readers = [prefix, items]
    merges = [f"{prefix}-merges", f"{items}-merges"]  # merged names
    looking = ["read", "view_index_metadata", "maintenance"]  # maintenance: refresh before counting
    parts = {
        # index setup, migrate and retain; the analyzer is asked for by the last
        "setup": _role(["monitor", "manage_index_templates", "manage_ilm", "cluster:admin/analyze"],
                       [*indices, *readers, *everything, *merges], ["all"]),
        # worker index: writes, and makes the index of a month from the template; forget; a page where people correct
        "index": _role(["monitor"], [*indices, *everything, *merges], [*looking, "write", "create_index"]),
        # search, page and Kibana: what readers may see
        "search": _role([], readers, SEARCHING),
        # the same, and what is withheld or under embargo
        "embargoed": _role([], [*readers, *everything], ["read", "view_index_metadata"]),
        # audit, reenrich, index count --all, corrections export
        "audit": _role(["monitor"], [*indices, *readers, *everything, *merges], looking),
    }  # fmt: skip
    return {f"{prefix}-{part}": body for part, body in parts.items()}


def _role(cluster: list[str], names: list[str], privileges: list[str]) -> dict[str, Any]:
    return {"cluster": cluster, "indices": [{"names": names, "privileges": privileges}]}


def as_yaml(given: dict[str, dict[str, Any]]) -> str:
    """Roles as Elasticsearch's roles.yml; JSON on each line, which is YAML too."""
    return "".join(f"{name}: {json.dumps(body)}\n" for name, body in given.items())
