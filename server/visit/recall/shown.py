"""The form to step away by: what stands in it, and what came back to be mended."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from server.patients.contacts import read_phone
from server.patients.rules import Person
from server.visit import store as visits
from server.visit.door import Knock
from server.visit.recall.forms import NoNumber
from server.visit.recall.rules import Calling, Way
from server.visit.sealed import open_arrival


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
    visit, card = knocked.visit, knocked.card
    if visit is None or not visit.has_arrival:
        return ""
    blob = await knocked.house.db.read(lambda db: visits.arrival_blob(db, visit.id))
    key = (await knocked.house.keys.patients(card.clinic_id, [card.patient_id])).get(card.patient_id)
    said = open_arrival(key, card.clinic_id, visit.id, blob) if key else None
    phone = read_phone(said.number, knocked.clinic.country) if said else None
    return phone if phone and phone.startswith("+") else ""
