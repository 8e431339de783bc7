"""Kafka and Elasticsearch as they should be run: TLS, names and passwords, and only the rights that each part needs.

Takes a folder for certificates and passwords; gives the environment of each part of Newswire.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from search.elastic.roles import as_yaml, roles
from tests.servers import Elasticsearch, Kafka
from tests.servers.certificates import Certificates

SASL = "org.apache.kafka.common.security"
PARTS = ("setup", "feed", "read", "enrich", "index", "alert", "archive", "page", "scaler", "audit", "operator")
ADMIN = "admin"


def password_of(part: str) -> str:
    """Long enough to be searched for in logs."""
    return f"hush-{part}-pass-word"


def secured_kafka(certificates: Certificates) -> Kafka:
    """A broker with authorities, ACLs and several doors.

    SECURE is as it should be, EXPIRED shows an old certificate, MUTUAL wants one of the client; by the open one, which
    is only for looking on, anybody is an administrator.
    """
    scram = f"{SASL}.scram.ScramLoginModule required;"
    settings = {
        "inter.broker.listener.name": "PLAINTEXT",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": f"User:ANONYMOUS;User:newswire-{ADMIN}",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(certificates.pair("server")),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(certificates.ca),
        "sasl.enabled.mechanisms": "SCRAM-SHA-512,OAUTHBEARER",
        "listener.name.secure.scram-sha-512.sasl.jaas.config": scram,
        "listener.name.secure.oauthbearer.sasl.jaas.config": f"{SASL}.oauthbearer.OAuthBearerLoginModule required;",
        "listener.name.expired.sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "listener.name.expired.scram-sha-512.sasl.jaas.config": scram,
        "listener.name.expired.ssl.keystore.type": "PEM",
        "listener.name.expired.ssl.keystore.location": str(certificates.pair("expired")),
        "listener.name.mutual.ssl.client.auth": "required",
    }
    return Kafka.start(
        settings=settings,
        listeners={"SECURE": "SASL_SSL", "EXPIRED": "SASL_SSL", "MUTUAL": "SSL"},
        scram={f"newswire-{part}": password_of(part) for part in (*PARTS, ADMIN)},
    )


def secured_elasticsearch(certificates: Certificates, certificate: str = "server") -> Elasticsearch:
    """A server with security and TLS, and a user for each role of the prefix ``news``, called as the role is."""
    users = [*roles("news"), ADMIN]
    held = {name: name for name in roles("news")} | {"superuser": ADMIN}
    return Elasticsearch.start(
        settings={
            "xpack.security.enabled": "true",
            "xpack.security.http.ssl.enabled": "true",
            "xpack.security.http.ssl.certificate": "http.pem",
            "xpack.security.http.ssl.key": "http.key",
        },
        files={
            "http.pem": certificates.certificate(certificate).read_text(),
            "http.key": certificates.key(certificate).read_text(),
            "users": "".join(f"{user}:{password_of(user)}\n" for user in users),
            "users_roles": "".join(f"{role}:{user}\n" for role, user in held.items()),
            "roles.yml": as_yaml(roles("news")),
        },
        credentials=f"{ADMIN}:{password_of(ADMIN)}",
        ca=certificates.ca,
    )


@dataclass(frozen=True)
class Secured:
    """Both, and what each part is told."""

    certificates: Certificates
    kafka: Kafka
    index: Elasticsearch
    folder: Path

    def environment(self, part: str, reader: str = "index") -> Mapping[str, str]:
        """What a part is told: its own user on Kafka, the role ``reader`` on Elasticsearch."""
        return self.kafka_access(part) | self.index_access(reader)

    def kafka_access(self, part: str) -> dict[str, str]:
        """A part's way into Kafka. Only ``setup`` may make topics."""
        return {
            "NEWSWIRE_KAFKA": self.kafka.addresses["SECURE"],
            "NEWSWIRE_KAFKA_PROTOCOL": "SASL_SSL",
            "NEWSWIRE_KAFKA_CA": str(self.certificates.ca),
            "NEWSWIRE_KAFKA_MECHANISM": "SCRAM-SHA-512",
            "NEWSWIRE_KAFKA_USER": f"newswire-{part}",
            "NEWSWIRE_KAFKA_PASSWORD_FILE": self._file(part),
            "NEWSWIRE_CREATE_TOPICS": str(part == "setup"),
        }

    def index_access(self, reader: str) -> dict[str, str]:
        """A role's way into Elasticsearch. Only ``setup`` may make templates."""
        return {
            "NEWSWIRE_INDEX": self.index.url,
            "NEWSWIRE_INDEX_CA": str(self.certificates.ca),
            "NEWSWIRE_INDEX_USER": f"news-{reader}",
            "NEWSWIRE_INDEX_PASSWORD_FILE": self._file(f"news-{reader}"),
            "NEWSWIRE_SET_UP_INDEX": str(reader == "setup"),
        }

    def _file(self, part: str) -> str:
        path = self.folder / f"{part}.secret"
        path.write_text(password_of(part) + "\n")
        return str(path)
