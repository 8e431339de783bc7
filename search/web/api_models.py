"""The shapes of the JSON API: what it takes as parameters and gives as answers."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from search.http.problems import TYPE

Value = Annotated[str, StringConstraints(min_length=1)]
Values = Annotated[list[Value], Field(max_length=20)]
ABOUT = "Only positions taken by, or toward, this name; if there are none, the names with its words"


class Filters(BaseModel):
    """Filters. A story must match all that are given. A text longer than the configured limit is a 400."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field("", description="Words, phrases, field:value, AND, OR, NOT, as in newswire search")
    entity: str = Field("", description="A person, organization, place or group mentioned, by any of its names")
    holder: str = Field("", description="Who takes the position")
    target: str = Field("", description="Toward whom or what the position is taken")
    label: Literal["", "favor", "against"] = Field(
        "", description="The position taken; one position must match all three"
    )
    source: str = Field("", description="Agency or feed")
    language: str = Field("", max_length=100, description="Language tag; en also finds en-GB")
    since: str = Field(
        "",
        max_length=40,
        description="Start: 2026-11-23, 23 Nov, yesterday 14:00, last week, 2026-11-23T14:30Z, or 24h (ago)",
    )
    until: str = Field("", max_length=40, description="End, in the same forms; a date includes that whole day")
    person: Values = Field([], description="A person's full name, as in /api/facets")
    organization: Values = Field([], description="An organization's full name")
    location: Values = Field([], description="A place's full name")
    nationality: Values = Field([], description="Full name of a nationality or group")
    named: Values = Field([], description="The full name of a person, organization, place or group")
    country: Values = Field([], description="Country code, ISO 3166-1 alpha-2")
    sentiment: Values = Field([], description="negative, neutral or positive")
    stance: Values = Field([], description='A full position: "Russia → against → United States"')
    kind: Values = Field([], description="new, update, correction, kill or advisory")
    subject: Values = Field([], description="A subject's full name, as the provider wrote it")
    urgency: Values = Field([], description="1 (flash) to 9")
    not_person: Values = Field([], description="A person whom the story must not mention; likewise:")
    not_organization: Values = Field([], description="An organization")
    not_location: Values = Field([], description="A place")
    not_source: Values = Field([], description="An agency or feed")
    not_language: Values = Field([], description="A language tag")
    not_kind: Values = Field([], description="A kind")
    not_subject: Values = Field([], description="A subject")
    not_urgency: Values = Field([], description="An urgency")

    def parameters(self) -> Iterator[tuple[str, str]]:
        """As URL parameters."""
        for name, value in self.model_dump().items():
            for one in value if isinstance(value, list) else [value]:
                if one != "" and one is not None:
                    yield name, str(one)


class PageFilters(Filters):
    """A page of matching stories."""

    sort: Literal["", "relevance", "newest", "oldest", "arrived"] = Field(
        "",
        description="Default: relevance if q is given, otherwise newest. arrived: what readers could see last first",
    )
    limit: int = Field(20, ge=1, le=100, description="Stories per page")
    after: str = Field("", max_length=2000, description="The `after` value of the previous page")
    hidden: Literal["", "1"] = Field("", description="1: embargoed, withheld and killed ones too, if your key may")


class MeaningFilters(Filters):
    """What stories are about, and filters."""

    q: str = Field("", description="In plain English; not a query")
    limit: int = Field(20, ge=1, le=50, description="Stories")


class ExportFilters(Filters):
    """Which stories to export."""

    not_nationality: Values = Field([], description="A nationality or group")
    not_country: Values = Field([], description="A country code")
    not_sentiment: Values = Field([], description="negative, neutral or positive")
    not_stance: Values = Field([], description="A full position")
    not_named: Values = Field([], description="A name")
    sort: Literal["", "relevance", "newest", "oldest", "arrived"] = Field(
        "", description="Default: relevance if q is given, otherwise newest"
    )
    limit: int | None = Field(None, ge=1, le=1_000_000, description="Maximum number of stories; the page has its own")
    hidden: Literal["", "1"] = Field("", description="1: embargoed, withheld and killed ones too, if your key may")


class FacetFilters(Filters):
    """Which values to count in the matching stories."""

    field: Annotated[
        list[
            Literal[
                "person", "organization", "location", "nationality", "source", "language", "sentiment", "stance",
                "country", "kind", "subject", "urgency",
            ]
        ],
        Field(min_length=1, max_length=12),
    ] = Field(["person"], description="Fields whose values are counted")  # fmt: skip
    size: int = Field(20, ge=1, le=200, description="Maximum number of values per field")


class StanceFilters(Filters):
    """Which positions to list from the matching stories."""

    about: str = Field("", description=ABOUT)
    level: Literal["", "high", "medium"] = Field("", description="Only positions of this level of confidence")
    size: int = Field(50, ge=1, le=500, description="Maximum number of positions")


class StanceExportFilters(Filters):
    """Which positions to export."""

    about: str = Field("", description=ABOUT)
    level: Literal["", "high", "medium"] = Field("", description="Only positions of this level of confidence")


class Piece(BaseModel):
    """Part of a passage, and whether it matched the search."""

    text: str
    matched: bool


class FoundStory(BaseModel):
    """A story: its stored fields (docs/fields.md), its score, and the passages that matched."""

    story: dict[str, Any]
    score: float
    highlights: dict[str, list[list[Piece]]]


class FoundStories(BaseModel):
    """A page of stories. Pass `after` to get the next page; it is "" on the last. New stories never shift a page."""

    total: int
    stories: list[FoundStory]
    after: str


class Counted(BaseModel):
    """A value, and the number of stories that have it."""

    value: str
    stories: int


class CountedFields(BaseModel):
    """Values by field, most frequent first, counted over the newest `counted` matching stories."""

    fields: dict[str, list[Counted]]
    counted: int
    more: bool = Field(description="Whether more stories match than were counted")


class RisingValue(BaseModel):
    """A value above its usual level: stories of the past hour, and how many would be usual (0: none came before)."""

    field: str
    value: str
    stories: int
    usual: float


class RisingValues(BaseModel):
    """What is rising, the least likely first."""

    trends: list[RisingValue]


class StanceCount(BaseModel):
    """A position, the number of stories that report it, and of different sentences: repeated ones count once."""

    holder: str
    label: str
    target: str
    stories: int
    sentences: int


class StanceCounts(BaseModel):
    """Positions, those first that most sentences state, counted over the newest `counted` matching stories."""

    stances: list[StanceCount]
    names: list[str] = Field(description="Whose they are: the name asked for; if none is, the names with its words")
    counted: int
    more: bool = Field(description="Whether more stories match than were counted")


class TimeSlot(BaseModel):
    """An interval that begins at `start`: number of stories, in total and by tone."""

    start: datetime
    stories: int
    tones: dict[str, int]


class Timeline(BaseModel):
    """Stories over time. Intervals without stories are left out."""

    step: str
    slots: list[TimeSlot]


class Problem(BaseModel):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] | None = None


ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": what, "content": {TYPE: {}}}
    for status, what in {
        400: "Search not understood",
        401: "No valid key",
        403: "Access denied",
        404: "Story not found",
        410: "Killed by the agency, or removed by this archive's operator",
        422: "Invalid parameter",
        429: "Too many requests",
        503: "Archive not available",
    }.items()
}
