"""Every stored field with its type and meaning: Elasticsearch's mapping and docs/fields.md come from one table.

Takes nothing; gives `FIELDS` and, made of it, the mapping (`properties`). Types are named by what a reader can do
with them: ``english`` and ``words`` text is searched by words, ``keyword`` values are counted and matched whole.
"""

from collections.abc import Callable
from typing import Any

from search.documents import DERIVED
from search.field_types import (
    LONGEST_KEYWORD,
    Field,
    date,
    english,
    headline,
    kept,
    keyword,
    nested,
    number,
    rows,
    span,
    stemmed,
    stored_only,
    typed,
    vector,
    words,
)
from search.words.stemming import LANGUAGES, PLAIN

MAPPING = 11  # one more with every change of the fields; a test holds both together


def _in_language(language: str) -> Field:
    """Headline and body of stories in a language with stems of its own."""
    name = language.title()
    return rows(
        f"Of a story in {name}: headline and body once more, to be searched by {name} word stems; null for others",
        headline=stemmed("The headline", language),
        body=stemmed("The text", language),
    )


def _standing(value: Callable[[str], Field]) -> dict[str, Field]:
    """Who stands where toward whom, its names made by ``value``."""
    return {
        "statement": value('The whole stance as one value: "Russia → against → United States"'),
        "holder": value("Who takes the stance"),
        "target": value("Toward whom or what"),
        "label": keyword("favor or against"),
        "score": number("How surely the sentence says so, 0 to 1"),
    }


def _stated_in(value: Callable[[str], Field]) -> dict[str, Field]:
    """A stance with the sentence that it is read from."""
    return {
        **_standing(value),
        "cue": words("The words that carry it"),
        "level": keyword("high or medium: how surely a reader agrees with the row"),
        "about": keyword("Ids of the entities that a target phrase names: the United States of US interference"),
        "evidence": span("The sentence that is the evidence", typed("The sentence", "text", analyzer="standard")),
        "holder_span": span("Where the holder is named", typed("The words", "text", index=False)),
        "target_span": span("Where the target is named", typed("The words", "text", index=False)),
        "holder_id": keyword("The holder's entity id, if it is an entity"),
        "target_id": keyword("The target's entity id, if it is an entity"),
    }


FIELDS: dict[str, Field] = {
    "id": keyword("The story's id: SHA-256 over source and guid, 32 hex digits"),
    "version": number("Orders the versions of a story; the largest is kept", "long"),
    "source": keyword("The agency or feed"),
    "guid": keyword("The provider's own id of the story"),
    "ordered_by": keyword(
        "Whose time orders this version: provider, or receipt if it has none or one more than a day after the receipt; "
        "absent in stories read before this was recorded"
    ),
    "provider_version": keyword("The provider's own version number; orders nothing"),
    "format": keyword("The wire format it came in"),
    "status": keyword("usable, withheld or canceled (a tombstone)"),
    "kind": keyword("new, update, correction, kill or advisory"),
    "urgency": number("1 (flash) to 9, as in IPTC", "integer"),
    "version_created": date("When the provider made this version: the story's time"),
    "first_created": date("When the provider made the story's first version"),
    "embargo_until": date("Hidden from the readers' alias until then"),
    "received_at": date("When a feed took it"),
    "arrived_at": date("When readers could first see it: received_at, or embargo_until if that is later"),
    "read_at": date("When it was decoded; absent in stories enriched before this was recorded"),
    "enriched_at": date("When its annotations were complete"),
    "indexed_at": date("When it was sent to the index"),
    "latency": rows(
        "Seconds between the stages; a replayed story counts from its first receipt",
        wire=number("From version_created to received_at: agency and transmission"),
        read=number("From received_at to read_at: Kafka and the read stage"),
        enrich=number("From read_at (else received_at) to enriched_at: Kafka and the enrich stage"),
        index=number("From enriched_at to indexed_at: Kafka, and waiting for the index"),
        total=number("From received_at to indexed_at"),
    ),
    "headline": headline("The headline"),
    "previous_headlines": rows(
        "Headlines of older versions, oldest first, without the current one: what a correction corrected; none "
        "that was under an embargo",
        headline=words("The headline"),
        version=number("The newest version with this headline", "long"),
    ),
    "previous_texts": stored_only(
        "Texts of older versions, oldest first, without the current one: body, version. The newest 3, none "
        "that was under an embargo or is longer than 20,000 characters"
    ),
    "killed_version": number("The version of the story's last kill; nothing from before it is kept", "long"),
    "killed": rows(
        "For a tombstone or a withheld version: how readers knew the story; null if no older version is known",
        version=number("The newest usable version before it; if there was none, the newest withheld one", "long"),
        status=keyword("Its status: usable or withheld"),
        headline=words("Its headline, the first 500 characters; empty if it was withheld"),
        slugline=words("Its slugline, likewise"),
        embargo_until=date("Its embargo; if the kill came before it ended, the story was never public"),
    ),
    "slugline": words("The agency's slug; for a tombstone, the kill's own"),
    "lineage": stored_only(
        "What is known of the story's other versions: their order, and when each was first received; "
        "absent if there are none"
    ),
    "beneath": stored_only(
        "The documents that would become current if this one became invalid, as by a correction of a future time; "
        "rarely present, never one that is killed, withheld or under an embargo"
    ),
    "byline": words("Who wrote it"),
    "dateline": words("Where and when it was written"),
    "language": keyword("BCP 47, as the provider or the detector says"),
    "body": english("The text, with paragraphs separated by blank lines"),
    "subjects": rows("Subjects as the provider coded them", name=words("Its name"), code=words("Its code")),
    "places": rows(
        "Places as the provider coded them; those that the text names are in locations",
        name=words("Its name"),
        code=words("Its code"),
    ),
    "keywords": words("The provider's keywords"),
    "genre": words("The provider's genre"),
    "editorial_note": words("The agency's note to editors"),
    "credit": words("The credit line"),
    "copyright_holder": words("Who holds the copyright"),
    "copyright_notice": words("The copyright notice"),
    "usage_terms": words("What the agency allows and forbids"),
    "url": keyword("Where the story is on the web"),
    "links": rows("Links to other items", rel=keyword("IPTC's relation"), guid=keyword("The other item's guid")),
    "kills": rows(
        "For a notice that kills another story in words: how it names that story, and the outcome",
        **{name: keyword(f"The {name} that it names") for name in ("slugline", "headline", "guid")},
        sent=keyword("The time of day that it gives, UTC"),
        state=keyword("open, or killed once the story was found"),
        story=keyword("The id of that story"),
    ),
    "event": rows(
        "What other stories report too; absent in what is hidden. Of a story that nothing else reports, it is the "
        "story's own",
        id=keyword("The id of the story that began it: the same in every report"),
        headline=words("The headline of the report that is most like the others"),
        size=number("How many reports there are", "integer"),
        sources=keyword("Which sources have it"),
        first=date("When its first report was made"),
        last=date("When its last report was made"),
        copy_of=keyword("The first story of which this one is a near-copy; empty if it is none"),
    ),
    "notes": words("What the parser had to assume, or left out"),
    "raw": rows(
        "Where the provider's bytes are in Kafka",
        topic=keyword("Topic"),
        partition=number("Partition", "integer"),
        offset=number("Offset", "long"),
    ),
    "item_class": keyword(
        "What an item that is no text is: picture, graphic, video, audio, event, planning, package, concept or other; "
        "such items are in an index of their own, and in a story this is empty"
    ),
    "trace_id": keyword("Connects the story with its log lines"),
    "people": words("Persons that the text names"),
    "organizations": words("Organizations that the text names"),
    "locations": words("Countries, cities, regions and buildings that the text names"),
    "nationalities": words("Nationalities, religious and political groups that the text names"),
    "countries": keyword("Countries of the text's places, nationalities and governments, ISO 3166-1 alpha-2"),
    "coordinates": typed("Where the text's places are, for maps", "geo_point"),
    "entities": nested(
        "Everything that the text names, with its mentions",
        id=keyword("The same in every story: country:RU, city:524901 (GeoNames), person:angela-merkel, org:nato"),
        name=words("Its name"),
        type=keyword("OntoNotes type: PERSON, ORG, GPE, LOC, NORP …"),
        count=number("How often it is mentioned", "integer"),
        salience=number("0 to 1: how much the text is about it"),
        country=keyword("ISO 3166-1 alpha-2"),
        lat=kept("Latitude in degrees", "float"),
        lon=kept("Longitude in degrees", "float"),
        refers_to=keyword(
            "Id of what it also stands for: the country of a capital or institution that stands for a government"
        ),
        mentions=span("Where it is mentioned", typed("The mention", "text", analyzer="standard")),
    ),
    "sentiment": rows(
        "The tone of the text",
        score=number("-1 (negative) to 1 (positive)"),
        label=keyword("negative, neutral or positive"),
        toward=words('The tone toward each entity as one value: "Xi Jinping: negative"'),
        confidence=number("0 to 1"),
        sentences=stored_only("The tone of each sentence: start, end, score, label, confidence"),
        entities=nested(
            "The tone toward each entity",
            entity=keyword("The entity's id"),
            name=words("The entity's name"),
            score=number("-1 to 1"),
            label=keyword("negative, neutral or positive"),
            confidence=number("0 to 1"),
        ),
    ),
    "stance": rows("Who is for or against whom", **_stated_in(words)),
    "stance_claims": rows(
        "Stances that somebody denies, or that one party only attributes to another; not counted as stance",
        claim=keyword("denied or reported"),
        **_stated_in(words),
    ),
    "stance_unsure": stored_only(
        "Stances of level low, in the form of stance: shown on request, never searched or counted"
    ),
    "stance_rows": nested(
        "The rows of stance again, as nested rows, to query holder, target and label of one row",
        **_standing(keyword),
        evidence=typed("The sentence that is the evidence", "text", index=False),
        level=keyword("high or medium: how surely a reader agrees with the row"),
        sentence=keyword("A hash of its letters and digits, to count a sentence once that several stories repeat"),
        holder_names=words("Every name that the text calls the holder by"),
        target_names=words("Every name that the text calls the target by"),
    ),
    "corrections": rows(
        "What people corrected in the annotations; applied to them each time that the story is written",
        what=keyword("stance, name or link"),
        verdict=keyword("wrong, or favor or against where a stance is that one"),
        by=keyword("Who corrected it"),
        at=date("When"),
        holder=words("The stance's holder"),
        target=words("The stance's target"),
        label=keyword("The stance as the annotator read it"),
        sentence=keyword("The id of the sentence that it was read from"),
        evidence=typed("The sentence", "text", index=False),
        name=words("The name"),
        entity=keyword("The id that it was linked to"),
        type=keyword("Its type"),
        row=stored_only("What the annotator said"),
    ),
    "annotated": stored_only("The annotations before corrections and merged names; absent if there are none"),
    "joined": rows(
        "Names in the story that people merged into others, under which readers see them",
        entity=keyword("The id of the merged entity"),
        name=words("Its name"),
        into=keyword("The id of the entity that it was merged into"),
        by=keyword("Who merged them"),
        at=date("When"),
    ),
    "meaning": stored_only(
        "What the text says, as a vector: signed bytes in base64, close in direction to those of similar texts; "
        "empty if none was made"
    ),
    "meaning_vector": vector("The same as numbers, to find the nearest stories by; null where there are none"),
    "stemming": keyword(
        "By whose word stems the story is searched: german, french, spanish or italian; plain for other languages, "
        "searched by whole words; null for English and where no language is known, as by und or mul"
    ),
    **{language: _in_language(language) for language in LANGUAGES},
    PLAIN: rows(
        "Of a story in another language: headline and body once more, to be searched by whole words; null for others",
        headline=stemmed("The headline", PLAIN),
        body=stemmed("The text", PLAIN),
    ),
    "models": typed("The name and version of each annotator's model", "flattened", ignore_above=LONGEST_KEYWORD),
    "model_versions": keyword('The same as values to count: "entities: newsreader-l8 3.0+1386d17c2cf6"'),
    "failures": typed("Why an annotator failed on this story", "flattened", ignore_above=LONGEST_KEYWORD),
    "failed": keyword("Annotators that failed on this story"),
}

# Not given to readers: made for searching and counting only, or for the stores themselves.
SEARCH_ONLY = ("stance_rows", "lineage", "beneath", "kills", "annotated", *DERIVED)
# What no list shows: of a long story with many names it is nearly all.
LONG_PARTS = ("entities.mentions", "sentiment.sentences", "previous_texts", "stance_unsure", "meaning")


def properties(fields: dict[str, Field] = FIELDS) -> dict[str, Any]:
    """Elasticsearch's ``properties`` for ``fields``."""
    made = {}
    for name, field in fields.items():
        made[name] = dict(field.parameters)
        if field.inside:
            made[name]["properties"] = properties(field.inside)
    return made


def mapping() -> dict[str, Any]:
    """The whole mapping. A field that is not in it is an error, not a guess."""
    return {"dynamic": "strict", "_meta": {"mapping": MAPPING}, "properties": properties()}
