"""What the room asks and tells: who may stay, and what a socket saw. The room itself decides nothing.

A room's id is its visit's, a peer's id its row's, both as 32 hexadecimal digits.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Action, Door, Role, Subject, Viewer, may
from server.accounts import store as accounts
from server.booking import store as booking
from server.booking.rules import BookingCard
from server.clinic import store as clinic
from server.clinic.rules import Policy
from server.house import House
from server.patients import store as patients
from server.visit import store
from server.visit.acts import pages_changed
from server.visit.medium.rules import Turn
from server.visit.medium.store import turn_of
from server.visit.rules import Event, Moved, Part, State, VisitFacts, decide, state_of
from server.visit.store import By, Peer

Standing = Literal["waiting", "held", "live", "ended"]
PATIENT: Mapping[State, Standing] = {
    State.WAITING: "waiting",
    State.IN_SESSION: "live",
    State.ON_HOLD: "held",
    State.ENDED: "ended",
    State.AFTER: "ended",
    State.CANCELLED: "ended",
}
"""What a state means for the patient's socket; who is only booked has no place in the room."""
OVER = frozenset({State.ENDED, State.AFTER, State.CANCELLED})


@dataclass(frozen=True)
class Place:
    """Where a person stands: waiting, held, live or ended, since when, until when the time is booked, whether the
    clinic hides their address from the other person, and how the two of them meet.
    """

    state: Standing
    role: str
    name: str = field(repr=False)
    since: datetime
    until: datetime
    relay_only: bool
    turn: Turn


@dataclass(frozen=True)
class _Found:
    peer: Peer
    card: BookingCard
    visit: VisitFacts
    policy: Policy
    relay_only: bool
    turn: Turn


async def may_stay(house: House, room: str, peer: str, epoch: int) -> Place | None:
    """The truth about this person now; None when they have no place here, or a newer ticket than they ever had."""
    found = await house.db.read(lambda db: _load(db, room, peer))
    if found is None or epoch > found.peer.epoch:
        return None
    now = house.clock()
    state = state_of(found.card, found.visit, found.policy, now)
    if found.peer.part is Part.THERAPIST:
        since = found.visit.started_at or found.visit.arrived_at or now
        led: Standing = "ended" if state in OVER else "live"
        return _place(found, led, found.card.therapist_name, since)
    if state not in PATIENT:
        return None
    since = _since(found.visit, state, now)
    return _place(found, PATIENT[state], await _name(house, found.card), since)


def _place(found: _Found, state: Standing, name: str, since: datetime) -> Place:
    return Place(state, found.peer.part, name, since, found.card.ends_at, found.relay_only, found.turn)


def _since(visit: VisitFacts, state: State, now: datetime) -> datetime:
    moments = {State.WAITING: visit.arrived_at, State.ON_HOLD: visit.held_at}
    return moments.get(state, visit.started_at) or visit.admitted_at or now


async def _name(house: House, card: BookingCard) -> str:
    people = await patients.people(house.db, house.keys, card.clinic_id, [card.patient_id])
    return people[card.patient_id].name if card.patient_id in people else ""


async def _load(db: AsyncSession, room: str, peer_id: str) -> _Found | None:
    peer = await store.peer_by_id(db, UUID(hex=peer_id))
    if peer is None or peer.visit_id != UUID(hex=room):
        return None
    visit = await store.visit_by_id(db, peer.visit_id)
    card = await booking.booking_for_visit(db, visit.booking_id) if visit else None
    practice = await clinic.clinic_of(db, card.clinic_id) if card else None
    if visit is None or card is None or practice is None:
        return None
    if peer.part is Part.THERAPIST and not await _still_leads(db, peer, card, visit):
        return None
    return _Found(peer, card, visit, practice.policy, practice.relay_only, await turn_of(db, visit.id))


async def _still_leads(db: AsyncSession, peer: Peer, card: BookingCard, visit: VisitFacts) -> bool:
    """Whether this member of staff still is one, leads the visit, and has not signed out since the ticket."""
    account = await accounts.account(db, peer.person_id)
    if account is None or account.disabled or (peer.login_id and await accounts.login_ended(db, peer.login_id)):
        return False
    viewer = Viewer(Door.STAFF, account.id, account.clinic_id, roles=frozenset(Role(role) for role in account.roles))
    subject = Subject(clinic_id=card.clinic_id, therapist_id=card.therapist_id, visit_id=visit.id)
    return may(viewer, Action.LEAD_VISIT, subject)


async def connected(house: House, room: str, peer: str) -> None:
    """A socket was let in."""
    await _report(house, room, peer, "connected")


async def dropped(house: House, room: str, peer: str) -> None:
    """The last socket of a person is gone; their place is not."""
    await _report(house, room, peer, "dropped")


async def left(house: House, room: str, peer: str) -> None:
    """The person said that they leave: the place is kept, and the pages show it."""
    await _report(house, room, peer, "left")


async def media(house: House, room: str, peer: str, device: Mapping[str, bool]) -> None:
    """Which devices a person has open; the clinic sees it of who waits."""
    found = await house.db.read(lambda db: _load(db, room, peer))
    if found is None or found.peer.part is not Part.PATIENT or dict(found.visit.device) == dict(device):
        return
    await house.db.unit(lambda db: store.set_device(db, found.visit.id, device, house.clock()))
    await pages_changed(house, found.card)


async def _report(house: House, room: str, peer: str, kind: str) -> None:
    found = await house.db.read(lambda db: _load(db, room, peer))
    if found is None:
        return
    now = house.clock()
    part = found.peer.part
    by = By("patient" if part is Part.PATIENT else "staff", found.peer.person_id)

    async def work(db: AsyncSession) -> None:
        if kind == "left" and part is Part.PATIENT:
            await _leave(db, found, by, now)
            return
        if kind == "connected" and part is Part.PATIENT:
            await store.mark_patient(db, found.visit.id, now)
        await store.note_event(db, found.visit.id, kind, by, now)

    await house.db.unit(work)
    if part is Part.PATIENT:
        await house.live.changed(f"day:{found.card.clinic_id}")
        await house.live.changed(f"visit:{found.card.public_id}")


async def _leave(db: AsyncSession, found: _Found, by: By, now: datetime) -> None:
    visit = await store.ensure(db, found.card)
    outcome = decide(found.card, visit, found.policy, Event.LEAVE, Part.PATIENT, now)
    if isinstance(outcome, Moved) and outcome.changed:
        await store.move(db, found.card, visit, Event.LEAVE, outcome.state, by, now)
