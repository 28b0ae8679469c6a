"""What a clinic says of whom the card calls, as its form sends it. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from server.patients.rules import one_line
from server.programmes.card.rules import Contact, Contacts, Line

PHONE = re.compile(r"\+?(?=[^0-9]*[0-9])[0-9 ()/.-]{1,31}", re.ASCII)
"""Short ones too: many a house has a number of its own for this."""
LONGEST_NAME, LONGEST_PHONE = 120, 32


class Reason(StrEnum):
    """What has to be mended at a field."""

    NO_PHONE = "no_phone"
    NO_NUMBER = "no_number"  # a name without a number that can be called


@dataclass(frozen=True)
class Said:
    """What counts from now on, over which words it was written, and what is wrong in which field."""

    contacts: Contacts
    seen: Mapping[Line, int]
    wrong: Mapping[str, Reason]


def read(fields: Mapping[str, str]) -> Said:
    """Fields are `phone-LINE`, `name-LINE` and `seen-LINE`. Empty ones take back what was said."""
    found, seen, wrong = dict[Line, Contact](), dict[Line, int](), dict[str, Reason]()
    for line in Line:
        phone = one_line(fields.get(f"phone-{line}", ""))[: LONGEST_PHONE + 1]
        name = one_line(fields.get(f"name-{line}", ""))[:LONGEST_NAME]
        if phone and (len(phone) > LONGEST_PHONE or not PHONE.fullmatch(phone)):
            wrong[f"phone-{line}"] = Reason.NO_PHONE
        elif name and not phone:
            wrong[f"phone-{line}"] = Reason.NO_NUMBER
        found[line], told = Contact(phone, name), fields.get(f"seen-{line}", "")
        seen[line] = int(told) if told.isascii() and told.isdigit() and len(told) < 7 else 0
    return Said(found, seen, wrong)
