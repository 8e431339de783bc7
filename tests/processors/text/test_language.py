import pytest

from processors.annotations import Entity, Model
from processors.entities.finding import ByLanguage
from processors.text.language import language_of, primary

GERMAN = "Angela Merkel traf Emmanuel Macron in Paris und sprach lange über die Lage in Europa."
ENGLISH = "The Senate voted on Thursday to end the debate, and the president said that he would sign the bill."


@pytest.mark.parametrize(
    ("text", "declared", "expected"),
    [
        (GERMAN, "", "de"), (GERMAN, "en", "de"), (GERMAN, "de-AT", "de-AT"), (ENGLISH, "", "en"), (ENGLISH, "en-GB", "en-GB"),
        (ENGLISH, "fr", "en"), ("SENATE VOTES TO END DEBATE ON THE BUDGET\n\n" + ENGLISH, "", "en"), ("Oil fell.", "", ""),
        ("Oil fell.", "nb", "nb"), ("نص عربي قصير.", "", "und"), ("", "", ""), ("习近平批评美国,并且说这是一个非常严重的问题而且不能接受", "", "zh"), ("\ud800" * 40, "", ""),
    ],
)  # fmt: skip
def test_the_text_decides_where_it_is_sure_and_the_provider_elsewhere(text, declared, expected):
    assert language_of(text, declared) == expected


def test_primary():
    assert [primary(tag) for tag in ("en-GB", "zh_Hant", "DE", "")] == ["en", "zh", "de", ""]


class Named:
    def __init__(self, name):
        self.model = Model(name, "1")

    def annotate(self, texts):
        return [(Entity(text, self.model.name, "ORG", (), 0, 0.0),) for text in texts]


def test_each_text_goes_to_the_annotator_of_its_language_and_order_is_kept():
    annotator = ByLanguage(Named("english"), {"de": Named("german")})
    texts = [GERMAN, ENGLISH, "Oil fell.", GERMAN + " Ja."]
    found = [(entity.id, entity.name) for (entity,) in annotator.annotate(texts)]
    assert found == list(zip(texts, ["german", "english", "english", "german"], strict=True))
