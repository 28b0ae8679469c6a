"""Who is alone in a group takes its time along, and nobody has two places in one group; on both engines."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest

from server.access import Role
from server.booking import desk
from server.booking.desk import Made, Order
from server.booking.holding.keeping import Choice, form_id_of, keep
from server.booking.holding.rules import Kept
from server.booking.offered import offered
from server.booking.rules import BookingCard, Reason, Refused, Wish
from server.booking.series import desk as several
from server.booking.series.rules import Clash, shifted
from server.booking.store import By
from server.booking.tables import Appointment, Booking, Claim
from server.clinic import store as clinics
from server.house import House
from server.patients.rules import Person
from tests.server.booking.grouping.test_store import HOUR, counted, filled, fresh, join, practice
from tests.server.booking.linden import THURSDAY, Linden, booked, hours_of
from tests.server.booking.series.test_desk import BERLIN, bookings_of, made, order, weekly
from tests.server.booking.test_by_staff import NEW, form, sign_in_as

__all__ = ["practice"]
pytestmark = pytest.mark.asyncio
A_BIT = timedelta(minutes=30)


async def moved(house: House, linden: Linden, card: BookingCard) -> Refused | None:
    """Half an hour later: into the time of their own group."""
    wish = Wish(THURSDAY + A_BIT, linden.mara.staff_id, freely=True)
    return await desk.move(house, linden.clinic, card, wish, By())


async def test_who_is_alone_moves_into_the_time_of_their_own_group(either_house: House, practice: Linden) -> None:
    (card,) = await filled(either_house, practice, 1)
    assert await moved(either_house, practice, card) is None
    after = await fresh(either_house, card)
    assert (after.starts_at, after.appointment_id) == (THURSDAY + A_BIT, card.appointment_id)
    assert [await counted(either_house, one) for one in (Appointment, Claim, Booking)] == [1, 1, 1]
    assert isinstance(await join(either_house, practice, "beside", THURSDAY), Refused), "it would meet the new time"
    assert isinstance(await join(either_house, practice, "with", THURSDAY + A_BIT, held=None), Made)


async def test_where_somebody_else_comes_or_writes_their_form_the_group_stays(
    either_house: House, practice: Linden
) -> None:
    (card,) = await filled(either_house, practice, 1)
    form_id, hours = form_id_of(either_house, practice.clinic.id, "mine"), hours_of(practice.mara.staff_id)
    wish = Wish(THURSDAY, practice.mara.staff_id)
    held = Choice(practice.clinic, practice.session, hours, wish, form_id, b"mine")
    assert isinstance(await keep(either_house, held), Kept)
    refused = await moved(either_house, practice, card)
    assert refused is not None
    assert refused.reason is Reason.TAKEN
    assert isinstance(await join(either_house, practice, "other", held=form_id), Made)
    assert await moved(either_house, practice, card) is not None


async def test_what_is_offered_to_who_is_alone_reaches_into_their_own_time(
    either_house: House, practice: Linden
) -> None:
    (card,) = await filled(either_house, practice, 1)
    hours, now = hours_of(practice.mara.staff_id), either_house.clock()

    async def free() -> bool:
        found = await either_house.db.read(
            lambda db: offered(db, practice.clinic, practice.session, hours, now, without=card.appointment_id)
        )
        return any(one.start == THURSDAY and one.therapists for one in found.offers)

    assert await free()
    await join(either_house, practice, "other")
    assert not await free()


async def test_a_series_moves_by_half_an_hour_where_they_are_alone_on_every_date(
    either_house: House, practice: Linden
) -> None:
    first = await made(either_house, practice, weekly(practice, 3))
    clinic, to = order(practice, weekly(practice, 3)).clinic, first.cards[0].starts_at + A_BIT
    wanted = shifted(first.cards, first.cards[0], to, BERLIN)
    steps = await several.look_at_move(either_house, clinic, first.cards, wanted, By())
    assert [step.clash for step in steps] == [None] * 3
    await join(either_house, practice, "Kim", first.cards[1].starts_at)
    lost = await several.move(either_house, clinic, first.cards, wanted, By())
    assert [step.clash for step in lost or ()] == [None, Clash.TAKEN, None]
    alone = [first.cards[0], first.cards[2]]
    wanted = shifted(alone, alone[0], to, BERLIN)
    assert await several.move(either_house, clinic, alone, wanted, By()) is None
    after = await either_house.db.read(lambda db: bookings_of(db, first.id))
    assert [card.starts_at for card in after] == [wanted[0].start, first.cards[1].starts_at, wanted[1].start]
    assert [await counted(either_house, one) for one in (Appointment, Claim, Booking)] == [3, 3, 4]


async def test_a_series_moves_on_by_a_week_over_its_own_dates(either_house: House, practice: Linden) -> None:
    """Of its three dates somebody else comes to the second alone."""
    first = await made(either_house, practice, weekly(practice, 3))
    await join(either_house, practice, "Kim", first.cards[1].starts_at)
    clinic = order(practice, weekly(practice, 3)).clinic
    wanted = shifted(first.cards, first.cards[0], first.cards[1].starts_at, BERLIN)
    assert await several.move(either_house, clinic, first.cards, wanted, By()) is None
    after = await either_house.db.read(lambda db: bookings_of(db, first.id))
    assert [card.starts_at for card in after] == [one.start for one in wanted]
    assert [await counted(either_house, one) for one in (Claim, Booking)] == [3, 4]


async def test_somebody_known_is_booked_into_one_group_once_whichever_form_and_however_fast(
    either_house: House, practice: Linden
) -> None:
    (card,) = await filled(either_house, practice, 1, THURSDAY + 4 * HOUR)
    who, person = practice.mara.staff_id, Person(card.patient_id, "p0", "p0@example.org")

    def form(once: str) -> Order:
        wish, hours = Wish(THURSDAY, who), hours_of(who)
        return Order(practice.clinic, practice.session, hours, wish, person, known_patient=True, once=once)

    forms = [form("a"), form("b"), form("a")]
    outcomes = await asyncio.gather(*(desk.book(either_house, one, By("staff", who)) for one in forms))
    assert len({one.card.id for one in outcomes if isinstance(one, Made)}) == 1
    late = await desk.book(either_house, form("c"), By("staff", who))
    assert isinstance(late, Refused)
    assert late.reason is Reason.ALREADY
    assert await counted(either_house, Booking) == 2


async def test_at_the_desk_it_is_said_that_they_are_in_that_group_already(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    service = replace(linden.session, seats=3)
    await house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, service, house.clock()))
    made = await booked(house, replace(linden, session=service), THURSDAY + 4 * HOUR)
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    known = form(linden, patient=str(made.card.patient_id), name="", phone="")
    assert (await client.post(NEW, data=known | {"once": "a"})).status_code == 303
    again = await client.post(NEW, data=known | {"once": "b"})
    assert again.status_code == 422
    assert "That would be a second place in the same group." in again.text
    freely = await client.post(
        NEW, data=known | {"once": "c", "do": "free", "free_day": "2026-03-12", "free_time": "09:30"}
    )
    assert "They have a place in that group already." in freely.text
    assert await counted(house, Booking) == 2
