"""Makes dead letters: takes a message that a stage rejected, returns its records for ``news.dead``.

A letter is bounded by the message that it is about: members share one, which lists them as far as there is room, and
bytes that would not fit on the topic stay where they lay. Any header that a message has may be anything.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version

import msgspec

from streams.kafka.headers import (
    MAX_SOURCE,
    OWN_HEADERS,
    REPLAYED_FROM_HEADER,
    SOURCE_HEADER,
    KafkaMessage,
    attempts_of,
    headers_of,
    text_of,
)
from streams.records import Bundled, DeadBundle, DeadLetter, Refused, Stage, encode

SOFTWARE_VERSION = version("newswire")
MAX_MESSAGE_CHARACTERS = 2000
MAX_REFUSED_BYTES = 64 * 1024  # what the list of a letter's members may take
MAX_MEMBER, MAX_REASON = 300, 400  # characters
MAX_OWN_HEADER = 1000  # bytes of a header that a letter without its message's bytes keeps
MOST_BUNDLED = 500  # letters in one bundle
MEMBERS = "members"  # the part of a letter that members of one message share


def dead_letter(
    message: KafkaMessage,
    stage: Stage,
    error: str,
    reason: str,
    *,
    source: str = "",
    part: str = "",
    article_id: str = "",
) -> DeadLetter:
    """The dead letter for one refused message, or for the one ``part`` of it that failed."""
    value = message.value or b""
    return DeadLetter(
        id=":".join(filter(None, (message.topic, str(message.partition), str(message.offset), part))),
        stage=stage,
        error=error,
        message=reason[:MAX_MESSAGE_CHARACTERS],
        source=(source or text_of(message, SOURCE_HEADER, MAX_SOURCE))[:MAX_SOURCE],
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        key=message.key,
        value=value,
        headers=tuple(headers_of(message).items()),
        attempts=1 + attempts_of(message),
        failed_at=datetime.now(UTC),
        software_version=SOFTWARE_VERSION,
        part=part,
        article_id=article_id,
        size=len(value),
    )


def members_letter(
    message: KafkaMessage, stage: Stage, refused: Sequence[tuple[str, str]], read: int, *, source: str = ""
) -> DeadLetter:
    """One dead letter for all ``refused`` members of a message (member, reason); ``read`` members were read."""
    listed, room = [], MAX_REFUSED_BYTES
    for member, reason in refused:
        one = Refused(member[:MAX_MEMBER], reason[:MAX_REASON])
        room -= len(msgspec.json.encode(one)) + 1
        if room < 0:
            break
        listed.append(one)
    first = "; ".join(f"{member[:MAX_MEMBER]}: {reason[:MAX_REASON]}" for member, reason in refused[:3])
    said = f"{len(refused)} of {len(refused) + read} members rejected: {first}"
    letter = dead_letter(message, stage, "Rejected", said, source=source, part=MEMBERS)
    return msgspec.structs.replace(letter, refused=tuple(listed), unlisted=len(refused) - len(listed))


def by_reference(letter: DeadLetter) -> DeadLetter:
    """The letter without its bytes, which stay at the message's position."""
    own = headers_of(letter)
    headers = tuple((name, own[name][:MAX_OWN_HEADER]) for name in OWN_HEADERS if name in own)
    key = "" if letter.stage == "read" else (letter.key or b"")[:64].decode("utf-8", "replace")
    article = letter.article_id or key
    return msgspec.structs.replace(letter, key=None, value=b"", headers=headers, whole=False, article_id=article)


def encode_letter(letter: DeadLetter, most: int) -> bytes:
    """The letter as JSON, of about ``most`` bytes at most: a larger one omits the message's bytes."""
    # Base64 takes four bytes for three; names, in JSON, at most six for one.
    size = 4 * (len(letter.value) + len(letter.key or b"")) // 3
    size += sum(6 * len(name) + 4 * len(value) // 3 + 8 for name, value in letter.headers)
    return encode(letter if size + 2 * MAX_REFUSED_BYTES < most else by_reference(letter))


def bundled(letters: Sequence[DeadLetter]) -> list[DeadBundle]:
    """The letters without their bytes, bundled into one record per source and topic."""
    groups: dict[tuple[str, str], list[DeadLetter]] = {}
    for letter in letters:
        groups.setdefault((letter.source, letter.topic), []).append(letter)
    return [
        DeadBundle(
            stage=own[0].stage,
            source=source,
            topic=topic,
            failed_at=own[0].failed_at,
            software_version=SOFTWARE_VERSION,
            letters=tuple(map(_in_bundle, own[first : first + MOST_BUNDLED])),
        )
        for (source, topic), own in groups.items()
        for first in range(0, len(own), MOST_BUNDLED)
    ]


def _in_bundle(letter: DeadLetter) -> Bundled:
    letter = by_reference(letter)
    return Bundled(
        id=letter.id,
        partition=letter.partition,
        offset=letter.offset,
        error=letter.error,
        message=letter.message[:MAX_REASON],
        attempts=letter.attempts,
        part=letter.part,
        article_id=letter.article_id,
        unlisted=len(letter.refused) + letter.unlisted,
        size=letter.size,
        replayed_from=text_of(letter, REPLAYED_FROM_HEADER, MAX_OWN_HEADER),
    )


def letters_of(bundle: DeadBundle) -> list[DeadLetter]:
    """The letters of a bundle, without bytes."""
    return [
        DeadLetter(
            id=one.id,
            stage=bundle.stage,
            error=one.error,
            message=one.message,
            source=bundle.source,
            topic=bundle.topic,
            partition=one.partition,
            offset=one.offset,
            key=None,
            value=b"",
            headers=((REPLAYED_FROM_HEADER, one.replayed_from.encode()),) if one.replayed_from else (),
            attempts=one.attempts,
            failed_at=bundle.failed_at,
            software_version=bundle.software_version,
            part=one.part,
            article_id=one.article_id,
            unlisted=one.unlisted,
            whole=False,
            size=one.size,
        )
        for one in bundle.letters
    ]
