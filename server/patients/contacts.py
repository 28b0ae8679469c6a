"""Reading a mail address or a phone number that somebody typed. Pure."""

from dataclasses import dataclass, field
from enum import StrEnum

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from server.patients.rules import one_line

FEWEST_DIGITS = 5
LONGEST = 254
LONGEST_PHONE = 40


@dataclass(frozen=True)
class Contact:
    """At least one of both."""

    mail: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)


class ContactProblem(StrEnum):
    MISSING = "missing"
    MAIL_ODD = "mail_odd"
    PHONE_SHORT = "phone_short"
    NEITHER = "neither"
    LONG = "long"


def read_contact(text: str, country: str) -> Contact | ContactProblem:
    """One field that takes either: what holds an @ is a mail address. `country` as in ISO 3166, or empty."""
    text = one_line(text)
    if not text:
        return ContactProblem.MISSING
    if len(text) > LONGEST:
        return ContactProblem.LONG
    if "@" in text:
        mail = read_mail(text)
        return Contact(mail=mail) if mail else ContactProblem.MAIL_ODD
    phone = read_phone(text, country)
    if phone:
        return Contact(phone=phone)
    return ContactProblem.NEITHER if any(sign.isalpha() for sign in text) else ContactProblem.PHONE_SHORT


def read_mail(text: str) -> str | None:
    """The address in its usual form, or None when no mail can arrive there."""
    try:
        return validate_email(one_line(text), check_deliverability=False).normalized
    except EmailNotValidError:
        return None


def read_phone(text: str, country: str) -> str | None:
    """E.164 where the number can be read; as typed when it has five digits; None when it has fewer."""
    text = one_line(text)[:LONGEST_PHONE]
    if sum(sign.isdigit() for sign in text) < FEWEST_DIGITS:
        return None
    try:
        number = phonenumbers.parse(text, country.upper() or None)
    except phonenumbers.NumberParseException:
        return text
    if not phonenumbers.is_possible_number(number):
        return text
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
