"""An answer to what nothing asks any more is kept and calls people like any other; help is shown, nothing older."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.team.store import set_disabled
from server.booking.store import By, cancel
from server.house import House
from server.measures import store
from server.measures.alone.store import open_of, withdraw
from server.measures.catalogue import shipped_data
from server.measures.risk.history import history_of
from server.measures.schedule import Rule, When
from server.measures.tables import Measure, MeasureAnswer
from server.patients.care.store import share
from server.patients.merging.merge import merge
from server.patients.merging.rules import Choice
from server.programmes.asking.loop import ask_due
from server.safety.alerts.tables import Alert
from tests.server.booking.linden import Linden, booked
from tests.server.conftest import Clock
from tests.server.measures.asked import use
from tests.server.visit.conftest import START, Browser, Jo

pytestmark = pytest.mark.asyncio
JSON = {"accept": "application/json"}
OVER = START + timedelta(minutes=51)
HELP = 'class="measure-help" data-help tabindex="-1" aria'


async def say(browser: Browser, url: str, value: int = 2, **more: str):
    fields = {"item": "phq9_9", "value": str(value), "number": "1", **more}
    return await browser.post(url, data=fields, headers=JSON)


async def calling(house: House) -> list[str]:
    return list(await house.db.read(lambda db: db.scalars(select(Alert.kind).where(Alert.closed_at.is_(None)))))


async def test_a_minute_after_the_visit_an_answer_that_nobody_had_begun_with_calls(
    jo: Jo, asks, house: House, clock: Clock
) -> None:
    page = f"{jo.url}/measures/phq9"
    assert (await jo.browser.get(page)).status_code == 200
    clock.now = OVER
    kept = await say(jo.browser, f"{page}/answer")
    assert kept.status_code == 200
    assert kept.json()["watch"]
    assert await calling(house) == ["urgent"]
    assert (await jo.browser.get(page)).status_code == 200, "who has begun may go on for some hours"


async def test_a_day_after_the_visit_a_form_without_script_calls_and_shows_help_and_nothing_from_before(
    jo: Jo, tap, house: House, clock: Clock
) -> None:
    await tap("phq9_1", 2)
    clock.now = OVER + timedelta(days=1)
    page = f"{jo.url}/measures/phq9"
    sent = await jo.browser.post(page, data={"a-phq9_1": "0", "a-phq9_9": "1", "do": "send"})
    assert sent.status_code == 200
    assert HELP in sent.text
    assert "came to" not in sent.text
    assert await calling(house) == ["risk"]
    assert (await jo.browser.get(page)).headers["location"].startswith(jo.url)
    again = await say(jo.browser, f"{page}/answer", 3)
    assert (again.status_code, "value" in again.json()) == (200, False)
    assert await calling(house) == ["urgent"]
    assert (await jo.browser.post(f"{page}/finish")).status_code == 303


async def test_what_is_open_is_put_again_without_script_as_long_as_one_may_go_on(
    jo: Jo, asks, house: House, clock: Clock
) -> None:
    clock.now = OVER
    sent = await jo.browser.post(f"{jo.url}/measures/phq9", data={"a-phq9_9": "1", "do": "send"})
    assert (sent.status_code, HELP in sent.text) == (422, True)


async def test_of_a_booking_that_was_cancelled_before_anybody_began(jo: Jo, asks, house: House) -> None:
    assert (await jo.browser.post(f"{jo.url}/cancel")).status_code == 303
    assert (await say(jo.browser, f"{jo.url}/measures/phq9/answer")).status_code == 200
    assert await calling(house) == ["urgent"]


async def test_of_what_was_answered_with_another_booking_meanwhile(jo: Jo, linden: Linden, asks, house: House) -> None:
    await use(house, linden.clinic.id, phq9="intake")

    async def elsewhere(db: AsyncSession) -> None:
        version = (await store.setting_of(db, linden.clinic.id)).rules[0].version_id
        db.add(
            Measure(
                id=uuid4(), clinic_id=linden.clinic.id, patient_id=jo.made.card.patient_id, version_id=version,
                key="phq9", asked_at=house.clock(), begun_at=house.clock(), finished_at=house.clock(),
            )
        )  # fmt: skip

    await house.db.unit(elsewhere)
    page = f"{jo.url}/measures/phq9"
    assert (await jo.browser.get(page)).status_code == 404, "it is asked once"
    assert (await say(jo.browser, f"{page}/answer")).status_code == 200
    assert await calling(house) == ["urgent"]


async def test_of_what_the_clinic_asks_no_more_and_of_words_that_it_changed_meanwhile(
    jo: Jo, linden: Linden, asks, house: House, clock: Clock
) -> None:
    clock.forward(minutes=1)
    changed = json.loads(json.dumps(shipped_data()["phq9"]).replace("phq9_9", "phq9_nine"))

    async def other(db: AsyncSession) -> None:
        version = await store.keep_version(db, linden.clinic.id, changed, None, clock(), own=True)
        seen = (await store.setting_of(db, linden.clinic.id)).number
        assert await store.keep_setting(db, linden.clinic.id, [Rule("phq9", version, When.VISIT)], seen, None, clock())

    await house.db.unit(other)
    assert (await say(jo.browser, f"{jo.url}/measures/phq9/answer")).status_code == 200
    assert (await say(jo.browser, f"{jo.url}/measures/asq/answer", 1, item="asq_1")).status_code == 200
    assert sorted(await calling(house)) == ["risk", "urgent"]


async def change(house: House, clinic_id, clock: Clock, was: str, words: str) -> str:
    """The clinic asks the PHQ-9 in other words from now on; the version that it asked before."""
    clock.forward(minutes=1)
    changed = json.loads(json.dumps(shipped_data()["phq9"]).replace(was, words))

    async def other(db: AsyncSession) -> str:
        before = await store.setting_of(db, clinic_id)
        version = await store.keep_version(db, clinic_id, changed, None, clock(), own=True)
        assert await store.keep_setting(
            db, clinic_id, [Rule("phq9", version, When.VISIT)], before.number, None, clock()
        )
        return next(str(rule.version_id) for rule in before.rules if rule.key == "phq9")

    return await house.db.unit(other)


async def test_an_opened_page_stays_on_its_version_though_the_clinic_changed_it(
    jo: Jo, linden: Linden, asks, house: House, clock: Clock
) -> None:
    page = f"{jo.url}/measures/phq9"
    version = re.search(r'name="version" value="([^"]+)"', (await jo.browser.get(page)).text)[1]
    assert version == await change(house, linden.clinic.id, clock, "phq9_9", "phq9_nine")
    for number in range(1, 10):
        kept = await say(jo.browser, f"{page}/answer", 0, item=f"phq9_{number}", version=version)
        assert (kept.status_code, kept.json()["open"]) == (200, 9 - number)
    assert "came to" in (await jo.browser.get(page)).text


async def test_a_form_without_script_stays_on_its_version_too(
    jo: Jo, linden: Linden, asks, house: House, clock: Clock
) -> None:
    page, version = f"{jo.url}/measures/phq9", await change(house, linden.clinic.id, clock, "phq9_9", "phq9_nine")
    answers = {f"a-phq9_{number}": "1" for number in range(1, 10)}
    sent = await jo.browser.post(page, data={**answers, "version": version, "do": "finish"})
    assert (sent.status_code, await calling(house)) == (303, ["risk"])


async def test_where_another_page_began_the_new_version_it_is_begun_anew_and_danger_calls(
    jo: Jo, phone: Browser, linden: Linden, asks, house: House, clock: Clock
) -> None:
    page, version = f"{jo.url}/measures/phq9", await change(house, linden.clinic.id, clock, "better off dead", "gone")
    assert (await say(jo.browser, f"{page}/answer", 0, item="phq9_1")).status_code == 200
    same = await say(jo.browser, f"{page}/answer", 1, item="phq9_2", version=version)
    assert (same.status_code, same.json()["open"]) == (200, 8), "this question is the same in both"
    for value, calls in ((0, []), (2, ["urgent"])):
        told = await say(jo.browser, f"{page}/answer", value, version=version)
        assert (told.status_code, told.json()["anew"]) == (409, True)
        assert ("watch" in told.json(), await calling(house)) == (bool(calls), calls)
    again = await jo.browser.post(page, data={"a-phq9_9": "3", "version": version, "do": "send"})
    assert (again.status_code, HELP in again.text) == (409, True)
    assert "The clinic changed these questions" in again.text
    kept = f"/me/measures/{jo.made.card.public_id}/phq9"
    for value, status in ((0, 422), (1, 200)):
        late = await say(phone, kept, value, id=str(uuid4()), ago="60", version=version)
        assert (late.status_code, "watch" in late.text) == (status, status == 200)
    rows = list(await house.db.read(lambda db: db.scalars(select(MeasureAnswer).order_by(MeasureAnswer.item))))
    assert [(row.item, row.overtaken, row.version_id is not None) for row in rows] == [
        ("phq9_1", False, False),
        ("phq9_2", False, False),
        *[("phq9_9", True, True)] * 3,
    ]
    said = await history_of(house, linden.clinic.id, jo.made.card.patient_id, rows[0].measure_id)
    assert sorted((one.number, one.value) for one in said) == [(9, 1), (9, 2), (9, 3)]


async def test_what_the_clinic_never_had_is_nobodys_answer(jo: Jo, asks, house: House) -> None:
    assert (await say(jo.browser, f"{jo.url}/measures/who5/answer")).status_code == 404
    assert (await say(jo.browser, f"{jo.url}/measures/phq9/answer", item="asq_1")).status_code == 422
    assert await house.db.read(lambda db: db.scalar(select(Measure.id))) is None


async def test_what_waited_on_a_device_with_a_clock_that_was_wrong(
    jo: Jo, phone: Browser, asks, house: House, clock: Clock
) -> None:
    clock.now = OVER + timedelta(days=2)
    url = f"/me/measures/{jo.made.card.public_id}/phq9"
    for ago in ("0", "9999999999999"):
        kept = await say(phone, url, id=str(uuid4()), ago=ago)
        assert kept.status_code == 200
        assert kept.json()["watch"]
    assert await calling(house) == ["urgent"]


async def test_what_waited_on_a_device_while_its_booking_was_cancelled(
    jo: Jo, phone: Browser, asks, house: House, clock: Clock
) -> None:
    async def work(db: AsyncSession) -> None:
        assert await cancel(db, jo.made.card, clock(), By("patient", None))

    await house.db.unit(work)
    clock.forward(hours=1)
    kept = await say(phone, f"/me/measures/{jo.made.card.public_id}/phq9", id=str(uuid4()), ago="60")
    assert kept.status_code == 200
    assert await calling(house) == ["urgent"]


async def test_what_waited_while_the_course_that_asked_it_had_ended(
    jo: Jo, course, phone: Browser, mara, linden: Linden, asks, house: House, clock: Clock
) -> None:
    clock.now = START + timedelta(days=2, hours=-3)
    assert await ask_due(house) == 2

    async def work(db: AsyncSession) -> None:
        for row in await open_of(db, linden.clinic.id):
            assert await withdraw(db, row.id, clock())

    await house.db.unit(work)
    clock.forward(hours=14)
    base = f"/me/asked/{jo.made.card.patient_id}"
    assert (await phone.get(f"{base}/phq9")).status_code == 404
    assert (await say(phone, f"{base}/late/phq9", id=str(uuid4()), ago="60")).status_code == 200
    assert (await say(phone, f"{base}/phq9/answer", 3)).status_code == 200
    assert await calling(house) == ["urgent"]
    assert (await say(phone, f"{base}/late/asq", id=str(uuid4()), item="asq_1", value="1")).status_code == 404
    values = list(await house.db.read(lambda db: db.scalars(select(MeasureAnswer.item))))
    assert values == ["phq9_9"] * 2


async def test_what_waited_while_the_record_of_who_answered_became_part_of_another(
    jo: Jo, course, phone: Browser, mara, linden: Linden, asks, house: House, clock: Clock
) -> None:
    clock.now = START + timedelta(days=2, hours=-3)
    assert await ask_due(house) == 2
    base, twin = f"/me/asked/{jo.made.card.patient_id}", await booked(house, linden, name="Jo Almeida")
    kept, gone = twin.card.patient_id, jo.made.card.patient_id
    assert await merge(house, linden.clinic.id, kept, gone, Choice(), uuid4()) is None
    assert (await say(phone, f"{base}/late/phq9", id=str(uuid4()), ago="60")).status_code == 200
    assert (await say(phone, f"{base}/phq9/answer", 3)).status_code in {200, 409}
    assert await calling(house) == ["urgent"]
    assert await house.db.read(lambda db: db.scalar(select(Measure.patient_id))) == kept


async def test_of_a_booking_whose_therapist_works_there_no_more_all_who_treat_them_see_it_and_can_say_so(
    jo: Jo, tap, samir: Browser, linden: Linden, house: House, clock: Clock
) -> None:
    clock.now = START - timedelta(minutes=10)
    await house.db.unit(lambda db: set_disabled(db, linden.mara.staff_id, clock()))
    await tap("phq9_9", 2)
    await house.alerts.run_due()
    assert "An answer of Jo Almeida" not in (await samir.get("/staff")).text, "he does not treat them"
    await house.db.unit(lambda db: share(db, linden.clinic.id, 0, None, clock(), shared=True))
    today = (await samir.get("/staff")).text
    assert "An answer of Jo Almeida needs you at once." in today
    page = f"/staff/risk/{await house.db.read(lambda db: db.scalar(select(Alert.id)))}"
    assert f'href="{page}"' in today
    told = (await samir.get(page)).text
    assert "question 9" in told
    assert "whom they met by it works here no more" in told
    assert "Open the visit" not in told
    flags = re.search(r'name="flags" value="([^"]+)"', told)[1]
    assert (await samir.post(f"{page}/saw", data={"flags": flags})).status_code == 303
    assert "needs you" not in (await samir.get("/staff")).text
    assert await calling(house) == []
