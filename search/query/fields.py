"""The fields that a query can name, and how each is matched: one table for both stores.

* ``text``: word stems of the story's language, and exact words in a phrase;
* ``words``: whole words in their order, any case, within one value;
* ``code``: the whole value, any case;
* ``number``: the whole number.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from processors.annotations import Record

Kind = Literal["text", "words", "code", "number"]


class QueryField(Record, frozen=True):
    """How ``name:`` in a query is matched, and where its values lie in the stored document."""

    kind: Kind
    paths: tuple[str, ...]
    description: str


QUERY_FIELDS: dict[str, QueryField] = {
    "headline": QueryField("text", ("headline",), "words of the headline"),
    "body": QueryField("text", ("body",), "words of the text"),
    "previous_headline": QueryField("words", ("previous_headlines.headline",), "headlines before a correction"),
    "slugline": QueryField("words", ("slugline",), "the agency's slug"),
    "killed": QueryField("words", ("killed.headline", "killed.slugline"), "what a killed story was called"),
    "byline": QueryField("words", ("byline",), "who wrote it"),
    "dateline": QueryField("words", ("dateline",), "where it was written"),
    "genre": QueryField("words", ("genre",), "the provider's genre"),
    "keyword": QueryField("words", ("keywords",), "the provider's keywords"),
    "subject": QueryField("words", ("subjects.name", "subjects.code"), "the provider's subjects, by name or code"),
    "place": QueryField("words", ("places.name", "places.code"), "the provider's places, by name or code"),
    "note": QueryField("words", ("editorial_note", "notes"), "the agency's and the reader's notes"),
    "credit": QueryField("words", ("credit",), "the credit line"),
    "copyright": QueryField("words", ("copyright_holder", "copyright_notice"), "holder or notice"),
    "usage_terms": QueryField("words", ("usage_terms",), "what the agency allows and forbids"),
    "person": QueryField("words", ("people", "joined.name"), "persons that the text names"),
    "organization": QueryField("words", ("organizations", "joined.name"), "organizations that the text names"),
    "location": QueryField("words", ("locations", "joined.name"), "places that the text names"),
    "nationality": QueryField(
        "words", ("nationalities", "joined.name"), "nationalities and groups that the text names"
    ),
    "entity": QueryField(
        "words", ("entities.name", "entities.mentions.text", "joined.name"), "anything named, by any of its names"
    ),
    "holder": QueryField("words", ("stance_rows.holder_names",), "who takes a stance"),
    "target": QueryField("words", ("stance_rows.target_names",), "toward whom or what a stance is taken"),
    "stance": QueryField("words", ("stance.statement",), 'a whole stance: "Russia against United States"'),
    "claimed": QueryField("words", ("stance_claims.statement",), "a whole stance that is denied or only reported"),
    "toward": QueryField("words", ("sentiment.toward",), 'the tone toward somebody: "Xi Jinping negative"'),
    "label": QueryField("code", ("stance.label",), "favor or against"),
    "level": QueryField("code", ("stance.level",), "how sure a stance is: high or medium"),
    "sentiment": QueryField("code", ("sentiment.label",), "negative, neutral or positive"),
    "source": QueryField("code", ("source",), "the agency or feed"),
    "language": QueryField("code", ("language",), "the language's tag"),
    "country": QueryField("code", ("countries",), "a country in the text, by its two letters"),
    "status": QueryField("code", ("status",), "usable, withheld or canceled"),
    "kind": QueryField("code", ("kind",), "new, update, correction, kill or advisory"),
    "format": QueryField("code", ("format",), "the wire format"),
    "guid": QueryField("code", ("guid",), "the provider's id"),
    "event": QueryField("code", ("event.id",), "the id of the event that it reports"),
    "id": QueryField("code", ("id",), "the story's id"),
    "url": QueryField("code", ("url",), "its address on the web"),
    "class": QueryField("code", ("item_class",), "what an item that is no text is: picture, video, event …"),
    "link": QueryField("code", ("links.guid",), "the provider's id of an item that it cites"),
    "corrected": QueryField("code", ("corrections.what",), "what people corrected in it: stance, name or link"),
    "joined": QueryField("code", ("joined.into",), "the id of the entity that names in it were merged into"),
    "failed": QueryField("code", ("failed",), "an annotator that failed on it"),
    "urgency": QueryField("number", ("urgency",), "1 (flash) to 9"),
}

# Whoever or whatever a text names, by its own name only: any of these fields.
NAMED = "named"
NAMED_FIELDS = ("person", "organization", "location", "nationality")


def values(source: Mapping[str, Any], path: str) -> Iterator[Any]:
    """Every value at ``path`` in a stored document, each row's and each list's in turn; none for nulls."""
    first, _, rest = path.partition(".")
    found = source.get(first)
    for value in found if isinstance(found, list | tuple) else [found]:
        if value is None or value == "":
            continue
        if rest:
            yield from values(value, rest)
        elif isinstance(value, list | tuple):
            yield from value
        else:
            yield value
