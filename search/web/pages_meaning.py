"""Search by meaning: what stories are about in plain words, as a choice beside the search for exact words."""

from typing import Any

import msgspec
from fastapi import Request
from starlette.responses import Response

from search.query.addresses import SearchParameters
from search.query.request import QueryError
from search.store import Hit, SearchResults
from search.stories.alike import stories_about
from search.stories.described import NO_WORDS
from search.web.site import Site, now, reader_of, site_of
from search.web.summaries import row_of

OWN = ("q", "by", "sort", "after", "open")  # parameters that a search by meaning reads itself, or has no use for


async def by_meaning(request: Request) -> Response:
    """The stories that are about what a reader describes, the nearest first, within the filters of the address."""
    site = site_of(request)
    text = request.query_params.get("q", "").strip()
    given = [one for one in request.query_params.multi_items() if one[0] not in OWN]
    trouble, status = "", 200
    hits: tuple[Hit, ...] = ()
    asked: SearchParameters | None = None
    try:
        asked = site.asked(request, given)
        hits = (await described(site, text, asked)).hits
    except QueryError as error:
        trouble, status = str(error), 400

    def context() -> dict[str, Any]:
        hidden = reader_of(request).hidden
        filters = asked.given if asked else ()
        return {
            "text": text[: site.library.limits.characters],
            "rows": [row_of(hit, now(), hidden=hidden) for hit in hits],
            "given": filters,
            "exact": asked.link("/", q=text) if asked else "/",
            "trouble": trouble,
        }

    return await site.page(request, "meaning.html", context, status)


async def described(site: Site, text: str, asked: SearchParameters) -> SearchResults:
    """What a description finds within the filters of a question; its own words do not count as a query."""
    limits = site.library.limits
    if not text:
        raise QueryError(NO_WORDS)
    if len(text) > limits.characters:
        raise QueryError(f"the description is too long: {len(text)} characters, {limits.characters} allowed")
    meaning = await site.describer.meaning(text)
    query = msgspec.structs.replace(asked.query, brief=True)
    hits = await stories_about(site.library, text, meaning, query)
    return SearchResults(len(hits), hits)
