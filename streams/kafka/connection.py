"""How all our clients connect to Kafka: addresses, TLS, credentials. Takes `Settings`, returns clients' options.

kafka-python, aiokafka and Faust each get the same. What is wrong with a certificate or key of ours is a
`SettingsError` that names the setting; what the broker does not take is said by `greet`.
"""

import asyncio
import logging
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

import aiokafka.abc
import aiokafka.errors
import kafka.net.sasl.oauth
from aiokafka.conn import AIOKafkaConnection
from aiokafka.protocol.admin import ApiVersionRequest
from kafka import KafkaAdminClient, KafkaConsumer
from kafka.errors import KafkaError

import streams.kafka.header_names  # noqa: F401 - mends both clients, which all are made here
from streams.errors import SettingsError, Unavailable
from streams.kafka.tokens import TokenSource, token_source
from streams.settings import Settings

GREETING_SECONDS = 10.0
REACHED_WITHIN = 10.0  # seconds that a command waits for Kafka which would only read
SILENT_FOR = 3.0  # seconds of waiting of which nothing is said
CLOSING_SECONDS = 0.2
# kafka-python 3.0 may wait for an answer that it missed until the connection has been idle for so long: 9 minutes by
# its own default.
LONGEST_IDLE = 60.0
# What errors of Kafka's clients say, and what to do about it. The first that is found in one is told.
HINTS = {
    "certificate has expired": "its certificate has expired, or the clock here is wrong",
    "CERTIFICATE_VERIFY_FAILED": "its certificate is not signed by NEWSWIRE_KAFKA_CA, or not for this host",
    "[SSL": "the TLS handshake failed: see NEWSWIRE_KAFKA_PROTOCOL",
    "Sasl": "it does not accept these credentials: see NEWSWIRE_KAFKA_MECHANISM, …_USER and …_PASSWORD",
    "Authentication": "it does not accept these credentials: see NEWSWIRE_KAFKA_MECHANISM, …_USER and …_PASSWORD",
    " closed": "it closed the connection: see NEWSWIRE_KAFKA_PROTOCOL, …_MECHANISM, …_CERTIFICATE and …_KEY",
    "ConnectionReset": "it closed the connection: see NEWSWIRE_KAFKA_PROTOCOL",
    "Coordinator": "its coordinator of groups is not up yet: try again in a minute",
    "Authorization": "{who} lacks the right: newswire topics acls lists those needed",
}
NO_HINT = "is it running, and are NEWSWIRE_KAFKA and NEWSWIRE_KAFKA_PROTOCOL correct?"

Client = TypeVar("Client")

log = logging.getLogger(__name__)


def bootstrap(settings: Settings) -> list[str]:
    """Kafka's addresses in kafka-python's form."""
    return [server.strip() for server in settings.kafka.split(",")]


def client_options(settings: Settings) -> dict[str, Any]:
    """The connection options of a kafka-python client."""
    options: dict[str, Any] = {"bootstrap_servers": bootstrap(settings), **identity(settings)}
    options["connections_max_idle_ms"] = int(LONGEST_IDLE * 1000)
    if settings.kafka_mechanism == "OAUTHBEARER":
        options["sasl_oauth_token_provider"] = _SyncToken(token_source(settings))
    if settings.kafka_api_version:
        options["api_version"] = tuple(int(part) for part in settings.kafka_api_version.split("."))
    return options


def aio_options(settings: Settings) -> dict[str, Any]:
    """The connection options of an aiokafka client."""
    options: dict[str, Any] = {"bootstrap_servers": bootstrap(settings), **identity(settings)}
    if settings.kafka_mechanism == "OAUTHBEARER":
        options["sasl_oauth_token_provider"] = _AioToken(token_source(settings))
    return options


def identity(settings: Settings) -> dict[str, Any]:
    """The options for TLS and credentials (except tokens) that kafka-python and aiokafka share."""
    options: dict[str, Any] = {"security_protocol": settings.kafka_protocol, "ssl_context": tls_context(settings)}
    if settings.kafka_mechanism:
        options["sasl_mechanism"] = settings.kafka_mechanism
    if settings.kafka_mechanism not in ("", "OAUTHBEARER"):
        options["sasl_plain_username"] = settings.kafka_user
        options["sasl_plain_password"] = settings.kafka_password.get_secret_value()
    return options


def tls_context(settings: Settings) -> ssl.SSLContext | None:
    """The TLS context: trusted authority, client certificate, host name check; ``None`` if TLS is off."""
    if not settings.kafka_protocol.endswith("SSL"):
        return None
    context = ssl.create_default_context(cafile=settings.kafka_ca)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.kafka_certificate:
        password = settings.kafka_key_password.get_secret_value()
        try:
            # A function, even if it gives nothing: else OpenSSL would ask for the password on the terminal.
            context.load_cert_chain(settings.kafka_certificate, settings.kafka_key, lambda: password)
        except OSError as error:
            raise SettingsError(
                "NEWSWIRE_KAFKA_CERTIFICATE, NEWSWIRE_KAFKA_KEY, NEWSWIRE_KAFKA_KEY_PASSWORD: they cannot be read, or "
                f"do not fit: {error.strerror or error}"
            ) from None
    return context


class _SyncToken(kafka.net.sasl.oauth.AbstractTokenProvider):  # type: ignore[misc]  # kafka-python has no types
    """The token source for kafka-python."""

    def __init__(self, source: TokenSource) -> None:
        super().__init__()
        self._source = source

    def token(self) -> str:
        return self._source()


class _AioToken(aiokafka.abc.AbstractTokenProvider):  # type: ignore[misc]  # aiokafka is not followed
    """The token source for aiokafka."""

    def __init__(self, source: TokenSource) -> None:
        self._source = source

    async def token(self) -> str:
        return await asyncio.to_thread(self._source)


def greet(settings: Settings) -> None:
    """Check TLS and authentication, and raise with the reason: the clients would only report a timeout.

    A broker that cannot be reached is no error here, since the clients retry.
    """
    if settings.kafka_protocol == "PLAINTEXT":
        return
    with ThreadPoolExecutor(1) as thread:  # the caller may have an event loop of its own
        thread.submit(lambda: asyncio.run(_greet(settings))).result()


async def _greet(settings: Settings) -> None:
    options = aio_options(settings)
    for server in options.pop("bootstrap_servers"):
        host, _, port = server.rpartition(":")
        try:
            return await _shake_hands(host.strip("[]"), int(port), options)
        except (ssl.SSLError, ConnectionResetError, aiokafka.errors.KafkaError) as error:
            raise kafka_error(settings, "cannot connect", error) from None
        except OSError:
            continue
    return None


async def _shake_hands(host: str, port: int, options: dict[str, Any]) -> None:
    connection = AIOKafkaConnection(host, port, request_timeout_ms=int(GREETING_SECONDS * 1000), **options)
    try:
        await connection.connect()
        # A token that is refused shows only now: the broker does not take us for authenticated.
        answer = await connection.send(ApiVersionRequest())
        if answer.error_code:
            raise aiokafka.errors.for_code(answer.error_code)("authentication failed")
    finally:
        closed = connection.close()
        if closed is not None:  # never done where nothing was opened
            await asyncio.wait([closed], timeout=CLOSING_SECONDS)


def kafka_error(settings: Settings, doing: str, error: Exception) -> Unavailable:
    """A Kafka error as a sentence that says what to do next."""
    name = type(error).__name__
    said = f"{name}: {str(error).removeprefix(f'{name}: ')}".partition(": Request '")[0].removesuffix(".")[:500]
    who = f"user {settings.kafka_user}" if settings.kafka_user else "this client"
    hint = next((hint for sign, hint in HINTS.items() if sign in said), NO_HINT)
    return Unavailable(f"{doing}: Kafka at {settings.kafka}: {said}; {hint.format(who=who)}")


def connected(client: Callable[..., Client], settings: Settings, doing: str, **options: Any) -> Client:
    """A connected kafka-python client; ``doing`` is named in errors."""
    greet(settings)
    try:
        with said_if_slow(settings):
            return client(**client_options(settings) | options)
    except KafkaError as error:
        raise kafka_error(settings, doing, error) from error


def consumer(settings: Settings, doing: str, *, seconds: float = REACHED_WITHIN, **options: Any) -> KafkaConsumer:
    """A consumer that has reached Kafka within ``seconds``; ``doing`` is named in errors."""
    if settings.kafka_api_version:  # the consumer then asks Kafka nothing, and later waits for its topics without end
        with admin_client(settings, doing, seconds):
            pass
    return connected(KafkaConsumer, settings, doing, bootstrap_timeout_ms=int(seconds * 1000), **options)


@contextmanager
def said_if_slow(settings: Settings) -> Iterator[None]:
    """Log that we wait for Kafka if the block takes more than some seconds."""
    timer = threading.Timer(SILENT_FOR, log.warning, ("waiting for Kafka at %s", settings.kafka))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def admin_client(settings: Settings, doing: str, seconds: float = REACHED_WITHIN) -> Iterator[KafkaAdminClient]:
    """A client to inspect and change topics, groups and ACLs; ``doing`` is named in errors.

    ``seconds`` is how long to try to reach Kafka.
    """
    admin = connected(KafkaAdminClient, settings, doing, bootstrap_timeout_ms=int(seconds * 1000))
    try:
        yield admin
    except KafkaError as error:
        raise kafka_error(settings, doing, error) from error
    finally:
        admin.close()
