from processors.annotations import Annotations, EntitySentiment, Opinion, Sentiment, Span, Stance
from streams.cli.explain import explained

TEXT = "Berlin wary\n\nBerlin denounced Rome."
EVIDENCE = Span(13, 35, "Berlin denounced Rome.")


def row(*opinions, cue="denounced"):
    return Stance(
        "Berlin", "Rome", "against", 0.9, EVIDENCE, cue, Span(13, 19, "Berlin"), Span(30, 34, "Rome"), opinions=opinions
    )


def told(*stances, **fields):
    return explained("7", TEXT, Annotations(stance=stances, **fields))


def test_opinions_that_differ_are_both_told():
    shown = told(row(Opinion("rules", "against", 0.8), Opinion("model", "none", 0.61)))
    assert "Berlin against Rome (confidence 0.90)" in shown
    assert "opinions differ, the rules: against 0.80, the model: none 0.61; cue: denounced" in shown
    assert "characters 13 to 35: Berlin denounced Rome." in shown


def test_opinions_that_agree():
    assert "agreed, the rules: against 0.80" in told(
        row(Opinion("rules", "against", 0.8), Opinion("model", "against", 0.7))
    )


def test_a_stance_without_a_cue_is_implied():
    shown = told(row(Opinion("model", "against", 0.85), Opinion("rules", "none", 0.0), cue=""))
    assert "opinions differ, the model: against 0.85, the rules: none; implied" in shown


def test_tone_failures_and_nothing():
    sentiment = Sentiment(
        -0.2, "negative", (), (EntitySentiment("r", "Rome\x1b[2J", -0.4, "negative", 0.6),), confidence=0.7
    )
    shown = told(sentiment=sentiment, failures={"entities": "ValueError: no"})
    assert "7  Berlin wary" in shown
    assert "toward Rome\\x1b[2J: negative -0.40 (confidence 0.60)" in shown
    assert "entities failed: ValueError: no" in shown
    assert "no stance found" in shown
