"""Who is told about the times of one patient: they themselves, who acts for them, or both."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID, uuid5

from server.clinic.rules import Clinic
from server.house import House
from server.patients.acting.rules import Helper, told
from server.patients.acting.store import acting_for, rules_of
from server.patients.rules import Person
from server.patients.space import store as spaces
from server.patients.space.rules import Sight, sight


def in_place_of(patient: Person, helper: Helper) -> Person:
    """Who acts for a patient, as the one who is written to; the clock stays the patient's."""
    return replace(
        patient, name=helper.name, mail=helper.mail, phone=helper.phone, language=helper.language or patient.language
    )


def letter_for(job_id: UUID, helper: UUID | None) -> UUID:
    """Of the letter to this reader, the patient or a helper: a repeat of the job carries the same."""
    return uuid5(job_id, helper.hex) if helper else job_id


async def readers(house: House, clinic: Clinic, patient: Person) -> list[tuple[UUID | None, Person]]:
    """Everybody who is written to, each helper with their id."""
    themselves, helpers = await told_about(house, clinic, patient)
    others = [(one.id, in_place_of(patient, one)) for one in helpers]
    return [*([(None, patient)] if themselves else []), *others]


async def told_about(house: House, clinic: Clinic, patient: Person) -> tuple[bool, Sequence[Helper]]:
    """Whether the patient is, and which helpers; where nobody acts for anybody nothing is read. Never within a unit."""
    if not clinic.acting:
        return True, ()
    known = await acting_for(house.db, house.keys, clinic.id, patient.id)
    rules = await house.db.read(lambda db: rules_of(db, clinic.id))
    day = house.clock().astimezone(clinic.zone).date()
    return told(rules, known.arranged, known.helpers, day, reached=bool(patient.mail or patient.phone))


async def owners_of(house: House, clinic: Clinic, person: Person) -> dict[UUID | None, Person]:
    """Whose space shows all of a patient -> who is told: None for themselves, else who acts for them. Never within a
    unit.
    """
    found = await house.db.read(partial(spaces.spaces_of, patient_id=person.id))
    members = [one for space in found for one in space.members if one.patient_id == person.id]
    themselves: dict[UUID | None, Person] = {None: person} if any(one.helper_id is None for one in members) else {}
    acting = {one.helper_id for one in members if one.helper_id}
    return themselves | (await _seeing_all(house, clinic, person, acting) if acting else {})


async def _seeing_all(house: House, clinic: Clinic, person: Person, acting: Collection[UUID]) -> dict[UUID, Person]:
    """Who acts for them and sees all that is theirs today."""
    known = await acting_for(house.db, house.keys, clinic.id, person.id)
    rules = await house.db.read(lambda db: rules_of(db, clinic.id))
    day = house.clock().astimezone(clinic.zone).date()
    able = [one for one in known.helpers if one.id in acting]
    see = [one for one in able if sight(rules, known.arranged, known.helpers, one.id, day) is Sight.WHOLE]
    return {one.id: in_place_of(person, one) for one in see}
