"""What the form of a clinic's provider accepts: submitted fields -> value, or a reason per field. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from server.accounts.sign_on.rules import is_issuer

ISSUER_LENGTH, ID_LENGTH, SECRET_LENGTH, LABEL_LENGTH = 300, 200, 500, 60


class Reason(StrEnum):
    """Why a field cannot stand; the sentence stands in templates/accounts/sign_on.html."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    NOT_AN_ISSUER = "not_an_issuer"
    SILENT = "silent"  # nobody answers there
    NO_PROVIDER = "no_provider"  # somebody answers, who is no provider of this name


@dataclass(frozen=True)
class Wish:
    """A provider as an admin typed it; an empty secret leaves the one before."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    label: str
    does_factor: bool


def parse(fields: Mapping[str, str]) -> Wish | Mapping[str, Reason]:
    """The provider of this form. A final stroke belongs to an issuer or does not: it is kept as typed."""
    reasons: dict[str, Reason] = {}
    kept = {
        name: _line(fields, name, longest, reasons)
        for name, longest in (("issuer", ISSUER_LENGTH), ("client_id", ID_LENGTH), ("label", LABEL_LENGTH))
    }
    if "issuer" not in reasons and not is_issuer(kept["issuer"]):
        reasons["issuer"] = Reason.NOT_AN_ISSUER
    secret = fields.get("secret", "").strip()
    if len(secret) > SECRET_LENGTH:
        reasons["secret"] = Reason.TOO_LONG
    factor = bool(fields.get("does_factor"))
    return reasons or Wish(kept["issuer"], kept["client_id"], secret, kept["label"], factor)


def _line(fields: Mapping[str, str], name: str, longest: int, reasons: dict[str, Reason]) -> str:
    value = " ".join(fields.get(name, "").split())
    if not value:
        reasons[name] = Reason.MISSING
    elif len(value) > longest:
        reasons[name] = Reason.TOO_LONG
    return value
