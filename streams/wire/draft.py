"""What a format says of one article: strings as they stand there, unjudged. `streams.wire.finishing` judges them."""

from msgspec import field

from search.articles import Concept, Link, Stated
from streams.wire.publication.embargo_fields import Claim
from streams.wire.publication.lifecycle import Signs


class Draft(Stated, kw_only=True):
    """One article as its format states it, unjudged. Times are the format's own strings (or Unix numbers).

    The texts are those of `Stated`. The lists are lists here, since a format finds one thing after another.
    """

    format: str
    guid: str = ""
    former: dict[str, list[str]] = field(
        default_factory=dict
    )  # by guid, this item's or another's: those that earlier releases derived instead
    provider: str = ""  # who sent it, where the format has a field for that
    version_created: str | float = ""
    first_created: str | float = ""
    claims: list[Claim] = field(default_factory=list)  # fields that may hold it back, unread
    asides: list[str] = field(
        default_factory=list
    )  # lines of the item that become no field, but may speak of an embargo
    provider_version: str = ""
    urgency: str | float = ""
    subjects: list[Concept] = field(default_factory=list)  # type: ignore[assignment]  # these four become tuples
    places: list[Concept] = field(default_factory=list)  # type: ignore[assignment]
    keywords: list[str] = field(default_factory=list)  # type: ignore[assignment]
    links: list[Link] = field(default_factory=list)  # type: ignore[assignment]
    notes: list[str] = field(default_factory=list)
    signs: Signs = field(default_factory=Signs)
