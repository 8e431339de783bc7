"""The word stems of each language, as the embedded store, alerts and the page have them."""

import json
import urllib.request
from typing import Any

import pytest

from search.elastic.analysis import analysis, analyzer_of
from search.words.stemming import LANGUAGES, STEMMINGS, _kept_stem, asked, marked, marked_stem, stemming_of
from tests.search.conftest import ask

WORDS = {
    "german": "Die Regierungen verhandelten über den Haushalt Haeuser Häuser Straße Strasse Systeme System Bauern Quelle "
    "neue Duell Kühe öffentlichen Aerzte Ärztinnen bluetooth Müllers Koeln",
    "french": "Les gouvernements négocient journaux économiques élections présidentielles grèves aujourd été "
    "parlementaires yeux travailleuses heureuse nationaux égalité",
    "spanish": "Los gobiernos negociaron acuerdos elecciones camiones leyes niñas veces rápidamente españoles economía",
    "italian": "I governi hanno negoziato accordi elezioni città lavoratori banche università notizie politiche",
}


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("", "english"), ("en", "english"), ("EN-gb", "english"), ("eng", "english"), ("english (US)", "english"),
        ("de", "german"), ("de-AT", "german"), ("ger", "german"), ("DE_CH", "german"), ("fr-CA", "french"),
        ("spa", "spanish"), ("it", "italian"), ("nl", "plain"), ("zh-Hant", "plain"), ("dea", "plain"),
        ("??", "english"), ("und", "english"), ("MUL", "english"), ("zxx", "english"), ("x-default", "english"),
    ],
)  # fmt: skip
def test_a_language_tag_says_by_whose_stems_a_story_is_searched(tag: str, name: str) -> None:
    assert stemming_of(tag) == name


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("german", "Regierung", "Regierungen"), ("german", "Häuser", "Haeusern"), ("german", "Straße", "STRASSEN"),
        ("french", "gouvernement", "Gouvernements"), ("french", "national", "nationales"),
        ("spanish", "gobierno", "gobiernos"), ("spanish", "elección", "elecciones"),
        ("italian", "governo", "governi"), ("italian", "notizia", "notizie"), ("plain", "Regering", "regering"),
    ],
)  # fmt: skip
def test_forms_of_a_word_have_one_stem(name: str, one: str, other: str) -> None:
    assert marked_stem(one, name) == marked_stem(other, name)


def test_each_stem_stands_where_its_word_stood_and_is_of_its_language_only() -> None:
    assert marked("Die Regierungen: l'été!", "german") == "die\ue010 regier\ue010: l\ue010'ete\ue010!".replace(
        "ete", "été"
    )
    stems = {marked_stem("boeing", name) for name in STEMMINGS}
    assert len(stems) == len(STEMMINGS)
    assert asked("l’Europe") == [
        "l\ue010 europ\ue010", "europ\ue011", "l\ue012 europ\ue012", "europ\ue013", "l\ue014 europe\ue014",
    ]  # fmt: skip
    assert asked("…") == []


def test_a_word_keeps_its_accents_and_long_ones_are_not_remembered() -> None:
    assert marked("Ọ̀rọ̀ ní", "plain") == "ọ̀rọ̀\ue014 ní\ue014"
    _kept_stem.cache_clear()
    assert marked_stem("Regierungen" * 100, "german").endswith("regier\ue010")
    assert marked_stem("Regierungen", "german") == "regier\ue010"
    assert _kept_stem.cache_info().currsize == 1


@pytest.mark.integration
def test_elasticsearch_makes_the_same_stems(elasticsearch_url: str, prefix: str) -> None:
    def send(path: str, body: Any, method: str) -> Any:
        request = urllib.request.Request(
            f"{elasticsearch_url}/{path}",
            json.dumps(body).encode(),
            {"content-type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    send(prefix, {"settings": {"index": {**analysis(stems=True), "number_of_replicas": 0}}}, "PUT")
    try:
        for name in LANGUAGES:
            said = send(f"{prefix}/_analyze", {"analyzer": analyzer_of(name), "text": WORDS[name]}, "POST")
            expected = [marked_stem(word, name)[:-1] for word in WORDS[name].split()]
            assert [token["token"] for token in said["tokens"]] == expected
        for name in STEMMINGS:
            said = send(f"{prefix}/_analyze", {"analyzer": analyzer_of(name), "text": "Moody's MOODY’S"}, "POST")
            assert [token["token"] for token in said["tokens"]] == [marked_stem("moody", name)[:-1]] * 2
        said = send(f"{prefix}/_analyze", {"analyzer": analyzer_of("french"), "text": "L’Europe qu'il"}, "POST")
        assert [token["token"] for token in said["tokens"]] == ["europ", "il"]
    finally:
        ask(f"{elasticsearch_url}/{prefix}", "DELETE")
