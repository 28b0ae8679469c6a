"""What the open space shows of each person, read once for the page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.cards import bookings_named, bookings_of
from server.booking.rules import BookingCard
from server.home.me.cards import cards_for
from server.home.me.rules import Times, times_of
from server.house import House
from server.measures.occasion import Alone, Occasion
from server.measures.schedule import AFTER
from server.measures.sheets import Sheet, Stage, sheets_of
from server.measures.shown import asks_of
from server.patients import store as patients
from server.patients.space.cards import Asks, Card
from server.patients.space.door import Open

MOST_ASKING = 2
"""Of how many of the next visits questions are looked for: they come up some days before one."""


@dataclass(frozen=True)
class Due:
    """Questions that a visit asks, or that are asked without one (`therapist` ''): `left` are without an answer.
    `pages`: each measure has one of its own.
    """

    href: str
    therapist: str
    left: int
    pages: Sequence[str] = ()


@dataclass(frozen=True)
class Theirs:
    """One person on the home. `own`: who is signed in; `whole`: it shows all that is theirs, not times alone.

    Without a name: bookings that were opened by their link, of whom the space knows nothing else.
    """

    patient_id: UUID | None
    name: str = field(repr=False)
    own: bool
    whole: bool
    times: Times = field(repr=False)
    due: Sequence[Due] = ()
    cards: Sequence[Card] = field(default=(), repr=False)


async def people_of(house: House, space: Open, asks: Asks) -> list[Theirs]:
    """Everybody of this space, who is signed in first; bookings that were added by link stand with them."""
    now = house.clock()
    cards, loose = await house.db.read(lambda db: _load(db, space, now))
    known = await patients.people(house.db, house.keys, space.clinic_id, cards)
    ids = sorted((one for one in cards if one in known), key=lambda one: (one != space.own, known[one].name))
    if space.own and space.own in known:
        cards[space.own] += loose
    found = [await _theirs(house, space, asks, one, known[one].first_name, cards[one]) for one in ids]
    if loose and space.own not in known:
        found.append(await _linked(house, space, loose))
    return found


async def _load(
    db: AsyncSession, space: Open, now: datetime
) -> tuple[dict[UUID, list[BookingCard]], list[BookingCard]]:
    """(bookings by patient, bookings that were added by their link, as long as that lasts)"""
    shown = space.whole | space.times
    cards = {one: await bookings_of(db, space.clinic_id, one, None) for one in shown}
    added = await bookings_named(db, space.bookings)
    loose = [card for card in added.values() if card.patient_id not in shown and now < card.link_ends_at]
    return cards, loose


async def _theirs(
    house: House, space: Open, asks: Asks, patient_id: UUID, name: str, cards: Iterable[BookingCard]
) -> Theirs:
    times, whole = times_of(cards, house.clock()), patient_id in space.whole
    mine = Asks(asks.house, asks.space, patient_id, asks.say, asks.gettext)
    return Theirs(
        patient_id=patient_id,
        name=name,
        own=patient_id == space.own,
        whole=whole,
        times=times,
        due=await _due(house, times, Alone(space.clinic_id, patient_id)) if whole else (),
        cards=await cards_for(mine) if whole else (),
    )


async def _linked(house: House, space: Open, cards: Iterable[BookingCard]) -> Theirs:
    """Each of these bookings is open by its link, with the questions that it asks."""
    times = times_of(cards, house.clock())
    return Theirs(None, "", own=not space.members, whole=False, times=times, due=await _due(house, times))


async def _due(house: House, times: Times, alone: Alone | None = None) -> list[Due]:
    """What visits ask, and then what is asked without one; each question once."""
    now, seen, found = house.clock(), set[UUID](), list[Due]()
    last = [card for card in times.past[:1] if now < card.ends_at + AFTER]
    coming = [card for card in (times.next, *times.ahead) if card][:MOST_ASKING]
    asks: list[tuple[Occasion, str, str]]
    asks = [(card, f"/visit/{card.public_id}/measures", card.therapist_name) for card in [*last, *coming]]
    if alone:
        asks.append((alone, f"/me/asked/{alone.patient_id}", ""))
    for of, href, therapist in asks:
        sheets = [one for one in await sheets_of(house, of, now) if _waits(one, seen)]
        seen |= {one.row.id for one in sheets if one.row}
        if left := sum(one.left for one in asks_of(sheets)):
            found.append(Due(href, therapist, left, [f"{href}/{one.key}" for one in sheets]))
    return found


def _waits(sheet: Sheet, seen: set[UUID]) -> bool:
    row = sheet.row
    return sheet.stage is not Stage.DONE and (row is None or (row.id not in seen and row.withdrawn_at is None))
