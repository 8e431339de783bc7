"""Texts below header lines, and whole mails."""

from datetime import UTC, datetime

import pytest

from streams.errors import Rejected
from tests.streams.wire import one, read

TEXT = "Ferry sinks off Crete\n\nATHENS (EXA) - A ferry sank.\n\nAll were saved.\n"


@pytest.mark.parametrize(
    "headers",
    [
        "From: Harbour Desk\nDate: 26 May 2024 15:30 GMT\nSlug: FERRY\n",
        "Von: Harbour Desk\nDatum: 26. Mai 2024 15:30 UTC\nStichwort: FERRY\n",
        "De : Harbour Desk\nDate : 2024-05-26T17:30:00+02:00\nSlug : FERRY\n",
        "SLUG: FERRY\nBYLINE: Harbour Desk\nSENT: 26-05-2024 15:30 GMT\nPRIORITY: 3\n",
        "Slugline:\n FERRY\nBy: Harbour Desk\nTime: Sun, 26 May 2024 15:30:00 +0000\n",
    ],
)
@pytest.mark.parametrize("break_", ["\n", "\r\n"])
def test_header_lines_become_fields(headers: str, break_: str) -> None:
    article = one(f"{headers}\n{TEXT}".replace("\n", break_))
    assert (article.format, article.headline, article.slugline) == ("text", "Ferry sinks off Crete", "FERRY")
    assert article.body == "ATHENS (EXA) - A ferry sank.\n\nAll were saved."
    assert (article.byline, article.dateline) == ("Harbour Desk", "ATHENS (EXA)")
    assert article.version_created == datetime(2024, 5, 26, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "name", ["Subject", "Betreff", "Objet", "Asunto", "Oggetto", "Onderwerp", "Emne", "Ämne", "Headline"]
)
def test_a_subject_is_the_headline(name: str) -> None:
    article = one(f"{name}: Ferry sinks\nFrom: A. Writer <a@exa.example>\nTo: desk@exa.example\n\nA ferry sank.\n")
    assert (article.headline, article.body, article.byline) == ("Ferry sinks", "A ferry sank.", "A. Writer")


@pytest.mark.parametrize(
    ("data", "headline", "body"),
    [
        ("Subject: Ferry sinks\nFrom: Desk\nA ferry sank off Crete.\n", "Ferry sinks", "A ferry sank off Crete."),
        ("Headline: Ferry sinks\nByline: A\nBody: A ferry sank.\n\nAll were saved.", "Ferry sinks", "A ferry sank.\n\nAll were saved."),
        ("Title: Ferry sinks\nText: A ferry sank.\n", "Ferry sinks", "A ferry sank."),
        ("---\ntitle: Ferry sinks\nauthor: A\n---\nA ferry sank.\n", "Ferry sinks", "A ferry sank."),
        ("Тема: Паром затонул\nОт: Desk\n\nПаром затонул в четверг.", "Паром затонул", "Паром затонул в четверг."),
        ("标题：港口开放\n来源：Desk\n\n港口周四开放。", "港口开放", "港口周四开放。"),
        (f"Subject: Ferry sinks\nFrom: Desk\nLede: {'A ferry sank off Crete. ' * 10}\n\nAll were saved.", "Ferry sinks",
         "A ferry sank off Crete. " * 9 + "A ferry sank off Crete.\n\nAll were saved."),
    ],
)  # fmt: skip
def test_no_text_among_header_lines_is_lost(data: str, headline: str, body: str) -> None:
    assert (one(data).headline, one(data).body) == (headline, body)


def test_an_embargo_and_a_status_in_a_header_hold() -> None:
    held = one(f"Slug: FERRY\nEmbargo: 0001 GMT, 26 May 2034\n\n{TEXT}")
    assert held.embargo_until == datetime(2034, 5, 26, 0, 1, tzinfo=UTC)
    assert one(f"Slug: FERRY\nStatus: withdrawn\nId: 7\n\n{TEXT}").status == "canceled"
    assert one("Subject: KILL: FERRY\nFrom: Desk\n\nEDITORS: Please kill the story slugged FERRY.\n").status != "usable"


MAIL = (
    "Return-Path: <a@exa.example>\nReceived: from x by y\nMessage-ID: <7@exa.example>\nMIME-Version: 1.0\n"
    "Subject: =?utf-8?q?Z=C3=BCrich_w=C3=A4hlt?=\nFrom: =?utf-8?q?J=C3=BCrg?= Writer <a@exa.example>\n"
    "Date: Sun, 26 May 2024 17:30:00 +0200\n"
)


@pytest.mark.parametrize(
    "rest",
    [
        "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nZ=FCrich w=E4hlt =\nneu.\n",
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nWsO8cmljaCB3w6RobHQgbmV1Lg==\n",
        ("Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/html; charset=utf-8\n\n<p>Nein</p>\n--b\n"
         "Content-Type: text/plain; charset=utf-8\n\nZürich wählt neu.\n--b--\n"),
        "Content-Type: text/html; charset=utf-8\n\n<p>Zürich wählt neu.</p>\n",
    ],
)  # fmt: skip
def test_a_whole_mail(rest: str) -> None:
    article = one(MAIL + rest)
    assert (article.guid, article.headline, article.body) == ("7@exa.example", "Zürich wählt", "Zürich wählt neu.")
    assert (article.byline, article.version_created) == ("Jürg Writer", datetime(2024, 5, 26, 15, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    "data",
    [
        "hello",
        "Warning: do not touch\nDanger: high voltage\nText of a sign.",
        "Note: one thing\n\nText.",
        "Oslo: rain\nParis: sun\n\nText.",
        "From: Desk\nSubject: T",
        "http://a.example\nhttp://b.example\n\nText",
        "To: A\nCc: B\n\nText",
    ],
)
def test_what_has_no_headers_is_of_no_known_format(data: str) -> None:
    with pytest.raises(Rejected, match="unknown format"):
        read(data)
