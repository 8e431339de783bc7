"""How to get into a cluster."""

from pathlib import Path

from processors.annotations import Record


class Access(Record, frozen=True):
    """Basic authentication or an API key, and whom to trust.

    ``ca`` is the PEM file of the authority that signed the server's certificate, ``fingerprint`` the SHA-256 of that
    certificate itself.
    """

    user: str = ""
    password: str = ""
    api_key: str = ""
    ca: Path | None = None
    fingerprint: str = ""

    def __repr__(self) -> str:
        """Without the secrets: what is printed ends in logs."""
        return f"Access(user={self.user!r}, ca={self.ca})"


NO_ACCESS = Access()
