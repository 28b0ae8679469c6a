"""Passkeys (WebAuthn): what the browser is asked, and whether its answer holds. The library knows the standard."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import structlog
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from server.accounts.factors.rules import PasskeyFacts

log = structlog.get_logger("passkeys")


def ask_new(
    base_url: str, issuer: str, owner_id: UUID, name: str, known: Sequence[PasskeyFacts], *, alone: bool = False
) -> tuple[Any, bytes]:
    """(options for the browser as JSON values, challenge) to make a passkey; one the person has is not made twice.

    `alone`: nothing else is asked of its owner, so it must find them without a name and know that it is they.
    """
    resident = ResidentKeyRequirement.REQUIRED if alone else ResidentKeyRequirement.PREFERRED
    options = generate_registration_options(
        rp_id=_host(base_url),
        rp_name=issuer,
        user_id=owner_id.bytes,
        user_name=name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=resident, user_verification=_verified(alone=alone)
        ),
        exclude_credentials=_descriptors(known),
    )
    return json.loads(options_to_json(options)), options.challenge


def new_passkey(
    base_url: str, credential: str, challenge: bytes, label: str, now: datetime, *, alone: bool = False
) -> PasskeyFacts | None:
    """The passkey that answered the challenge, or None when the answer does not hold."""
    try:
        made = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_host(base_url),
            expected_origin=base_url,
            require_user_verification=alone,
        )
    except WebAuthnException as problem:
        log.info("passkey.refused", kind=type(problem).__name__)
        return None
    return PasskeyFacts(uuid4(), made.credential_id, made.credential_public_key, made.sign_count, label, now, None)


def ask_known(base_url: str, known: Sequence[PasskeyFacts], *, alone: bool = False) -> tuple[Any, bytes]:
    """(options for the browser as JSON values, challenge) to answer with one of these passkeys; of none, with any."""
    options = generate_authentication_options(
        rp_id=_host(base_url), allow_credentials=_descriptors(known), user_verification=_verified(alone=alone)
    )
    return json.loads(options_to_json(options)), options.challenge


def answered_by(
    base_url: str, credential: str, challenge: bytes, known: Sequence[PasskeyFacts], *, alone: bool = False
) -> tuple[PasskeyFacts, int] | None:
    """(which passkey answered, its new counter), or None when the answer does not hold."""
    key = _named(credential, known)
    if key is None:
        return None
    try:
        answer = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_host(base_url),
            expected_origin=base_url,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=alone,
        )
    except WebAuthnException as problem:
        log.info("passkey.refused", kind=type(problem).__name__)
        return None
    return key, answer.new_sign_count


def name_in(credential: str) -> bytes | None:
    """By which name a passkey answers; None for what is no answer of one."""
    try:
        return base64url_to_bytes(json.loads(credential)["id"])
    except (ValueError, KeyError, TypeError):
        return None


def _named(credential: str, known: Sequence[PasskeyFacts]) -> PasskeyFacts | None:
    name = name_in(credential)
    return next((key for key in known if key.credential_id == name), None) if name else None


def _verified(*, alone: bool) -> UserVerificationRequirement:
    return UserVerificationRequirement.REQUIRED if alone else UserVerificationRequirement.PREFERRED


def _host(base_url: str) -> str:
    return urlsplit(base_url).hostname or ""


def _descriptors(known: Sequence[PasskeyFacts]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=key.credential_id) for key in known]
