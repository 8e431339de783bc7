"""Which generation of indices is read and written, and its templates on the server.

The generation is whatever lies behind the alias of everything, so switching that alias is what opens the next one.
"""

import logging
from typing import Any

from search.elastic.analysis import analyzer_of, properties_with
from search.elastic.arrivals import Arrivals
from search.elastic.server import ElasticServer
from search.elastic.templates import (
    AUTO_REPLICAS,
    MERGE_AFTER,
    POLICY,
    IndexNames,
    IndexSizes,
    aliases,
    components,
    copies,
    guard_template,
    index_template,
)
from search.mapping import MAPPING, mapping
from search.store import StoreError, StoreUnavailable
from search.words.stemming import STEMMINGS

log = logging.getLogger(__name__)


class Generations:
    """The generations of one prefix."""

    def __init__(self, server: ElasticServer, sizes: IndexSizes) -> None:
        self.server = server
        self.names = IndexNames(server.prefix)
        self._sizes = sizes

    async def current(self) -> int:
        """The generation behind the aliases, 0 where there is none yet."""
        return max((self.names.number(name) for name in await self.indices()), default=0)

    async def indices(self, number: int | None = None) -> list[str]:
        """The indices behind the alias of everything, or those of them that are of one generation."""
        found = await self.server.call(self.server.client.indices.get_alias(name=self.names.everything), missing={})
        return sorted(name for name in found if number is None or self.names.number(name) == number)

    async def start(self) -> str:
        """What the names of the indices to write to begin with.

        ``StoreUnavailable`` where this program is older than they are: its documents would not fit; and where there
        is no template yet: whoever writes may not be whoever sets up, and Elasticsearch would guess a mapping.
        """
        number = await self.current() or 1
        standing = await self.template(number)
        if not standing:
            raise StoreUnavailable(
                f"{self.server.url} has no index template {self.names.generation(number)} yet", "set up"
            )
        made_for = standing.get("_meta", {}).get("made_for", 0)
        if made_for > MAPPING:
            raise StoreUnavailable(
                f"the index was migrated to mapping {made_for}, this program knows {MAPPING}: upgrade it"
            )
        return self.names.start(number)

    async def is_closed(self, number: int) -> bool:
        """Whether a generation takes no new indices any more, as at the end of a migration."""
        found = await self.server.call(self.server.client.indices.get_index_template(name=self.names.closed))
        patterns = found["index_templates"][0]["index_template"]["index_patterns"] if found else []
        return f"{self.names.start(number)}*" in patterns

    async def template(self, number: int) -> dict[str, Any]:
        """A generation's index template as it is on the server, empty where there is none."""
        name = self.names.generation(number)
        found = await self.server.call(self.server.client.indices.get_index_template(name=name))
        return dict(found["index_templates"][0]["index_template"]) if found else {}

    async def put_templates(self, number: int, *, is_open: bool) -> bool:
        """Make or upgrade a generation's templates, and the guard; whether this program may: not over a newer one's."""
        standing = await self.template(number)
        if standing.get("version", 0) > MAPPING:
            log.warning(
                "%s: the templates of %s were made by a newer program and are left as they are",
                self.server.url, self.names.generation(number),
            )  # fmt: skip
            return False
        sizes = IndexSizes(self._sizes.shards, self._sizes.replicas, await self._policy())
        client, stems = self.server.client, await self._has_stems()
        for name, template in components(self.names, number, sizes, stems=stems).items():
            await self.server.call(client.cluster.put_component_template(name=name, template=template, version=MAPPING))
        made_for = standing.get("_meta", {}).get("made_for", MAPPING)
        await self.put_template(
            self.names.generation(number), index_template(self.names, number, made_for, is_open=is_open)
        )
        await self.put_template(self.names.guard, guard_template(self.names))
        return True

    async def put_template(self, name: str, body: dict[str, Any]) -> None:
        """Make or replace an index template."""
        await self.server.call(self.server.client.indices.put_index_template(name=name, **body))

    async def _has_stems(self) -> bool:
        """Whether the server has the english analyzer and with it Snowball's; says so in the log where it has not."""
        tried = self.server.client.indices.analyze(analyzer="english", text="tests")
        if await self.server.call(tried, unless="failed to find global analyzer") is not None:
            return True
        log.warning(
            "%s lacks the english analyzer (module analysis-common): headline and body are searched by exact "
            "words, without word stems",
            self.server.url,
        )
        return False

    async def _policy(self) -> str:
        """The name of the ILM policy, made if need be; "" where there is no ILM or no right to it: the log says so."""
        name = self.names.prefix
        put = self.server.client.ilm.put_lifecycle(name=name, policy=POLICY)
        if await self.server.call(put, unless="ilm") is not None:
            return name
        log.info(
            "%s takes no ILM policy: indices are not merged by themselves %s after they were made",
            self.server.url, MERGE_AFTER,
        )  # fmt: skip
        return ""

    async def upgrade(self, number: int) -> None:
        """New fields and the present alias filter, for indices that are there already."""
        indices, pattern = self.server.client.indices, f"{self.names.start(number)}*"
        if not await self.server.call(indices.get_alias(index=pattern), missing={}):
            return
        whole = mapping()
        if await Arrivals(self.server).are_lacking():
            log.warning(
                "%s: the wire is ordered by receipt, and a story whose embargo ends stays where it was received, until "
                "newswire index migrate",
                pattern,
            )
        try:
            for analyzers, names in (await self._with_analyzers(pattern)).items():
                await self.server.call(
                    indices.put_mapping(
                        index=names,
                        dynamic=whole["dynamic"],
                        meta=whole["_meta"],
                        properties=properties_with(analyzers),
                    )
                )
        except StoreError as error:
            raise StoreError(f"the indices {pattern} were made with another mapping: {error}", "migrate") from error
        actions = [{"add": {"index": pattern, "alias": name, **body}} for name, body in aliases(self.names).items()]
        await self.server.call(indices.update_aliases(actions=actions))
        if self._sizes.replicas == AUTO_REPLICAS:  # indices of before this was the default get their second copy too
            await self.server.call(indices.put_settings(index=pattern, settings={"index": copies(self._sizes)}))

    async def _with_analyzers(self, pattern: str) -> dict[frozenset[str], list[str]]:
        """Indices by the analyzers that they have, which are those that they were made with; the log names old ones."""
        there = await self.server.call(self.server.client.indices.get_settings(index=pattern, flat_settings=False))
        found: dict[frozenset[str], list[str]] = {}
        for name, body in there.items():
            analyzers = body["settings"]["index"].get("analysis", {}).get("analyzer", {})
            found.setdefault(frozenset(analyzers), []).append(name)
        wanted = {analyzer_of(language) for language in STEMMINGS}
        if old := sorted(name for analyzers, names in found.items() if not wanted <= analyzers for name in names):
            log.warning(
                "%s: %s search other languages than English by English word stems, until newswire index migrate",
                self.server.url, ", ".join(old),
            )  # fmt: skip
        return found
