"""Stories for tests of the page: one of every life, one by an enemy, and others to page through."""

from datetime import UTC, datetime, timedelta
from typing import Any

from processors.annotations import (
    Annotations,
    Entity,
    EntitySentiment,
    SentenceSentiment,
    Sentiment,
    Span,
    Stance,
)
from search.documents import Document
from tests.search.samples import document

TEXT = "Putin backs the policy\n\nVladimir Putin backs the one-China policy. He denounced the United States on Monday.\n\nXi Jinping thanked Putin."
HOSTILE = (
    '<script>document.title="owned"</script><img src=x onerror=alert(1)> \u202eevil\u202c {{7*7}} & "quotes" \x1b[31m'
)
NOW = datetime.now(UTC).replace(microsecond=0)


def span(text: str, words: str, at: int = 0) -> Span:
    start = text.index(words, at)
    return Span(start, start + len(words), words)


def stance(
    text: str, holder: str, label: Any, target: str, evidence: str, cue: str, named: tuple[str, str] = ("", "")
) -> Stance:
    proof = span(text, evidence)
    return Stance(
        holder, target, label, 0.9, proof, cue,
        span(text, named[0] or holder, proof.start), span(text, named[1] or target, proof.start),
        level="high",
    )  # fmt: skip


def story(document_id: str, headline: str, body: str, annotations: Annotations, **fields: Any) -> Document:
    values = {"source": "AP", "language": "en", "version_created": NOW - timedelta(hours=1), **fields}
    values.setdefault("received_at", values["version_created"])
    return document(
        document_id, values.pop("version", 1), headline=headline, body=body, annotations=annotations, **values
    )


def call() -> Document:
    headline, _, body = TEXT.partition("\n\n")
    putin = Entity("putin", "Vladimir Putin", "PERSON", (span(TEXT, "Putin"), span(TEXT, "Vladimir Putin")), 2, 0.9)
    states = Entity("country:US", "United States", "GPE", (span(TEXT, "United States"),), 1, 0.5, "US", 39.8, -98.6)
    xi = Entity("xi", "Xi Jinping", "PERSON", (span(TEXT, "Xi Jinping"),), 1, 0.3)
    monday = Entity("monday", "Monday", "DATE", (span(TEXT, "Monday"),), 1, 0.1)
    denounced = span(TEXT, "He denounced the United States on Monday.")
    return story(
        "call", headline, body,
        Annotations(
            (putin, states, xi, monday),
            Sentiment(
                -0.3, "negative", (SentenceSentiment(denounced.start, denounced.end, -0.6, "negative"),),
                (EntitySentiment("country:US", "United States", -0.6, "negative", 0.9),),
            ),
            (
                stance(TEXT, "Vladimir Putin", "favor", "one-China policy", "Vladimir Putin backs the one-China policy.", "backs"),
                stance(TEXT, "Vladimir Putin", "against", "United States", denounced.text, "denounced", ("He", "United States")),
            ),
        ),
        urgency=1, source="Reuters", url="https://example.org/call", usage_terms="No use in print", copyright_notice="© Reuters",
    )  # fmt: skip


def hostile() -> Document:
    text = f"{HOSTILE}\n\n{HOSTILE} praised {HOSTILE}."
    name = Entity("enemy", HOSTILE, "PERSON", (Span(len(HOSTILE) + 2, 2 * len(HOSTILE) + 2, HOSTILE),), 1, 0.9)
    row = Stance(
        HOSTILE, HOSTILE, "favor", 0.9, Span(len(HOSTILE) + 2, len(text), text[len(HOSTILE) + 2 :]), HOSTILE,
        Span(len(HOSTILE) + 2, 2 * len(HOSTILE) + 2, HOSTILE), Span(len(text) - len(HOSTILE) - 1, len(text) - 1, HOSTILE),
    )  # fmt: skip
    return story(
        "hostile", HOSTILE, f"{HOSTILE} praised {HOSTILE}.", Annotations((name,), None, (row,), {}, {"sentiment": HOSTILE}),
        source="enemy", guid=HOSTILE, slugline=HOSTILE, byline=HOSTILE, url="javascript:alert(1)", usage_terms=HOSTILE,
        editorial_note=HOSTILE, version_created=NOW - timedelta(hours=2),
    )  # fmt: skip


def library() -> list[Document]:
    plain = call().annotations
    lives = [
        story("fixed", "Dollar up", "The dollar rose. Banks were closed.", plain, version=1),
        story(
            "fixed",
            "Dollar down sharply",
            "The dollar fell by a cent. Banks were closed.",
            plain,
            version=2,
            kind="correction",
        ),
        story(
            "killed",
            "Libel",
            "Libel about someone",
            plain,
            status="canceled",
            kind="kill",
            editorial_note="Mandatory kill",
        ),
        story("sealed", "Secret prize", "The secret prize", plain, embargo_until=NOW + timedelta(days=300)),
        story("held", "Secret obituary", "The secret obituary", plain, status="withheld"),
        story(
            "freed",
            "Prize awarded",
            "The prize was awarded to Xi Jinping.",
            plain,
            embargo_until=NOW - timedelta(minutes=5),
        ),
    ]
    many = [
        story(f"many{n}", f"Minor story {n}", "Little happened in many places.", Annotations((), None, ()), source="Minor",
              version_created=NOW - timedelta(days=1, minutes=n))
        for n in range(60)
    ]  # fmt: skip
    return [call(), hostile(), *lives, *many]
