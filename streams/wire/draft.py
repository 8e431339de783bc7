"""The draft of an article: strings as its format states them. `streams.wire.finishing` interprets them."""

from msgspec import field

from search.articles import Concept, Link, Stated
from streams.wire.publication.embargo_fields import Claim
from streams.wire.publication.lifecycle import Signs


class Draft(Stated, kw_only=True):
    """One article as its format states it, uninterpreted. Times are the format's own strings (or Unix numbers).

    The texts are those of `Stated`. The lists are lists here, since a format finds one thing after another.
    """

    format: str
    guid: str = ""
    former: dict[str, list[str]] = field(
        default_factory=dict
    )  # by guid, this item's or another's: those that earlier releases derived instead
    provider: str = ""  # who sent it, where the format has a field for that
    provider_name: str = ""  # as readers see it, where ``provider`` is a code; ids are made of the code
    version_created: str | float = ""
    first_created: str | float = ""
    other_times: list[tuple[str, str | float]] = field(
        default_factory=list
    )  # by name: further times that stand in where those two are missing or cannot be read
    claims: list[Claim] = field(default_factory=list)  # fields that may hold it back, unread
    asides: list[str] = field(
        default_factory=list
    )  # lines of the item that become no field, but may speak of an embargo
    dropped: list[str] = field(default_factory=list)  # values that its source's profile takes for none, as asides
    provider_version: str = ""
    urgency: str | float = ""
    subjects: list[Concept] = field(default_factory=list)  # type: ignore[assignment]  # these four become tuples
    places: list[Concept] = field(default_factory=list)  # type: ignore[assignment]
    keywords: list[str] = field(default_factory=list)  # type: ignore[assignment]
    links: list[Link] = field(default_factory=list)  # type: ignore[assignment]
    notes: list[str] = field(default_factory=list)
    signs: Signs = field(default_factory=Signs)

    def add_editorial_note(self, *lines: str) -> None:
        """Put lines below its note to editors; empty ones are none."""
        self.editorial_note = "\n".join(filter(None, (self.editorial_note, *lines)))
