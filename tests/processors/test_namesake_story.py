"""The story that the project is named for, as it came: a crosshead runs into its paragraph."""

import pytest

from processors.pipeline import load
from tests.corpora import CORPORA

pytestmark = pytest.mark.corpus


def test_its_facts_are_found_and_its_errors_are_not() -> None:
    text = (CORPORA / "story.txt").read_text("utf-8")
    (found,) = load().annotate([text])
    shown = [row for row in found.stance or () if row.level != "low"]
    of_the_us = {(row.holder, row.label) for row in shown if "country:US" in row.about}
    assert {("Vladimir Putin", "against"), ("Xi Jinping", "against")} <= of_the_us
    said = {(row.holder, row.label, row.target) for row in shown}
    assert ("Vladimir Putin", "favor", "one-China policy") in said
    assert ("United States", "against", "China") in said
    assert ("Russia", "favor", "Taiwan") not in said
    assert ("West", "against", "Ukraine") not in said
    assert not any(row.target.startswith("other's") for row in shown)
    assert "Taiwan Putin" not in {entity.name for entity in found.entities or ()}
