"""What the forms of staff accept: submitted fields -> value, or a reason per field.

The sentence for each reason stands in templates/accounts/words.html.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from email_validator import EmailNotValidError, validate_email

from server.access import Role
from server.accounts.rules import LONGEST_PASSWORD, password_fit

NAME_LENGTH = 120
MAIL_LENGTH = 254
Fields = Mapping[str, str]


class Reason(StrEnum):
    """Why a field cannot stand; a password's own reasons are `rules.PasswordFault`."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    NOT_A_MAIL = "not_a_mail"
    NO_MATCH = "no_match"  # mail and password do not belong together
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a reason
    WRONG_CODE = "wrong_code"
    WRONG_KEY = "wrong_key"
    LATER = "later"  # too many tries
    TAKEN = "taken"
    NO_ROLE = "no_role"


Reasons = Mapping[str, StrEnum]


@dataclass(frozen=True)
class SignIn:
    mail: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True)
class Joining:
    """Somebody who takes up an invitation."""

    name: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True)
class Invitation:
    name: str = field(repr=False)
    mail: str = field(repr=False)
    roles: frozenset[Role]


def parse_sign_in(fields: Fields) -> SignIn | Reasons:
    """Mail and password; what they are is not looked at here, so that every wrong pair meets the same work."""
    mail, password = fields.get("mail", "").strip(), fields.get("password", "")
    empty = {name: Reason.MISSING for name, value in (("mail", mail), ("password", password)) if not value}
    return empty or SignIn(mail[:MAIL_LENGTH], password[:LONGEST_PASSWORD])


def parse_mail(fields: Fields) -> str | Reasons:
    """One mail address in its normal form."""
    typed = fields.get("mail", "").strip()
    if not typed:
        return {"mail": Reason.MISSING}
    try:
        return validate_email(typed[: MAIL_LENGTH + 1], check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        return {"mail": Reason.NOT_A_MAIL}


def parse_name(fields: Fields) -> str | Reasons:
    """A person's name on one line."""
    name = " ".join(fields.get("name", "").split())
    if not name:
        return {"name": Reason.MISSING}
    return name if len(name) <= NAME_LENGTH else {"name": Reason.TOO_LONG}


def parse_password(fields: Fields, about: Iterable[str]) -> str | Reasons:
    """A new password; `about` holds what others know of its owner."""
    password = fields.get("password", "")
    if not password:
        return {"password": Reason.MISSING}
    fault = password_fit(password, about)
    return {"password": fault} if fault else password


def parse_joining(fields: Fields, about: Iterable[str]) -> Joining | Reasons:
    """Name and password."""
    name = parse_name(fields)
    password = parse_password(fields, (*about, fields.get("name", "")))
    reasons = {**(name if isinstance(name, Mapping) else {}), **(password if isinstance(password, Mapping) else {})}
    return reasons or Joining(str(name), str(password))


def parse_roles(sent: Iterable[str]) -> frozenset[Role]:
    """The roles that were ticked; what is no role is dropped."""
    return frozenset(Role(role) for role in sent if role in set(Role))


def parse_invitation(fields: Fields, roles: Iterable[str]) -> Invitation | Reasons:
    """Whom to invite, and as what."""
    name, mail, chosen = parse_name(fields), parse_mail(fields), parse_roles(roles)
    reasons: dict[str, StrEnum] = {}
    for part in (name, mail):
        reasons.update(part if isinstance(part, Mapping) else {})
    if not chosen:
        reasons["roles"] = Reason.NO_ROLE
    return reasons or Invitation(str(name), str(mail), chosen)
