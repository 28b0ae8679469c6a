"""Answering at the start of a visit: what is kept, who may, what it leaves behind, and what it never holds up."""

import pytest
from sqlalchemy import func, select

from server.audit.tables import AuditEntry
from server.house import House
from server.visit.checklist.tables import VisitAnswer
from tests.server.conftest import Clock
from tests.server.visit.checklist.conftest import JSON, answer
from tests.server.visit.conftest import HERE, Browser, Jo
from tests.server.visit.test_keeping import found

pytestmark = pytest.mark.asyncio


async def rows(house: House) -> list[tuple[str, int, str]]:
    asked = select(VisitAnswer.line, VisitAnswer.number, VisitAnswer.how).order_by(VisitAnswer.line, VisitAnswer.number)
    return [tuple(row) for row in await house.db.read(lambda db: db.execute(asked))]


async def test_it_opens_with_what_was_said_at_the_door_and_is_asked_once(jo: Jo, mara: Browser, house: House) -> None:
    await jo.arrive(country="PT")
    page = (await mara.get(jo.staff_url)).text
    assert "10 answers are still open" in page
    assert "Rua da Rosa 12, Lisbon, Portugal" in page
    for _ in range(2):
        assert (await mara.post(f"{jo.staff_url}/as-said")).headers["location"] == f"{jo.staff_url}#beside"
    assert await rows(house) == [("contact", 1, "answer"), ("number", 1, "answer"), ("place", 1, "answer")]
    page = (await mara.get(jo.staff_url)).text
    assert "7 answers are still open" in page
    assert "Where they are: Rua da Rosa 12, Lisbon, Portugal" in page


async def test_each_change_is_a_row_and_the_same_again_is_none(jo: Jo, mara: Browser, house: House) -> None:
    await jo.arrive()
    for _ in range(2):
        assert (await answer(mara, jo, "alone", word="yes", over="0")).json() == {"number": 1}
    assert (await answer(mara, jo, "alone", word="no", text="Her mother", over="1")).json() == {"number": 2}
    assert await rows(house) == [("alone", 1, "answer"), ("alone", 2, "answer")]
    assert "Not alone: Her mother" in (await mara.get(jo.staff_url)).text
    audited = select(AuditEntry.detail).where(AuditEntry.action == "visit.check").order_by(AuditEntry.at)
    assert [one["number"] for one in await house.db.read(lambda db: db.scalars(audited))] == [1, 2]


async def test_an_answer_is_never_written_over_one_its_page_has_not_seen(jo: Jo, mara: Browser, house: House) -> None:
    await jo.arrive()
    await answer(mara, jo, "alone", word="yes", over="0")
    assert (await answer(mara, jo, "alone", word="no", over="0")).status_code == 409
    plain = await mara.post(f"{jo.staff_url}/check/alone", data={"word": "no", "over": "0"})
    assert plain.status_code == 409
    assert "This line was answered in another window" in plain.text
    assert len(await rows(house)) == 1


async def test_a_line_is_left_out_with_a_reason_and_not_without(jo: Jo, mara: Browser, house: House) -> None:
    await jo.arrive()
    empty = await mara.post(f"{jo.staff_url}/check/alone", data={"how": "waive", "over": "0"})
    assert empty.status_code == 422
    assert "A few words are missing." in empty.text
    assert (await answer(mara, jo, "alone", how="waive", text="Writes only", over="0")).status_code == 200
    assert "Left out: Alone in the room? Writes only" in (await mara.get(jo.staff_url)).text
    assert await rows(house) == [("alone", 1, "waive")]


async def test_a_line_that_there_is_not_is_not_answered(jo: Jo, mara: Browser, house: House) -> None:
    for line in ("licence", "nothing"):
        assert (await answer(mara, jo, line, word="yes", text="x")).status_code == 404
    assert await rows(house) == []


async def test_what_was_answered_is_sealed_on_the_disk(jo: Jo, mara: Browser, house: House) -> None:
    await jo.arrive(country="US", region="US-TX")
    await answer(mara, jo, "alone", word="no", text="Her mother listens", over="0")
    await answer(mara, jo, "place", text="Cais do Sodre 4", country="US", region="US-TX", over="0")
    assert not found(house.settings.data, ["Her mother", "Cais do Sodre", "US-TX"])


async def test_nobody_but_who_leads_the_visit_reads_or_answers(
    jo: Jo, mara: Browser, samir: Browser, desk: Browser, house: House
) -> None:
    await jo.arrive()
    await answer(mara, jo, "alone", word="no", text="Her mother listens", over="0")
    steps = ("check/safe", "as-said", "elsewhere", "sign", "take-back")
    for who, status in ((desk, 403), (samir, 404), (jo.browser, 403)):
        part = await who.get(f"{jo.staff_url}/checklist", headers=JSON)
        assert part.status_code == (401 if who is jo.browser else status)
        for step in steps:
            assert (await who.post(f"{jo.staff_url}/{step}", data={"word": "yes"})).status_code == status
    seen = [await jo.page(), (await desk.get("/staff")).text, (await desk.get("/staff/day/waiting")).text]
    assert not [page for page in seen if "mother" in page]
    assert len(await rows(house)) == 1


async def test_open_lines_hold_up_neither_the_beginning_nor_the_end(jo: Jo, mara: Browser, house: House) -> None:
    await jo.arrive()
    for step, state in (("admit", "in_session"), ("hold", "on_hold"), ("admit", "in_session"), ("end", "ended")):
        assert (await mara.post(f"{jo.staff_url}/{step}", headers=JSON)).json()["state"] == state
    assert (await mara.post(f"{jo.staff_url}/outcome", data={"outcome": "attended"})).status_code == 303
    assert await rows(house) == []


async def test_the_panel_follows_the_place_that_was_named_last(jo: Jo, mara: Browser) -> None:
    await jo.arrive(country="DE")
    part = (await mara.get(f"{jo.staff_url}/checklist")).text
    assert "Emergency number in Germany" in part
    assert 'href="tel:5550142"' in part
    assert 'href="tel:5550199"' in part
    assert "Nobody at the clinic has verified this number yet." in part
    assert "follows the clock" not in part
    await answer(mara, jo, "place", text="Union Square", country="US", region="US-NY", over="0")
    part = (await mara.get(f"{jo.staff_url}/checklist")).text
    assert 'href="tel:911"' in part
    assert "Union Square, New York, United States" in part


async def test_the_backup_plan_names_numbers_of_this_patient(jo: Jo, mara: Browser) -> None:
    await jo.arrive(country="PT")
    part = (await mara.get(f"{jo.staff_url}/checklist")).text
    assert "Then phone them: 555 0142." in part
    assert "the emergency service of where they are: 112." in part


async def test_who_came_before_countries_were_asked_for_is_shown_as_before(jo: Jo, mara: Browser) -> None:
    await jo.arrive()
    page = (await mara.get(jo.staff_url)).text
    assert all(value in page for value in HERE.values())
    assert "Emergency number in Portugal" in page
    assert "follows the clock of their booking" in page


async def test_hostile_words_stay_words(jo: Jo, mara: Browser) -> None:
    await jo.arrive()
    evil = '"><img src=x onerror=alert(1)>'
    for line in ("place", "number", "contact"):
        await answer(mara, jo, line, text=evil, over="0")
    await answer(mara, jo, "alone", word="no", text=evil, over="0")
    page = (await mara.get(jo.staff_url)).text
    assert "&lt;img" in page
    assert "<img src=x" not in page


async def test_an_idle_login_still_answers_in_the_visit_it_leads(jo: Jo, mara: Browser, clock: Clock) -> None:
    await jo.arrive()
    await mara.post(f"{jo.staff_url}/admit")
    clock.forward(minutes=40)
    assert (await answer(mara, jo, "alone", word="yes", over="0")).status_code == 200
    assert (await mara.get(f"{jo.staff_url}/checklist")).status_code == 200


async def test_the_door_asks_for_the_country_and_for_the_part_where_it_matters(jo: Jo, mara: Browser) -> None:
    form = (await jo.browser.get(f"{jo.url}/arrive")).text
    choice = form[form.index('name="country"') :]
    choice = choice[: choice.index("</select>")]
    assert " selected" not in choice.replace('<option value="" selected>', ""), (
        "help depends on it: nobody is answered for"
    )
    assert choice.index('value="PT"') < choice.index('value="AF"'), "the country of the patient's clock comes first"
    missing = await jo.arrive(country="US")
    assert missing.status_code == 422
    assert "Choose the state or province" in missing.text
    assert (await jo.arrive(country="US", region="unsure")).status_code == 303
    assert "Rua da Rosa 12, Lisbon, United States" in (await mara.get(jo.staff_url)).text


async def test_one_row_per_press_of_many(house: House, jo: Jo, mara: Browser) -> None:
    await jo.arrive()
    await mara.post(f"{jo.staff_url}/as-said", headers=JSON)
    assert await house.db.read(lambda db: db.scalar(select(func.count()).select_from(VisitAnswer))) == 3
