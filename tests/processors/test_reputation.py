"""Tone is read off the sentence, not off what is known of a name: famous and invented names fare alike."""

import pytest

from processors.pipeline import load

FAMOUS = ("Vladimir Putin", "Adolf Hitler", "Donald Trump", "Barack Obama", "Nelson Mandela", "Osama bin Laden")
INVENTED = ("Martin Ostrell", "Ilsa Verhoeven", "Peter Landquist")
NEUTRAL = (
    "{} met the delegation in Geneva on Tuesday.",
    "Reporters asked {} about the timetable before the session.",
    "The letter to {} was dated March 3, officials said.",
    "{} will travel to Oslo next week.",
)
BAD = (
    "Judges said that {} had lied to the committee and stolen public money.",
    "The report condemned {} for years of brutal corruption.",
)
GOOD = ("Rescuers praised {} for brave and generous help after the flood.",)


@pytest.fixture(scope="module")
def tones():
    """The tone toward the name of each sentence: its sentence, its name, and the label."""
    said = [(form, name) for form in (*NEUTRAL, *BAD, *GOOD) for name in (*FAMOUS, *INVENTED)]
    found = {}
    for (form, name), made in zip(said, load().annotate([form.format(name) for form, name in said]), strict=True):
        assert made.sentiment is not None
        toward = [each for each in made.sentiment.entities if each.name.split()[-1] == name.split()[-1]]
        found[form, name] = toward[0].label if toward else "neutral"
    return found


@pytest.mark.parametrize("name", [*FAMOUS, *INVENTED])
def test_nobody_has_a_tone_where_nothing_is_said_of_him(tones, name):
    assert {tones[form, name] for form in NEUTRAL} == {"neutral"}


@pytest.mark.parametrize("name", [*FAMOUS, *INVENTED])
def test_blame_and_praise_are_seen_whoever_it_is(tones, name):
    assert {tones[form, name] for form in BAD} == {"negative"}
    assert {tones[form, name] for form in GOOD} == {"positive"}
