"""Records of skipped items: pictures, events, packages and others that are not articles.

Takes a raw message and what was understood of it, gives a `Skipped` for each such item. They are bounded in number and
size by `streams.wire.raw.ParseLimits`: if there are very many, one record counts the rest.
"""

from search.articles import RawPosition
from streams.records import Skipped
from streams.wire.message import ParsedMessage
from streams.wire.raw import OTHER, Raw

NOWHERE = RawPosition("", -1, -1)


def skipped_of(raw: Raw, parsed: ParsedMessage) -> list[Skipped]:
    """The records of a message's items that are no articles."""
    at = raw.position or NOWHERE
    alone = not (parsed.articles or parsed.refused)
    source = parsed.source or raw.source or next((article.source for article in parsed.articles), "")
    records = [
        Skipped(
            id=f"{at.topic}:{at.partition}:{at.offset}:{number}",
            kind=skip.kind,
            guid=skip.guid,
            title=skip.title,
            reason=skip.reason,
            source=source,
            received_at=raw.received_at,
            raw=at,
            trace_id=raw.trace_id,
            part=skip.part,
            alone=alone,
            size=len(raw.value),
        )
        for number, skip in enumerate(parsed.skipped)
    ]
    if parsed.unnamed:
        records.append(
            Skipped(
                id=f"{at.topic}:{at.partition}:{at.offset}:{len(records)}",
                kind=OTHER,
                guid="",
                title="",
                reason=f"{parsed.unnamed} more of this message",
                source=source,
                received_at=raw.received_at,
                raw=at,
                trace_id=raw.trace_id,
                part="the rest",
                alone=alone,
                count=parsed.unnamed,
                size=len(raw.value),
            )
        )
    return records
