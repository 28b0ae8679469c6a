"""What both pages show of the medium: which it is, whom to call on which number, and what was tried."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.meeting import meeting_of, number_called
from server.clinic.rules import Means
from server.patients import store as patients
from server.patients.rules import Person, called
from server.visit.checklist.rules import current, number_in, said_before
from server.visit.checklist.sealed import open_checks
from server.visit.checklist.store import SealedCheck, checks_of
from server.visit.door import Knock
from server.visit.medium.rules import BEGINNING, TRIES_OPEN, Medium, NumberKind, Try, Turn
from server.visit.medium.store import tries_of, turn_of
from server.visit.sealed import open_arrival
from server.visit.store import arrival_blob


@dataclass(frozen=True)
class Number:
    """A number of the patient; `dial` is what a telephone dials."""

    kind: NumberKind
    shown: str = field(repr=False)
    dial: str = field(repr=False)


@dataclass(frozen=True)
class ByPhone:
    """visit/parts/by_phone.html. `to_note`: a call may be noted now.

    `once` stays the same until another call is noted, so that a part that is fetched again is the same part.
    """

    id: str
    medium: Medium
    turn: int
    patient: str = field(repr=False)
    therapist: str
    clinic_phone: str
    numbers: Sequence[Number] = field(repr=False)
    tries: Sequence[Try] = field(repr=False)
    to_note: bool
    once: str = field(repr=False)


async def by_phone(knocked: Knock, person: Person | None) -> ByPhone:
    """The phone side of a visit, for either page."""
    turn, tries, today = await _read(knocked, person)
    card, state = knocked.card, knocked.view.state
    number = number_called(card, await meeting_of(knocked.house, card), person) or (person.phone if person else "")
    if card.means == Means.PHONE and turn is BEGINNING:
        turn = replace(turn, medium=Medium.PHONE)
    return ByPhone(
        id=card.public_id,
        medium=turn.medium,
        turn=turn.number,
        patient=person.first_name if person else "",
        therapist=called(card.therapist_name),
        clinic_phone=knocked.clinic.phone,
        numbers=numbers(today, number),
        tries=tries,
        to_note=state in TRIES_OPEN,
        once=str(len(tries)),
    )


def numbers(today: str, on_file: str) -> list[Number]:
    """The numbers that can be dialled, that of today first; the same number stands once."""
    said = Number(NumberKind.TODAY, today, number_in(today))
    known = Number(NumberKind.FILE, on_file, number_in(on_file))
    return [one for one in (said, known) if one.dial and (one is said or one.dial != said.dial)]


async def _read(knocked: Knock, person: Person | None) -> tuple[Turn, list[Try], str]:
    """The turn, the calls, and the number of today: '' where none was said."""
    card, visit = knocked.card, knocked.visit
    if visit is None:
        return BEGINNING, [], ""

    async def work(db: AsyncSession) -> tuple[Turn, list[Try], dict[str, SealedCheck], bytes | None]:
        rows = (await checks_of(db, [visit.id]))[visit.id]
        return await turn_of(db, visit.id), await tries_of(db, visit.id), rows, await arrival_blob(db, visit.id)

    turn, tries, rows, blob = await knocked.house.db.read(work)
    key = (await knocked.house.keys.patients(card.clinic_id, [card.patient_id])).get(card.patient_id)
    if key is None:
        return turn, tries, ""
    said = said_before(open_arrival(key, card.clinic_id, visit.id, blob))
    found = current("number", open_checks(key, card.clinic_id, rows), said)
    return turn, tries, found.text if found else ""


async def person_of(knocked: Knock) -> Person | None:
    """The patient, opened."""
    card = knocked.card
    found = await patients.people(knocked.house.db, knocked.house.keys, card.clinic_id, [card.patient_id])
    return found.get(card.patient_id)
