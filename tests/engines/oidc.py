"""A small OpenID Connect provider on loopback: a real HTTP server that signs, checks PKCE and uses a code once.

`person` is who signs in there. `lies` changes what the next token says, so that a test sees what is not believed.
"""

import json
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.engines.serving import Handler, serving

CLIENT, SECRET = "parlour", "a secret: with a colon"


@dataclass
class Provider:
    """`host` as PRIVATE_HOSTS names it; `now` in seconds since 1970, by the clock of the test."""

    host: str = ""
    now: int = 0
    key: Any = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}))
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "17"})
    in_userinfo: bool = False
    lies: dict[str, Any] = field(default_factory=dict)
    signs_with: Any = None
    header: dict[str, str] = field(default_factory=lambda: {"alg": "RS256", "kid": "one"})
    metadata: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        return f"http://{self.host}"

    def says(self) -> dict[str, Any]:
        here = self.issuer
        return {
            "issuer": here,
            "authorization_endpoint": f"{here}/authorize",
            "token_endpoint": f"{here}/token",
            "jwks_uri": f"{here}/jwks",
            "userinfo_endpoint": f"{here}/userinfo",
            **self.metadata,
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """Somebody signs in at once; where their browser goes then."""
        assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == ("code", CLIENT, "S256")
        assert set(asked["scope"].split()) == {"openid", "email"}
        code = token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state'], 'iss': self.issuer})}"

    def tokens(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """The tokens of a code, for who proves to be the client that asked; None else."""
        name, _, secret = b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or (unquote(name), unquote(secret)) != (CLIENT, SECRET):
            return None
        challenge = create_s256_code_challenge(form.get("code_verifier", ""))
        if challenge != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return None
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": self.now, "exp": self.now + 300, "nonce": asked["nonce"]}
        claims |= {"sub": self.person["sub"]} if self.in_userinfo else self.person
        claims = {name: value for name, value in {**claims, **self.lies}.items() if value is not None}
        return {"access_token": "open", "token_type": "Bearer", "id_token": self._signed(claims)}

    def _signed(self, claims: dict[str, Any]) -> str:
        if self.header["alg"] == "none":  # no library writes this any more
            parts = [
                urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (self.header, claims)
            ]
            return f"{parts[0]}.{parts[1]}."
        return jwt.encode(self.header, claims, self.signs_with or self.key, algorithms=["RS256", "HS256"])

    def answer(self, path: str, sent: dict[str, str], authorization: str) -> Any:
        if path == "/.well-known/openid-configuration":
            return self.says()
        if path == "/jwks":
            return {"keys": [self.key.as_dict(private=False), OctKey.generate_key(256).as_dict()]}
        if path == "/userinfo":
            return self.person if authorization == "Bearer open" else None
        return self.tokens(sent, authorization) if path == "/token" else None


@pytest.fixture
def identity() -> Iterator[Provider]:
    """It knows one client, and whoever comes is its one person."""
    kept = Provider()

    class Serve(Handler):
        def do_GET(self) -> None:  # the library's name
            url = urlsplit(self.path)
            kept.asked.append(url.path)
            body = self.rfile.read(int(self.headers.get("content-length", "0"))).decode()
            sent = {name: values[0] for name, values in parse_qs(body or url.query).items()}
            if url.path == "/authorize":
                self.send_response(303)
                self.send_header("location", kept.authorize(sent))
                self.end_headers()
                return
            said = kept.answer(url.path, sent, self.headers.get("authorization", ""))
            told = json.dumps(said or {"error": "invalid_grant"}).encode()
            self.send_response(200 if said else 400)
            self.send_header("content-length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        do_POST = do_GET

    with serving(Serve) as port:
        kept.host = f"127.0.0.1:{port}"
        yield kept
