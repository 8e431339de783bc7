import msgspec
import pytest

from processors.annotations import Annotations, Entity, Model, Span, Stance

EVIDENCE = Span(0, 22, "Berlin denounced Rome.")
ROW = Stance("Berlin", "Rome", "against", 0.9, EVIDENCE, "denounced", Span(0, 6, "Berlin"), Span(17, 21, "Rome"))
WHOLE = Annotations(
    (Entity("org:acme", "Acme", "ORG", (Span(0, 4, "Acme"),), 1, 0.5),), None, (ROW,), {"stance": Model("m", "1")}
)


def test_annotations_are_the_same_after_a_journey_as_json():
    assert msgspec.json.decode(msgspec.json.encode(WHOLE), type=Annotations) == WHOLE


def test_a_row_of_an_earlier_version_is_shown_and_about_nobody():
    assert (ROW.level, ROW.about) == ("medium", ())


def test_records_are_immutable():
    with pytest.raises(AttributeError):
        setattr(ROW, "score", 1.0)  # noqa: B010 - the type checker refuses the plain way


@pytest.mark.parametrize("field", [{"score": "0.9"}, {"label": "none"}, {"level": "sure"}, {"holder": None}])
def test_a_field_of_another_type_is_refused(field):
    row = msgspec.to_builtins(ROW) | field
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(row, Stance)


def test_fields_of_a_later_or_earlier_version_are_ignored():
    row = msgspec.to_builtins(ROW) | {"opinions": [{"by": "rules"}]}
    assert msgspec.convert(row, Stance) == ROW


def test_every_field_is_written_even_where_it_has_its_default():
    assert {"about", "level", "holder_id"} <= msgspec.to_builtins(ROW).keys()
