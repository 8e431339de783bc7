"""The Faust options for connecting to Kafka: takes `Settings`, gives options (see `streams.kafka.connection`)."""

from typing import Any

import faust

from streams.kafka.connection import aio_options, bootstrap, tls_context
from streams.kafka.lag import METADATA_MS
from streams.settings import Settings


def faust_options(settings: Settings) -> dict[str, Any]:
    """The brokers, TLS, credentials, and how often to refresh the metadata."""
    return {
        "broker": "kafka://" + ";".join(bootstrap(settings)),
        "broker_credentials": _credentials(settings),
        # A stage that starts before its topics are made joins its group with no partition. It takes them when its
        # consumer looks again which there are, which by default is after five minutes.
        "consumer_metadata_max_age_ms": METADATA_MS,
    }


def _credentials(settings: Settings) -> Any:
    tls = tls_context(settings)
    if settings.kafka_mechanism == "OAUTHBEARER":
        return faust.auth.OAuthCredentials(oauth_cb=aio_options(settings)["sasl_oauth_token_provider"], ssl_context=tls)
    if settings.kafka_mechanism:
        return faust.SASLCredentials(
            username=settings.kafka_user,
            password=settings.kafka_password.get_secret_value(),
            ssl_context=tls,
            mechanism=settings.kafka_mechanism,
        )
    return faust.SSLCredentials(tls) if tls else None
