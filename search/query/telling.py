"""Whether the answer to a query tells what a killed story said. Takes the tree of a query, gives yes or no; pure."""

from search.query.fields import QUERY_FIELDS
from search.query.language import AllOf, AnyOf, Leaf, Node
from search.redaction import KEPT


def asks_of_kept(node: Node) -> bool:
    """Whether a query asks only of what a tombstone shows to everybody, so that its answer tells nothing more."""
    if isinstance(node, Leaf):
        return bool(node.field) and KEPT.issuperset(QUERY_FIELDS[node.field].paths)
    return all(map(asks_of_kept, node.parts if isinstance(node, AllOf | AnyOf) else (node.part,)))
