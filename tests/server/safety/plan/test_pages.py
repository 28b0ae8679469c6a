"""The safety plan on its pages: made alone or together, read where help is, and by nobody whom it is not for."""

import json
import re
from datetime import timedelta

import pytest

from server.patients.merging.merge import merge
from server.patients.merging.rules import Choice
from tests.server.booking.linden import THURSDAY, booked
from tests.server.conftest import browser_on

pytestmark = pytest.mark.asyncio
STEP = "/me/plan/steps"


async def wrote(browser, step: str, text: str, over: int = 0, **more: str):
    return await browser.post(f"{STEP}/{step}", data={"text": text, "version": str(over), **more})


async def test_a_plan_is_written_step_by_step_and_calls_with_a_tap(phone) -> None:
    empty = (await phone.get("/me/plan")).text
    assert f'href="{STEP}/signs"' in empty
    assert 'href="tel:112"' in empty, "the country's own numbers stand in it before a word is written"
    first = await wrote(phone, "signs", "I stop answering\n\n I do not eat ", then="next")
    assert (first.status_code, first.headers["location"]) == (303, f"{STEP}/alone")
    done = await wrote(phone, "ask", "Ana 555 0199")
    assert done.headers["location"] == "/me/plan?notice=kept"
    page = (await phone.get("/me/plan")).text
    assert "I do not eat" in page
    assert 'href="tel:5550199"' in page
    assert "Nobody at the clinic has checked the lines of this country yet." in page, (
        "a number says whether somebody tried it"
    )
    last = await wrote(phone, "reasons", "My garden", then="next")
    assert last.headers["location"] == "/me/plan?notice=kept", "after the last step there is the plan"
    assert (await phone.get(f"{STEP}/levitation")).status_code == 404
    assert (await wrote(phone, "signs", "x" * 4001, 1)).status_code == 422
    assert (await phone.post(f"{STEP}/signs", data={"text": "a", "version": "no"})).status_code == 422


async def test_words_that_one_person_typed_are_taken_for_nobody_else(phone, mara, jo) -> None:
    page = (await phone.get(f"{STEP}/signs")).text
    [hers] = re.findall(r'<html [^>]*data-reader="([^"]+)"', page)
    typed = {"text": "I stop answering", "version": "0"}
    for whose, status in (("another", 403), ("", 403), (hers, 200)):
        headers = {"x-reader": whose, "accept": "application/json"}
        answer = await phone.post(f"{STEP}/signs", data=typed, headers=headers)
        assert answer.status_code == status, whose
    [staff] = re.findall(r'<html [^>]*data-reader="([^"]+)"', (await mara.get(jo.staff_url)).text)
    note, headers = f"{jo.staff_url}/note", {"accept": "application/json"}
    for whose, status in ((hers, 403), (staff, 200)):
        answer = await mara.post(note, data=typed, headers={**headers, "x-reader": whose})
        assert answer.status_code == status, whose


async def test_numbers_follow_the_country_that_the_patient_says(phone) -> None:
    assert (await phone.post("/me/plan/country", data={"country": "US"})).status_code == 303
    assert 'href="tel:988"' in (await phone.get("/me/plan")).text
    assert (await phone.post("/me/plan/country", data={"country": "XX"})).status_code == 422


async def test_made_alone_it_is_theirs_until_they_share_it_and_every_look_is_noted(phone, jo, mara, samir) -> None:
    staff = f"/staff/patients/{jo.made.card.patient_id}/plan"
    await wrote(phone, "signs", "I stop answering")
    assert "Only you." in (await phone.get("/me/plan")).text
    closed = (await mara.get(staff)).text
    assert "keeps it to themselves" in closed
    assert "I stop answering" not in closed
    assert (await mara.post(f"{staff}/steps/signs", data={"text": "a", "version": "1"})).status_code == 409
    beside = (await mara.get(jo.staff_url)).text
    assert "I stop answering" not in beside
    await phone.post("/me/plan/share", data={"shared": "yes"})
    assert "I stop answering" in (await mara.get(staff)).text
    assert "I stop answering" in (await mara.get(jo.staff_url)).text
    assert (await samir.get(staff)).status_code == 404
    looks = (await phone.get(f"/me/record/{jo.made.card.patient_id}")).text
    assert "Mara Lind" in looks
    await phone.post("/me/plan/share", data={"shared": "no"})
    assert "I stop answering" not in (await mara.get(staff)).text
    assert (await phone.post("/me/plan/forget")).headers["location"] == "/me/plan?notice=forgotten"
    assert "I stop answering" not in (await phone.get("/me/plan")).text


async def test_together_both_write_and_a_conflict_shows_both(phone, jo, mara) -> None:
    made = await mara.post(f"{jo.staff_url}/plan/alone", data={"text": "Tea", "version": "0"})
    assert made.headers["location"] == f"{jo.staff_url}#plan"
    assert "made it together with the clinic" in (await phone.get("/me/plan")).text
    await wrote(phone, "alone", "Tea\nMusic", 1, was="Tea")
    over = {"text": "Tea\nA walk", "version": "1", "was": "Tea"}
    json_answer = await mara.post(f"{jo.staff_url}/plan/alone", data=over, headers={"accept": "application/json"})
    assert json_answer.status_code == 409
    assert json_answer.json() | {"at": ""} == {
        "version": 2,
        "at": "",
        "text": "Tea\nMusic\nA walk",
        "was": "Tea\nMusic",
    }
    paper = f"/staff/patients/{jo.made.card.patient_id}/plan"
    shown = await mara.post(f"{paper}/steps/alone", data=over)
    assert shown.status_code == 409
    assert re.search(r"Tea\nMusic\nA walk</textarea>", shown.text)
    await mara.post(f"{jo.staff_url}/plan/alone", data=over)
    both = (await phone.get(f"{STEP}/alone")).text
    assert re.search(r"Tea\nMusic\nA walk</textarea>", both), "without a script both are kept"
    mine = await wrote(phone, "alone", "Tea\nThe dog", 2, was="Tea\nMusic")
    assert mine.status_code == 409
    assert re.search(r"Tea\nMusic\nA walk\nThe dog</textarea>", mine.text)
    assert (await phone.post("/me/plan/forget")).status_code == 409


async def test_versions_are_read_and_brought_back_from_either_side(phone, jo, mara, clock) -> None:
    staff = f"/staff/patients/{jo.made.card.patient_id}/plan"
    await mara.post(f"{staff}/steps/alone", data={"text": "Tea", "version": "0"})
    await wrote(phone, "alone", "Coffee", 1, was="Tea")
    listed = (await phone.get("/me/plan/history")).text
    assert "Mara Lind" in listed
    old = re.findall(r'href="(/me/plan/history/[\w-]+)"', listed)[-1]
    assert "Tea" in (await phone.get(old)).text
    assert "Tea" in (await mara.get(f"{staff}/history/{old.rsplit('/', 1)[1]}")).text
    assert (await phone.post(f"{old}/bring-back")).headers["location"] == "/me/plan?notice=back"
    assert "Tea" in (await phone.get("/me/plan")).text
    assert (await phone.get("/me/plan/history")).text.count('href="/me/plan/history/') == 3
    assert (await mara.post(f"{staff}/history/{jo.made.card.patient_id}/bring-back")).status_code == 404


async def test_it_stands_where_help_is_and_comes_up_on_its_day(phone, jo, mara, clock, house) -> None:
    assert 'href="/me/plan"' in (await phone.get("/c/linden/help")).text
    assert 'href="/me/plan"' in (await phone.get("/help")).text
    assert 'href="/me/plan"' not in (await mara.get("/c/linden/help")).text
    home = (await phone.get("/me")).text
    assert "write down what helps, on a calm day" in home
    await wrote(phone, "signs", "I stop answering")
    assert "Does it still fit" not in (await phone.get("/me")).text
    assert (await phone.post("/me/plan/review", data={"days": "7"})).status_code == 303
    clock.forward(days=8)
    await phone.get("/me")
    assert "Does it still fit" in (await phone.get("/me")).text
    assert (await phone.post("/me/plan/review", data={"days": "0"})).status_code == 303
    assert "Does it still fit" not in (await phone.get("/me")).text
    assert (await phone.post("/me/plan/review", data={"days": "2"})).status_code == 422


async def test_it_waits_with_them_and_is_taken_along(phone, jo, mara) -> None:
    await wrote(phone, "ask", "Ana 555 0199")
    own = f"/me/record/{jo.made.card.patient_id}"
    taken = json.loads((await phone.get(f"{own}/json")).text)
    assert taken["safety_plan"]["steps"] == [{"step": "ask", "lines": [{"text": "Ana", "phone": "555 0199"}]}]
    staff = f"/staff/patients/{jo.made.card.patient_id}/record"
    assert json.loads((await mara.get(f"{staff}/json")).text)["safety_plan"] is None, "it is not shared"
    bundle = json.loads((await phone.get(f"{own}/fhir")).text)
    (plan,) = [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == "CarePlan"]
    assert plan["activity"][0]["detail"]["description"] == "Ana 555 0199"
    await jo.arrive()
    assert "/me/plan" not in await jo.page(), "a link alone opens no plan"
    phone.cookies.update(jo.browser.cookies)
    assert 'href="/me/plan"' in (await phone.get(jo.url)).text


async def test_nobody_else_gets_there(app, house, jo, mara, desk, linden) -> None:
    staff = f"/staff/patients/{jo.made.card.patient_id}/plan"
    async with browser_on(app) as stranger:
        for who in (stranger, jo.browser, mara):
            assert (await who.get("/me/plan")).status_code in {303, 401, 403}
            assert (await wrote(who, "signs", "a")).status_code in {303, 401, 403}
    assert (await desk.get(staff)).status_code in {403, 404}
    assert (await desk.post(f"{jo.staff_url}/plan/signs", data={"text": "a"})).status_code in {403, 404}


async def test_two_plans_of_records_that_became_one_are_told_to_who_treats_them(house, clock, linden, jo, mara) -> None:
    other = await booked(house, linden, THURSDAY.replace(hour=13), name="Jo A.", mail="jo@work.example")
    for who, text in ((other.card.patient_id, "The garden gate"), (jo.made.card.patient_id, "I stop answering")):
        answer = await mara.post(f"/staff/patients/{who}/plan/steps/signs", data={"text": text, "version": "0"})
        assert answer.status_code == 303
        clock.now += timedelta(minutes=5)
    kept, words = (
        f"/staff/patients/{jo.made.card.patient_id}",
        "There are two safety plans since two records became one.",
    )
    pages = (f"{kept}/record", f"{kept}/plan")
    assert [words in (await mara.get(one)).text for one in pages] == [False, False]
    ids = (jo.made.card.patient_id, other.card.patient_id)
    assert await merge(house, linden.clinic.id, *ids, Choice(), linden.mara.staff_id) is None
    told = [(await mara.get(one)).text for one in pages]
    assert [words in one for one in told] == [True, True]
    assert "I stop answering" in told[1]
    then = re.search(r'href="([^"]*)">The other one, as it stood on', told[1])
    assert then
    assert "The garden gate" in (await mara.get(then[1])).text
    clock.now += timedelta(minutes=5)
    await mara.post(f"{kept}/plan/steps/signs", data={"text": "I stop answering\nThe garden gate", "version": "1"})
    assert [words in (await mara.get(one)).text for one in pages] == [False, True], "in the record until it is seen to"
