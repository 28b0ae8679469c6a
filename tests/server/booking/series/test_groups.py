"""A weekly group taken as a series: a place at each date, also beside others, and nobody moves but who is meant."""

import asyncio
import re
from dataclasses import replace
from datetime import date, datetime, timedelta

import httpx2
import pytest
import pytest_asyncio
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Role
from server.booking import desk as single_desk
from server.booking import store as bookings
from server.booking.grouping.store import dates_of
from server.booking.grouping.whole import move_all
from server.booking.hours import floor
from server.booking.rules import BookingCard, Wish
from server.booking.series import desk
from server.booking.series.rules import Clash, Scope, Wanted, shifted
from server.booking.store import By
from server.booking.tables import Appointment, Booking, Claim
from server.booking.week import value_of
from server.clinic import store as clinics
from server.house import House
from server.patients.merging.merge import merge
from server.patients.merging.rules import Choice
from server.patients.tables import Patient
from tests.server.booking.linden import THURSDAY, Linden, booked, form, seed
from tests.server.booking.series.test_desk import BERLIN, bookings_of, count, made, order, weekly
from tests.server.booking.series.test_pages import BOOK, PREVIEW, options, sent_back
from tests.server.booking.test_by_staff import sign_in_as

pytestmark = pytest.mark.asyncio
SEATS = 3
NEW = "/staff/bookings/new"


async def grouped(house: House, linden: Linden, seats: int = SEATS) -> Linden:
    service = replace(linden.session, seats=seats)
    await house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, service, house.clock()))
    return replace(linden, session=service)


@pytest_asyncio.fixture
async def practice(either_house: House) -> Linden:
    return await grouped(either_house, await seed(either_house))


@pytest_asyncio.fixture
async def group(house: House, linden: Linden) -> Linden:
    return await grouped(house, linden)


async def test_a_second_patient_takes_a_place_at_each_date(either_house: House, practice: Linden) -> None:
    first = await made(either_house, practice, weekly(practice, 4))
    second = await made(either_house, practice, weekly(practice, 4), name="Kim")
    assert [one.appointment_id for one in first.cards] == [one.appointment_id for one in second.cards]
    assert await count(either_house, Appointment, Claim, Booking) == [4, 4, 8]
    dates = await either_house.db.read(lambda db: dates_of(db, first.cards[1].appointment_id, either_house.clock()))
    assert dates == [one.starts_at for one in first.cards]


async def test_a_full_date_is_named_and_nothing_is_booked(either_house: House, practice: Linden) -> None:
    wanted = weekly(practice, 3)
    for name in ("a", "b"):
        await made(either_house, practice, wanted, name=name)
    await booked(either_house, practice, wanted[1].start, name="Kim")
    lost = await desk.book(either_house, order(practice, wanted, "late"), By())
    assert isinstance(lost, list)
    assert [step.clash for step in lost] == [None, Clash.NO_PLACE, None]
    assert await count(either_house, Booking, Patient) == [7, 3]


async def test_the_last_place_of_one_date_goes_to_one_series(either_house: House, practice: Linden) -> None:
    wanted = weekly(practice, 3)
    for name in ("a", "b"):
        await booked(either_house, practice, wanted[1].start, name=name)
    asked = [desk.book(either_house, order(practice, wanted, f"p{number}"), By()) for number in range(6)]
    outcomes = await asyncio.gather(*asked)
    assert sum(isinstance(one, desk.Made) for one in outcomes) == 1
    assert await count(either_house, Booking, Appointment) == [5, 3]


@pytest.mark.parametrize(("scope", "left"), [(Scope.ONE, 3), (Scope.FOLLOWING, 1), (Scope.ALL, 0)])
async def test_who_cancels_frees_their_own_places_alone(
    either_house: House, practice: Linden, scope: Scope, left: int
) -> None:
    first = await made(either_house, practice, weekly(practice, 4))
    second = await made(either_house, practice, weekly(practice, 4), name="Kim")
    await desk.cancel(either_house, practice.clinic, second.cards[1], scope, By())
    mine, theirs = [await either_house.db.read(lambda db, one=one: bookings_of(db, one.id)) for one in (first, second)]
    assert all(card.cancelled_at is None for card in mine)
    assert sum(card.cancelled_at is None for card in theirs) == left
    assert await count(either_house, Claim) == [4]


async def test_who_moves_leaves_the_group_where_it_is(either_house: House, practice: Linden) -> None:
    """Onto the dates of the same group a week later, where they sit themselves, and to one of its own at the end."""
    first = await made(either_house, practice, weekly(practice, 3))
    second = await made(either_house, practice, weekly(practice, 3), name="Kim")
    wanted = shifted(second.cards, second.cards[0], second.cards[1].starts_at, BERLIN)
    assert await desk.move(either_house, order(practice, wanted).clinic, second.cards, wanted, By()) is None
    mine, theirs = [await either_house.db.read(lambda db, one=one: bookings_of(db, one.id)) for one in (first, second)]
    assert [card.starts_at for card in mine] == [one.start for one in weekly(practice, 3)]
    assert [card.starts_at for card in theirs] == [one.start for one in wanted]
    assert [card.sequence for card in mine] == [0, 0, 0]
    assert await count(either_house, Claim, Appointment) == [4, 4]


async def card_in(house: House, booking_id: object) -> object:
    async def work(db: AsyncSession) -> object:
        return await bookings.booking_for_visit(db, booking_id)  # type: ignore[arg-type]

    return await house.db.read(work)


async def test_the_desk_adds_somebody_to_all_dates_of_a_group(
    client: httpx2.AsyncClient, house: House, group: Linden
) -> None:
    series = await made(house, group, weekly(group, 4), name="Jo")
    for name in ("a", "b"):
        await booked(house, group, series.cards[2].starts_at, name=name)
    await sign_in_as(client, house, group, Role.FRONT_DESK)
    own = f"/staff/bookings/{series.cards[0].public_id}/group"
    assert "Add somebody to all 4 dates" in (await client.get(own)).text
    page = await client.get(f"{own}/enrol")
    fields = sent_back(page.text, name="Kim Berg", mail="kim@example.org")
    nameless = await client.post(PREVIEW, data=fields | {"name": ""})
    assert nameless.status_code == 422
    assert "One more in this group" in nameless.text
    preview = await client.post(PREVIEW, data=fields)
    assert "No place is left in the group at 9:00." in preview.text
    answer = await client.post(BOOK, data=sent_back(preview.text, do="rest"))
    assert answer.status_code == 303, answer.text
    assert "Kim Berg: 3 sessions lie ahead" in (await client.get(answer.headers["location"])).text
    assert await count(house, Appointment) == [4]


async def test_where_somebody_sits_already_they_are_not_booked_twice(
    client: httpx2.AsyncClient, house: House, group: Linden
) -> None:
    series = await made(house, group, weekly(group, 3), name="Jo")
    single = await booked(house, group, series.cards[1].starts_at, name="Kim")
    await sign_in_as(client, house, group, Role.FRONT_DESK)
    enrol = f"/staff/bookings/{series.cards[0].public_id}/group/enrol"
    page = await client.get(enrol, params={"patient": str(single.card.patient_id)})
    preview = await client.post(PREVIEW, data=sent_back(page.text))
    assert "They are in the group at 9:00 already." in preview.text
    assert series.cards[1].starts_at.strftime("%Y-%m-%dT%H:%MZ") not in options(preview.text, 2)
    answer = await client.post(BOOK, data=sent_back(preview.text, do="rest"))
    assert answer.status_code == 303
    assert await count(house, Booking) == [6]


async def test_a_therapist_adds_nobody_to_a_colleagues_group(
    client: httpx2.AsyncClient, house: House, group: Linden
) -> None:
    series = await made(house, group, weekly(group, 2), name="Jo")
    await sign_in_as(client, house, group, Role.THERAPIST)
    own = f"/staff/bookings/{series.cards[0].public_id}/group/enrol"
    assert (await client.get(own)).status_code == 404
    sent = {"group": series.cards[0].public_id, "every": "week", "service": str(group.session.id)}
    sent |= {"start": "2026-03-16T08:00Z", "name": "Kim", "mail": "kim@example.org"}
    assert (await client.post(PREVIEW, data=sent)).status_code == 404


async def test_nobody_moves_a_series_onto_a_second_seat_of_one_group(either_house: House, practice: Linden) -> None:
    """Not onto a date that they have besides, nor two of their dates onto one."""
    dates = weekly(practice, 5)
    await made(either_house, practice, dates, name="Jo")
    kim = await made(either_house, practice, dates[:3], name="Kim")
    person = await either_house.db.read(lambda db: db.get_one(Patient, kim.cards[0].patient_id))
    again = replace(order(practice, dates[3:4], "Kim"), known_patient=True)
    again = replace(again, person=replace(again.person, id=person.id), ground=replace(again.ground, who=person.id))
    assert isinstance(await desk.book(either_house, again, By()), desk.Made)

    async def onto(*numbers: int) -> list[Clash | None]:
        wanted = [
            Wanted(2 + place, dates[number].start, practice.mara.staff_id) for place, number in enumerate(numbers)
        ]
        cards, clinic = list(kim.cards[1:]), again.clinic
        seen = await desk.look_at_move(either_house, clinic, cards, wanted, By())
        lost = await desk.move(either_house, clinic, cards, wanted, By())
        assert lost is not None
        assert [step.clash for step in lost] == [step.clash for step in seen]
        return [step.clash for step in lost]

    assert await onto(1, 3) == [None, Clash.ALREADY]
    assert await onto(4, 4) == [None, Clash.ALREADY]
    assert await onto(0, 2) == [Clash.ALREADY, None]
    assert await count(either_house, Booking) == [9]


async def test_the_same_meeting_twice_in_one_series_is_one_too_many(either_house: House, practice: Linden) -> None:
    (one,) = weekly(practice, 1)
    await made(either_house, practice, [one])
    lost = await desk.book(either_house, order(practice, [one, replace(one, number=2)], "Kim"), By())
    assert isinstance(lost, list)
    assert [step.clash for step in lost] == [None, Clash.ALREADY]


@pytest.mark.parametrize("kind", ["patient", "staff", "key", "clock"])
async def test_where_one_moves_alone_is_no_date_of_the_group(either_house: House, practice: Linden, kind: str) -> None:
    first = await made(either_house, practice, weekly(practice, 4))
    kim = await made(either_house, practice, weekly(practice, 4), name="Kim")
    clinic, last = order(practice, weekly(practice, 4)).clinic, kim.cards[3]
    wanted = shifted([last], last, last.starts_at + timedelta(days=1), BERLIN)
    assert await desk.move(either_house, clinic, [last], wanted, By(kind, last.patient_id)) is None
    third = kim.cards[2]
    to = Wish(third.starts_at + timedelta(days=2), third.therapist_id)
    assert await single_desk.move(either_house, clinic, third, to, By(kind, last.patient_id)) is None
    assert await dates_at(either_house, first.cards[0]) == [one.starts_at for one in first.cards]
    for moved in (await cards_of(either_house, kim))[2:]:  # their own new time, and again another
        assert await dates_at(either_house, moved) == []
    third = (await cards_of(either_house, kim))[2]
    to = Wish(third.starts_at + timedelta(days=1), third.therapist_id)
    assert await single_desk.move(either_house, clinic, third, to, By("staff")) is None
    assert await dates_at(either_house, first.cards[0]) == [one.starts_at for one in first.cards]


async def test_who_changes_to_another_group_brings_no_dates_along(either_house: House, practice: Linden) -> None:
    """From their third session on: both groups keep the dates that they had."""
    mondays = weekly(practice, 5)
    thursdays = [replace(one, start=one.start + timedelta(days=3)) for one in mondays]
    jo, kim = [await made(either_house, practice, mondays, name=name) for name in ("Jo", "Kim")]
    lee = await made(either_house, practice, thursdays, name="Lee")
    some = kim.cards[2:]
    wanted = shifted(some, some[0], some[0].starts_at + timedelta(days=3), BERLIN)
    assert await desk.move(either_house, order(practice, wanted).clinic, some, wanted, By("staff")) is None
    for series in (jo, lee):
        for card in (series.cards[0], series.cards[-1]):
            assert await dates_at(either_house, card) == [one.starts_at for one in series.cards]


async def test_where_staff_move_the_whole_group_is_its_date(either_house: House, practice: Linden) -> None:
    jo = await made(either_house, practice, weekly(practice, 3), name="Jo")
    await made(either_house, practice, weekly(practice, 3), name="Kim")
    last, clinic = jo.cards[2], order(practice, weekly(practice, 3)).clinic
    to = last.starts_at + timedelta(days=1)
    assert await move_all(either_house, clinic, last, to, By("staff")) is None
    assert await dates_at(either_house, jo.cards[0]) == [*(one.starts_at for one in jo.cards[:2]), to]


async def test_staff_who_move_one_person_change_no_offer_of_all_dates(
    client: httpx2.AsyncClient, house: House, group: Linden
) -> None:
    group = replace(group, session=replace(group.session, all_dates=True))
    await house.db.unit(lambda db: clinics.change_service(db, group.clinic.id, group.session, house.clock()))
    jo, kim = [await made(house, group, weekly(group, 4), name=name) for name in ("Jo", "Kim")]
    await sign_in_as(client, house, group, Role.FRONT_DESK)
    to = (kim.cards[2].starts_at + timedelta(days=1)).strftime("%Y-%m-%dT%H:%MZ")
    moved = await client.post(f"/staff/bookings/{kim.cards[2].public_id}/move", data={"start": to})
    assert moved.status_code == 303
    page = await client.get(f"/staff/bookings/{jo.cards[0].public_id}/group")
    assert "Add somebody to all 4 dates" in page.text
    start = jo.cards[0].starts_at.strftime("%Y-%m-%dT%H:%MZ")
    new = form(group, start=start, therapist="mara-lind", name="Al One", contact="al@example.org")
    asked = await client.post("/c/linden/book", data=new)
    joined = await client.post("/c/linden/book", data=sent_back(asked.text) | {"which": "all"})
    assert joined.status_code == 303
    assert sorted(len(seats) for seats in (await seats_taken(house)).values()) == [1, 2, 3, 3, 3]


async def dates_at(house: House, card: BookingCard) -> list[datetime]:
    return await house.db.read(lambda db: dates_of(db, card.appointment_id, house.clock()))


async def test_a_patient_moves_no_further_ahead_than_two_weeks_after_their_last_date(
    either_house: House, practice: Linden
) -> None:
    kim = await made(either_house, practice, weekly(practice, 12), name="Kim")
    clinic, last = order(practice, weekly(practice, 12)).clinic, kim.cards[-1]
    for weeks, patients, staffs in ((1, None, None), (20, Clash.TOO_FAR, None)):
        wanted = shifted([last], last, last.starts_at + timedelta(weeks=weeks), BERLIN)
        for by, clash in ((By("patient", last.patient_id), patients), (By("staff"), staffs)):
            steps = await desk.look_at_move(either_house, clinic, [last], wanted, by)
            assert [step.clash for step in steps] == [clash]
    wanted = shifted([last], last, last.starts_at + timedelta(weeks=20), BERLIN)
    assert await desk.move(either_house, clinic, [last], wanted, By("patient", last.patient_id))


async def test_a_patient_pushes_a_series_no_further_by_several_moves(either_house: House, practice: Linden) -> None:
    kim = await made(either_house, practice, weekly(practice, 12), name="Kim")
    clinic, by = order(practice, weekly(practice, 12)).clinic, By("patient", kim.cards[0].patient_id)

    async def moves(weeks: int, by: By = by) -> bool:
        last = (await cards_of(either_house, kim))[-1]
        wanted = shifted([last], last, last.starts_at + timedelta(weeks=weeks), BERLIN)
        return await desk.move(either_house, clinic, [last], wanted, by) is None

    assert [await moves(weeks) for weeks in (1, 1, 1, 2)] == [True, True, False, False]
    assert await moves(3, By("staff"))
    assert [await moves(weeks) for weeks in (2, 1)] == [True, False], "from where staff put it since"


async def cards_of(house: House, series: desk.Made) -> list[BookingCard]:
    return await house.db.read(lambda db: bookings_of(db, series.id))


async def seats_taken(house: House) -> dict[datetime, list[int]]:
    """Start of each group -> the seats in which somebody sits."""

    async def work(db: AsyncSession) -> dict[datetime, list[int]]:
        asked = select(Appointment.starts_at, Booking.seat).join(Booking, Booking.appointment_id == Appointment.id)
        found: dict[datetime, list[int]] = {}
        for start, seat in (await db.execute(asked.where(Booking.seat > 0))).all():
            found.setdefault(start, []).append(seat)
        return {start: sorted(seats) for start, seats in found.items()}

    return await house.db.read(work)


@pytest.mark.parametrize("weeks", [1, -1])
async def test_a_series_moves_over_its_own_dates_in_groups_that_are_full(
    either_house: House, practice: Linden, weeks: int
) -> None:
    """Each of the other dates is full because of the place that moves on from there."""
    practice = await grouped(either_house, practice, 2)
    dates = weekly(practice, 4, first=date(2026, 4, 20))
    jo, kim = [await made(either_house, practice, dates, name=name) for name in ("Jo", "Kim")]
    wanted = shifted(kim.cards, kim.cards[0], kim.cards[0].starts_at + timedelta(weeks=weeks), BERLIN)
    clinic = order(practice, wanted).clinic
    seen = await desk.look_at_move(either_house, clinic, kim.cards, wanted, By())
    assert [step.clash for step in seen] == [None] * 4
    assert await desk.move(either_house, clinic, kim.cards, wanted, By()) is None
    assert [card.starts_at for card in await cards_of(either_house, kim)] == [one.start for one in wanted]
    assert [card.sequence for card in await cards_of(either_house, jo)] == [0] * 4
    assert sorted(len(seats) for seats in (await seats_taken(either_house)).values()) == [1, 1, 2, 2, 2]
    assert await count(either_house, Claim, Appointment) == [5, 5]


async def test_two_dates_of_a_series_change_places_in_full_groups(either_house: House, practice: Linden) -> None:
    practice = await grouped(either_house, practice, 2)
    dates = weekly(practice, 2)
    _, kim = [await made(either_house, practice, dates, name=name) for name in ("Jo", "Kim")]
    wanted = [replace(one, start=other.start) for one, other in zip(dates, reversed(dates), strict=True)]
    assert await desk.move(either_house, order(practice, wanted).clinic, kim.cards, wanted, By()) is None
    moved = {card.number: card.starts_at for card in await cards_of(either_house, kim)}
    assert moved == {one.number: one.start for one in wanted}
    assert set(map(tuple, (await seats_taken(either_house)).values())) == {(1, 2)}


async def test_a_group_that_others_fill_stands_in_the_way_of_a_series(either_house: House, practice: Linden) -> None:
    """The last of the new dates is full, and no place of theirs is in it: nothing moves."""
    practice = await grouped(either_house, practice, 2)
    dates = weekly(practice, 4)
    await made(either_house, practice, dates, name="Jo")
    kim = await made(either_house, practice, dates[:3], name="Kim")
    await booked(either_house, practice, dates[3].start, name="Lee")
    before = await seats_taken(either_house)
    wanted = shifted(kim.cards, kim.cards[0], dates[1].start, BERLIN)
    lost = await desk.move(either_house, order(practice, wanted).clinic, kim.cards, wanted, By())
    assert lost
    assert [step.clash for step in lost] == [None, None, Clash.NO_PLACE]
    assert await seats_taken(either_house) == before


async def test_places_that_are_left_in_a_rush_are_given_once(either_house: House, practice: Linden) -> None:
    """Both series of a full group move on by a week while others want a place at every date: nobody is one too many,
    and a series moved as a whole or not at all."""
    practice = await grouped(either_house, practice, 2)
    dates = weekly(practice, 4)
    both = [await made(either_house, practice, dates, name=name) for name in ("Jo", "Kim")]
    clinic = order(practice, dates).clinic
    moves = []
    for one in both:
        wanted = shifted(one.cards, one.cards[0], dates[1].start, BERLIN)
        moves.append(desk.move(either_house, clinic, one.cards, wanted, By()))
    others = [desk.book(either_house, order(practice, [one], f"p{one.number}"), By()) for one in dates]
    await asyncio.gather(*moves, *others)
    seats = await seats_taken(either_house)
    assert all(taken in ([1], [2], [1, 2]) for taken in seats.values()), seats
    for one in both:
        stands = {card.number: card.starts_at for card in await cards_of(either_house, one)}
        stayed = {card.number: card.starts_at for card in one.cards}
        went = {wish.number: wish.start for wish in shifted(one.cards, one.cards[0], dates[1].start, BERLIN)}
        assert stands in (stayed, went)


async def test_who_was_merged_moves_no_series_onto_the_other_seat(either_house: House, practice: Linden) -> None:
    """Both records had a place in the second meeting: the first of the series stays where it is."""
    dates = weekly(practice, 3)
    kim = await made(either_house, practice, dates, name="Kim")
    twin = await booked(either_house, practice, dates[1].start, name="Kim", mail="kim2@example.org")
    kept, gone = kim.cards[0].patient_id, twin.card.patient_id
    await merge(either_house, practice.clinic.id, kept, gone, Choice(), practice.mara.staff_id)
    wanted = shifted(kim.cards, kim.cards[0], dates[1].start, BERLIN)
    lost = await desk.move(either_house, order(practice, wanted).clinic, kim.cards, wanted, By())
    assert [step.clash for step in lost or ()] == [Clash.ALREADY, None, None]


async def test_the_desk_is_offered_no_group_in_which_the_patient_sits(
    client: httpx2.AsyncClient, house: House, group: Linden
) -> None:
    start = THURSDAY + timedelta(weeks=1)
    jo = await booked(house, group, start)
    await sign_in_as(client, house, group, Role.FRONT_DESK)
    asked = {"service": str(group.session.id), "therapist": "mara-lind", "day": str(start.date())}
    own = asked | {"patient": str(jo.card.patient_id)}
    offered = [value_of(floor(start)) in options_of(await client.get(NEW, params=one)) for one in (asked, own)]
    assert offered == [True, False]


def options_of(page: httpx2.Response) -> list[str]:
    return re.findall(r'name="start" value="([^"]+)"', page.text)
