"""Checks that every sample story is in the index. Takes a store and the expected stories, returns differences."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from search.query.checking import parsed
from search.query.request import Query
from search.store import Store
from streams.demo.sample import Sample, time_of

PAGE = 500


@dataclass(frozen=True)
class SampleCheck:
    """One sample story as it is in the index. ``problem`` is "" if it is as expected."""

    sample: Sample
    document: dict[str, Any]
    problem: str


async def look_up(store: Store, samples: Sequence[Sample]) -> list[SampleCheck]:
    """Look every story up by its id, compare it, and search for it as a reader would."""
    findings = []
    for sample in samples:
        document = await store.get(sample.id) or {}
        problem = difference(sample, document) or await _visibility(store, sample)
        findings.append(SampleCheck(sample, document, problem))
    return findings


def difference(sample: Sample, document: dict[str, Any]) -> str:
    """How a stored story differs from the expected one; "" if it does not."""
    if not document:
        return "is not in the index"
    expected = {"id": sample.id, "guid": sample.guid, "format": sample.format, "status": sample.status}
    for name, value in {**expected, "headline": sample.headline}.items():
        if document[name] != value:
            return f"{name} is {document[name]!r}, not {value!r}"
    if (version := time_of(document["version"])) != sample.version_created:
        return f"version is of {version}, not {sample.version_created}"
    if document["failures"]:
        return f"annotations failed: {document['failures']}"
    if sample.status == "canceled" and (document["body"] or document["entities"] or document["stance"]):
        return "was killed but still has text or annotations"
    return ""


async def _visibility(store: Store, sample: Sample) -> str:
    """Whether a reader finds exactly what may be found, by headline and by id."""
    by_guid = await _finds(store, f'guid:"{sample.guid}"', sample.id)
    if sample.headline and sample.visible and not await _finds(store, f'headline:"{sample.headline}"', sample.id):
        return "is not found by its headline"
    if by_guid != sample.visible:
        return "is hidden but should not be" if sample.visible else "can be found but should be hidden"
    return ""


async def _finds(store: Store, text: str, story: str) -> bool:
    return story in {hit.id for hit in (await store.find(parsed(Query(text, limit=PAGE), store.limits))).hits}


async def strangers(store: Store, samples: Sequence[Sample]) -> int:
    """The number of documents beyond the sample stories; negative if some are missing."""
    return await store.count(hidden=True) - len(samples)
