"""Doing what was decided: one unit with its audit and its event, then the room and the pages are told."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.push import store as push
from server.accounts.push.rules import Owner
from server.audit.rules import Entry
from server.audit.store import note
from server.booking import store as booking
from server.booking.rules import BookingCard
from server.errors import NotFound
from server.house import House
from server.visit import store
from server.visit.door import Knock
from server.visit.recall.calling import call_if_away
from server.visit.recall.rules import Refusal
from server.visit.rules import Event, Moved, Part, Reason, Refused, State, VisitFacts, decide, is_away
from server.visit.store import By

TOLD = {Event.ADMIT: "admitted", Event.HOLD: "held", Event.SEND_BACK: "sent_back", Event.END: "ended"}

Also = Callable[[AsyncSession, VisitFacts], Awaitable[None]]


@dataclass(frozen=True)
class Done:
    """What became of an event. `peer` is the patient's id on the wire, when they ever connected."""

    outcome: Moved | Refused
    visit: VisitFacts
    peer: UUID | None


async def act(knocked: Knock, event: Event, part: Part, *, also: Also | None = None) -> Done:
    """Let `event` happen, once: the same again changes nothing. `also` writes what belongs to it in the same unit."""
    by = by_of(knocked, part)

    async def work(db: AsyncSession) -> Done:
        card = await current_card(db, knocked.card.id)
        visit = await store.ensure(db, card)
        outcome = decide(card, visit, knocked.clinic.policy, event, part, knocked.now)
        if part is Part.THERAPIST and visit.therapist_id != knocked.viewer.staff_id:
            outcome = Refused(Reason.NOT_YOURS)  # handed over since the page was asked for
        if isinstance(outcome, Moved):
            visit = await _write(db, knocked, card, visit, event, outcome, by)
            if also:
                await also(db, visit)
        return Done(outcome, visit, await store.peer_of(db, visit.id, Part.PATIENT))

    done = await knocked.house.db.unit(work)
    if isinstance(done.outcome, Moved) and done.outcome.changed:
        knocked.house.outbox.nudge()
        await spread(knocked.house, knocked.card, done, event)
    return done


async def current_card(db: AsyncSession, booking_id: UUID) -> BookingCard:
    """The booking as it is inside this unit; it may have been moved since the page was asked for."""
    card = await booking.booking_for_visit(db, booking_id)
    if card is None:
        raise NotFound()
    return card


async def _write(
    db: AsyncSession, knocked: Knock, card: BookingCard, visit: VisitFacts, event: Event, moved: Moved, by: By
) -> VisitFacts:
    if not moved.changed:
        return visit
    entry = audit_entry(knocked, f"visit.{event}", by, {"from": visit.state.value, "to": moved.state.value})
    note(db, entry, knocked.now)
    if event is Event.ADMIT and is_away(visit, knocked.now) and by.id:  # their page cannot tell them
        called = await call_if_away(db, visit, by.id, knocked.now)
        if called is Refusal.CALLED:  # a message is on its way; a knock says that it is now
            await push.queue(db, Owner(visit_id=visit.id), {"let_in": "yes"}, knocked.now)
    return await store.move(db, card, visit, event, moved.state, by, knocked.now)


def audit_entry(knocked: Knock, action: str, by: By, detail: dict[str, object] | None = None) -> Entry:
    """An entry about this booking."""
    return Entry(
        clinic_id=knocked.card.clinic_id,
        action=action,
        subject_kind="booking",
        subject_id=knocked.card.id,
        actor_kind=by.kind,
        actor_id=by.id,
        detail=detail or {},
    )


def by_of(knocked: Knock, part: Part) -> By:
    """Who acts: the patient of the booking, or the member of staff who is signed in."""
    if part is Part.PATIENT:
        return By("patient", knocked.card.patient_id)
    return By("staff", knocked.viewer.staff_id)


async def spread(house: House, card: BookingCard, done: Done, event: Event) -> None:
    """After the commit: the room first, since somebody may be waiting for this click; then the pages."""
    if event in {Event.END, Event.DECLINE}:
        await house.tell(done.visit.id.hex, "ended", "")
    elif event in TOLD and done.peer is not None:
        since = done.visit.started_at if event is Event.ADMIT else None
        await house.tell(done.visit.id.hex, TOLD[event], done.peer.hex, since)
    await pages_changed(house, card)


async def pages_changed(house: House, card: BookingCard) -> None:
    """Say to the patient's page and to the clinic's day pages that there is news."""
    await house.live.changed(f"visit:{card.public_id}")
    await house.live.changed(f"day:{card.clinic_id}")


OPEN_STATES = frozenset({State.WAITING, State.IN_SESSION, State.ON_HOLD})
