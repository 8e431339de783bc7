"""The shapes of the JSON API, as the page describes them. Generated: see ``search.web.client_models``."""

from typing import Literal, TypedDict


class Concept(TypedDict, total=False):
    """A subject or place as the provider coded it: a name, a code (`medtop:11000000`), or both."""

    name: str
    code: str


class Coordinates(TypedDict, total=False):
    """Coordinates."""

    lat: float
    lon: float


class Counted(TypedDict, total=False):
    """A value, and the number of stories that have it."""

    value: str
    stories: int


class CountedFields(TypedDict, total=False):
    """Values by field, most frequent first, counted over the newest `counted` matching stories."""

    fields: dict[str, list[Counted]]
    counted: int
    # Whether more stories match than were counted
    more: bool


class Span(TypedDict, total=False):
    """A stretch `text[start:end]`, with that text repeated so that a reader needs no second look-up."""

    start: int
    end: int
    text: str


class Entity(TypedDict, total=False):
    """One thing that the text names, with every mention of it.

    `type` is an OntoNotes type (PERSON, ORG, GPE, LOC, NORP, …). `salience` is 0…1: how much the text is about
    it. `id` is the same in every article: `country:RU`, `city:524901` (GeoNames), `person:angela-merkel`.
    `refers_to` is the id of what it also stands for: of its country, where Moscow or the Kremlin acts.
    """

    id: str
    name: str
    type: str
    mentions: list[Span]
    count: int
    salience: float
    country: str | None
    lat: float | None
    lon: float | None
    refers_to: str | None


class EntitySentiment(TypedDict, total=False):
    """The tone of the text toward one entity, over all its mentions."""

    entity: str
    name: str
    score: float
    label: Literal["negative", "neutral", "positive"]
    confidence: float


class Link(TypedDict, total=False):
    """A link to another version or item: IPTC's `rel` (`evolvedFrom`, `derivedFrom`, …) and its guid."""

    rel: str
    guid: str


class RawPosition(TypedDict, total=False):
    """Where an article's raw bytes lie in Kafka."""

    topic: str
    partition: int
    offset: int


class SentenceSentiment(TypedDict, total=False):
    """The tone of one sentence, `text[start:end]`."""

    start: int
    end: int
    score: float
    label: Literal["negative", "neutral", "positive"]
    confidence: float


class Sentiment(TypedDict, total=False):
    """The tone of a text: as a whole, by sentence, and toward each entity."""

    score: float
    label: Literal["negative", "neutral", "positive"]
    sentences: list[SentenceSentiment]
    entities: list[EntitySentiment]
    confidence: float
    toward: list[str]


class Stance(TypedDict, total=False):
    """Who stands where toward whom: a directed pair with the sentence that proves it.

    `holder` and `target` are names; `holder_id` and `target_id` are entity ids where they are entities of the
    text. A target may be a noun phrase such as "the one-China policy"; `about` are the ids of the entities that
    it names: the United States of "US interference". `score` is how surely the sentence says so, 0…1. `level` is
    how surely a reader who sees the row alone agrees with it: rows of level low are kept, and shown only on
    request. `evidence` is the proving sentence, `cue` the words in it that carry the stance.
    """

    holder: str
    target: str
    label: Literal["against", "favor"]
    score: float
    evidence: Span
    cue: str
    holder_span: Span
    target_span: Span
    holder_id: str | None
    target_id: str | None
    about: list[str]
    level: Literal["high", "low", "medium"]
    statement: str


class Model(TypedDict, total=False):
    """Which model made an annotation."""

    name: str
    version: str


class PreviousHeadline(TypedDict, total=False):
    """PreviousHeadline."""

    headline: str
    version: int


class PreviousText(TypedDict, total=False):
    """PreviousText."""

    body: str
    version: int


class Story(TypedDict, total=False):
    """A story as it is stored (docs/fields.md)."""

    id: str
    source: str
    guid: str
    version: int
    format: str
    version_created: str
    received_at: str
    first_created: str | None
    provider_version: str
    ordered_by: Literal["", "provider", "receipt"]
    status: Literal["canceled", "usable", "withheld"]
    kind: Literal["advisory", "correction", "kill", "new", "update"]
    embargo_until: str | None
    urgency: int | None
    headline: str
    slugline: str
    byline: str
    dateline: str
    language: str
    body: str
    subjects: list[Concept]
    places: list[Concept]
    keywords: list[str]
    genre: str
    editorial_note: str
    credit: str
    copyright_holder: str
    copyright_notice: str
    usage_terms: str
    url: str
    links: list[Link]
    notes: list[str]
    raw: RawPosition | None
    trace_id: str
    item_class: str
    enriched_at: str
    indexed_at: str
    read_at: str | None
    entities: list[Entity] | None
    sentiment: Sentiment | None
    stance: list[Stance] | None
    models: dict[str, Model]
    failures: dict[str, str]
    meaning: str
    people: list[str]
    organizations: list[str]
    locations: list[str]
    nationalities: list[str]
    countries: list[str]
    model_versions: list[str]
    failed: list[str]
    coordinates: list[Coordinates]
    latency: dict[str, float]
    stance_claims: list[Stance]
    stance_unsure: list[Stance]
    previous_headlines: list[PreviousHeadline]
    previous_texts: list[PreviousText]
    killed_version: int | None


class Piece(TypedDict, total=False):
    """Part of a passage, and whether it matched the search."""

    text: str
    matched: bool


class FoundStory(TypedDict, total=False):
    """A story: its stored fields (docs/fields.md), its score, and the passages that matched."""

    story: Story
    score: float
    highlights: dict[str, list[list[Piece]]]


class FoundStories(TypedDict, total=False):
    """A page of stories. Pass `after` to get the next page; it is "" on the last. New stories never shift a page."""

    total: int
    stories: list[FoundStory]
    after: str


class RisingValue(TypedDict, total=False):
    """A value above its usual level: stories of the past hour, and how many would be usual (0: none came before)."""

    field: str
    value: str
    stories: int
    usual: float


class RisingValues(TypedDict, total=False):
    """What is rising, the least likely first."""

    trends: list[RisingValue]


class StanceCount(TypedDict, total=False):
    """A position, the number of stories that report it, and of different sentences: repeated ones count once."""

    holder: str
    label: str
    target: str
    stories: int
    sentences: int


class StanceCounts(TypedDict, total=False):
    """Positions, those first that most sentences state, counted over the newest `counted` matching stories."""

    stances: list[StanceCount]
    # Whose they are: the name asked for; if none is, the names with its words
    names: list[str]
    counted: int
    # Whether more stories match than were counted
    more: bool


class TimeSlot(TypedDict, total=False):
    """An interval that begins at `start`: number of stories, in total and by tone."""

    start: str
    stories: int
    tones: dict[str, int]


class Timeline(TypedDict, total=False):
    """Stories over time. Intervals without stories are left out."""

    step: str
    slots: list[TimeSlot]


class Filters(TypedDict, total=False):
    """What narrows a search; a story must match all that are given."""

    # A person, organization, place or group mentioned, by any of its names
    entity: str
    # Who takes the position
    holder: str
    # Toward whom or what the position is taken
    target: str
    # The position taken; one position must match all three
    label: Literal["", "favor", "against"]
    # Agency or feed
    source: str
    # Language tag; en also finds en-GB
    language: str
    # Start: 2026-11-23, 23 Nov, yesterday 14:00, last week, 2026-11-23T14:30Z, or 24h (ago)
    since: str
    # End, in the same forms; a date includes that whole day
    until: str
    # A person's full name, as in /api/facets
    person: str | list[str]
    # An organization's full name
    organization: str | list[str]
    # A place's full name
    location: str | list[str]
    # Full name of a nationality or group
    nationality: str | list[str]
    # The full name of a person, organization, place or group
    named: str | list[str]
    # Country code, ISO 3166-1 alpha-2
    country: str | list[str]
    # negative, neutral or positive
    sentiment: str | list[str]
    # A full position: "Russia → against → United States"
    stance: str | list[str]
    # new, update, correction, kill or advisory
    kind: str | list[str]
    # A subject's full name, as the provider wrote it
    subject: str | list[str]
    # 1 (flash) to 9
    urgency: str | list[str]
    # A person whom the story must not mention; likewise:
    not_person: str | list[str]
    # An organization
    not_organization: str | list[str]
    # A place
    not_location: str | list[str]
    # An agency or feed
    not_source: str | list[str]
    # A language tag
    not_language: str | list[str]
    # A kind
    not_kind: str | list[str]
    # A subject
    not_subject: str | list[str]
    # An urgency
    not_urgency: str | list[str]


class PageFilters(TypedDict, total=False):
    """What narrows a search; a story must match all that are given."""

    # A person, organization, place or group mentioned, by any of its names
    entity: str
    # Who takes the position
    holder: str
    # Toward whom or what the position is taken
    target: str
    # The position taken; one position must match all three
    label: Literal["", "favor", "against"]
    # Agency or feed
    source: str
    # Language tag; en also finds en-GB
    language: str
    # Start: 2026-11-23, 23 Nov, yesterday 14:00, last week, 2026-11-23T14:30Z, or 24h (ago)
    since: str
    # End, in the same forms; a date includes that whole day
    until: str
    # A person's full name, as in /api/facets
    person: str | list[str]
    # An organization's full name
    organization: str | list[str]
    # A place's full name
    location: str | list[str]
    # Full name of a nationality or group
    nationality: str | list[str]
    # The full name of a person, organization, place or group
    named: str | list[str]
    # Country code, ISO 3166-1 alpha-2
    country: str | list[str]
    # negative, neutral or positive
    sentiment: str | list[str]
    # A full position: "Russia → against → United States"
    stance: str | list[str]
    # new, update, correction, kill or advisory
    kind: str | list[str]
    # A subject's full name, as the provider wrote it
    subject: str | list[str]
    # 1 (flash) to 9
    urgency: str | list[str]
    # A person whom the story must not mention; likewise:
    not_person: str | list[str]
    # An organization
    not_organization: str | list[str]
    # A place
    not_location: str | list[str]
    # An agency or feed
    not_source: str | list[str]
    # A language tag
    not_language: str | list[str]
    # A kind
    not_kind: str | list[str]
    # A subject
    not_subject: str | list[str]
    # An urgency
    not_urgency: str | list[str]
    # Default: relevance if q is given, otherwise newest. arrived: what readers could see last first
    sort: Literal["", "relevance", "newest", "oldest", "arrived"]
    # 1: embargoed, withheld and killed ones too, if your key may
    hidden: Literal["", "1"]


class ExportFilters(TypedDict, total=False):
    """What narrows a search; a story must match all that are given."""

    # A person, organization, place or group mentioned, by any of its names
    entity: str
    # Who takes the position
    holder: str
    # Toward whom or what the position is taken
    target: str
    # The position taken; one position must match all three
    label: Literal["", "favor", "against"]
    # Agency or feed
    source: str
    # Language tag; en also finds en-GB
    language: str
    # Start: 2026-11-23, 23 Nov, yesterday 14:00, last week, 2026-11-23T14:30Z, or 24h (ago)
    since: str
    # End, in the same forms; a date includes that whole day
    until: str
    # A person's full name, as in /api/facets
    person: str | list[str]
    # An organization's full name
    organization: str | list[str]
    # A place's full name
    location: str | list[str]
    # Full name of a nationality or group
    nationality: str | list[str]
    # The full name of a person, organization, place or group
    named: str | list[str]
    # Country code, ISO 3166-1 alpha-2
    country: str | list[str]
    # negative, neutral or positive
    sentiment: str | list[str]
    # A full position: "Russia → against → United States"
    stance: str | list[str]
    # new, update, correction, kill or advisory
    kind: str | list[str]
    # A subject's full name, as the provider wrote it
    subject: str | list[str]
    # 1 (flash) to 9
    urgency: str | list[str]
    # A person whom the story must not mention; likewise:
    not_person: str | list[str]
    # An organization
    not_organization: str | list[str]
    # A place
    not_location: str | list[str]
    # An agency or feed
    not_source: str | list[str]
    # A language tag
    not_language: str | list[str]
    # A kind
    not_kind: str | list[str]
    # A subject
    not_subject: str | list[str]
    # An urgency
    not_urgency: str | list[str]
    # A nationality or group
    not_nationality: str | list[str]
    # A country code
    not_country: str | list[str]
    # negative, neutral or positive
    not_sentiment: str | list[str]
    # A full position
    not_stance: str | list[str]
    # A name
    not_named: str | list[str]
    # Default: relevance if q is given, otherwise newest
    sort: Literal["", "relevance", "newest", "oldest", "arrived"]
    # 1: embargoed, withheld and killed ones too, if your key may
    hidden: Literal["", "1"]
