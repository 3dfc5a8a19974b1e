"""A provider of OpenID Connect on 127.0.0.1, strict about what it is asked."""

import base64
import hashlib
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.fakes import serving

CLIENT, SECRET = "minhu", "a-secret-of-the-provider"
Fields = dict[str, Any]


@dataclass
class FakeProvider:
    url: str = ""
    username: str = "handler"  # who signs in at it
    claims: Fields = field(default_factory=dict)  # in place of the right ones
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    signing_key: RSAKey | None = None  # another than it publishes
    algorithm: str = "RS256"
    codes: dict[str, Fields] = field(default_factory=dict)

    def configuration(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
            }
        )

    def keys(self, _: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    def authorize(self, request: Request) -> Response:
        """Somebody signs in at once, and is sent back with a code."""
        fields = dict(request.query_params)
        assert (fields["response_type"], fields["client_id"]) == ("code", CLIENT)
        assert "openid" in fields["scope"].split()
        assert fields["code_challenge_method"] == "S256"
        self.codes[code := secrets.token_urlsafe(8)] = fields
        return RedirectResponse(f"{fields['redirect_uri']}?code={code}&state={fields['state']}")

    async def token(self, request: Request) -> Response:
        form = await request.form()
        own = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        began = self.codes.pop(str(form["code"]), None)  # a code is good once
        digest = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            request.headers.get("authorization") != f"Basic {own}"
            or began is None
            or began["redirect_uri"] != form["redirect_uri"]
            or began["code_challenge"] != challenge
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        claims = {
            "iss": self.url, "aud": CLIENT, "sub": "42", "nonce": began["nonce"],
            "iat": int(time.time()), "exp": int(time.time()) + 300,
            "preferred_username": self.username,
        } | self.claims  # fmt: skip
        header = {"alg": self.algorithm, "kid": "one"}
        word = jwt.encode(header, claims, self.signing_key or self.key)
        return JSONResponse({"access_token": "unused", "token_type": "Bearer", "id_token": word})


@contextmanager
def running_provider() -> Iterator[FakeProvider]:
    provider = FakeProvider()
    routes = [
        Route("/.well-known/openid-configuration", provider.configuration),
        Route("/authorize", provider.authorize),
        Route("/token", provider.token, methods=["POST"]),
        Route("/keys", provider.keys),
    ]
    with serving(Starlette(routes=routes)) as provider.url:
        yield provider
