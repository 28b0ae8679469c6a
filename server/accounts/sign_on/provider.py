"""Talks to a clinic's provider, through the one door that leads outside, and believes nothing that is not signed.

Authlib is an extra: without it no page offers any of this.
"""

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.util import find_spec
from typing import Any
from urllib.parse import quote, urlencode

from server.accounts.sign_on.rules import (
    ALGORITHMS,
    DISCOVERY,
    LEEWAY,
    SCOPE,
    Refusal,
    SignOn,
    Try,
    audience_is,
    made_of,
    verified_mail,
)
from server.outside import Bounds, NotReached, Outside

BOUNDS = Bounds(seconds=10.0, most=256 * 1024)
FORM = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class Refused(Exception):
    """What came back signs nobody in."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True)
class Asking:
    """One try at one provider."""

    outside: Outside
    known: SignOn
    one: Try
    secret: bytes = field(repr=False)  # of the installation; state, nonce and verifier are made of it
    back: str  # where the provider sends the browser


def is_there() -> bool:
    """Whether the extra is installed."""
    return find_spec("authlib") is not None


async def metadata(outside: Outside, issuer: str) -> Mapping[str, Any]:
    """What a provider says of itself. Raises Refused when it does not, or is another."""
    from authlib.oidc.discovery import OpenIDProviderMetadata

    found: dict[str, Any] = OpenIDProviderMetadata(await _json(outside, "GET", issuer.rstrip("/") + DISCOVERY))
    if found.get("issuer") != issuer or not all(outside.may_be_asked(str(found.get(name, ""))) for name in NEEDED):
        raise Refused(Refusal.UNTRUSTED)
    if issuer.startswith("https:"):  # plain within one's own network is refused by the library and allowed by us
        try:
            OpenIDProviderMetadata(found).validate()
        except ValueError:
            raise Refused(Refusal.UNTRUSTED) from None
    return found


async def way_in(asking: Asking) -> str:
    """Where the browser goes. Raises Refused."""
    from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    said = await metadata(asking.outside, asking.known.issuer)
    address: str = prepare_grant_uri(
        said["authorization_endpoint"],
        asking.known.client_id,
        "code",
        redirect_uri=asking.back,
        scope=SCOPE,
        state=made_of(asking.secret, asking.one, "state"),
        nonce=made_of(asking.secret, asking.one, "nonce"),
        code_challenge=create_s256_code_challenge(made_of(asking.secret, asking.one, "verifier")),
        code_challenge_method="S256",
    )
    return address


async def mail_of(asking: Asking, code: str, client_secret: str, now: datetime) -> str:
    """The address that the provider vouches for, for a code. Raises Refused."""
    said = await metadata(asking.outside, asking.known.issuer)
    tokens = await _tokens(asking, said, code, client_secret)
    claims = await _claims(asking, said, tokens, now)
    if "email" not in claims and said.get("userinfo_endpoint"):
        claims = await _more(asking, said, tokens, claims)
    found = verified_mail(claims)
    if isinstance(found, Refusal):
        raise Refused(found)
    return found


async def _tokens(asking: Asking, said: Mapping[str, Any], code: str, client_secret: str) -> Mapping[str, Any]:
    known = asking.known
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": asking.back,
        "code_verifier": made_of(asking.secret, asking.one, "verifier"),
    }
    headers = dict(FORM)
    ways = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if client_secret and "client_secret_basic" in ways:
        pair = f"{quote(known.client_id, safe='')}:{quote(client_secret, safe='')}"  # RFC 6749, 2.3.1
        headers["authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    else:
        form |= {"client_id": known.client_id} | ({"client_secret": client_secret} if client_secret else {})
    return await _json(asking.outside, "POST", said["token_endpoint"], headers, urlencode(form).encode())


async def _claims(
    asking: Asking, said: Mapping[str, Any], tokens: Mapping[str, Any], now: datetime
) -> Mapping[str, Any]:
    """What the signed token says, once all that must hold of it holds (OpenID Connect Core 1.0, 3.1.3.7)."""
    from authlib.oidc.core import CodeIDToken
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    keys = await _json(asking.outside, "GET", said["jwks_uri"])
    known = asking.known
    try:
        token = jwt.decode(str(tokens["id_token"]), KeySet.import_key_set(_signing(keys)), algorithms=[*ALGORITHMS])
        wanted = {"iss": {"essential": True, "value": known.issuer}, "aud": {"essential": True}}
        proof = {
            "nonce": made_of(asking.secret, asking.one, "nonce"),
            "client_id": known.client_id,
            "access_token": tokens.get("access_token"),
        }
        read = CodeIDToken(token.claims, token.header, wanted, proof)
        read.validate(now=int(now.timestamp()), leeway=LEEWAY)
        claims: dict[str, Any] = read
    except (JoseError, KeyError, ValueError, TypeError):
        raise Refused(Refusal.UNTRUSTED) from None
    if not audience_is(claims, known.client_id):
        raise Refused(Refusal.UNTRUSTED)
    return claims


def _signing(keys: Mapping[str, Any]) -> Any:
    """The keys that a provider signs with; a shared secret among them would let anybody sign."""
    listed = keys["keys"]
    return {"keys": [key for key in listed if key.get("kty") in {"RSA", "EC", "OKP"} and key.get("use") != "enc"]}


async def _more(
    asking: Asking, said: Mapping[str, Any], tokens: Mapping[str, Any], claims: Mapping[str, Any]
) -> Mapping[str, Any]:
    """What the provider says of the same person when it is asked."""
    headers = {"authorization": f"Bearer {tokens.get('access_token', '')}", "accept": "application/json"}
    found = await _json(asking.outside, "GET", str(said["userinfo_endpoint"]), headers)
    if found.get("sub") != claims["sub"]:
        raise Refused(Refusal.UNTRUSTED)
    return found


async def _json(
    outside: Outside, method: str, address: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> Mapping[str, Any]:
    try:
        answer = await outside.ask(method, address, headers=headers, body=body, bounds=BOUNDS)
    except NotReached:
        raise Refused(Refusal.AWAY) from None
    try:
        found = json.loads(answer.body) if answer.is_good else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Refused(Refusal.UNTRUSTED if answer.status < 500 else Refusal.AWAY)
    return found
