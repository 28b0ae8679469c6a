"""Who knocks: the booking a page is about, its visit and its clinic, and whether this viewer may.

Unknown, foreign and hidden are one answer (NotFound), so that an address tells nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from server.access import Action, Subject, Viewer, may
from server.audit.rules import Entry
from server.audit.store import note
from server.booking import store as booking
from server.booking.rules import BookingCard
from server.clinic import store as clinic
from server.clinic.rules import Clinic
from server.errors import Forbidden, NotFound
from server.house import House, house_of
from server.routing import viewer_of
from server.templates import Brand
from server.visit import store
from server.visit.rules import VisitFacts
from server.visit.scenes import VisitView, view_of


@dataclass(frozen=True)
class Knock:
    """Everything a handler needs to know before it decides."""

    house: House
    viewer: Viewer
    now: datetime
    card: BookingCard
    clinic: Clinic
    visit: VisitFacts | None
    view: VisitView

    @property
    def brand(self) -> Brand:
        return clinic.brand(self.clinic)

    @property
    def subject(self) -> Subject:
        return subject_of(self.card, self.visit)


def subject_of(card: BookingCard, visit: VisitFacts | None) -> Subject:
    return Subject(
        clinic_id=card.clinic_id,
        therapist_id=card.therapist_id,
        booking_id=card.id,
        visit_id=visit.id if visit else None,
        team=card.team,
    )


async def knock(request: Request, action: Action) -> Knock:
    """The visit of this address, for who may. Raises NotFound, and Forbidden for a colleague with the wrong role."""
    knocked = await knocked_at(request)
    if not may(knocked.viewer, action, knocked.subject):
        await _note_refusal(knocked.house, knocked.viewer, knocked.card, knocked.now)
        raise Forbidden() if may(knocked.viewer, Action.DAY, knocked.subject) else NotFound()
    return knocked


async def knocked_at(request: Request) -> Knock:
    """The visit of this address for whoever checks by something else who may. Raises NotFound."""
    house, viewer = house_of(request), viewer_of(request)
    now = house.clock()
    found = await house.db.read(lambda db: _load(db, request.path_params["public_id"]))
    if found is None:
        raise NotFound()
    card, practice, visit = found
    return Knock(house, viewer, now, card, practice, visit, view_of(card, visit, practice.policy, now))


async def _note_refusal(house: House, viewer: Viewer, card: BookingCard, now: datetime) -> None:
    """That somebody who works here tried a visit that is not theirs."""
    if viewer.staff_id is None or viewer.clinic_id is None:
        return
    booking = card.id if viewer.clinic_id == card.clinic_id else None  # a chain names nothing of another clinic
    entry = Entry(viewer.clinic_id, "visit.refused", "booking", booking, "staff", viewer.staff_id)

    async def work(db: AsyncSession) -> None:
        note(db, entry, now)

    await house.db.unit(work)


async def _load(db: AsyncSession, public_id: str) -> tuple[BookingCard, Clinic, VisitFacts | None] | None:
    card = await booking.booking_for_visit(db, public_id)
    practice = await clinic.clinic_of(db, card.clinic_id) if card else None
    if card is None or practice is None:
        return None
    return card, practice, await store.visit_of(db, card.id)
