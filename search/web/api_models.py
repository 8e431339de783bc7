"""The shapes of the JSON API: what it takes as parameters and gives as answers."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Value = Annotated[str, StringConstraints(min_length=1)]
Values = Annotated[list[Value], Field(max_length=20)]


class Filters(BaseModel):
    """Which stories: all that is given must hold. How long a text may be is a setting: a longer one is a 400."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field("", description="Words, phrases, field:value, AND, OR, NOT: as newswire search")
    entity: str = Field("", description="Somebody or something named, by any of its names")
    holder: str = Field("", description="Who takes a stance …")
    target: str = Field("", description="… toward whom or what …")
    label: Literal["", "favor", "against"] = Field("", description="… and which: all of the same stance")
    source: str = Field("", description="The agency or feed")
    language: str = Field("", max_length=100, description="The language's tag; en finds en-GB too")
    since: str = Field("", max_length=40, description="From this time on: 2026-11-23, 2026-11-23T14:30Z or 24h (ago)")
    until: str = Field("", max_length=40, description="Before this time; through the end of a day")
    person: Values = Field([], description="A person's whole name, as facets give it")
    organization: Values = Field([], description="An organization's whole name")
    location: Values = Field([], description="A place's whole name")
    nationality: Values = Field([], description="A group's whole name")
    country: Values = Field([], description="ISO 3166-1 alpha-2")
    sentiment: Values = Field([], description="negative, neutral or positive")
    stance: Values = Field([], description='A whole stance: "Russia → against → United States"')
    kind: Values = Field([], description="new, update, correction, kill or advisory")

    def parameters(self) -> Iterator[tuple[str, str]]:
        """As the parameters of an address."""
        for name, value in self.model_dump().items():
            for one in value if isinstance(value, list) else [value]:
                if one != "" and one is not None:
                    yield name, str(one)


class Page(Filters):
    """A page of the stories that match."""

    sort: Literal["", "relevance", "newest", "oldest", "arrived"] = Field(
        "", description="relevance where there is a q, else newest; arrived: the last received first"
    )
    limit: int = Field(20, ge=1, le=100, description="Stories in a page")
    after: str = Field("", max_length=2000, description="`after` of the page before")
    hidden: Literal["", "1"] = Field("", description="Embargoed, withheld and killed ones too, for those who may")


class Counting(Filters):
    """Values to count among the stories that match."""

    field: Annotated[
        list[
            Literal[
                "person", "organization", "location", "nationality", "source", "language", "sentiment", "stance",
                "country", "kind",
            ]
        ],
        Field(min_length=1, max_length=10),
    ] = Field(["person"], description="Fields to count the values of")  # fmt: skip
    size: int = Field(20, ge=1, le=200, description="Most values of each field")


class Standings(Filters):
    """Stances among the stories that match."""

    about: str = Field("", description="Only stances that this name holds or receives")
    size: int = Field(50, ge=1, le=500, description="Most stances")


class Piece(BaseModel):
    """A piece of a passage, and whether it is what matched."""

    text: str
    matched: bool


class FoundStory(BaseModel):
    """A story: its stored fields (docs/index.md), how well it matches, and where."""

    story: dict[str, Any]
    score: float
    highlights: dict[str, list[list[Piece]]]


class FoundStories(BaseModel):
    """A page of stories. `after` asks for the next; "" at the end. Written-to archives never shift a page."""

    total: int
    stories: list[FoundStory]
    after: str


class Counted(BaseModel):
    """A value, and how many stories have it."""

    value: str
    stories: int


class CountedFields(BaseModel):
    """Values by field, the most frequent first, among the newest `counted` stories that match."""

    fields: dict[str, list[Counted]]
    counted: int


class StanceCount(BaseModel):
    """A stance, and how many stories have it."""

    holder: str
    label: str
    target: str
    stories: int


class StanceCounts(BaseModel):
    """Stances, the most frequent first, among the newest `counted` stories that match."""

    stances: list[StanceCount]
    counted: int


class TimeSlot(BaseModel):
    """A step of time from `start`, how many stories, and how many of each tone."""

    start: datetime
    stories: int
    tones: dict[str, int]


class Timeline(BaseModel):
    """Stories over time; steps without any are left out."""

    step: str
    slots: list[TimeSlot]


class Problem(BaseModel):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] | None = None
