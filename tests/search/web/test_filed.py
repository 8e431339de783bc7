"""What a provider filed a story under leads to the stories that are filed so."""

from search.web.reading.filed import filed_under
from tests.search.samples import document


def test_subjects_by_name_or_code_keywords_and_places_lead_to_searches() -> None:
    filed = {
        "subjects": [{"name": "Grain", "code": "1"}, {"name": "", "code": "04001"}, {"name": "Grain", "code": "2"}],
        "keywords": ['EU "CAP"', " "],
        "places": [{"name": "", "code": "FR"}],
        "genre": "Current",
    }
    assert filed_under(filed) == [
        ("Subjects", [("Grain", "/?subject=Grain"), ("04001", "/?q=subject%3A%2204001%22")]),
        ("Keywords", [('EU "CAP"', "/?q=keyword%3A%22EU%20%20CAP%20%22")]),
        ("Places", [("FR", "/?q=place%3A%22FR%22")]),
        ("Genre", [("Current", "/?q=genre%3A%22Current%22")]),
    ]


def test_a_story_that_is_filed_under_nothing_has_no_headings() -> None:
    assert filed_under({"subjects": None, "keywords": (), "places": (), "genre": ""}) == []
    assert document("one").keywords == ()
