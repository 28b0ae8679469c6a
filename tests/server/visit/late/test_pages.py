"""Mara runs late: who waits, who comes next and the desk read it; who comes next gets one mail, and none for a slip."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic import store as clinics
from server.house import House
from server.patients.acting import store as acting
from server.patients.acting.rules import Arrangement, Helper, Kind, Told
from server.visit.late.tables import TherapistDelay
from tests.server.booking.linden import Linden
from tests.server.conftest import Clock
from tests.server.visit.conftest import START, Browser, Browsers, Jo, booked_this_morning, with_link

pytestmark = pytest.mark.asyncio


async def says(mara: Browser, minutes: int) -> None:
    assert (await mara.post("/staff/late", data={"minutes": minutes})).status_code == 303


async def mailed(house: House, clock: Clock) -> list[str]:
    """The subjects that left since the last question."""
    await house.outbox.run_due()
    sent = [letter.subject for letter in house.mailer.sent if not letter.for_staff]
    house.mailer.sent.clear()
    return sent


@pytest.fixture
def noor_at():
    return START + timedelta(hours=1)


async def test_who_waits_and_who_comes_next_read_it_with_its_age(
    jo: Jo, mara: Browser, desk: Browser, house: House, linden: Linden, browsers: Browsers, clock: Clock, noor_at
) -> None:
    noor = await with_link(await booked_this_morning(house, linden, clock, noor_at), await browsers())
    await jo.arrive()
    await mailed(house, clock)
    await says(mara, 10)
    words = "Mara runs about 10 minutes late, said at 13:50. Your time then begins about"
    assert f"{words} 14:10." in await jo.page()
    assert f"{words} 15:10." in await noor.page()
    assert "Mara Lind runs about 10 minutes late, said at 14:50." in (await desk.get("/staff")).text
    assert "On time again" in (await mara.get("/staff")).text
    assert (await jo.browser.get(f"{jo.url}/wait-part")).headers["x-scene"] == "waiting"
    assert (await noor.browser.get(f"{noor.url}/wait-part?late=")).headers["x-scene"] == "late"
    assert (await noor.browser.get(f"{noor.url}/wait-part?late=10")).headers["x-scene"] == "too_early"


async def test_one_mail_goes_to_who_comes_next_and_none_to_who_is_here(
    jo: Jo, mara: Browser, house: House, linden: Linden, clock: Clock, noor_at
) -> None:
    await booked_this_morning(house, linden, clock, noor_at)
    await jo.arrive()
    await mailed(house, clock)
    for _ in range(2):
        await says(mara, 15)
    assert await mailed(house, clock) == [], "a minute for second thoughts"
    clock.forward(minutes=1)
    assert await mailed(house, clock) == ["Your time today begins about 15:15"]
    clock.forward(minutes=5)
    await says(mara, 0)
    assert await mailed(house, clock) == ["Your time today is 15:00, as booked"]
    assert "minutes late" not in await jo.page()


async def test_who_gave_a_number_alone_hears_it_by_text_message_discreetly_and_nobody_hears_it_twice(
    jo: Jo, mara: Browser, house: House, linden: Linden, clock: Clock, noor_at
) -> None:
    await booked_this_morning(house, linden, clock, noor_at, mail="", phone="+4930123456", therapist=None)
    await jo.arrive()
    await mailed(house, clock)
    house.texter.sent.clear()  # type: ignore[attr-defined]
    await says(mara, 15)
    clock.forward(minutes=1)
    assert await mailed(house, clock) == []
    clock.forward(minutes=5)
    await says(mara, 0)
    await mailed(house, clock)
    first, second = house.texter.sent  # type: ignore[attr-defined]
    assert {first.to, second.to} == {"+4930123456"}
    assert first.words.startswith("Linden Practice: Your time today begins about 15:15 (Lisbon). http://testserver/l/")
    assert "Your time today is 15:00, as booked" in second.words
    assert "Mara" not in first.words + second.words
    assert first.discreet


async def test_who_gave_both_hears_it_by_mail_alone(
    jo: Jo, mara: Browser, house: House, linden: Linden, clock: Clock, noor_at
) -> None:
    await booked_this_morning(house, linden, clock, noor_at, phone="+4930654321")
    await mailed(house, clock)
    await says(mara, 15)
    clock.forward(minutes=1)
    assert "Your time today begins about 15:15" in await mailed(house, clock)
    assert not [sms for sms in house.texter.sent if "begins" in sms.words]  # type: ignore[attr-defined]


async def test_what_was_taken_back_at_once_is_mailed_to_nobody(
    jo: Jo, mara: Browser, house: House, linden: Linden, clock: Clock, noor_at
) -> None:
    await booked_this_morning(house, linden, clock, noor_at)
    await mailed(house, clock)
    await says(mara, 5)
    clock.forward(seconds=20)
    await says(mara, 0)
    clock.forward(minutes=5)
    assert await mailed(house, clock) == []


async def test_a_new_word_takes_the_place_of_the_last(
    jo: Jo, mara: Browser, house: House, linden: Linden, clock: Clock, noor_at
) -> None:
    await booked_this_morning(house, linden, clock, noor_at)
    await mailed(house, clock)
    await says(mara, 5)
    await says(mara, 15)
    clock.forward(minutes=2)
    assert await mailed(house, clock) == ["Your time today begins about 14:15", "Your time today begins about 15:15"]
    rows = list(await house.db.read(lambda db: db.scalars(select(TherapistDelay).order_by(TherapistDelay.minutes))))
    assert [(row.minutes, row.ended_at is None) for row in rows] == [(5, False), (15, True)]


async def test_only_a_therapist_says_so_and_only_the_three_steps(jo: Jo, mara: Browser, desk: Browser) -> None:
    assert (await desk.post("/staff/late", data={"minutes": "5"})).status_code == 403
    assert (await mara.post("/staff/late", data={"minutes": "7"})).status_code == 422


async def test_who_acts_for_a_patient_hears_it_as_the_clinic_wants_and_each_once(
    jo: Jo, mara: Browser, house: House, linden: Linden, clock: Clock, noor_at
) -> None:
    noor = await booked_this_morning(house, linden, clock, noor_at, mail="noor@example.org")
    await tell_both(house, linden, noor.card.patient_id)
    await jo.arrive()
    await mailed(house, clock)
    await says(mara, 15)
    clock.forward(minutes=1)
    await house.outbox.run_due()
    letters = [letter for letter in house.mailer.sent if not letter.for_staff]
    assert {letter.to for letter in letters} == {"noor@example.org", "ana@example.org"}
    assert len({letter.id for letter in letters}) == 2


async def tell_both(house: House, linden: Linden, patient_id: UUID) -> None:
    """Ana acts for this patient, and both get messages."""
    key, clinic_id, now = await house.keys.patient(linden.clinic.id, patient_id), linden.clinic.id, house.clock()
    ana = Helper(uuid4(), Kind.GUARDIAN, "Ana Hassan", "ana@example.org", evidence="birth certificate", confirmed=True)
    row = acting.helper_row(key, await house.keys.clinic(clinic_id), patient_id, ana, None, now)
    both = acting.arrangement_rows(key, clinic_id, patient_id, Arrangement(told=Told.BOTH), None, now)

    async def work(db: AsyncSession) -> None:
        await acting.begin(db, clinic_id, row, both)
        await clinics.note_acting(db, clinic_id)

    await house.db.unit(work)
