"""Certificates for secured test servers: takes a folder, puts PEM files there."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import trustme
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509 import load_pem_x509_certificate

HOSTS = ("127.0.0.1", "localhost")


@dataclass(frozen=True)
class Certificates:
    """What an authority of our own has signed. ``…_pair`` files hold a key and its certificate."""

    folder: Path

    @property
    def ca(self) -> Path:
        """The authority that servers and clients should trust."""
        return self.folder / "ca.pem"

    @property
    def other_ca(self) -> Path:
        """An authority that has signed nothing here."""
        return self.folder / "other-ca.pem"

    def certificate(self, name: str) -> Path:
        """The certificate called ``name``: server, expired, elsewhere (another host's), client or stranger."""
        return self.folder / f"{name}.pem"

    def key(self, name: str) -> Path:
        """Its private key."""
        return self.folder / f"{name}.key"

    def fingerprint(self, name: str) -> str:
        """Its SHA-256, as browsers and openssl show it."""
        return load_pem_x509_certificate(self.certificate(name).read_bytes()).fingerprint(SHA256()).hex(":")

    def pair(self, name: str) -> Path:
        """Both in one file, as Kafka wants them."""
        return self.folder / f"{name}-pair.pem"


def make_certificates(folder: Path) -> Certificates:
    """An authority and what it signs, in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Certificates(folder)
    ours, other = trustme.CA(), trustme.CA()
    ours.cert_pem.write_to_path(str(made.ca))
    other.cert_pem.write_to_path(str(made.other_ca))
    long_ago = datetime(2001, 1, 1, tzinfo=UTC)
    for name, authority, hosts, end in (
        ("server", ours, HOSTS, None),
        ("expired", ours, HOSTS, long_ago),
        ("elsewhere", ours, ("elsewhere.example",), None),
        ("client", ours, ("newswire.example",), None),
        ("stranger", other, ("newswire.example",), None),
    ):
        issued = authority.issue_cert(*hosts, common_name=name, not_after=end)
        key = load_pem_private_key(issued.private_key_pem.bytes(), None)
        # Java reads keys in PKCS 8 only.
        key_pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        chain = b"".join(blob.bytes() for blob in issued.cert_chain_pems)
        made.key(name).write_bytes(key_pem)
        made.certificate(name).write_bytes(chain)
        made.pair(name).write_bytes(key_pem + chain)
    return made
