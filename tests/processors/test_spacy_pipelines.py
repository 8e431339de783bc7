import importlib
from typing import Any

import pytest

from processors.spacy_pipelines import load_pipeline, model_of


@pytest.fixture(scope="module")
def spacy() -> Any:
    """Not loaded where the tests are only collected: it takes half a second, in each process."""
    return importlib.import_module("spacy")


@pytest.fixture
def folder(spacy, tmp_path):
    nlp = spacy.blank("en", meta={"version": "1.2"})
    nlp.add_pipe("sentencizer")
    nlp.add_pipe("entity_ruler")
    nlp.to_disk(tmp_path / "pipeline")
    return str(tmp_path / "pipeline")


def test_only_what_is_wanted_is_kept(folder):
    assert load_pipeline(folder, ["entity_ruler"]).pipe_names == ["entity_ruler"]


def test_a_pipeline_that_lacks_what_is_wanted_is_refused(folder):
    with pytest.raises(ValueError, match="has no component 'ner'"):
        load_pipeline(folder, ["ner"])


def test_a_pipeline_that_is_not_there_is_named():
    with pytest.raises(ValueError, match="'no_such_pipeline' cannot be loaded"):
        load_pipeline("no_such_pipeline", ["ner"])


def test_the_model_has_the_pipelines_version(folder):
    model = model_of(load_pipeline(folder, ["entity_ruler"]), "mine")
    assert (model.name, model.version) == ("mine", "1.2")
