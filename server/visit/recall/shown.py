"""The form to step away by: what stands in it, and what came back to be mended."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from server.patients.contacts import read_phone
from server.patients.rules import Person
from server.visit.at_the_door import said_at_the_door
from server.visit.door import Knock
from server.visit.recall.forms import NoNumber
from server.visit.recall.rules import Calling, Way


@dataclass(frozen=True)
class StepAway:
    """`mail`: they are called by mail unless they say no; `phone`: begun with what was given at the door or before."""

    mail: bool = False
    sms: bool = False
    phone: str = field(default="", repr=False)
    problem: str = ""


def typed(fields: Mapping[str, object], problem: NoNumber) -> StepAway:
    return StepAway(bool(fields.get("mail")), bool(fields.get("sms")), str(fields.get("phone", ""))[:40], problem.value)


async def step_away(knocked: Knock, person: Person | None, calling: Calling | None) -> StepAway:
    """The form as this visit begins it."""
    mail = bool(calling and Way.MAIL in calling.ways)
    sms = bool(calling and Way.SMS in calling.ways)
    if not knocked.house.texter.sends:
        return StepAway(mail)
    return StepAway(mail, sms, (person.phone if person else "") or await _at_the_door(knocked))


async def _at_the_door(knocked: Knock) -> str:
    """The number that was said at the door, where it is one."""
    said = await said_at_the_door(knocked)
    phone = read_phone(said.number, knocked.clinic.country) if said else None
    return phone if phone and phone.startswith("+") else ""
