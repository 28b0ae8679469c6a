"""The visit's own record: when, how and with whom they met, what was asked first, what was written, who signed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.booking.cards import bookings_of
from server.booking.rules import BookingCard
from server.patients import store as patients
from server.patients.rules import Person
from server.record.notes import store as notes
from server.record.notes.keeping import open_notes
from server.record.notes.rules import Kind, Note
from server.record.opening import Opened, open_record_of
from server.routing import GuardedRoute, page
from server.templates import render
from server.visit.checklist.panel import Panel, panel_of
from server.visit.door import Knock, knocked_at
from server.visit.keeping import read_beside
from server.visit.medium.rules import Try, Turn
from server.visit.medium.store import tries_of, turns_of
from server.visit.rules import VisitFacts

PATH = "/staff/visit/{public_id}/record"


@dataclass(frozen=True)
class VisitRecordPage:
    """visit/record/own.html. `met`: minutes from the beginning to the end, None for a visit that has not both."""

    person: Person = field(repr=False)
    base: str
    card: BookingCard
    visit: VisitFacts | None
    met: int | None
    start: Panel = field(repr=False)
    turns: Sequence[Turn]
    tries: Sequence[Try]
    notes: Sequence[Note] = field(repr=False)
    agreed: Sequence[tuple[str, str, datetime]]
    following: BookingCard | None
    names: Mapping[UUID, str]
    me: UUID


@dataclass(frozen=True)
class _Rows:
    turns: Sequence[Turn]
    tries: Sequence[Try]
    notes: Sequence[notes.Row]
    agreed: Sequence[tuple[str, str, datetime]]
    cards: Sequence[BookingCard]


async def visit_record(request: Request) -> Response:
    """`GET /staff/visit/{public_id}/record`. Raises NotFound for who does not treat the patient."""
    knocked = await knocked_at(request)
    opened = await open_record_of(request, knocked.card.patient_id)
    context = await _context(knocked, opened)
    await opened.trace("record.seen", page="visit", booking=knocked.card.id.hex)
    return render(request, "visit/record/own.html", context)


async def _context(knocked: Knock, opened: Opened) -> VisitRecordPage:
    card, visit = knocked.card, knocked.visit
    arrival, _ = await read_beside(knocked)
    rows = await knocked.house.db.read(lambda db: _rows(db, card, visit))
    return VisitRecordPage(
        person=opened.person,
        base=opened.base,
        card=card,
        visit=visit,
        met=minutes_met(visit),
        start=await panel_of(knocked, opened.person, arrival),
        turns=rows.turns,
        tries=rows.tries,
        notes=await open_notes(knocked.house, rows.notes, opened.staff_id),
        agreed=[one for one in rows.agreed if one[2] <= card.ends_at],
        following=next((one for one in rows.cards if one.starts_at > card.starts_at and not one.cancelled_at), None),
        names=await opened.names(),
        me=opened.staff_id,
    )


async def _rows(db: AsyncSession, card: BookingCard, visit: VisitFacts | None) -> _Rows:
    written = await notes.notes_of(db, card.clinic_id, card.patient_id)
    return _Rows(
        turns=await turns_of(db, visit.id) if visit else (),
        tries=await tries_of(db, visit.id) if visit else (),
        notes=[one for one in written if one.booking_id == card.id and one.kind is Kind.RECORD],
        agreed=await patients.consents(db, card.patient_id),
        cards=await bookings_of(db, card.clinic_id, card.patient_id, None),
    )


def minutes_met(visit: VisitFacts | None) -> int | None:
    """How long they met, in whole minutes."""
    if visit is None or visit.started_at is None or visit.ended_at is None:
        return None
    return max(0, round((visit.ended_at - visit.started_at).total_seconds() / 60))


routes: list[GuardedRoute] = [page(PATH, visit_record, Action.RECORD)]
