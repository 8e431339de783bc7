from hypothesis import given
from hypothesis import strategies as st

from processors.text.overlap import Spans
from processors.text.passages import Passage

spans = st.tuples(st.integers(0, 60), st.integers(0, 20)).map(lambda pair: Passage(pair[0], pair[0] + pair[1]))


@given(st.lists(spans, max_size=30), spans)
def test_the_spans_at_a_place_are_those_that_share_a_character_with_it(some: list[Passage], place: Passage) -> None:
    found = Spans(some).meeting(place.start, place.end)
    ordered = sorted(some, key=lambda span: span.start)
    assert found == [span for span in ordered if span.start < place.end and place.start < span.end]
