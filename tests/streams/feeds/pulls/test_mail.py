import gzip
import json
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.feeds.files import Refusal
from streams.feeds.pulls.mail import unpack_mail

NITF = b'<?xml version="1.0"?><nitf><body/></nitf>'


def unpacked(data: bytes, max_parts: int = 100, max_bytes: int = 10**6):
    return list(unpack_mail(data, "imaps://h/INBOX/1/2", "desk", max_parts, max_bytes))


def mail(text: str = "First line.\n\nSecond line.", subject: str = "A strike ends", **headers: str) -> EmailMessage:
    made = EmailMessage(policy=SMTP)
    made["From"] = "Zoë Desk <desk@example.com>"
    made["Subject"] = subject
    made["Date"] = "Thu, 26 Nov 2026 10:00:00 +0100"
    made["Message-ID"] = "<1@example.com>"
    for name, value in headers.items():
        made[name] = value
    made.set_content(text)
    return made


def test_a_text_is_an_article_with_the_headers_as_its_fields() -> None:
    (item,) = unpacked(mail(subject="Strike in Orléans ends").as_bytes())
    assert json.loads(item.value) == {
        "guid": "1@example.com",
        "headline": "Strike in Orléans ends",
        "byline": "Zoë Desk",
        "date": "2026-11-26T10:00:00+01:00",
        "body": "First line.\r\n\r\nSecond line.\r\n",
    }
    assert (item.source, item.content_type, item.name) == ("desk", "application/json", "imaps://h/INBOX/1/2")


def test_html_is_read_where_there_is_no_plain_text() -> None:
    made = mail("")
    made.set_content("<p>Only so.</p>", subtype="html")
    (item,) = unpacked(made.as_bytes())
    assert json.loads(item.value)["body_html"].strip() == "<p>Only so.</p>"
    made = mail("Plain.")
    made.add_alternative("<p>Rich.</p>", subtype="html")
    (item,) = unpacked(made.as_bytes())
    assert json.loads(item.value)["body"].strip() == "Plain."


def test_attachments_are_the_articles_in_their_own_bytes() -> None:
    made = mail("See attached.")
    made.add_attachment(NITF, maintype="application", subtype="xml", filename="a.xml")
    made.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="logo.png")
    made.add_attachment(b"%PDF", maintype="application", subtype="octet-stream", filename="page.pdf")
    made.add_attachment(gzip.compress(b'{"headline": "b"}\n{"headline": "c"}\n'), maintype="application",
                        subtype="octet-stream", filename="more.jsonl.gz")  # fmt: skip
    items = unpacked(made.as_bytes())
    assert [(item.name.partition("#")[2], item.value) for item in items] == [
        ("a.xml", NITF), ("more.jsonl.gz:1", b'{"headline": "b"}'), ("more.jsonl.gz:2", b'{"headline": "c"}')
    ]  # fmt: skip


@pytest.mark.parametrize("text", [NITF.decode(), '{"headline": "x"}'])
def test_a_text_that_is_a_wire_message_goes_as_it_is(text) -> None:
    (item,) = unpacked(mail(text).as_bytes())
    assert item.value.strip() == text.encode()


def test_a_forwarded_mail_is_looked_into() -> None:
    inner = mail("See attached.")
    inner.add_attachment(NITF, maintype="text", subtype="xml", filename="a.xml")
    outer = mail("FYI")
    outer.add_attachment(inner)
    assert [item.value for item in unpacked(outer.as_bytes())] == [NITF]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "without text"),
        (b"Subject: nothing\r\n\r\n", "without text"),
        (b"Content-Type: image/png\r\n\r\nxx", "without text"),
        (b"Subject: x\r\n\r\n" + b"y" * 3000, "NEWSWIRE_MAX_ARTICLE_BYTES"),
    ],
)
def test_a_mail_that_is_no_article_is_refused_with_the_reason(data, reason) -> None:
    (refusal,) = unpacked(data, max_bytes=2000)
    assert isinstance(refusal, Refusal)
    assert reason in refusal.reason


def test_a_mail_with_too_many_parts_is_refused() -> None:
    made = mail("x")
    for n in range(5):
        made.add_attachment(NITF, maintype="text", subtype="xml", filename=f"{n}.xml")
    (refusal,) = unpacked(made.as_bytes(), max_parts=5)
    assert "NEWSWIRE_PULL_PARTS (5)" in refusal.reason


def test_a_mail_nested_without_end_is_refused_or_read() -> None:
    data = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(3000)) + b"\nx"
    assert all(isinstance(item, Refusal) or item.value for item in unpacked(data))


@pytest.mark.parametrize(
    "headers",
    [
        b"Subject: \xff\xfe raw\r\n", b"Subject: =?nope?q?x?=\r\n", b"Date: Thu, 99 Nov 2026 99:00:00\r\n",
        b"From: <\r\n", b"Content-Type: text/plain; charset=hex\r\n", b"Content-Type: text/plain; charset*=\xff''x\r\n",
        b"Content-Transfer-Encoding: uuencode\r\n", b"Message-ID: \r\n", b"Content-Type: text/plain; charset=idna\r\n",
    ],
)  # fmt: skip
def test_odd_headers_cost_no_article(headers) -> None:
    (item,) = unpacked(headers + b"\r\nSome text.")
    assert "Some text." in json.loads(item.value)["body"]


@given(st.lists(st.sampled_from([
    b"Content-Type: multipart/mixed; boundary=x\n", b"--x\n", b"--x--\n", b"\n", b"Subject: =?utf-8?b?w6k=?=\n",
    b"Content-Transfer-Encoding: base64\n", b"w6k=\n", b"Content-Disposition: attachment; filename*0*=utf-8''a\n",
    b"Content-Type: message/rfc822\n", b"From: a@b\n", b"text\n", b"\xff\xfe\x00", b"Date: now\n", b"begin 644 x\n",
]), max_size=30))  # fmt: skip
def test_any_bytes_are_items_or_refusals(lines) -> None:
    for item in unpacked(b"".join(lines)):
        assert isinstance(item, Refusal) or item.value
