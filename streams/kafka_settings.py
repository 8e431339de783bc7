"""The settings of the connection to Kafka, with the check that they are consistent, and of the archive of its messages.

A part of `streams.settings`.
"""

from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from streams.secret_files import SettingsFromFiles
from streams.setting_types import ArchivePlace, Authority, File, Servers


class KafkaSettings(SettingsFromFiles):
    """Kafka's address, TLS and credentials."""

    kafka: Servers = Field("localhost:9092", description="Kafka's bootstrap servers: host:port,host:port")
    kafka_api_version: str = Field(
        "",
        pattern=r"^(\d+(\.\d+)*)?$",
        description="Version of Kafka's protocol, such as 2.3; detected automatically if empty",
    )
    kafka_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="Kafka's security.protocol: SSL encrypts, SASL authenticates"
    )
    kafka_ca: Authority = Field(
        None,
        description="PEM file of the authority that signed Kafka's certificates; the system's authorities if empty",
    )
    kafka_certificate: File = Field(None, description="PEM file of our client certificate, if Kafka requires one")
    kafka_key: File = Field(None, description="PEM file of that certificate's private key")
    kafka_key_password: SecretStr = Field(SecretStr(""), description="Password of that private key")
    kafka_mechanism: Literal["", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"] = Field(
        "", description="SASL mechanism"
    )
    kafka_user: str = Field("", description="SASL user; with a token URL, the client id")
    kafka_password: SecretStr = Field(SecretStr(""), description="SASL password; with a token URL, the client secret")
    kafka_token: SecretStr = Field(SecretStr(""), description="Bearer token for OAUTHBEARER")
    kafka_token_file: File = Field(
        None, description="File with the bearer token, read again for every connection, for tokens that are renewed"
    )
    kafka_token_url: str = Field(
        "",
        pattern=r"^(https://\S+|http://(localhost|127\.0\.0\.1)(:\d+)?(/\S*)?)?$",
        description="URL from which OAUTHBEARER gets tokens with user and password (OAuth client credentials)",
    )
    kafka_token_scope: str = Field("", description="Scope to request from that URL")

    @model_validator(mode="after")
    def _kafka_fits_together(self) -> Self:
        for wrong, what in (
            (self.kafka_protocol.startswith("SASL") != bool(self.kafka_mechanism),
             "NEWSWIRE_KAFKA_MECHANISM goes with NEWSWIRE_KAFKA_PROTOCOL=SASL_SSL (or SASL_PLAINTEXT), not without"),
            (self.kafka_mechanism not in ("", "OAUTHBEARER") and not (self.kafka_user and self.kafka_password),
             "NEWSWIRE_KAFKA_USER and NEWSWIRE_KAFKA_PASSWORD: the mechanism needs both"),
            (not self.kafka_mechanism and (self.kafka_user or self.kafka_password),
             "NEWSWIRE_KAFKA_USER and NEWSWIRE_KAFKA_PASSWORD need NEWSWIRE_KAFKA_MECHANISM"),
            (self.kafka_mechanism == "OAUTHBEARER"
             and not (self.kafka_token or self.kafka_token_file)
             and not (self.kafka_token_url and self.kafka_user and self.kafka_password),
             "NEWSWIRE_KAFKA_TOKEN, …_TOKEN_FILE, or …_TOKEN_URL with …_USER and …_PASSWORD: OAUTHBEARER needs one"),
            (not self.kafka_protocol.endswith("SSL") and (self.kafka_ca or self.kafka_certificate),
             "NEWSWIRE_KAFKA_CA and NEWSWIRE_KAFKA_CERTIFICATE need NEWSWIRE_KAFKA_PROTOCOL=SSL or SASL_SSL"),
            (bool(self.kafka_certificate) != bool(self.kafka_key),
             "NEWSWIRE_KAFKA_CERTIFICATE and NEWSWIRE_KAFKA_KEY go together"),
        ):  # fmt: skip
            if wrong:
                raise ValueError(what)
        return self


class ArchiveSettings(SettingsFromFiles):
    """Where and how raw messages are archived beyond Kafka's retention."""

    archive: ArchivePlace = Field(
        "",
        description="Where the archive stage keeps raw messages (docs/archive.md): a folder, or s3://bucket/prefix; "
        "no archive if empty",
    )
    archive_endpoint: str = Field(
        "",
        pattern=r"^(https?://[^\s/@]+/?)?$",
        description="URL of an S3-compatible server; AWS if empty",
    )
    archive_region: str = Field("", description="Region of the bucket; if empty, the one botocore finds, or us-east-1")
    archive_key: str = Field(
        "",
        description="Access key for the bucket; if empty, what botocore finds (AWS_ACCESS_KEY_ID, profile, role)",
    )
    archive_secret: SecretStr = Field(SecretStr(""), description="Secret of that access key")
    archive_answer_seconds: float = Field(30.0, gt=0, description="Seconds within which the bucket must answer")
    archive_seconds: float = Field(
        300.0,
        gt=0,
        description="Seconds after which the archive stage writes the messages that it holds of a partition",
    )
    archive_segment_mb: float = Field(
        8.0, gt=0, description="MiB held of one partition, before compression, at which they are written at once"
    )
    archive_segment_messages: int = Field(
        20_000, ge=1, description="Messages held of one partition at which they are written at once"
    )
    archive_memory_mb: float = Field(
        128.0,
        gt=0,
        description="MiB that an archive process holds of all partitions together before it writes the largest",
    )
