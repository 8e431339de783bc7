import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.vocabulary.casing import natural_case

BODY = "\n\nMOSCOW (AP) - Russian President Vladimir Putin and Xi Jinping denounced the interference of the US in a phone call."


@pytest.mark.parametrize(
    ("headline", "expected"),
    [
        ("Putin, Xi Denounce US Interference in Phone Call", "Putin, Xi denounce US interference in phone call"),
        ("PUTIN, XI DENOUNCE US INTERFERENCE", "Putin, Xi denounce US interference"),
        ("PUTIN AND XI TELL US WHY THEY CALL", "Putin and Xi Tell us why they call"),
        ("Putin speaks of interference", "Putin speaks of interference"),
        ("U.S. TELLS PUTIN TO EXPLAIN INTERFERENCE", "U.S. Tells Putin to Explain interference"),
    ],
)
def test_headlines_are_spelt_as_the_body_spells(headline, expected):
    assert natural_case(headline + BODY) == expected + BODY


@given(st.text(max_size=200))
def test_the_length_never_changes(text):
    assert len(natural_case(text)) == len(text)
    assert len(natural_case(text.upper() + "\n\n" + text)) == len(text.upper()) + 2 + len(text)
