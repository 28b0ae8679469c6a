"""A course asks its patient in their own space where no booking can: once, answered there, told once and discreetly."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from server.audit.tables import AuditEntry
from server.booking import desk
from server.booking.desk import Order
from server.booking.rules import Wish
from server.booking.store import By
from server.config import Settings
from server.measures.catalogue import shipped
from server.measures.results import results_of
from server.measures.tables import Measure, MeasureFlag
from server.patients.rules import Person
from server.programmes.asking.loop import ask_due
from tests.server.booking.linden import hours_of
from tests.server.measures.asked import use
from tests.server.visit.conftest import START, signed_in

pytestmark = pytest.mark.asyncio


@pytest.fixture
def settings(on_both_engines: Settings) -> Settings:
    return on_both_engines


@pytest_asyncio.fixture
async def unbooked(course, phone, mara, jo, house, linden, clock):
    """Jo is in a course, has a space, met Mara two days ago, and has no booking ahead."""
    clock.now = START + timedelta(days=2)
    await signed_in(house, mara, linden.mara.staff_id)
    return f"/me/asked/{jo.made.card.patient_id}"


async def rows(house) -> list[Measure]:
    async def work(db):
        return list(await db.scalars(select(Measure).order_by(Measure.asked_at)))

    return await house.db.read(work)


async def book_again(house, linden, jo, days: int, by=None) -> desk.Made:
    who, person = (by or linden.mara).staff_id, Person(jo.made.card.patient_id, "Jo Almeida", "jo.almeida@example.org")
    wish = Wish(START + timedelta(days=days), who)
    order = Order(linden.clinic, linden.session, hours_of(who), wish, person, known_patient=True)
    made = await desk.book(house, order, By())
    assert isinstance(made, desk.Made)
    return made


async def taps(browser, base: str, values: str, key: str = "phq9") -> None:
    for item, value in zip(shipped()[key].items, values, strict=False):
        if value != ".":
            data = {"item": item.id, "value": value, "number": "1"}
            answer = await browser.post(f"{base}/{key}/answer", data=data)
            assert answer.status_code == 200, answer.text


async def test_it_stands_on_the_home_is_answered_there_and_is_the_result_of_the_course(
    unbooked, course, phone, mara, jo, house, linden
) -> None:
    assert sum(await asyncio.gather(ask_due(house), ask_due(house))) == 2, "two nodes ask each once"
    assert await ask_due(house) == 0
    home = (await phone.get("/me")).text
    assert f'href="{unbooked}"' in home
    assert "16 short questions for you" in home
    listed = (await phone.get(unbooked)).text
    assert "PHQ-9" in listed
    assert "before you talk" not in listed, "nobody meets them for it"
    page = (await phone.get(f"{unbooked}/phq9")).text
    assert f'data-href="{unbooked}/phq9"' in page
    await taps(phone, unbooked, "1111")
    assert "13 short questions for you" in (await phone.get("/me")).text
    await taps(phone, unbooked, "....211100")
    done = (await phone.get(f"{unbooked}/phq9")).text
    assert "Your answers are kept" in done
    (found,) = await results_of(house, linden.clinic.id, jo.made.card.patient_id)
    assert (found.key, found.latest.result.total, found.latest.finished) == ("phq9", 9, True)
    assert "9" in (await mara.get(f"/staff/patients/{jo.made.card.patient_id}/measures")).text
    assert await ask_due(house) == 0, "the course has its answer"
    assert {row.key for row in await rows(house) if row.finished_at is None} == {"gad7"}
    assert {row.asked_for for row in await rows(house)} == {UUID(course.base.rpartition("/")[2])}


async def test_a_booking_made_meanwhile_does_not_ask_the_same_again(unbooked, phone, jo, house, linden) -> None:
    await use(house, linden.clinic.id, phq9="visit")
    assert await ask_due(house) == 2
    made = await book_again(house, linden, jo, 3)
    assert await ask_due(house) == 0
    home = (await phone.get("/me")).text
    assert f"/visit/{made.card.public_id}/measures" in home
    assert f'href="{unbooked}"' not in home, "each question stands once"
    await taps(phone, f"/visit/{made.card.public_id}/measures", "1111111100")
    assert len(await rows(house)) == 2, "it is the very same that was open"
    assert "Your answers are kept" in (await phone.get(f"{unbooked}/phq9")).text


async def test_what_no_course_wants_any_more_is_withdrawn_and_an_answer_on_its_way_still_counts(
    unbooked, course, phone, mara, house
) -> None:
    assert await ask_due(house) == 2
    ended = await mara.post(
        f"{course.base}/changes", data={"once": str(uuid4()), "kind": "end", "reason": "She moves."}
    )
    assert ended.status_code == 303, ended.text[:2000]
    assert await ask_due(house) == 0
    assert f'href="{unbooked}"' not in (await phone.get("/me")).text
    await taps(phone, unbooked, "........1")
    flags = await house.db.read(lambda db: db.scalar(select(func.count()).select_from(MeasureFlag)))
    assert flags == 1, "what speaks of danger is never lost"


def told_of(house) -> list:
    return [one for one in house.mailer.sent if one.subject == "There are a few questions for you"]


async def test_they_are_told_once_and_never_at_night(unbooked, house, clock) -> None:
    clock.now = START + timedelta(days=2, hours=8)
    assert await ask_due(house) == 2
    await house.outbox.run_due()
    assert told_of(house) == [], "it is night"
    clock.forward(hours=11)
    for _ in range(2):
        await house.outbox.run_due()
        await ask_due(house)
    (told,) = told_of(house)
    assert "PHQ" not in told.text
    assert told.link.endswith("/me")


async def test_who_began_already_is_told_nothing(unbooked, phone, house, linden) -> None:
    assert await ask_due(house) == 2
    await taps(phone, unbooked, "1111111100")
    await taps(phone, unbooked, "11111110", "gad7")
    await house.outbox.run_due()
    assert told_of(house) == []


async def test_nobody_else_opens_it(unbooked, house, mara, browsers, jo) -> None:
    assert await ask_due(house) == 2
    stranger = await browsers()
    for browser in (stranger, jo.browser, mara):
        for answer in (await browser.get(f"{unbooked}/phq9"), await browser.get(unbooked)):
            assert answer.status_code in (303, 401, 403, 404)
        sent = await browser.post(f"{unbooked}/phq9/answer", data={"item": "phq9_1", "value": "1", "number": "1"})
        assert sent.status_code in (303, 401, 403, 404)
    asked = await house.db.read(lambda db: db.scalars(select(AuditEntry.action)))
    assert "measure.begun" not in list(asked)


async def test_another_patients_id_is_nobody_here(unbooked, phone, house) -> None:
    assert (await phone.get(f"/me/asked/{uuid4()}/phq9")).status_code == 404


async def test_what_a_device_of_theirs_kept_comes_late_and_once(unbooked, course, phone, mara, house, clock) -> None:
    assert await ask_due(house) == 2
    assert f'data-own="{unbooked}/late/phq9"' in (await phone.get(f"{unbooked}/phq9")).text
    before = {"id": str(uuid4()), "item": "phq9_9", "value": "2", "over": "", "ago": str(int(20.4 * 3600))}
    ending = {"once": str(uuid4()), "kind": "end", "reason": "She moves."}
    assert (await mara.post(f"{course.base}/changes", data=ending)).status_code == 303
    clock.forward(minutes=30)
    assert await ask_due(house) == 0, "it is withdrawn"
    clock.forward(hours=20)
    for _ in range(2):
        answer = await phone.post(f"{unbooked}/late/phq9", data=before)
        assert answer.status_code == 200, answer.text
        assert answer.json()["watch"]
    flags = await house.db.read(lambda db: db.scalar(select(func.count()).select_from(MeasureFlag)))
    assert flags == 1
    strange = await phone.post(f"/me/asked/{uuid4()}/late/phq9", data=before)
    assert strange.status_code == 404
