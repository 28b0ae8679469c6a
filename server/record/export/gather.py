"""All of a patient's record that is theirs, gathered for taking along; psychotherapy notes are never among it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.team import store as team
from server.booking.cards import bookings_of
from server.booking.rules import BookingCard
from server.booking.said import reasons_of
from server.house import House
from server.measures.results import Result, results_of
from server.measures.risk.history import Stood, stood_of
from server.patients import store as patients
from server.patients.acting.store import helper_names
from server.patients.consents import store as consents
from server.patients.consents.rules import Agreed
from server.patients.rules import Person
from server.record.care.keeping import care_of
from server.record.care.rules import Entry
from server.record.notes import store as notes
from server.record.notes.keeping import open_notes
from server.record.notes.rules import Kind, Note
from server.safety.plan.keeping import plan_of
from server.safety.plan.rules import Plan


@dataclass(frozen=True)
class Whole:
    """A patient's record as it leaves: signed notes of the record alone, and what was not struck. `danger`: by the key
    of a measure, what spoke of danger once and who saw it; `reasons`: by booking, why they come, where it is theirs.
    """

    person: Person = field(repr=False)
    clinic: str
    at: datetime
    staff: dict[UUID, str]
    bookings: Sequence[BookingCard] = field(repr=False)
    notes: Sequence[Note] = field(repr=False)
    care: Sequence[Entry] = field(repr=False)
    results: Sequence[Result] = field(repr=False)
    consents: Sequence[Agreed] = field(repr=False)
    plan: Plan = field(repr=False)
    danger: Mapping[str, Stood] = field(default_factory=dict, repr=False)
    reasons: Mapping[UUID, str] = field(default_factory=dict, repr=False)
    helpers: Mapping[UUID, str] = field(default_factory=dict, repr=False)


async def whole_of(
    house: House, clinic_id: UUID, clinic_name: str, patient_id: UUID, *, own: bool = False, danger: bool = False
) -> Whole | None:
    """The record of a patient; None once their key was destroyed. `own`: for themselves, with a safety plan that
    they keep to themselves, and with what they said when they booked; `danger`: with every answer that spoke of
    danger, also one that was changed, and the names of who acts for them: for who treats them and for themselves,
    and neither for who acts for them nor for another clinic.
    """
    person = (await patients.people(house.db, house.keys, clinic_id, [patient_id])).get(patient_id)
    if person is None:
        return None

    async def work(db: AsyncSession) -> tuple[list[notes.Row], list[BookingCard], list[Agreed], dict[UUID, str]]:
        written = await notes.notes_of(db, clinic_id, patient_id)
        cards = await bookings_of(db, clinic_id, patient_id, None)
        staff = {one.id: one.name for one in await team.team(db, clinic_id)}
        return written, cards, await consents.ledger(db, clinic_id, patient_id), staff

    rows, cards, agreed, staff = await house.db.read(work)
    plan = await plan_of(house, clinic_id, patient_id)
    results = await results_of(house, clinic_id, patient_id)
    raised = {one.key: one.raised for one in results} if danger else {}
    theirs = [row for row in rows if row.kind is Kind.RECORD and row.signed_at]
    return Whole(
        person=person,
        clinic=clinic_name,
        at=house.clock(),
        staff=staff,
        bookings=cards,
        notes=await open_notes(house, theirs, None),
        care=[one for one in await care_of(house, clinic_id, patient_id) if not one.struck],
        results=results,
        consents=agreed,
        plan=plan if own else plan.veiled,
        danger=await stood_of(house, clinic_id, patient_id, raised),
        reasons=await reasons_of(house, clinic_id, patient_id, cards) if own else {},
        helpers=await helper_names(house.db, house.keys, clinic_id, patient_id) if danger else {},
    )
