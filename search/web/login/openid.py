"""The OpenID provider where readers log in: where to send a browser, and who came back.

Takes the provider's address and our account there; gives `Person`, or raises `OpenIdError`.

authlib speaks the protocol: discovery, authorization code with PKCE, state and nonce, and the checks of the ID token.
What is checked beyond that is here: the provider is the configured one, and its tokens are signed with its own key.
"""

import warnings
from typing import Any

import msgspec

from processors.annotations import Record
from search.characters import printable

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # authlib's own, about what it will rename
    from authlib.integrations.starlette_client import OAuth

SIGNED = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
SECONDS = 10.0  # for an answer of the provider
LONGEST = 200  # characters of a name or group
MOST_GROUPS = 200


class OpenIdError(Exception):
    """Somebody could not be logged in. The message is for them."""


class OpenIdSettings(Record, frozen=True):
    """Our account at a provider. ``claim`` is what a reader is known by here, ``groups`` what lists their groups.

    ``page`` is the page's address, as browsers see it.
    """

    issuer: str
    client: str
    secret: str
    page: str
    claim: str = "email"
    groups: str = "groups"
    scopes: str = "openid profile email"

    @property
    def back(self) -> str:
        """Where the provider sends browsers back to."""
        return f"{self.page.rstrip('/')}/login/back"


class Attempt(Record, frozen=True):
    """A login that is under way."""

    state: str
    nonce: str
    verifier: str


class Person(Record, frozen=True):
    """Who logged in."""

    name: str
    display: str
    groups: tuple[str, ...] = ()


class OpenIdProvider:
    """A provider, which is asked for its own addresses when somebody first logs in."""

    def __init__(self, settings: OpenIdSettings) -> None:
        self._settings = settings
        self._app = OAuth().register(
            "provider",
            client_id=settings.client,
            client_secret=settings.secret,
            server_metadata_url=f"{settings.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={"scope": settings.scopes, "code_challenge_method": "S256", "timeout": SECONDS},
        )

    async def begin(self) -> tuple[str, Attempt]:
        """Where to send a browser, and what is needed when it comes back."""
        await self._check_provider()
        made = await self._asked(self._app.create_authorization_url(self._settings.back))
        return made["url"], Attempt(made["state"], made["nonce"], made["code_verifier"])

    async def finish(self, code: str, attempt: Attempt) -> Person:
        """Who a browser that has come back with this code is."""
        await self._check_provider()
        token = await self._asked(
            self._app.fetch_access_token(redirect_uri=self._settings.back, code=code, code_verifier=attempt.verifier)
        )
        if not isinstance(token, dict) or "id_token" not in token:
            raise OpenIdError("The sign-in service did not say who you are.")
        claims = await self._asked(self._app.parse_id_token(token, nonce=attempt.nonce))
        return person_of(dict(claims), self._settings)

    async def _check_provider(self) -> None:
        known = await self._asked(self._app.load_server_metadata())
        if str(known.get("issuer", "")).rstrip("/") != self._settings.issuer.rstrip("/"):
            raise OpenIdError("The sign-in service calls itself by another name than the page knows.")
        # A token without a signature, or signed with our own secret, could be made by others.
        offered = known.get("id_token_signing_alg_values_supported") or ["RS256"]
        known["id_token_signing_alg_values_supported"] = [one for one in offered if one in SIGNED] or ["RS256"]

    async def _asked(self, work: Any) -> Any:
        try:
            return await work
        except Exception as error:  # of httpx, authlib and joserfc; each means that nobody is logged in
            raise OpenIdError(f"The sign-in did not work: {_told(error)}") from error


def person_of(claims: dict[str, Any], settings: OpenIdSettings) -> Person:
    """Who the claims of an ID token say somebody is; `OpenIdError` where that is not sure."""
    name = claims.get(settings.claim)
    if not isinstance(name, str) or not name.strip() or len(name) > LONGEST or printable(name) != name:
        raise OpenIdError(f"The sign-in service did not give your {settings.claim}.")
    if settings.claim == "email" and claims.get("email_verified") is not True:
        raise OpenIdError("The sign-in service has not verified your mail address.")
    display = claims.get("name") or claims.get("preferred_username") or name
    listed = claims.get(settings.groups)
    try:
        groups = msgspec.convert(listed or [], list[str])
    except msgspec.ValidationError:
        groups = []
    kept = tuple(sorted({group[:LONGEST] for group in groups}))[:MOST_GROUPS]
    return Person(name.strip(), str(display)[:LONGEST], kept)


def _told(error: Exception) -> str:
    """A short reason, without addresses or secrets."""
    said = getattr(error, "description", "") or getattr(error, "error", "") or type(error).__name__
    return str(said)[:200]
