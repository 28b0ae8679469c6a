"""Places in groups that are kept, on both engines: also the first, and also when everybody else leaves."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from server.booking import desk
from server.booking.desk import Made
from server.booking.grouping.tables import SeatHold
from server.booking.holding.keeping import Choice, form_id_of, keep
from server.booking.holding.rules import Kept
from server.booking.rules import Refused, Wish
from server.booking.store import By
from server.booking.tables import Appointment, Claim
from server.clinic import store as clinics
from server.clinic.rules import Most
from server.house import House
from tests.server.booking.grouping.test_store import HOUR, SEATS, counted, filled, join, practice, seats_of
from tests.server.booking.linden import THURSDAY, Linden, hours_of

__all__ = ["practice"]
pytestmark = pytest.mark.asyncio


def choice(house: House, linden: Linden, form: str, start: datetime = THURSDAY, **more: Any) -> Choice:
    form_id, who = form_id_of(house, linden.clinic.id, form), linden.mara.staff_id
    service = more.pop("service", linden.session)
    return Choice(linden.clinic, service, hours_of(who), Wish(start, who), form_id, form.encode())


async def kept(house: House, linden: Linden, form: str, start: datetime = THURSDAY, **more: Any) -> bool:
    return isinstance(await keep(house, choice(house, linden, form, start, **more)), Kept)


async def booked(house: House, linden: Linden, form: str, start: datetime = THURSDAY) -> Made | Refused:
    return await join(house, linden, form, start, held=choice(house, linden, form).form_id)


async def alone(house: House, linden: Linden, start: datetime = THURSDAY) -> bool:
    """Whether somebody can have the therapist for themselves then."""
    return isinstance(await join(house, linden, "alone", start, service=linden.first), Made)


async def test_a_place_may_be_kept_and_nobody_else_has_it_meanwhile(either_house: House, practice: Linden) -> None:
    await filled(either_house, practice, SEATS - 1)
    assert await kept(either_house, practice, "mine")
    assert isinstance(await join(either_house, practice, "other"), Refused)
    assert not await kept(either_house, practice, "other")
    assert isinstance(await booked(either_house, practice, "mine"), Made)


async def test_the_first_places_are_kept_side_by_side_and_nobody_has_the_therapist_alone(
    either_house: House, practice: Linden
) -> None:
    forms = [f"f{number}" for number in range(SEATS)]
    assert await asyncio.gather(*(kept(either_house, practice, form) for form in forms)) == [True] * SEATS
    assert not await kept(either_house, practice, "one too many")
    assert isinstance(await join(either_house, practice, "other"), Refused)
    assert not await alone(either_house, practice)
    assert not await kept(either_house, practice, "another service", service=practice.first)
    made = [await booked(either_house, practice, form) for form in forms]
    assert all(isinstance(one, Made) for one in made)
    assert len({one.card.appointment_id for one in made if isinstance(one, Made)}) == 1
    assert (await counted(either_house, Claim), await counted(either_house, SeatHold)) == (1, 0)
    assert await counted(either_house, Appointment) == 1


async def test_who_joins_a_group_that_somebody_thinks_about_leaves_them_their_place(
    either_house: House, practice: Linden
) -> None:
    assert await kept(either_house, practice, "mine")
    made = [await join(either_house, practice, f"p{number}") for number in range(SEATS)]
    assert [isinstance(one, Made) for one in made] == [True, True, False]
    assert isinstance(await booked(either_house, practice, "mine"), Made)
    either_house.clock.forward(hours=1)  # type: ignore[attr-defined]
    assert not await alone(either_house, practice), "it is theirs for good"


async def test_who_keeps_the_only_place_may_choose_a_time_close_by_instead(
    either_house: House, practice: Linden
) -> None:
    card = replace(practice.mara, most=Most(a_day=1))
    await either_house.db.unit(lambda db: clinics.change_therapist(db, practice.clinic.id, card, either_house.clock()))
    assert await kept(either_house, practice, "mine")
    assert not await kept(either_house, practice, "another session of that day", THURSDAY + 4 * HOUR)
    assert await kept(either_house, practice, "mine", THURSDAY + HOUR / 2)
    assert (await counted(either_house, Claim), await counted(either_house, Appointment)) == (1, 1)
    assert isinstance(await booked(either_house, practice, "mine", THURSDAY + HOUR / 2), Made)


async def test_what_nobody_keeps_any_more_is_free_and_leaves_nothing(either_house: House, practice: Linden) -> None:
    for form in ("a", "b"):
        assert await kept(either_house, practice, form)
    for form in ("a", "b"):
        assert not await alone(either_house, practice)
        assert await kept(either_house, practice, form, THURSDAY + 4 * HOUR)
    assert await alone(either_house, practice), "both chose another time"
    either_house.clock.forward(minutes=11)  # type: ignore[attr-defined]
    assert await alone(either_house, practice, THURSDAY + 4 * HOUR), "and nobody sent the form"
    assert await kept(either_house, practice, "c", THURSDAY + 6 * HOUR)
    assert (await counted(either_house, Appointment), await counted(either_house, SeatHold)) == (3, 1)


async def test_a_kept_place_outlives_the_last_other_who_cancels(either_house: House, practice: Linden) -> None:
    (card,) = await filled(either_house, practice, 1)
    assert await kept(either_house, practice, "mine")
    assert await desk.cancel(either_house, practice.clinic, card, By())
    assert not await alone(either_house, practice)
    made = await booked(either_house, practice, "mine")
    assert isinstance(made, Made)
    assert await counted(either_house, Claim) == 1
    assert await seats_of(either_house, made.card.appointment_id) == [1]


async def test_a_kept_place_outlives_the_last_other_who_moves_and_then_ends(
    either_house: House, practice: Linden
) -> None:
    (card,) = await filled(either_house, practice, 1)
    for form in ("mine", "another"):
        assert await kept(either_house, practice, form)
    later = Wish(THURSDAY + 4 * HOUR, practice.mara.staff_id)
    assert await desk.move(either_house, practice.clinic, card, later, By()) is None
    assert not await alone(either_house, practice)
    assert isinstance(await booked(either_house, practice, "mine"), Made)
    either_house.clock.forward(minutes=11)  # type: ignore[attr-defined]
    assert not await alone(either_house, practice)
    assert len(await filled(either_house, practice, SEATS)) == SEATS - 1


async def test_of_a_group_and_somebody_alone_at_once_one_has_the_therapist(
    either_house: House, practice: Linden
) -> None:
    for number in range(3):
        start = THURSDAY + timedelta(days=number % 2, hours=4 * (number // 2))
        forms = [kept(either_house, practice, f"f{number}{each}", start) for each in range(SEATS + 1)]
        *group, single = await asyncio.gather(*forms, alone(either_house, practice, start))
        assert sum(group) == (0 if single else SEATS)


async def test_of_many_at_once_as_many_keep_a_place_as_there_are(either_house: House, practice: Linden) -> None:
    forms = [f"f{number}" for number in range(8)]
    done = await asyncio.gather(*(kept(either_house, practice, form) for form in forms))
    assert sum(done) == SEATS
    assert (await counted(either_house, Claim), await counted(either_house, SeatHold)) == (1, SEATS)


async def test_who_joins_while_the_last_kept_place_is_let_go_has_the_time_for_good(
    either_house: House, practice: Linden
) -> None:
    assert await kept(either_house, practice, "mine")
    joins, elsewhere = await asyncio.gather(
        join(either_house, practice, "p"), kept(either_house, practice, "mine", THURSDAY + 4 * HOUR)
    )
    assert isinstance(joins, Made)
    assert elsewhere
    assert not await alone(either_house, practice)
    assert await counted(either_house, Claim) == 2
