"""Reading an emergency access: whose record, and why. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from server.reasons import readable

SHORTEST, LONGEST, LONGEST_WHO = 10, 500, 120


class Reason(StrEnum):
    """Why the glass stays whole."""

    NO_REASON = "no_reason"
    NOBODY = "nobody"
    SEVERAL = "several"
    YOURS = "yours"


@dataclass(frozen=True)
class Wish:
    """`who`: a whole name, a mail address or a number."""

    who: str = field(repr=False)
    reason: str = field(repr=False)


def parse(fields: Mapping[str, str]) -> Wish | Reason:
    who = " ".join(fields.get("who", "").split())[:LONGEST_WHO]
    reason = " ".join(fields.get("reason", "").split())[:LONGEST]
    if len(who) < 3:
        return Reason.NOBODY
    return Wish(who, reason) if len(readable(reason)) >= SHORTEST else Reason.NO_REASON
