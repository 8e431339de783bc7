"""Elasticsearch's analyzers of headline and body, one for each language. Takes nothing, gives settings; pure.

The languages' built-in analyzers would drop their stop words, which are names and verbs in other languages ("Die",
"Son"), and most of their stemmers only Lucene has. These make the stems of `search.words.stemming`, as the embedded
store does. English keeps its built-in analyzer: the embedded store has its stemmer and its stop words too.
"""

from collections.abc import Collection
from typing import Any

from search.field_types import ANALYZER, STEMS
from search.mapping import properties
from search.words.stemming import LANGUAGES, PLAIN, SINGULAR_IN_S, SPANISH, STEMMINGS

POSSESSIVES = f"{STEMS}possessives"


def analysis(*, stems: bool) -> dict[str, Any]:
    """The analyzers that the mapping names; without ``stems`` they keep the whole words."""
    if not stems:
        return {
            "analysis": {"analyzer": {name: {"type": "standard"} for name in (ANALYZER, *map(analyzer_of, STEMMINGS))}}
        }
    analyzers: dict[str, Any] = {ANALYZER: {"type": "english"}}
    # As Lucene's filter of English possessives: "Moody's" is in German stories too, "foto's" in Dutch ones.
    filters: dict[str, Any] = {
        POSSESSIVES: {"type": "pattern_replace", "pattern": "['\u2019\uff07]s$", "replacement": ""}
    }
    whole = ["lowercase", POSSESSIVES]
    analyzers[analyzer_of(PLAIN)] = {"type": "custom", "tokenizer": "standard", "filter": whole}
    for name, language in LANGUAGES.items():
        chain = [*whole]
        if language.elisions:
            filters[f"{analyzer_of(name)}_elisions"] = {"type": "elision", "articles": list(language.elisions)}
            chain.append(f"{analyzer_of(name)}_elisions")
        if name == SPANISH:
            pattern = {"type": "pattern_replace", "pattern": SINGULAR_IN_S, "replacement": "$1es"}
            filters[f"{analyzer_of(name)}_singulars"] = pattern
            filters[f"{analyzer_of(name)}_stems"] = {"type": "stemmer", "language": "light_spanish"}
            chain.append(f"{analyzer_of(name)}_singulars")
        else:
            filters[f"{analyzer_of(name)}_stems"] = {"type": "snowball", "language": name.title()}
        chain.append(f"{analyzer_of(name)}_stems")
        analyzers[analyzer_of(name)] = {"type": "custom", "tokenizer": "standard", "filter": chain}
    return {"analysis": {"analyzer": analyzers, "filter": filters}}


def analyzer_of(language: str) -> str:
    """The name of a language's analyzer."""
    return f"{STEMS}{language}"


def properties_with(analyzers: Collection[str]) -> dict[str, Any]:
    """The mapping's properties for an index that has these analyzers: one by an older program stems all in English."""
    made = properties()
    for name in STEMMINGS:
        if analyzer_of(name) not in analyzers:
            made[name] = {
                **made[name],
                "properties": {
                    part: {**field, "analyzer": ANALYZER} for part, field in made[name]["properties"].items()
                },
            }
    return made
