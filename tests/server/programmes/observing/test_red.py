"""A red reading calls who is on call beyond the open screens, once, until a person says that they look after it."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import select

from server.access import Role
from server.accounts.store import join
from server.accounts.team.rules import Person
from server.home.demo_clinic.observing import add_observed
from server.programmes.catalogue import shipped
from server.programmes.course import Entry, Key
from server.programmes.observing.red import KIND, is_red
from server.programmes.questions import Verdict
from server.safety.alerts import store as alerts
from server.safety.alerts import tables
from server.visit.readings.rules import Name, whom
from server.visit.readings.topics import KEY, version
from tests.server.visit.conftest import START, add_staff, signed_in

CLINIC = uuid4()
TAKER, CALLED, OTHER, DESK = (uuid4() for _ in range(4))
TEAM = [
    Person(one, CLINIC, "", frozenset({Role.FRONT_DESK if one == DESK else Role.THERAPIST}))
    for one in (TAKER, CALLED, OTHER, DESK)
]
TAKEN = {"systolic": "150", "diastolic": "88", "pulse": "80", "oxygen": "97", "sedation": "alert"}


def test_who_is_on_call_comes_first_and_nobody_is_left_out() -> None:
    assert whom(Name.ON_CALL, TEAM, [DESK, TAKER], TAKER) == [DESK]
    assert whom(Name.ON_CALL, TEAM, [CALLED], TAKER) == [CALLED]
    assert whom(Name.OTHERS, TEAM, [CALLED], TAKER) == [OTHER]
    assert whom(Name.ON_CALL, TEAM, [TAKER], TAKER) == [CALLED, OTHER]
    assert whom(Name.ON_CALL, TEAM, [], TAKER) == [CALLED, OTHER]


def test_red_is_what_stops_and_not_what_handed_over() -> None:
    steps = shipped()["esketamine"].by_id
    for name, verdict, red in (
        ("vitals", Verdict.STOP, True), ("vitals", Verdict.REVIEW, False), ("incident", Verdict.STOP, True),
        ("handover", Verdict.STOP, False), ("today", Verdict.STOP, False),
    ):  # fmt: skip
        assert is_red(steps[name], Entry(Key(name, 1), START, verdict)) is red


@pytest_asyncio.fixture
async def base(house, linden, jo, mara) -> str:
    patient_id = jo.made.card.patient_id
    course = await add_observed(house, linden.clinic, patient_id, linden.mara.staff_id, house.clock())
    return f"/staff/patients/{patient_id}/courses/{course}"


def sent(once: str, **said: str) -> dict[str, str]:
    return {"once": once} | {f"q-{name}": answer for name, answer in (TAKEN | said).items()}


@pytest.mark.asyncio
async def test_a_red_reading_calls_once_and_a_named_person_answers(house, linden, base, mara, browsers, clock) -> None:
    other = await add_staff(house, linden.clinic.id, Role.THERAPIST)
    await house.db.unit(lambda db: join(db, other, house.clock()))
    await mara.post(f"{base}/observing/vitals", data=sent(str(uuid4())))
    once = str(uuid4())
    for _ in range(2):
        assert (await mara.post(f"{base}/observing/vitals", data=sent(once, systolic="186"))).status_code == 303
    every = await house.db.read(lambda db: _of_kind(db))
    assert [one.subject_id for one in every] == [UUID(once)], "an amber one calls nobody, and one sent twice calls once"
    while await house.alerts.run_due():
        pass
    (alert,) = await house.db.read(lambda db: alerts.of_subjects(db, KIND, [UUID(once)]))
    assert alert.rungs == {Name.ON_CALL}
    where = f"/staff/readings/{alert.id}"
    assert "Who is on call is being told" in (await mara.get("/staff/observing")).text
    away = await signed_in(house, await browsers(), other)
    page = (await away.get(where)).text
    assert "Somebody who is observed had a red reading" in page
    assert "Jo Almeida" not in page
    assert "no clinician here has confirmed it" in page
    assert (await mara.post("/staff/confirming", data={"topic": KEY, "version": version()})).status_code == 303
    page = (await away.get(where)).text
    assert "no clinician here has confirmed it" not in page
    assert "was confirmed by Mara" in page
    today = (await away.get("/staff")).text
    assert "A red reading in a session, taken by" in today, "on the first page too, for who lost the message"
    assert f'action="{where}/take"' in today
    assert "Jo Almeida" not in today.partition("A red reading in a session")[2].partition("</div>")[0]
    assert f"risk-{alert.id}" in (await away.get("/staff/day/came")).text, "and every page sounds"
    clock.now += timedelta(minutes=1)
    assert (await away.post(f"{where}/take")).status_code == 303
    assert "has looked after a red reading since" in (await away.get("/staff")).text
    clock.now += timedelta(minutes=5)
    assert (await mara.post(f"{where}/take")).status_code == 303
    assert await house.alerts.run_due() == 0, "nobody else is called"
    page = (await away.get(where)).text
    assert re.search("A red reading of Jo Almeida", page)
    assert "You have looked after it since" in page
    assert "has looked after it since" in (await mara.get("/staff/observing")).text
    (alert,) = await house.db.read(lambda db: alerts.of_subjects(db, KIND, [UUID(once)]))
    assert alert.closed_by == other


async def _of_kind(db):
    return (await db.scalars(select(tables.Alert).where(tables.Alert.kind == KIND))).all()


@pytest.mark.asyncio
async def test_who_is_called_gets_a_message_that_says_nothing_of_whom(house, linden, base, mara, mailer, clock) -> None:
    other = await add_staff(house, linden.clinic.id, Role.THERAPIST)
    await house.db.unit(lambda db: join(db, other, house.clock()))
    while await house.outbox.run_due():
        pass
    mailer.sent.clear()
    await mara.post(f"{base}/observing/vitals", data=sent(str(uuid4()), systolic="186"))
    await house.alerts.run_due()
    while await house.outbox.run_due():
        pass
    calls = [one for one in mailer.sent if "/staff/readings/" in one.text]
    assert calls
    assert all("Please look at once" in one.subject for one in calls)
    assert all("Almeida" not in one.text + one.html + one.subject for one in calls)
