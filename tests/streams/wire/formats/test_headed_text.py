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


PLAIN_MAIL = (
    "Message-ID: <8@exa.example>\nDate: Sun, 26 May 2024 17:30:00 +0200\nMIME-Version: 1.0\nSubject: {}\n{}\n\n"
)


@pytest.mark.parametrize("charset", ["us-ascii", "iso-8859-1", "windows-1252", "iso-8859-15", "koi8-r", "x-unknown"])
@pytest.mark.parametrize("encoding", ["8bit", "quoted-printable"])
def test_a_mail_in_utf8_is_read_as_such_whatever_it_declares(charset: str, encoding: str) -> None:
    said = {"8bit": "Zürich wählt «neu».", "quoted-printable": "Z=C3=BCrich w=C3=A4hlt =C2=ABneu=C2=BB."}[encoding]
    kind = f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {encoding}"
    article = one(PLAIN_MAIL.format(f"=?{charset}?q?W=C3=A4hlt?=", kind) + said)
    assert (article.headline, article.body) == ("Wählt", "Zürich wählt «neu».")
    assert f"mail: {charset} as declared, but UTF-8" in article.notes


@pytest.mark.parametrize(
    ("charset", "bytes_", "text"),
    [
        ("utf-8", b"Z\xfcrich w\xe4hlt.", "Zürich wählt."),
        ("us-ascii", b"Z\xfcrich w\xe4hlt.", "Zürich wählt."),
        ("utf-8", "Zürich wählt, sagt sie über ".encode() + b"caf\xe9.", "Zürich wählt, sagt sie über café."),
        ("koi8-r", "Паром затонул.".encode("koi8-r"), "Паром затонул."),
        ("gb2312", "联通".encode("gb18030"), "联通"),  # which is UTF-8 by chance
        ("x-unknown", b"Z\xfcrich w\xe4hlt.", "Zürich wählt."),
        ("uõf-8", b"Z\xfcrich w\xe4hlt.", "Zürich wählt."),  # a name that is broken itself
        ('"ut\ufffd-8"', "Zürich wählt.".encode(), "Zürich wählt."),
        ("=?utf-8?q?x?=", "Zürich wählt.".encode(), "Zürich wählt."),
        ("x" * 3000, "Zürich wählt.".encode(), "Zürich wählt."),
        ("shift_jis", "港口は金曜日に開いた。".encode("cp932"), "港口は金曜日に開いた。"),
    ],
)
def test_no_byte_of_a_mail_costs_more_than_itself(charset: str, bytes_: bytes, text: str) -> None:
    kind = f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit"
    assert one(PLAIN_MAIL.format("Ferry", kind).encode() + bytes_).body == text


@pytest.mark.parametrize(
    ("subject", "headline"),
    [
        ("=?utf-8?q?Z=C3=BCrich_w=E4hlt?=", "Zürich wählt"),
        ("Neu: =?utf-8?q?Z=C3=BCrich_w=E4hlt?= heute", "Neu: Zürich wählt heute"),
        ("=?utf-8?q?Z=C3?= =?utf-8?q?=BCrich?=", "Zürich"),
        ("=?x-unknown?q?Z=FCrich?=", "Zürich"),
        ("=?utf-8?b?WsO8cmljaA?=", "Zürich"),
        ("Zürich =?iso-8859-1?q?w=E4hlt?=", "Zürich wählt"),
    ],
)
def test_a_bad_byte_in_a_subject_costs_itself(subject: str, headline: str) -> None:
    assert one(PLAIN_MAIL.format(subject, "From: Desk") + "Zürich wählt.").headline == headline


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
