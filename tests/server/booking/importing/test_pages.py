"""The first day, from the file to the calendar."""

from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Role
from server.audit.tables import AuditEntry
from server.booking.importing.tables import Import
from server.booking.tables import Appointment, Booking
from server.house import House
from server.interop.webhooks import store as hooks
from server.interop.webhooks.rules import Told
from server.interop.webhooks.store import NewHook
from server.interop.webhooks.tables import WebhookMessage
from server.outbox import OutboxRow
from server.patients import finding
from server.patients.tables import Patient
from tests.server.booking.importing.files import ENGLISH, GERMAN, HERE, bring_in, send
from tests.server.booking.linden import THURSDAY, Linden, booked
from tests.server.booking.test_by_staff import sign_in_as

pytestmark = pytest.mark.asyncio


@pytest.fixture
def owner(client: httpx2.AsyncClient, house: House, linden: Linden):
    async def sign_in() -> httpx2.AsyncClient:
        await sign_in_as(client, house, linden, Role.ADMIN)
        return client

    return sign_in


async def counts(house: House) -> dict[str, int]:
    async def work(db: AsyncSession) -> dict[str, int]:
        kinds = {"patients": Patient, "bookings": Booking, "appointments": Appointment, "outbox": OutboxRow}
        return {name: await db.scalar(select(func.count()).select_from(row)) or 0 for name, row in kinds.items()}

    return await house.db.read(work)


async def test_the_preview_says_line_by_line_what_would_happen_and_writes_nothing(owner, house, linden) -> None:
    await booked(house, linden, THURSDAY.replace(hour=9))  # Mara's 10:00 in Berlin is taken until 11:00
    before = await counts(house)
    client = await owner()
    page = await client.get(await send(client, ENGLISH))
    assert "3 lines of list.csv would come in" in page.text
    assert "2 new patients and 3 new appointments" in page.text
    for words in ("New patient, new appointment", "New appointment of a known patient", "Left out: it is past"):
        assert words in page.text
    assert "No mail can arrive at “not-a-mail”" in page.text
    assert "Left out: outside of hours" in page.text
    assert "Left out: somebody has this time" in page.text
    assert "Import 3 rows" in page.text
    after = await counts(house)
    assert {**after, "outbox": 0} == {**before, "outbox": 0}


async def test_it_comes_in_sealed_quiet_and_audited(owner, house: House, linden) -> None:
    client = await owner()
    address = await bring_in(client, ENGLISH)
    page = await client.get(address)
    assert "3 lines of list.csv are in" in page.text
    assert "Left out: lines in the past" in page.text
    found = {one.name: one for one in await finding.find(house, linden.clinic.id, "rosa", "DE")}
    assert found["Rosa Lux"].mail == "rosa@example.org"
    rows = await house.db.read(lambda db: db.scalars(select(Patient)))
    assert all(b"Rosa" not in row.name_sealed for row in rows)
    await house.outbox.run_due()
    assert house.mailer.sent == []
    kept = (await house.db.read(lambda db: db.scalars(select(Import)))).one()
    assert (kept.state, kept.table_sealed, kept.choices_sealed) == ("done", None, None)
    actions = list(await house.db.read(lambda db: db.scalars(select(AuditEntry.action))))
    assert actions.count("booking.made") == 3
    assert {"import.started", "import.done"} <= set(actions)


async def test_programs_hear_of_what_came_in_quietly_since_they_will_hear_of_its_changes(
    owner, house: House, linden
) -> None:
    hook = NewHook(uuid4(), linden.clinic.id, "https://elsewhere.example/hook", frozenset(Told), b"-")
    await house.db.unit(lambda db: hooks.add(db, hook, house.clock(), None))
    client = await owner()
    await bring_in(client, ENGLISH)
    await house.outbox.run_due()
    told = list(await house.db.read(lambda db: db.scalars(select(WebhookMessage.event))))
    assert told == ["booking.created"] * 3


async def test_the_same_file_comes_in_once_however_often_it_is_sent(owner, house: House, linden) -> None:
    client = await owner()
    address = await bring_in(client, ENGLISH)
    once = await counts(house)
    assert (await client.post(f"{address}/bring-in")).status_code == 303
    again = await send(client, ENGLISH)
    assert again == f"{address}?same=yes"
    assert "This very file came in before." in (await client.get(again)).text
    assert await counts(house) == once
    page = await client.get(await send(client, ENGLISH + "\n"))  # other bytes, the same people
    assert "Nothing of list.csv would come in yet" in page.text
    assert 'Lines that are here already: <b class="figures">3</b>' in page.text


async def test_who_asks_for_it_has_each_told_by_the_ordinary_letter(owner, house: House, linden) -> None:
    client = await owner()
    await bring_in(client, ENGLISH, telling="now")
    await house.outbox.run_due()
    assert sorted(letter.to for letter in house.mailer.sent) == ["rosa@example.org", "rosa@example.org"]
    assert all("/l/" in letter.text for letter in house.mailer.sent)


async def test_therapists_and_services_are_chosen_for_words_that_name_nobody(owner, house: House, linden) -> None:
    client = await owner()
    address = await send(client, GERMAN.replace("Lind;A session", "Dr. M.;Einzel"))
    assert "Nobody is chosen for “Dr. M.”" in (await client.get(address)).text
    chosen = {"therapist-0": str(linden.mara.staff_id), "service-0": str(linden.session.id)}
    await client.post(address, data=chosen)
    page = await client.get(address)
    assert "Änne Groß" in page.text
    assert "1 new patient and 1 new appointment" in page.text
    assert "Thursday 12 March 2026, 14:00" in page.text


async def test_times_may_be_meant_in_another_zone(owner, house: House, linden) -> None:
    client = await owner()
    address = await send(client, GERMAN)
    await client.post(address, data={"zone": "Europe/Lisbon"})
    assert "Thursday 12 March 2026, 15:00" in (await client.get(address)).text


async def test_what_is_promised_outside_of_hours_comes_in_if_the_owner_says_so(owner, house: House, linden) -> None:
    client = await owner()
    address = await send(client, ENGLISH)
    await client.post(address, data={"outside": "yes", "telling": "nothing"})
    page = await client.get(address)
    assert "Import 4 rows" in page.text
    assert "(outside of hours)" in page.text


async def test_cells_that_look_like_formulas_are_data(owner, house: House, linden) -> None:
    client = await owner()
    await bring_in(client, "Name,Email\n=HYPERLINK(1),h@example.org\n+Plus Sign,p@example.org\n@At,a@example.org\n")
    people = await finding.find(house, linden.clinic.id, "h@example.org", "DE")
    assert [one.name for one in people] == ["=HYPERLINK(1)"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "There is nothing in it"),
        (b"Name,Email\n", "There is nothing in it"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "This is no text"),
        (b"Name\n" + b"A\n" * 2001, "more than fits into one go"),
        (b"Name\n" + b"x" * 1_000_001, "more than fits into one go"),
    ],
)
async def test_a_file_that_nobody_can_read_is_said_to_be_one(owner, linden, body: bytes, words: str) -> None:
    client = await owner()
    answer = await client.post(HERE, files={"file": ("x.csv", body, "text/csv")})
    assert answer.status_code == 422
    assert words in answer.text


async def test_it_is_the_owners_alone(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    await sign_in_as(client, house, linden, Role.FRONT_DESK, Role.THERAPIST)
    assert (await client.get(HERE)).status_code == 403
    assert (await client.post(HERE, files={"file": ("x.csv", b"Name\nA\n", "text/csv")})).status_code == 403


async def test_a_file_that_is_thrown_away_or_a_day_old_leaves_nothing(owner, house: House, linden, clock) -> None:
    client = await owner()
    address = await send(client, ENGLISH)
    await client.post(f"{address}/drop")
    assert (await client.get(address)).status_code == 404
    await send(client, ENGLISH)
    clock.forward(days=1, minutes=1)
    await house.outbox.run_due()
    kept = list(await house.db.read(lambda db: db.scalars(select(Import))))
    assert [(row.state, row.table_sealed, row.choices_sealed) for row in kept] == [("forgotten", None, None)] * 2


@pytest.mark.parametrize(("telling", "letters"), [("nothing", 0), ("reminders", 1)])
async def test_who_is_to_hear_nothing_is_not_reminded_either(
    owner, house: House, linden, clock, telling: str, letters: int
) -> None:
    client = await owner()
    table = "Name,Email,Date,Time,Therapist,Service\nRosa Lux,r@example.org,2026-03-20,09:30,Mara Lind,A session\n"
    await bring_in(client, table, telling=telling)
    clock.now = THURSDAY.replace(day=18, hour=10)  # 46.5 hours before
    await house.reminders.run_due()
    await house.outbox.run_due()
    assert len([letter for letter in house.mailer.sent if letter.to == "r@example.org"]) == letters
