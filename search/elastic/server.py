"""One Elasticsearch cluster: the requests that the store makes, and their failures told apart.

Gives decoded answers; raises `StoreUnavailable` for whatever a later try can cure (connection, time-out, overload,
rights that an operator must mend), with the address and what to do in one line.
"""

import ssl
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import certifi
import elastic_transport
from aiohttp import ServerFingerprintMismatch
from elastic_transport.client_utils import DEFAULT
from elasticsearch import ApiError, AsyncElasticsearch

from processors.annotations import Record
from search.elastic.access import NO_ACCESS, Access
from search.elastic.decoding import QuickJson
from search.store import Remedy, StoreError, StoreUnavailable
from search.versions.lineage import STANDING_FIELDS

UNAUTHORIZED, FORBIDDEN, NOT_FOUND, CONFLICT, NOT_IMPLEMENTED = 401, 403, 404, 409, 501
PASSING = {408, 429, *range(500, 600)}  # a 500 too: a proxy's own trouble, and nothing that an article did


class LastWrite(Record, frozen=True):
    """A document's last write, by Elasticsearch's own numbers: a write that names it fails where another came since."""

    seq_no: int
    primary_term: int

    @property
    def condition(self) -> dict[str, Any]:
        """As a request says it."""
        return {"if_seq_no": self.seq_no, "if_primary_term": self.primary_term}


def written_in(answer: Mapping[str, Any]) -> LastWrite:
    """The last write that a hit, or an answer to a write, tells."""
    return LastWrite(answer["_seq_no"], answer["_primary_term"])


class ElasticServer:
    """A connection to a cluster. ``prefix`` names the readers' alias; ``<prefix>-all`` is the alias of everything."""

    def __init__(
        self,
        url: str,
        prefix: str,
        access: Access = NO_ACCESS,
        *,
        timeout: float = 60.0,
    ) -> None:
        self.url = without_password(url)
        self.prefix = prefix
        self.everything = f"{prefix}-all"
        self.client = AsyncElasticsearch(
            [with_port(part) for part in url.split(",")],
            basic_auth=(access.user, access.password) if access.user else None,
            api_key=access.api_key or None,
            ssl_context=_trust(url, access),
            ssl_assert_fingerprint=access.fingerprint or DEFAULT,
            request_timeout=timeout,
            serializer=QuickJson(),
            max_retries=0,  # the caller waits and retries, and must know that a write's fate is unknown
        )

    async def call(self, request: Any, *, missing: Any = None, unless: str = "") -> Any:
        """Await a client request; gives its body, or raises what the failure means.

        ``missing`` is given instead for a 404, and for an error whose reason contains ``unless``.
        """
        try:
            answer = await request
        except ApiError as error:
            known = error.status_code == NOT_FOUND or (unless and unless in f"{error.error} {why(error)}")
            if known and not _is_of_another(error):
                return missing
            raise self._meaning(error) from error
        except elastic_transport.TransportError as error:
            said, remedy = _trouble(error)
            raise StoreUnavailable(f"Elasticsearch at {self.url}: {said}", remedy) from error
        return answer.body

    def _meaning(self, error: ApiError) -> Exception:
        if _is_of_another(error):
            return StoreUnavailable(f"what answers at {self.url} is not Elasticsearch", "another address")
        at = f"Elasticsearch at {self.url}"
        reason = why(error)
        if error.status_code == UNAUTHORIZED:
            return StoreUnavailable(f"{at} wants other credentials", "credentials")
        if error.status_code == FORBIDDEN:
            return StoreUnavailable(f"{at} forbids it: {reason}")
        if error.status_code in PASSING:
            return StoreUnavailable(f"{at} is not ready: {reason}")
        return StoreError(f"{at}: {reason}")

    async def bulk(self, lines: Sequence[bytes]) -> tuple[int, dict[str, Any]]:
        """Send bulk lines. Gives the status and the answer; 400 and 413 mean that the request was refused whole."""
        try:
            answer = await self.client.bulk(operations=lines)  # type: ignore[arg-type]  # encoded lines pass as they are
        except ApiError as error:
            meaning = self._meaning(error)
            if isinstance(meaning, StoreUnavailable):
                raise meaning from error
            return error.status_code, error.body if isinstance(error.body, dict) else {}
        except elastic_transport.TransportError as error:
            said, remedy = _trouble(error)
            raise StoreUnavailable(f"Elasticsearch at {self.url}: {said}", remedy) from error
        return answer.meta.status, answer.body

    async def put_roles(self, roles: Mapping[str, Mapping[str, Any]]) -> None:
        """Make or replace roles, by name."""
        for name, body in roles.items():
            await self.call(self.client.security.put_role(name=name, **body))

    async def refresh(self) -> None:
        """Make all writes findable."""
        await self.call(self.client.indices.refresh(index=self.everything))

    async def stories(self, ids: list[str]) -> list[Mapping[str, Any]]:
        """Where stories are: hits with ``_index _id _seq_no _primary_term`` and what their successors must know."""
        answer = await self.call(
            self.client.search(
                index=self.everything,
                query={"ids": {"values": ids}},
                size=len(ids) * 2,
                seq_no_primary_term=True,
                source_includes=STANDING_FIELDS,
                # Nor is an alias that may not be read passed over as if it were not there.
                allow_partial_search_results=False,  # a shard passed over would make a story two documents
            ),
            missing={"hits": {"hits": []}},
        )
        hits: list[Mapping[str, Any]] = answer["hits"]["hits"]
        return hits

    async def fetch(self, index: str, document_id: str) -> tuple[dict[str, Any], LastWrite] | None:
        """A document and its last write as they are this moment, refreshed or not."""
        found = await self.call(self.client.get(index=index, id=document_id))
        return (found["_source"], written_in(found)) if found and found["found"] else None

    async def put(
        self, index: str, document_id: str, source: Mapping[str, Any], after: LastWrite | None
    ) -> LastWrite | None:
        """Write a document right after the write ``after``, or as a new one; ``None`` where another came between."""
        condition = {"op_type": "create"} if after is None else after.condition
        try:
            answer = await self.client.index(index=index, id=document_id, document=source, **condition)
        except ApiError as error:
            if error.status_code == CONFLICT:
                return None
            raise self._meaning(error) from error
        except elastic_transport.TransportError as error:
            said, remedy = _trouble(error)
            raise StoreUnavailable(f"Elasticsearch at {self.url}: {said}", remedy) from error
        return written_in(answer.body)


def _trust(url: str, access: Access) -> ssl.SSLContext | None:
    """Whom to trust, where it is not a fingerprint: the given authority and no other, or the public ones.

    Made here because the client would take the public ones beside a given one, and check no host that is an address.
    """
    if access.fingerprint or not url.startswith("https://"):
        return None
    return ssl.create_default_context(cafile=access.ca or certifi.where())


def _is_of_another(error: ApiError) -> bool:
    """Whether another program answered: Elasticsearch names itself, and a proxy that lacks it says so by its status."""
    of_a_proxy = error.status_code in {UNAUTHORIZED, FORBIDDEN, *PASSING} - {NOT_IMPLEMENTED}
    return not of_a_proxy and "x-elastic-product" not in error.meta.headers


def why(error: ApiError) -> str:
    """The reason in an error's body, with its cause."""
    body = error.body if isinstance(error.body, dict) else {}
    detail = body.get("error")
    if isinstance(detail, dict):
        causes = detail.get("root_cause") or [detail]
        reason = causes[0].get("reason") or detail.get("reason") or detail.get("type")
        return str(reason)[:500]
    return str(detail or error.message or error.status_code)[:500]


def with_port(url: str) -> str:
    """The address with its port, which the client insists on: 80 or 443 where none is given."""
    parts = urlsplit(url.strip())
    if parts.port is None:
        port = 443 if parts.scheme == "https" else 80
        parts = parts._replace(netloc=f"{parts.netloc}:{port}")
    return urlunsplit(parts)


def without_password(url: str) -> str:
    """The address as it may be shown."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _trouble(error: elastic_transport.TransportError) -> tuple[str, Remedy]:
    if isinstance(error.__context__, ServerFingerprintMismatch):
        return "its certificate is not the one of the fingerprint given", "fingerprint"
    said = str(error.message).split("\n")[0][:300] or type(error).__name__
    if "certificate has expired" in said:
        return f"its certificate has expired, or our clock is wrong: {said}", ""
    if "CERTIFICATE_VERIFY_FAILED" in said:
        return f"its certificate is not by the authority given, or not for this host: {said}", "authority"
    return said, ""
