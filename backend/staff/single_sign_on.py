"""Single sign-on by OpenID Connect: the authorization code flow with PKCE.

The city's provider says who somebody is, by its own password and second factor. Role and unit are
of the account here, which an administrator opens first.
"""

import base64
import hashlib
import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from backend.errors import NotSignedIn

log = logging.getLogger(__name__)

ALGORITHMS = ["RS256", "PS256", "ES256"]  # signed with the provider's key, never with our secret
SECONDS = 5.0
CLOCKS_DIFFER_SECONDS = 60
FAILED = "统一登录没有成功，请再试一次，或者用用户名和密码登录"


@dataclass(frozen=True)
class Provider:
    issuer: str
    client_id: str
    client_secret: str
    username_claim: str


@dataclass(frozen=True)
class Attempt:
    """Secrets of one sign-in; the browser keeps them until it comes back from the provider."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> "Attempt":
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def address(provider: Provider, attempt: Attempt, return_to: str) -> str:
    """The provider's page to sign in at. Raises NotSignedIn when it cannot be asked."""
    with _as_refusal(), httpx.Client(timeout=SECONDS) as http:
        page = str(_discover(http, provider)["authorization_endpoint"])
    fields = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": return_to,
        "scope": "openid profile",
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": attempt.challenge,
        "code_challenge_method": "S256",
    }
    return f"{page}{'&' if '?' in page else '?'}{urlencode(fields)}"


def username(provider: Provider, attempt: Attempt, return_to: str, code: str) -> str:
    """Who signed in, by the provider's signed word. Raises NotSignedIn."""
    with _as_refusal(), httpx.Client(timeout=SECONDS) as http:
        endpoints = _discover(http, provider)
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": return_to,
            "code_verifier": attempt.verifier,
        }
        own_secret = (provider.client_id, provider.client_secret)
        answer = http.post(endpoints["token_endpoint"], data=fields, auth=own_secret)
        keys = KeySet.import_key_set(_json(http.get(endpoints["jwks_uri"])))
        token = jwt.decode(_json(answer)["id_token"], keys, algorithms=ALGORITHMS)
        _rules(provider, attempt).validate(token.claims)
        name = token.claims[provider.username_claim]
        if not isinstance(name, str) or not name:
            raise ValueError("the claim is no name")
        return name


def _discover(http: httpx.Client, provider: Provider) -> dict[str, Any]:
    issuer = provider.issuer.rstrip("/")
    endpoints: dict[str, Any] = _json(http.get(f"{issuer}/.well-known/openid-configuration"))
    if str(endpoints["issuer"]).rstrip("/") != issuer:
        raise ValueError("another issuer")
    return endpoints


def _rules(provider: Provider, attempt: Attempt) -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        leeway=CLOCKS_DIFFER_SECONDS,
        iss={"essential": True, "values": [provider.issuer, provider.issuer.rstrip("/") + "/"]},
        aud={"essential": True, "value": provider.client_id},
        exp={"essential": True},
        nonce={"essential": True, "value": attempt.nonce},
    )


def _json(answer: httpx.Response) -> Any:
    return answer.raise_for_status().json()


@contextmanager
def _as_refusal() -> Iterator[None]:
    """The log names the kind of failure alone: its text may hold tokens."""
    try:
        yield
    except (httpx.HTTPError, JoseError, ValueError, KeyError, TypeError) as problem:
        log.warning("single sign-on failed: %s", type(problem).__name__)
        raise NotSignedIn(FAILED) from None
