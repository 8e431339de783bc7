"""Alerts by mail: takes messages, sends them through the configured SMTP server.

A mail has plain text and HTML. Its Message-ID is the alert message's id, so a duplicate is recognized, and follow-ups
are threaded below the first mail. Connections are kept open for the next mail. smtplib blocks, so it runs in threads;
a server that stalls, sending a byte now and then, is cut off by a watchdog that closes the socket.
"""

import asyncio
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from search.alerts.saved import Channel
from search.alerts.wording import Message, as_html, as_text, subject_of
from streams.alerts.channels.needed import lacking
from streams.alerts.channels.outcome import PermanentFailure, TemporaryFailure
from streams.alerts.clock import utc_now
from streams.settings import Settings

PERMANENT = 500  # reply codes from here on are final
CUT_OFF_AFTER = 3  # times the time-out of one answer, after which a mail is cut off
LONGEST_ANSWER = 200
POLICY = SMTP.clone(max_line_length=250)  # ids are not folded: not every mail reader unfolds them


class MailSender:
    """Sends mails through one SMTP server."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._idle: list[smtplib.SMTP] = []
        self._slots = asyncio.Semaphore(settings.alert_mail_connections)

    async def send(self, message: Message, channel: Channel) -> None:
        """Send one mail."""
        if lack := lacking(self._settings, "mail"):
            raise PermanentFailure(lack)
        mail = mail_of(message, channel, self._settings)
        async with self._slots:
            client = _SmtpConnection(self._settings, self._idle.pop() if self._idle else None)
            work = asyncio.create_task(asyncio.to_thread(client.send, mail, channel.to))
            done, _ = await asyncio.wait({work}, timeout=self._settings.alert_seconds * CUT_OFF_AFTER)
            if not done:
                client.cut_off()
            try:
                await work
            except (PermanentFailure, TemporaryFailure):
                if client.usable:
                    self._idle.append(client.smtp)
                raise
            self._idle.append(client.smtp)

    async def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            await asyncio.to_thread(self._idle.pop().close)


class _SmtpConnection:
    """One SMTP connection, used for one mail."""

    def __init__(self, settings: Settings, kept: smtplib.SMTP | None) -> None:
        self._settings = settings
        self._kept = kept is not None
        self.smtp: smtplib.SMTP = kept or smtplib.SMTP(timeout=settings.alert_seconds)
        self.usable = self._kept

    def send(self, mail: EmailMessage, to: str) -> None:
        """Send a mail, on a new connection where the server has closed a kept one meanwhile."""
        if self._kept and not self._is_open():
            self._kept = False
            self.smtp = smtplib.SMTP(timeout=self._settings.alert_seconds)
        if not self._kept:
            self._connect()
        with _mapped_errors("refused the mail"):
            self._check_answer(*self.smtp.mail(_sender(self._settings)))
            self._check_answer(*self.smtp.rcpt(to))
        data = mail.as_bytes()
        try:
            code, answer = self.smtp.data(data)
        except smtplib.SMTPDataError as error:
            self._check_answer(error.smtp_code, error.smtp_error)
        except (OSError, smtplib.SMTPException) as error:
            self.usable = False
            raise TemporaryFailure(
                f"the mail server did not confirm: {type(error).__name__}", maybe_delivered=True
            ) from None
        else:
            self._check_answer(code, answer)

    def cut_off(self) -> None:
        """Close the socket of a mail that takes too long."""
        self.usable = False
        if sock := self.smtp.sock:
            sock.close()

    def _is_open(self) -> bool:
        try:
            return self.smtp.noop()[0] == 250  # noqa: PLR2004 - SMTP's "done"
        except (OSError, smtplib.SMTPException):
            return False

    def _connect(self) -> None:
        settings = self._settings
        context = None if settings.alert_smtp_tls == "none" else ssl.create_default_context()
        host, _, port = settings.alert_smtp.rpartition(":")
        with _mapped_errors("cannot be reached"):
            if settings.alert_smtp_tls == "tls":
                self.smtp = smtplib.SMTP_SSL(timeout=settings.alert_seconds, context=context)
            self.smtp._host = host  # type: ignore[attr-defined]  # noqa: SLF001 - whose certificate is checked
            self._check_answer(*self.smtp.connect(host, int(port)))
            if settings.alert_smtp_tls == "starttls":
                self.smtp.starttls(context=context)
            self.smtp.ehlo_or_helo_if_needed()
            if settings.alert_smtp_user:
                self.smtp.login(settings.alert_smtp_user, settings.alert_smtp_password.get_secret_value())
        self.usable = True

    def _check_answer(self, code: int, answer: bytes | str) -> None:
        if code < 400:  # noqa: PLR2004 - SMTP's good answers
            return
        text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
        reason = f"the mail server says {code} {text[:LONGEST_ANSWER]}"
        try:
            self.smtp.rset()
        except (OSError, smtplib.SMTPException):
            self.usable = False
        raise PermanentFailure(reason) if code >= PERMANENT else TemporaryFailure(reason)


@contextmanager
def _mapped_errors(what: str) -> Iterator[None]:
    try:
        yield
    except smtplib.SMTPResponseException as error:
        # A wrong password is for the operator to fix: until the retry time is up, nothing is given up for it.
        raise TemporaryFailure(f"the mail server {what}: {error.smtp_code}") from None
    except (OSError, smtplib.SMTPException) as error:
        raise TemporaryFailure(f"the mail server {what}: {type(error).__name__}") from None


def mail_of(message: Message, channel: Channel, settings: Settings) -> EmailMessage:
    """The mail. The library makes every header, and refuses line breaks in them."""
    mail = EmailMessage(policy=POLICY)
    sender = _sender(settings)
    mail["From"] = Address(settings.page_title, addr_spec=sender)
    mail["To"] = channel.to
    mail["Subject"] = subject_of(message)
    mail["Date"] = format_datetime(utc_now())
    domain = sender.rpartition("@")[2]
    mail["Message-ID"] = f"<{message.id}@{domain}>"
    if message.refers_to:
        mail["In-Reply-To"] = f"<{message.refers_to[-1]}@{domain}>"
        mail["References"] = " ".join(f"<{message_id}@{domain}>" for message_id in message.refers_to)
    unsubscribe = [f"<mailto:{sender}?subject=unsubscribe%20{message.search}>"]
    if message.page:
        unsubscribe.insert(0, f"<{message.page}/desk>")
    mail["List-Unsubscribe"] = ", ".join(unsubscribe)
    mail["List-Id"] = f"<{message.search}.searches.{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Newswire-Kind"] = message.kind
    if message.kind in ("kill", "hold", "correction"):
        mail["Importance"] = "high"
    mail.set_content(as_text(message))
    mail.add_alternative(as_html(message), subtype="html")
    return mail


def _sender(settings: Settings) -> str:
    host = settings.alert_smtp.rpartition(":")[0]
    return settings.alert_mail_from or f"newswire@{host if '.' in host else 'localhost'}"
