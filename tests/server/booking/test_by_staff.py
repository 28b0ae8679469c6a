"""Bookings as staff see them, and booking on somebody's behalf."""

import re
from datetime import timedelta
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Role
from server.accounts import store as accounts
from server.accounts.rules import Stage
from server.audit.tables import AuditEntry
from server.booking import store
from server.booking.tables import Booking
from server.house import House
from server.patients import store as patients
from tests.server.booking.linden import THURSDAY, Linden, booked, seed

pytestmark = pytest.mark.asyncio
NEW = "/staff/bookings/new"


async def sign_in_as(client: httpx2.AsyncClient, house: House, linden: Linden, *roles: Role) -> None:
    """Somebody new with these roles, signed in with both steps; without a role it is Mara."""
    staff_id = uuid4() if roles else linden.mara.staff_id
    ring = await house.keys.clinic(linden.clinic.id)
    mail = f"{staff_id}@linden.example"
    new = accounts.NewStaff(
        id=staff_id,
        clinic_id=linden.clinic.id,
        name="Ana Costa",
        mail_sealed=accounts.seal_mail(ring, linden.clinic.id, staff_id, mail),
        mail_index=accounts.mail_index(house.keys.secret("staff mail"), mail),
        roles=frozenset(roles),
        password_hash=None,
        made_at=house.clock(),
    )

    async def work(db: AsyncSession) -> str:
        if roles:
            await accounts.add_staff(db, new)
        return await accounts.start_login(db, staff_id, Stage.FULL, house.clock())

    client.cookies.set("parlour", await house.db.unit(work))


async def actions(house: House) -> list[str]:
    asked = select(AuditEntry.action).where(AuditEntry.actor_kind == "staff").order_by(AuditEntry.at)
    return list(await house.db.read(lambda db: db.scalars(asked)))


def form(linden: Linden, **changes: str) -> dict[str, str]:
    plain = {
        "service": str(linden.session.id),
        "therapist": linden.mara.slug,
        "start": "2026-03-12T08:30Z",
        "name": "Kim Berg",
        "mail": "",
        "phone": "0171 5550134",
        "once": "w",
    }
    return plain | changes


async def test_the_list_shows_names_and_leaves_one_trace(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    await booked(house, linden, reason="I sleep badly")
    await booked(house, linden, THURSDAY + timedelta(hours=4), name="Kim Berg")
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    page = await client.get("/staff/bookings")
    assert "2 bookings in the four weeks from here" in page.text
    assert "Jo Almeida" in page.text
    assert "sleep" not in page.text
    assert await actions(house) == ["bookings.seen"]


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2026-13-01", "x"])
async def test_a_list_from_a_day_that_cannot_be_begins_today(
    client: httpx2.AsyncClient, house: House, linden: Linden, day: str
) -> None:
    await booked(house, linden)
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    assert "Jo Almeida" in (await client.get(f"/staff/bookings?from={day}")).text


async def test_names_are_found_as_they_were_written(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    await booked(house, linden)
    await booked(house, linden, THURSDAY + timedelta(hours=4), name="Kim Berg")
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    page = await client.get("/staff/bookings?q=ALMEI")
    assert "1 booking found" in page.text
    assert "Jo Almeida" in page.text
    assert "Kim Berg" not in page.text


async def test_c01_a_therapist_sees_their_own_bookings_alone_and_a_try_at_another_is_noted(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    await booked(house, linden)
    other = await booked(house, linden, therapist=linden.samir.staff_id, name="Kim Berg")
    await sign_in_as(client, house, linden)
    page = await client.get("/staff/bookings")
    assert "Jo Almeida" in page.text
    assert "Kim Berg" not in page.text
    for part in ("", "/print", "/move"):
        assert (await client.get(f"/staff/bookings/{other.card.public_id}{part}")).status_code == 404
    assert (await client.post(f"/staff/bookings/{other.card.public_id}/cancel")).status_code == 404
    tried = select(AuditEntry.subject_id).where(AuditEntry.action == "booking.refused")
    assert list(await house.db.read(lambda db: db.scalars(tried))) == [other.card.id] * 4
    assert not (await house.db.read(lambda db: store.booking_for_visit(db, other.card.id))).cancelled_at


@pytest.mark.parametrize(("roles", "shown"), [((), True), ((Role.FRONT_DESK,), False), ((Role.ADMIN,), False)])
async def test_the_reason_is_for_the_therapist_who_leads_it(
    client: httpx2.AsyncClient, house: House, linden: Linden, roles: tuple[Role, ...], shown: bool
) -> None:
    made = await booked(house, linden, reason="I sleep badly")
    await sign_in_as(client, house, linden, *roles)
    page = await client.get(f"/staff/bookings/{made.card.public_id}")
    assert page.status_code == 200
    assert "jo.almeida@example.org" in page.text
    assert ("I sleep badly" in page.text) is shown


async def test_another_clinics_booking_is_not_found(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    birch = await seed(house, slug="birch")
    made = await booked(house, birch)
    await sign_in_as(client, house, linden, Role.ADMIN)
    for part in ("", "/print", "/move"):
        assert (await client.get(f"/staff/bookings/{made.card.public_id}{part}")).status_code == 404
    assert (await client.post(f"/staff/bookings/{made.card.public_id}/cancel")).status_code == 404


async def test_strangers_are_asked_to_sign_in(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    for path in ("/staff/bookings", NEW, "/staff/bookings/x"):
        assert (await client.get(path)).status_code in (303, 401)


async def test_booking_on_behalf_ends_at_the_booking_whose_link_can_be_printed(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    assert "Supervision" in (await client.get(NEW)).text
    answer = await client.post(NEW, data=form(linden))
    assert answer.status_code == 303, answer.text
    where = answer.headers["location"].split("?")[0]
    page = await client.get(f"{where}/print")
    link = re.search(r"http://testserver/l/[\w-]{43}", page.text)
    assert link
    assert "<svg" in page.text
    assert "That is the time in Berlin." in page.text
    elsewhere = (await booked(house, linden, THURSDAY + timedelta(hours=4))).card.public_id
    assert "In Lisbon it is 12:30." in (await client.get(f"/staff/bookings/{elsewhere}/print")).text
    assert "booking.link_printed" in await actions(house)
    assert (await client.get(link[0])).headers["location"] == where.replace("/staff/bookings", "/visit")


async def test_nobody_is_said_to_have_agreed_to_what_staff_booked_for_them(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    assert (await client.post(NEW, data=form(linden))).status_code == 303
    patient_id = await house.db.read(lambda db: db.scalar(select(Booking.patient_id)))
    assert await house.db.read(lambda db: patients.consents(db, patient_id)) == []


async def test_staff_may_book_within_the_notice(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    answer = await client.post(NEW, data=form(linden, start="2026-03-09T09:30Z"))
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Write the name"),
        ({"phone": "12"}, "This number is a little short."),
        ({"phone": "", "mail": ""}, "Give a mail address or a number"),
        ({"mail": "kim@"}, "No mail would arrive"),
        ({"start": ""}, "Choose one of the times."),
    ],
)
async def test_what_needs_mending_is_said_and_the_rest_is_kept(
    client: httpx2.AsyncClient, house: House, linden: Linden, changes: dict[str, str], sentence: str
) -> None:
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    answer = await client.post(NEW, data=form(linden, interpreter="Arabic", **changes))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="Arabic"' in answer.text


async def test_a_taken_time_is_409_and_keeps_what_was_typed(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    await booked(house, linden)
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    answer = await client.post(NEW, data=form(linden))
    assert answer.status_code == 409
    assert 'value="Kim Berg"' in answer.text


async def test_somebody_known_is_found_and_booked_again(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    made = await booked(house, linden)
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    page = await client.get(f"{NEW}?who=almeida")
    assert str(made.card.patient_id) in page.text
    assert "jo.almeida@example.org" in (await client.get(f"{NEW}?patient={made.card.patient_id}")).text
    assert await actions(house) == ["patients.searched", "patient.picked"]
    chosen = {"patient": str(made.card.patient_id), "name": "", "phone": "", "start": "2026-03-13T08:30Z"}
    assert (await client.post(NEW, data=form(linden, **chosen))).status_code == 303
    owners = set(await house.db.read(lambda db: db.scalars(select(Booking.patient_id))))
    assert owners == {made.card.patient_id}


async def test_another_clinics_patient_cannot_be_booked(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    birch = await seed(house, slug="birch")
    foreign = (await booked(house, birch)).card.patient_id
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    answer = await client.post(NEW, data=form(linden, patient=str(foreign), name=""))
    assert answer.status_code == 422
    assert "Jo Almeida" not in answer.text


async def test_a_therapist_books_themselves_alone(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    await sign_in_as(client, house, linden)
    page = await client.get(NEW)
    assert "Samir" not in page.text
    assert (await client.post(NEW, data=form(linden, therapist=linden.samir.slug))).status_code == 303
    cards = await house.db.read(
        lambda db: store.bookings_between(db, linden.clinic.id, None, THURSDAY, THURSDAY + timedelta(hours=1))
    )
    assert [card.therapist_id for card in cards] == [linden.mara.staff_id]


async def test_moving_and_cancelling_on_behalf_name_who_did_it(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    made = await booked(house, linden)
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    own = f"/staff/bookings/{made.card.public_id}"
    assert 'value="2026-03-12T12:30Z"' in (await client.get(f"{own}/move")).text
    for _ in range(2):
        assert (await client.post(f"{own}/move", data={"start": "2026-03-12T12:30Z"})).status_code == 303
    for _ in range(2):
        assert (await client.post(f"{own}/cancel")).status_code == 303
    assert (await client.get(own)).status_code == 200
    done = await actions(house)
    assert [name for name in done if not name.endswith("seen")] == ["booking.moved", "booking.cancelled"]


async def test_a_person_whose_key_was_destroyed_has_no_name_and_breaks_nothing(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    made = await booked(house, linden)
    await house.keys.destroy(made.card.patient_id)
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    assert "Name deleted" in (await client.get("/staff/bookings")).text
    assert (await client.get(f"/staff/bookings/{made.card.public_id}")).status_code == 200
    assert await patients.people(house.db, house.keys, linden.clinic.id, [made.card.patient_id]) == {}
