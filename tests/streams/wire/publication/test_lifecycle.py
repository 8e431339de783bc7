"""Status, kind and target: fields first, conventions next, words only where there is no field, prose never."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.wire.publication.advisories import advice
from streams.wire.publication.lifecycle import Signs, judge
from tests.streams.wire import one

PROSE = [
    "Three killed in blast",
    "Troops withdrawn from border",
    "EDITORS: recall the withdrawn bill",
    "EDITORS: the bill is withdrawn",
    "EDITORS: A story on how troops are withdrawn from Kabul moves at 1400",
    'EDITORS: A story headlined "Troops are withdrawn" moves at noon',
    "EDITORS: The following story is about soldiers who were killed",
    "EDITORS: The report on the killed journalist is embargoed",
    "EDITORS: the item on the withdrawn offer follows",
    "Editors: kill the bill, say MPs",
    "EDITORS: Kill Bill story to follow at 1500 GMT",
    "KILL BILL 3 ANNOUNCED",
    "Kill Bill: Vol. 3 announced",
    "KILL: A FILM REVIEW",
    "MANDATORY KILL ORDER FOR BADGERS APPROVED",
    "WITHDRAWAL: TROOPS LEAVE KABUL",
    "Withdrawn: the drug that failed",
    "The story of the withdrawn drug is retold",
    "The report that three were killed is wrong",
    "Shoot-to-kill",
    "US-Road Kill",
    "Kill",
    "KILL - Tarantino's film returns",
    "KILL: the bill's foes rally",
    "KILLED: the reporters lost in Gaza this year",
    "Editors at the Lancet said the article was retracted after three authors withdrew.",
    "Subscribers told frozen item was recalled over listeria",
    "Clients say audit report was withdrawn by KPMG",
    "CLIENTS SAY AUDIT REPORT WAS WITHDRAWN BY KPMG",
    "Editors say story was killed under pressure from owner",
    "Clients were told the alert was cancelled, Reuters reported.",
    "This week's report was withdrawn by the ministry",
]
ADVISORIES = [
    "EDITORS: The story slugged BC-Obama is WITHDRAWN",
    "EDITORS: BC-US--Obama is WITHDRAWN",
    "ATTN EDITORS: BC-US--Obama is WITHDRAWN",
    "EDITORS: The item headlined 'Minister quits' is withdrawn.",
    'Editors: The story "X" has been withdrawn. There will be no substitute.',
    "NOTE TO EDITORS: THE STORY ON THE MINISTER IS WITHDRAWN",
    'EDITORS: Please kill the story headlined "X"',
    "EDITORS: Kill BC-Obama. The story is wrong",
    "EDITORS: THE 1405 GMT ITEM HEADLINED MINISTER QUITS IS HEREBY CANCELLED",
    "BULLETIN KILL",
    "MANDATORY KILL",
    "MANDATORY KILL: BC-Obama",
    "KILL",
    "KILL - BC-Minister",
    "PLEASE KILL BC-Minister. DO NOT USE.",
    "(This March 3 story has been withdrawn because a source was wrong)",
    "Die dpa-Meldung «Minister tritt zurück» wird zurückgezogen.",
    "ANNULATION",
    "The Milan story headlined 'Eni' is wrong and is withdrawn. There will be no substitute story.",
]

WORDS = [
    "the", "a", "killed", "withdrawn", "kill", "story", "report", "that", "soldiers", "were", "is", "are", "bill", "editors",
    "said", "who", "in", "troops", "from", "of", "Editors", "Story", "Kill", "Withdrawn", "recalled", "cancelled", "version",
    "item", "wrong", "has", "been", "and",
]  # fmt: skip


@pytest.mark.parametrize("line", PROSE)
def test_prose_never_kills(line: str) -> None:
    for headline, slugline, body in ((line, "", "Text."), ("H", line if "-" in line else "", "Text."), ("H", "", line)):
        verdict = judge(Signs(), headline, slugline, body, "")
        desks_word = headline.startswith(("KILL:", "KILL -")) and not headline.isupper()
        assert verdict.status == ("withheld" if desks_word else "usable")
        assert verdict.kind != "kill"


@pytest.mark.parametrize("line", ADVISORIES)
def test_an_advisory_kills_where_the_format_has_no_field(line: str) -> None:
    verdict = judge(Signs(target="urn:story"), "", "", f"{line}\n\nMore.", "")
    assert (verdict.status, verdict.kind, verdict.target) == ("canceled", "kill", "urn:story")


@pytest.mark.parametrize("line", ADVISORIES)
def test_an_advisory_is_only_an_advisory_where_the_format_says_usable(line: str) -> None:
    verdict = judge(Signs(status="usable"), "", "", line, "")
    assert (verdict.status, verdict.kind) == ("usable", "advisory")
    assert any("advise a kill" in note for note in verdict.notes)


@given(
    st.lists(
        st.sampled_from(WORDS),
        min_size=1,
        max_size=14,
    )
)
def test_sentences_that_address_nobody_never_kill(words: list[str]) -> None:
    sentence = "He said " + " ".join(words) + "."
    assert advice(sentence, "", sentence) != "kill"


@pytest.mark.parametrize(
    ("signs", "status", "kind"),
    [
        (Signs(status="stat:canceled"), "canceled", "kill"),
        (Signs(status="Cancelled"), "canceled", "kill"),
        (Signs(status="http://cv.iptc.org/newscodes/pubstatusg2/canceled"), "canceled", "kill"),
        (Signs(status="http://cv.iptc.org/newscodes/pubstatusg2/canceled/"), "canceled", "kill"),
        (Signs(status="stat:withheld"), "withheld", "new"),
        (Signs(signals=["Delete"]), "canceled", "kill"),
        (Signs(signals=["Rectify"]), "usable", "correction"),
        (Signs(status="usable", signals=["sig:correction"]), "usable", "correction"),
        (Signs(status="usable", signals=["sig:update"]), "usable", "update"),
        (Signs(status="usable", signals=["KILL"]), "canceled", "kill"),
        (Signs(signals=["KILL: story is wrong. Do not use."]), "canceled", "kill"),
        (Signs(signals=["Kill - wrong name"]), "canceled", "kill"),
        (Signs(signals=["CORRECTS: spelling of name"]), "usable", "correction"),
        (Signs(signals=["Kill Bill: a review"]), "usable", "new"),
        (Signs(status="usable", evolved=True), "usable", "update"),
        (Signs(status="never heard of"), "withheld", "new"),
        (Signs(status="corrected"), "usable", "correction"),
        (Signs(status="usable", statuses=["on hold"]), "withheld", "new"),
        (Signs(status="withheld", statuses=["stat:canceled"]), "canceled", "kill"),
        (Signs(status="usable", signals=["sig:embargo"]), "withheld", "new"),
    ],
)
def test_fields_come_first(signs: Signs, status: str, kind: str) -> None:
    verdict = judge(signs, "H", "", "B", "")
    assert (verdict.status, verdict.kind) == (status, kind)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("UPDATE 2-Oil rises", "update"),
        ("WRAPUP 3-US stocks fall", "update"),
        ("RPT-UPDATE 1-Eni says", "update"),
        ("BC-US--Obama, 1st Ld-Writethru", "update"),
        ("BC-US--Obama, 2nd Ld", "update"),
        ("CORRECTED-Eni says", "correction"),
        ("CORRECTED - BANKAMERICA SELLS", "correction"),
        ("CORRECTED (OFFICIAL)-Eni says", "correction"),
        ("REFILE-Eni says", "correction"),
        ("BC-EU--Summit, Correction", "correction"),
        ("Corrected: Minister resigns", "correction"),
        ("(Berichtigung: Zahl im 2. Absatz)", "correction"),
        ("CORRECCIÓN: el ministro dimite", "correction"),
        ("ADVISORY-Reuters plans", "advisory"),
        ("Update your phone now", "new"),
        ("Correction fluid sales soar", "new"),
        ("LEAD pipes found in school", "new"),
        ("Refiled suit dismissed", "new"),
    ],
)
def test_conventions_of_headlines_and_sluglines(line: str, kind: str) -> None:
    assert judge(Signs(), line, "", "B", "").kind == kind
    assert judge(Signs(), "H", line, "B", "").kind == kind


def test_a_later_version_number_is_an_update_and_a_huge_one_says_nothing() -> None:
    assert judge(Signs(), "H", "", "B", "2").kind == "update"
    assert judge(Signs(), "H", "", "B", "20240101").kind == "new"
    assert judge(Signs(), "H", "", "B", "0").kind == "new"


@pytest.mark.parametrize(
    "field",
    [
        {"deleted": True}, {"isDeleted": "true"}, {"killed": 1}, {"withdrawn": True}, {"retracted": "yes"}, {"takedown": True},
        {"deleted_at": "2026-11-26T10:00:00Z"}, {"action": "delete"}, {"operation": "KILL"}, {"event": "unpublish"},
        {"changeType": "Retraction"},
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "shape", [{"id": "1", "title": "H"}, {"uri": "u:1", "type": "text", "versioncreated": "2026-11-20T10:00:00Z"}]
)
def test_a_field_of_somebodys_own_kills(field: dict[str, object], shape: dict[str, object]) -> None:
    assert one(json.dumps({"headline": "H", "body": "Text.", **shape, **field})).status == "canceled"


@pytest.mark.parametrize(
    "field",
    [
        {"deleted": False}, {"isDeleted": "false"}, {"killed": 3}, {"withdrawn": None}, {"deleted_at": None}, {"deleted_at": ""},
        {"action": "update"}, {"event": "The match was cancelled"}, {"data": {"deleted": True}},
    ],
)  # fmt: skip
def test_a_field_that_says_no_or_tells_of_something_else_does_not(field: dict[str, object]) -> None:
    assert one(json.dumps({"id": "1", "title": "H", "text": "Text.", **field})).status == "usable"
