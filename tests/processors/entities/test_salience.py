from hypothesis import given
from hypothesis import strategies as st

from processors.annotations import Entity, Span
from processors.entities.salience import salience

TEXT = "Berg wins\n\nAnna Berg beat Carl Voss on Monday. The crowd cheered Voss.\n\nIn Oslo, Ann Lee wept."


def entity(name, *words, kind="PERSON"):
    spans: list[Span] = []
    for word in words or (name,):
        start = TEXT.index(word, spans[-1].end if spans else 0)
        spans.append(Span(start, start + len(word), word))
    return Entity(name, name, kind, tuple(spans), len(spans), 0.0)


BERG, VOSS = entity("Anna Berg", "Berg", "Anna Berg"), entity("Carl Voss", "Carl Voss", "Voss")
LEE, MONDAY = entity("Ann Lee"), entity("Monday", kind="DATE")


def scores(*entities):
    return {each.id: each.salience for each in salience(TEXT, entities)}


def test_the_headline_then_the_opening_then_the_rest():
    found = scores(BERG, VOSS, LEE)
    assert found["Anna Berg"] > found["Carl Voss"] > found["Ann Lee"] > 0


def test_a_date_counts_less_than_a_name_at_its_place():
    name = entity("Monday", kind="ORG")
    assert scores(MONDAY)["Monday"] < scores(name)["Monday"]


def test_nothing_else_changes():
    (found,) = salience(TEXT, [BERG])
    assert (found.id, found.mentions, found.count) == (BERG.id, BERG.mentions, BERG.count)
    assert salience(TEXT, []) == []


@given(st.permutations([BERG, VOSS, LEE, MONDAY]))
def test_scores_are_shares_and_independent_of_order(entities):
    found = scores(*entities)
    assert found == scores(BERG, VOSS, LEE, MONDAY)
    assert all(0 <= score <= 1 for score in found.values())
