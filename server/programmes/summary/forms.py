"""Reading what a clinician writes for a summary. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

RECIPIENT, STEPS = 200, 4000


class Reason(StrEnum):
    MISSING = "missing"


class GivenBy(StrEnum):
    """Who said yes, where staff notes it."""

    PATIENT = "patient"
    GUARDIAN = "guardian"
    PROXY = "proxy"


@dataclass(frozen=True)
class Wanted:
    """For whom, and which next steps stand in it."""

    recipient: str = field(repr=False)
    steps: str = field(repr=False)


def parse(fields: Mapping[str, str]) -> Wanted | dict[str, Reason]:
    """What was typed; who it is for has to be named."""
    recipient = " ".join(fields.get("recipient", "").split())[:RECIPIENT]
    steps = fields.get("steps", "").replace("\r\n", "\n").strip()[:STEPS]
    return Wanted(recipient, steps) if recipient else {"recipient": Reason.MISSING}


def given_by(fields: Mapping[str, str]) -> GivenBy:
    text = fields.get("given_by", "")
    return GivenBy(text) if text in {one.value for one in GivenBy} else GivenBy.PATIENT
