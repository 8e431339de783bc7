"""Our models as components of spaCy's pipelines."""

import importlib
from typing import Any

import pytest

TEXT = "Vladimir Putin and Xi Jinping rejected US interference. Angela Merkel praised the deal with Turkey."


@pytest.fixture(scope="module")
def spacy() -> Any:
    """Not loaded where the tests are only collected: it takes half a second, in each process."""
    return importlib.import_module("spacy")


@pytest.fixture(scope="module")
def components() -> Any:
    """Our components, which load spaCy too."""
    return importlib.import_module("processors.spacy_components")


def test_a_document_has_entities_tone_and_stances(spacy, components) -> None:
    nlp = spacy.blank("en")
    for name in components.COMPONENTS:
        nlp.add_pipe(name)
    doc = nlp(TEXT)
    assert ("Vladimir Putin", "PERSON") in [(ent.text, ent.label_) for ent in doc.ents]
    assert {ent.id_ for ent in doc.ents if ent.text == "US"} == {"country:US"}
    assert ("Vladimir Putin", "against", "US interference") in [(s.holder, s.label, s.target) for s in doc._.stances]
    assert doc._.tone.label in {"negative", "neutral", "positive"}


def test_a_pipeline_written_to_a_folder_is_loaded_again(spacy, components, tmp_path) -> None:
    components.main(str(tmp_path / "newswire"))
    nlp = spacy.load(tmp_path / "newswire")
    docs = list(nlp.pipe([TEXT, "Nothing happened."]))
    assert docs[0]._.stances
    assert docs[1]._.stances == ()
