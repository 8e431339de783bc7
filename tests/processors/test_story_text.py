from unittest.mock import patch

from processors import story_text as parts
from processors.pipeline import load
from processors.vocabulary.casing import natural_case

TEXT = "PUTIN, XI REJECT INTERFERENCE\n\nVladimir Putin met Xi Jinping. They rejected interference.\n\nNothing more."


def test_the_parts_of_a_text() -> None:
    story = parts.StoryText(TEXT)
    assert story.headline is not None
    assert TEXT[slice(*story.headline)] == "PUTIN, XI REJECT INTERFERENCE"
    assert [TEXT[slice(*each)] for each in story.body][-1] == "Nothing more."
    assert len(story.sentences) == 4
    assert story.spelt.startswith("Putin, Xi reject interference")
    assert len(story.spelt) == len(TEXT)


def test_a_text_without_a_headline() -> None:
    story = parts.StoryText("Nothing more.")
    assert story.headline is None
    assert len(story.body) == 1


def test_the_spelling_of_a_text_is_repaired_once_for_all_annotators() -> None:
    parts.story_text.cache_clear()
    with patch.object(parts, "natural_case", wraps=natural_case) as repaired:
        load().annotate([TEXT])
    assert repaired.call_count == 1
