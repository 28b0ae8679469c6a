"""Going away for the rest of today as one step, and taking it back as one step."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.audit.rules import Entry
from server.audit.store import note
from server.booking import caps, claims
from server.booking import store as booking
from server.booking.handing import hand_over, take_back_cancellation
from server.booking.planner.mails import TOPIC as PASSED_ON
from server.booking.rules import BookingCard
from server.booking.store import By
from server.clinic import store as clinics
from server.clinic.rules import Leave, Policy
from server.house import House
from server.visit import store as visits
from server.visit.acts import current_card
from server.visit.away import store
from server.visit.away.rules import UNDO, Became, Choice, Pick
from server.visit.away.store import Away, Outcome
from server.visit.rules import State, state_of

TOPIC = "visit.away"
CHANGED = frozenset({Became.COLLEAGUE, Became.OFFERED})
LETTERS = {
    Became.COLLEAGUE: (("booking.booked", "therapist"),),
    Became.OFFERED: (("booking.cancelled", "patient"), ("booking.cancelled", "therapist")),
}
"""The booking's own letters with their calendar entries; a colleague's patient gets other words, from here."""


@dataclass(frozen=True)
class Wish:
    """That this therapist is away from now on, and what becomes of each booking; `id` makes a repeat the same. `ahead`:
    of bookings ahead, in time that is closed already."""

    id: UUID
    clinic_id: UUID
    therapist_id: UUID
    until_at: datetime
    picks: Sequence[Pick]
    policy: Policy
    zone: ZoneInfo
    ahead: bool = False


async def go_away(house: House, wish: Wish, by: By) -> None:
    """Close the time, move what is to be moved, and let people be told in a minute; the same again changes nothing."""
    now = house.clock()
    assert by.id is not None, "the gate lets staff alone through"
    by_id = by.id
    away = Away(wish.id, wish.clinic_id, wish.therapist_id, uuid4(), wish.until_at, now, None, wish.ahead)

    async def work(db: AsyncSession) -> None:
        came = await _came(db, wish, now)  # first, as everybody does who hands over: else two wait for each other
        await claims.queue_for(db, {wish.therapist_id, *(pick.to.staff_id for pick in wish.picks if pick.to)})
        if await store.one(db, wish.clinic_id, wish.id):
            return
        await store.add(db, away, by_id)
        leave = Leave(away.leave_id, wish.therapist_id, now, wish.until_at)
        if not wish.ahead:
            await clinics.add_leave(db, wish.clinic_id, leave)
        note(db, _entry(away, "visit.away", by), now)
        for pick in wish.picks:
            if pick.to is None:
                await _settle(db, away, pick, by, now, wish.zone, came=pick.card.id in came)
        given = [pick for pick in wish.picks if pick.to]
        whole = await _whole(db, [pick for pick in given if pick.card.id not in came])
        for pick in given:
            as_one = pick.card.appointment_id in whole
            await _settle(db, away, pick, by, now, wish.zone, came=pick.card.id in came, whole=as_one)

    await house.db.unit(work)
    await _changed(house, away, [pick.card for pick in wish.picks])


async def _came(db: AsyncSession, wish: Wish, now: datetime) -> set[UUID]:
    """Of what is to be moved: the bookings whose patient has come since the page was made. Nobody comes to one of them
    before this unit is over."""
    moved = [pick.card for pick in wish.picks if pick.to or pick.choice is Choice.OFFER]
    states = {card.id: state_of(card, await visits.ensure(db, card), wish.policy, now) for card in moved}
    return {booking_id for booking_id, state in states.items() if state is not State.BOOKED}


async def _whole(db: AsyncSession, given: Sequence[Pick]) -> set[UUID]:
    """The groups of which everybody who still comes goes to the same colleague."""
    to = {(pick.card.id, pick.card.sequence): pick.to for pick in given}
    found = set()
    for appointment_id in {pick.card.appointment_id for pick in given if pick.card.seats > 1}:
        those = await booking.bookings_in(db, appointment_id)
        whom = {other.staff_id if (other := to.get((one.id, one.sequence))) else None for one in those}
        if len(whom) == 1 and None not in whom:
            found.add(appointment_id)
    return found


async def _settle(
    db: AsyncSession, away: Away, pick: Pick, by: By, now: datetime, zone: ZoneInfo, *, came: bool, whole: bool = False
) -> None:
    """What becomes of one booking, its row, and the message that waits for the minute to pass."""
    card, held = pick.card, await claims.held_by(db, pick.card.appointment_id)
    became = Became.KEPT
    if came:
        became = Became.NOT_FREE
    elif pick.to:
        became = await _give(db, pick, now, zone, whole=whole) if held else Became.NOT_FREE
    elif pick.choice is Choice.OFFER:
        became = Became.OFFERED if await booking.cancel(db, card, now, by) else Became.NOT_FREE
    to_id = pick.to.staff_id if pick.to else None
    await store.add_outcome(db, away.id, Outcome(card.id, became, to_id, card.sequence + 1, held))
    if became not in CHANGED:
        return
    outbox.add(db, TOPIC, {"away": str(away.id), "booking": str(card.id)}, now, due_at=now + UNDO)
    about = {"booking": str(card.id), "sequence": card.sequence + 1}  # no later change: then nobody gets these letters
    # A text message says it in its own words; other systems hear nothing of what was taken back within the minute.
    marked = {"told": "apart", "handed": became is Became.COLLEAGUE, "away": str(away.id)}
    for topic, reader in LETTERS[became]:
        outbox.add(db, topic, about | {"to": reader, **marked}, now, due_at=now + UNDO)
    if became is Became.COLLEAGUE:
        passed = {"therapist": str(card.therapist_id), "was": card.starts_at.isoformat()}
        outbox.add(db, PASSED_ON, about | passed, now, due_at=now + UNDO)


async def _give(db: AsyncSession, pick: Pick, now: datetime, zone: ZoneInfo, *, whole: bool) -> Became:
    """The booking is the colleague's, if that time is still free for them and they give so many sessions that day: what
    this unit gave to them before counts with the rest."""
    assert pick.to is not None
    held = await claims.held_by(db, pick.card.appointment_id)
    free = held and (await claims.look(db, {pick.to.staff_id}, held.span, now, of=pick.card.appointment_id)).free
    if not free:
        return Became.NOT_FREE
    starts, of = pick.card.starts_at, pick.card.appointment_id
    if not await caps.has_room(db, zone, pick.to.staff_id, starts, now, without=of):
        return Became.FULL
    if await hand_over(db, pick.card, pick.to.staff_id, now, whole=whole) is None:
        return Became.NOT_FREE
    await _led_by(db, pick.card.id, pick.to.staff_id)
    return Became.COLLEAGUE


async def take_back(house: House, away: Away, by: By) -> bool:
    """All as it was, if nobody has been told; a booking that changed or a visit that began meanwhile stays as it is,
    and so does a cancelled one whose room or seat somebody else has by now."""
    now = house.clock()
    assert by.id is not None, "the gate lets staff alone through"
    by_id = by.id

    async def work(db: AsyncSession) -> list[BookingCard] | None:
        if not await store.undo(db, away.id, by_id, now):
            return None
        await clinics.drop_leave(db, away.clinic_id, away.leave_id)
        same = await _not_begun(db, await store.outcomes(db, away.id))
        back = {card.id for _, card in same}
        for one, card in same:
            await _restore(db, away, one, card, now, back)
        note(db, _entry(away, "visit.away_undone", by), now)
        return [card for _, card in same]

    restored = await house.db.unit(work)
    if restored is not None:
        await _changed(house, away, restored)
    return restored is not None


async def _not_begun(db: AsyncSession, outcomes: Iterable[Outcome]) -> list[tuple[Outcome, BookingCard]]:
    """Those that nobody has changed since and whose patient nobody has let in, nor will before this unit is over."""
    found = []
    for one in outcomes:
        visit = await visits.ensure(db, await current_card(db, one.booking_id))
        card = await current_card(db, one.booking_id)
        if card.sequence == one.sequence and visit.state in {State.BOOKED, State.WAITING}:
            found.append((one, card))
    return found


async def _restore(
    db: AsyncSession, away: Away, one: Outcome, card: BookingCard, now: datetime, back: Collection[UUID]
) -> None:
    if one.became is Became.COLLEAGUE:
        those = await booking.bookings_in(db, card.appointment_id) if card.seats > 1 else []
        whole = bool(those) and all(other.id in back for other in those)
        await hand_over(db, card, away.therapist_id, now, whole=whole)
        await _led_by(db, card.id, away.therapist_id)
    elif one.became is Became.OFFERED and one.held and not await take_back_cancellation(db, card, one.held, now):
        await store.became(db, away.id, card.id, Became.GONE)


async def _led_by(db: AsyncSession, booking_id: UUID, staff_id: UUID) -> None:
    visit = await visits.visit_of(db, booking_id)
    if visit:
        await visits.give_to(db, visit.id, staff_id)


async def _changed(house: House, away: Away, cards: Iterable[BookingCard]) -> None:
    house.outbox.nudge()
    await house.live.changed(f"day:{away.clinic_id}")
    for card in cards:
        await house.live.changed(f"visit:{card.public_id}")


def _entry(away: Away, action: str, by: By) -> Entry:
    detail: dict[str, object] = {"therapist": away.therapist_id.hex, "until": away.until_at.isoformat()}
    return Entry(away.clinic_id, action, "staff", away.therapist_id, by.kind, by.id, detail)
