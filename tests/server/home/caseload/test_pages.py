"""The caseload's page: own patients alone, in as many statements for one as for many."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import delete, select

from server.clinic.store import clinic_of
from server.home.caseload.reading import caseload_of
from server.journal import store as journals
from server.journal.keeping import Journal
from server.journal.rules import Entry, Share, Written
from server.measures import store
from server.measures.catalogue import shipped
from server.measures.tables import Measure, MeasureAnswer
from tests.e2e.measures import taken
from tests.server.booking.linden import booked
from tests.server.measures.asked import spoke_of_danger, use
from tests.server.statements import asked_of
from tests.server.visit.conftest import START

pytestmark = pytest.mark.asyncio
HERE = "/staff/caseload"


async def answered(house, card, *values: tuple[int, str]) -> None:
    """PHQ-9 so many days ago."""
    key = await house.keys.patient(card.clinic_id, card.patient_id)

    async def work(db):
        version = next(rule.version_id for rule in (await store.setting_of(db, card.clinic_id)).rules)
        for days, each in values:
            await taken(db, key, card, None, version, each, house.clock() - timedelta(days=days))

    await house.db.unit(work)


async def test_who_got_worse_is_due_or_in_danger_stands_above_and_for_their_therapist_alone(
    house, jo, mara, samir, desk
) -> None:
    card = jo.made.card
    await use(house, card.clinic_id, phq9="visit")
    calm = (await mara.get(HERE)).text
    assert "Not answered yet for the next visit: PHQ-9." in calm
    await answered(house, card, (14, "1111111100"), (1, "2222222200"))
    assert "PHQ-9 went from 8 to 16 on" in (await mara.get(HERE)).text
    assert "Jo" not in (await samir.get(HERE)).text
    assert (await desk.get(HERE)).status_code in {403, 404}

    ring = await house.keys.patient(card.clinic_id, card.patient_id)

    async def danger(db):
        version = (await store.setting_of(db, card.clinic_id)).rules[0].version_id
        row = await store.ask(db, (card.clinic_id, card.patient_id, card.id), "phq9", version, house.clock())
        await spoke_of_danger(db, ring, card.clinic_id, row.id, house.clock())

    await house.db.unit(danger)
    assert "One answer speaks of danger" in (await mara.get(HERE)).text


async def test_who_got_worse_is_told_while_a_question_without_points_is_open(house, jo, mara) -> None:
    card = jo.made.card
    await use(house, card.clinic_id, phq9="visit")
    await answered(house, card, (14, "1111111100"), (1, "2222222200"))

    async def last_open(db):
        """The total is there; nobody answered how hard it makes things, or said that this is all."""
        newest = (await db.scalars(select(Measure).order_by(Measure.begun_at.desc()))).first()
        newest.finished_at, newest.totalled_at = None, newest.finished_at
        last = shipped()["phq9"].items[-1].id
        await db.execute(delete(MeasureAnswer).where(MeasureAnswer.measure_id == newest.id, MeasureAnswer.item == last))
        return newest.totalled_at

    came = await house.db.unit(last_open)
    assert "PHQ-9 went from 8 to 16 on" in (await mara.get(HERE)).text
    clinic = await house.db.read(lambda db: clinic_of(db, card.clinic_id))
    [facts] = await caseload_of(house, clinic, card.therapist_id, house.clock())
    assert facts.answered == came


async def test_who_went_quiet_is_told_with_the_day_and_ninety_days_later_is_nobodys(
    house, linden, clock, jo, mara
) -> None:
    clock.now = START + timedelta(days=15)
    (one,) = await caseload_of(house, linden.clinic, jo.made.card.therapist_id, clock.now)
    assert (one.next, one.met) == (None, jo.made.card.ends_at)
    card = jo.made.card
    journal = Journal(house, card.clinic_id, card.patient_id, "mood")
    at = clock.now - timedelta(days=2)
    written = Written(at.date(), at, "Europe/Berlin", backdated=False)
    hers = Entry(uuid4(), "mood", written, Share.ME, 1, {"mood": 5}, {})
    await journal.keep(hers)
    assert await caseload_of(house, linden.clinic, card.therapist_id, clock.now) == [one], "what is hers is no sign"
    part = (card.patient_id, "mood", hers.id, Share.PART)
    await house.db.unit(lambda db: journals.share(db, *part))
    (heard,) = await caseload_of(house, linden.clinic, card.therapist_id, clock.now)
    assert (heard.sign, "no sign since" in (await mara.get(HERE)).text) == (at, False)
    clock.now = START + timedelta(days=91)
    assert await caseload_of(house, linden.clinic, jo.made.card.therapist_id, clock.now) == []


async def test_it_asks_as_much_for_many_as_for_one(house, linden, jo, mara) -> None:
    staff_id = linden.mara.staff_id
    with asked_of(house.db, house.keys.database) as one:
        await caseload_of(house, linden.clinic, staff_id, house.clock())
    for number in range(4):
        day = START + timedelta(days=7 * (1 + number))
        await booked(house, linden, day, name=f"P {number}", mail=f"p{number}@a.example")
    with asked_of(house.db, house.keys.database) as many:
        found = await caseload_of(house, linden.clinic, staff_id, house.clock())
    assert len(found) == 5
    assert len(many) == len(one)
    assert len(many) <= 15
