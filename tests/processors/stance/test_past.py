import pytest

from processors.stance.past import is_past


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Once [supporters of] Chavez, many now oppose him.", True),
        ("Mike Lee, once a strong [supporter] of Trump, criticized him.", True),
        ("Ted Cruz, who once [opposed] Trump, praised him.", True),
        ("She once bitterly [criticized] NATO.", True),
        ("The [former supporter] of Trump now backs Clinton.", True),
        ("He is a former close [ally of] Putin.", True),
        ("His ex-[friend] Putin was there.", True),
        ("The one-time [critic of] the law signed it.", True),
        ("Former President Obama [supported] the Iran deal.", False),
        ("The former senator, a [critic of] the deal, spoke.", False),
        ("Once [approved], the plan goes to the Senate.", False),
        ("The plan, once [approved] by Congress, becomes law.", False),
        ("A former ally of Putin [denounced] the war.", False),
        ("Supporters [praised] him.", False),
    ],
)
def test_stances_of_earlier_days(said, expected):
    start, end = said.index("["), said.index("]") - 1
    assert is_past(said.replace("[", "").replace("]", ""), (start, end)) is expected
