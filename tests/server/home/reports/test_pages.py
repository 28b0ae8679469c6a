"""Reports, from sessions that were to the page and the table that leaves."""

import csv
import io
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Role
from server.booking.tables import Appointment, Booking, Cancellation
from server.clinic import store as clinics
from server.clinic.tables import Therapist
from server.csv_out import guarded, written
from server.home.reports import store
from server.house import House
from server.patients import store as patients
from server.patients.rules import Person
from server.visit.tables import Visit, VisitEvent
from tests.server.booking.linden import Linden, seed
from tests.server.booking.test_by_staff import sign_in_as
from tests.server.conftest import Clock
from tests.server.statements import asked_of

pytestmark = pytest.mark.asyncio
HERE = "/staff/clinic/bookings/reports"
FEBRUARY = datetime.fromisoformat("2026-02-02T09:00+01:00")


async def were(house: House, linden: Linden, who: str, count: int, missed: int = 0, waited: int = 0) -> None:
    """So many sessions in February, one a day; the first of them missed, the others begun so many minutes late."""
    card, patient_id = getattr(linden, who), uuid4()
    key = await house.keys.make_patient(linden.clinic.id, patient_id, house.clock())
    row = patients.sealed(await house.keys.clinic(linden.clinic.id), key, Person(patient_id, "P Q"), house.clock())
    appointments, bookings, visits, marks = [], [], [], []
    for number in range(count):
        start, ids = FEBRUARY + timedelta(days=number), (uuid4(), uuid4())
        times = {
            "starts_at": start,
            "ends_at": start + timedelta(minutes=50),
            "made_at": start,
            "zone": "Europe/Berlin",
        }
        whose = {"clinic_id": linden.clinic.id, "service_id": linden.session.id, "therapist_id": card.staff_id}
        appointments.append({"id": ids[0], **whose, **times})
        own = {"public_id": uuid4().hex[:20], "patient_id": patient_id, "for_whom": "me", "made_at": start}
        bookings.append({"id": ids[1], "clinic_id": linden.clinic.id, "appointment_id": ids[0], **own})
        came = {"arrived_at": start - timedelta(minutes=5), "started_at": start + timedelta(minutes=waited)}
        seen = (
            {"outcome": "no_show", "arrived_at": None, "started_at": None}
            if number < missed
            else {"outcome": "attended", **came}
        )
        visit = {"id": uuid4(), "clinic_id": linden.clinic.id, "booking_id": ids[1], "therapist_id": card.staff_id}
        visits.append({**visit, "state": "after", "device": {}, **seen})
        if number < missed:
            said = {"visit_id": visit["id"], "at": start, "kind": "missed", "by_kind": "staff"}
            marks.append({"id": uuid4(), **said})

    async def work(db: AsyncSession) -> None:
        await patients.add(db, row)
        for rows, table in ((appointments, Appointment), (bookings, Booking), (visits, Visit), (marks, VisitEvent)):
            if rows:
                await db.execute(insert(table), rows)

    await house.db.unit(work)


async def test_sessions_are_counted_alike_on_both_engines(either_house: House) -> None:
    house, linden = either_house, await seed(either_house)
    await were(house, linden, "mara", 12, missed=5, waited=8)
    await were(house, linden, "samir", 7)

    async def cancel(db: AsyncSession) -> None:
        gone = (
            await db.scalars(Booking.__table__.select().with_only_columns(Booking.id).order_by(Booking.made_at.desc()))
        ).first()
        db.add(Cancellation(booking_id=gone, at=house.clock(), by_kind="staff"))

    await house.db.unit(cancel)
    edges = [FEBRUARY - timedelta(days=32), FEBRUARY - timedelta(days=1), FEBRUARY + timedelta(days=27)]
    found = await house.db.read(lambda db: store.groups(db, linden.clinic.id, edges, [house.clock()] * 2))
    by = {one.therapist_id: one for one in found}
    mara, samir = by[linden.mara.staff_id], by[linden.samir.staff_id]
    assert (mara.period, mara.booked, mara.missed, mara.met, mara.waited) == (1, 11, 5, 6, 6 * 8 * 60)
    assert (samir.booked, samir.missed, samir.waited, samir.minutes) == (7, 0, 0, 350)


async def test_the_page_shows_the_last_month_and_hides_small_counts(client, house: House, linden: Linden) -> None:
    await were(house, linden, "mara", 12, missed=5, waited=8)
    await were(house, linden, "samir", 3)
    await sign_in_as(client, house, linden, Role.ADMIN)
    page = await client.get(HERE)
    assert "February 2026" in page.text
    assert "6 minutes" in page.text  # of all: of seven of them alone it would tell of the three others
    assert "P Q" not in page.text
    assert "January 2026</a>" in page.text, "where the link leads, in words"
    january = (await client.get(f"{HERE}?from=2026-01-05")).text
    assert "No session in January 2026" in january
    assert "February 2026<" in january
    rows = await table_of(client)
    by_name = {row[1]: row for row in rows}
    assert by_name["Samir Haddad"][2] == by_name["Mara Lind"][2] == "hidden"
    assert by_name["Samir Haddad"][3] == "0", "nobody missed: a zero tells of no person"
    assert next(row for row in rows if row[0] == "All")[2:4] == ["15", "5"]


@pytest.mark.parametrize("words", ["by=week&from=2026-02-09", "from=2026-03-10"])
async def test_no_part_of_a_month_is_shown_for_one_could_be_taken_from_the_other(
    client, house: House, linden: Linden, words: str
) -> None:
    """The five weeks of February would tell of each day beside its month, and so would March before and after today."""
    await were(house, linden, "mara", 30)  # to 3 March
    await sign_in_as(client, house, linden, Role.ADMIN)
    whole = (await client.get(f"{HERE}/table.csv")).text
    assert "All,,27" in whole
    assert (await client.get(f"{HERE}/table.csv?{words}")).text == whole
    assert "March 2026" not in (await client.get(f"{HERE}?{words}")).text


async def unsaid(house: House) -> str:
    """The `public_id` of a session of which nothing was said yet."""

    async def work(db: AsyncSession) -> str:
        visit = (await db.scalars(select(Visit).where(Visit.outcome == "attended").limit(1))).one()
        booking = await db.get_one(Booking, visit.booking_id)
        await db.delete(visit)
        return booking.public_id

    return await house.db.unit(work)


async def missed_one(house: House) -> str:
    asked = select(Booking.public_id).join(Visit, Visit.booking_id == Booking.id).where(Visit.outcome == "no_show")
    return str(await house.db.read(lambda db: db.scalar(asked.limit(1))))


@pytest.mark.parametrize("words", ["missed", "not-missed"])
async def test_a17_what_is_said_later_of_who_came_changes_no_figure_of_a_month_that_was_shown(
    client, house: House, linden: Linden, clock: Clock, words: str
) -> None:
    """From two looks nobody works out of whom it was said in between."""
    await were(house, linden, "mara", 14, missed=7, waited=8)
    public_id = await (unsaid(house) if words == "missed" else missed_one(house))
    clock.now = datetime.fromisoformat("2026-03-08T00:01+01:00")
    await sign_in_as(client, house, linden, Role.ADMIN, Role.FRONT_DESK)
    first = await table_of(client)
    assert next(row for row in first if row[0] == "All")[2:4] == ["14", "7"]
    for then in (words, "missed", "not-missed", words):
        clock.forward(minutes=1)
        assert (await client.post(f"/staff/day/{public_id}/{then}")).headers["location"] == "/staff"
    assert await table_of(client) == first


async def test_a_month_is_shown_from_the_eighth_day_after_it_with_what_was_said_before(
    client, house: House, linden: Linden, clock: Clock
) -> None:
    await were(house, linden, "mara", 14, missed=7)
    public_id = await unsaid(house)
    clock.now = datetime.fromisoformat("2026-03-07T23:50+01:00")
    await sign_in_as(client, house, linden, Role.ADMIN, Role.FRONT_DESK)
    for asked in (HERE, f"{HERE}?from=2026-02-01"):
        assert "No session in January 2026" in (await client.get(asked)).text
    await client.post(f"/staff/day/{public_id}/missed")
    clock.forward(minutes=11)
    assert next(row for row in await table_of(client) if row[0] == "All")[2:4] == ["14", "8"]
    assert "February 2026 is counted as it stood before" in (await client.get(HERE)).text


async def test_a_month_with_too_few_says_so(client, house: House, linden: Linden) -> None:
    await were(house, linden, "samir", 3)
    await sign_in_as(client, house, linden, Role.ADMIN)
    assert "Too few sessions to show in February 2026" in (await client.get(HERE)).text


async def table_of(client: httpx2.AsyncClient) -> list[list[str]]:
    answer = await client.get(f"{HERE}/table.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), strict=True))


async def test_names_that_look_like_formulas_leave_as_text(client, house: House, linden: Linden) -> None:
    await house.db.unit(lambda db: db.execute(update(Therapist).values(name='=HYPERLINK("x"),\nB')))
    await sign_in_as(client, house, linden, Role.ADMIN)
    names = [row[1] for row in await table_of(client) if row[0] == "Therapist"]
    assert names == ['\'=HYPERLINK("x"),\nB'] * 2


async def test_only_the_owner_sees_them(client, house: House, linden: Linden) -> None:
    await sign_in_as(client, house, linden, Role.THERAPIST, Role.FRONT_DESK)
    assert (await client.get(HERE)).status_code == 403
    assert (await client.get(f"{HERE}/table.csv")).status_code == 403


async def test_a_page_asks_as_much_of_many_therapists_as_of_two(client, house: House, linden: Linden) -> None:
    await were(house, linden, "mara", 20)
    await sign_in_as(client, house, linden, Role.ADMIN)
    with asked_of(house.db) as asked:
        assert (await client.get(f"{HERE}?from=2026-02-09")).status_code == 200
    statements = [one for one in asked if not one.startswith(("BEGIN", "COMMIT", "ROLLBACK"))]
    assert len(statements) <= 10, statements


@pytest.mark.parametrize("words", ["by=year", "from=x", "from=2099-01-01", "by=week&from=0001-01-01"])
async def test_odd_words_in_the_address_show_a_report_all_the_same(client, house, linden, words: str) -> None:
    await sign_in_as(client, house, linden, Role.ADMIN)
    assert (await client.get(f"{HERE}?{words}")).status_code == 200


async def test_every_sign_that_begins_a_formula_is_guarded_and_numbers_stay() -> None:
    assert [guarded(one + "1") for one in "=+-@\t\r"] == [f"'{one}1" for one in "=+-@\t\r"]
    assert [guarded(one) for one in (-1, 2.5, None, "A-1")] == ["-1", "2.5", "", "A-1"]
    assert written([["a", 'b"c']]).decode("utf-8-sig") == 'a,"b""c"\r\n'


async def test_what_one_table_hides_the_other_does_not_say(client, house: House, linden: Linden) -> None:
    """Mara gives the first conversation alone, Samir the session: one line of each table is the same people."""
    alone = replace(linden, session=linden.first)

    async def only(db: AsyncSession) -> None:
        await clinics.offer(db, linden.first.id, [linden.samir.staff_id])
        await clinics.offer(db, linden.session.id, [linden.mara.staff_id])

    await house.db.unit(only)
    await were(house, linden, "mara", 16)
    await were(house, alone, "samir", 3)
    await sign_in_as(client, house, linden, Role.ADMIN)
    rows = await table_of(client)
    shown = {(row[0], row[1]): row[2] for row in rows}
    lines = [("Therapist", "Mara Lind"), ("Therapist", "Samir Haddad")]
    lines += [("Service", linden.session.name), ("Service", linden.first.name)]
    assert [shown[line] for line in lines] == ["hidden"] * 4
    assert shown["All", ""] == "19"
