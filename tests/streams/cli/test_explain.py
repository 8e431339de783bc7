from processors.annotations import Annotations, EntitySentiment, Sentiment, Span, Stance
from streams.cli.explain import LONGEST_EVIDENCE, MOST_TONES, explained

TEXT = "Berlin wary\n\nBerlin denounced Rome."
EVIDENCE = Span(13, 35, "Berlin denounced Rome.")


def row(score=0.9, evidence=EVIDENCE, **fields):
    holder, target = Span(13, 19, "Berlin"), Span(30, 34, "Rome")
    return Stance("Berlin", "Rome", "against", score, evidence, "denounced", holder, target, **fields)


def shown(*stances, **fields):
    return explained("7", TEXT, Annotations(stance=stances, **fields)).splitlines()


def test_a_stance_is_shown_with_level_score_cue_and_evidence():
    assert shown(row(level="high")) == [
        "7  Berlin wary",
        "  Berlin against Rome (high, score 0.90)",
        "    cue: denounced",
        "    characters 13 to 35: Berlin denounced Rome.",
    ]


def test_rows_of_level_low_are_shown_too():
    assert "  Berlin against Rome (low, score 0.21)" in shown(row(0.21, level="low"))


def test_whom_the_target_names_is_shown():
    assert "    the target names country:IT, city:3169070" in shown(row(about=("country:IT", "city:3169070")))


def test_long_evidence_is_cut_and_put_on_one_line():
    long = Span(0, 5_000, "Berlin\ndenounced " * 300)
    (line,) = [line for line in shown(row(evidence=long)) if "characters" in line]
    assert "Berlin denounced Berlin" in line
    assert len(line) < LONGEST_EVIDENCE + 50


def test_tone_failures_and_nothing():
    sentiment = Sentiment(
        -0.2, "negative", (), (EntitySentiment("r", "Rome\x1b[2J", -0.4, "negative", 0.6),), confidence=0.7
    )
    lines = shown(sentiment=sentiment, failures={"entities": "ValueError: no"})
    assert lines == [
        "7  Berlin wary",
        "  entities failed: ValueError: no",
        "  tone negative -0.20 (confidence 0.70)",
        "    toward Rome\\x1b[2J: negative -0.40 (confidence 0.60)",
        "  no stance found",
    ]


def test_only_the_most_salient_tones_are_shown():
    many = tuple(EntitySentiment(str(n), f"Name {n}", 0.0, "neutral", 0.5) for n in range(MOST_TONES + 5))
    assert sum("toward" in line for line in shown(sentiment=Sentiment(0.0, "neutral", (), many))) == MOST_TONES


def test_what_failed_is_no_empty_finding():
    assert explained("7", TEXT, Annotations(failures={"stance": "why"})) == "7  Berlin wary\n  stance failed: why\n"
