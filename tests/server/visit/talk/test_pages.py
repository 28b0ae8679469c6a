"""The patient writes, the clinic answers; sealed, once, and both read when it was read."""

import pytest
from sqlalchemy import select

from server.house import House
from server.visit.talk.rules import IN_A_MINUTE
from server.visit.talk.tables import VisitLine
from tests.server.conftest import Clock
from tests.server.visit.conftest import START, Browser, Browsers, Jo

pytestmark = pytest.mark.asyncio
JSON = {"accept": "application/json"}
LATE_TRAIN = {"text": "My camera stays dark.", "once": "a"}


async def rows(house: House) -> list[VisitLine]:
    return list(await house.db.read(lambda db: db.scalars(select(VisitLine).order_by(VisitLine.at))))


async def test_a_line_and_its_answer_are_read_by_both_with_their_times(
    jo: Jo, mara: Browser, house: House, clock: Clock
) -> None:
    await jo.arrive()
    answer = await jo.browser.post(f"{jo.url}/lines", data=LATE_TRAIN)
    assert answer.headers["location"] == f"{jo.url}#talk"
    assert "Not read yet" in await jo.page()
    clock.forward(minutes=1)
    day = await mara.get("/staff/day/waiting")
    assert "My camera stays dark." in day.text
    assert "Answer" in day.text
    assert "Read at 13:51" in await jo.page()
    sent = await mara.post(f"{jo.staff_url}/lines", data={"text": "I call you.", "once": "b"}, headers=JSON)
    assert sent.status_code == 204
    assert "Not read yet" in (await mara.get(f"{jo.staff_url}/lines-part")).text
    heard = (await jo.browser.get(f"{jo.url}/lines")).text
    assert "Mara, 13:51" in heard
    assert "I call you." in heard
    assert "Not read yet" not in (await mara.get(f"{jo.staff_url}/lines-part")).text
    assert "My camera stays dark." not in (await mara.get("/staff/day/waiting")).text, "it is answered"
    assert [b"camera" in row.words_sealed or b"call" in row.words_sealed for row in await rows(house)] == [False] * 2


async def test_the_same_form_sent_twice_is_one_line(jo: Jo, mara: Browser, house: House, clock: Clock) -> None:
    await jo.arrive()
    for _ in range(3):
        await jo.browser.post(f"{jo.url}/lines", data=LATE_TRAIN)
        clock.forward(seconds=5)
    assert len(await rows(house)) == 1


async def test_a_page_that_nobody_looks_at_has_read_nothing(jo: Jo, mara: Browser, house: House) -> None:
    await jo.arrive()
    await jo.browser.post(f"{jo.url}/lines", data=LATE_TRAIN)
    await mara.get("/staff/day/waiting?hidden=1")
    assert [row.read_at for row in await rows(house)] == [None]


async def test_too_many_lines_are_kept_in_the_box_and_asked_to_wait(jo: Jo, mara: Browser, house: House) -> None:
    await jo.arrive()
    for number in range(IN_A_MINUTE):
        await jo.browser.post(f"{jo.url}/lines", data={"text": f"line {number}"})
    answer = await jo.browser.post(f"{jo.url}/lines", data={"text": "one more"})
    assert answer.status_code == 429
    assert "one more</textarea>" in answer.text
    assert "Those were many lines in one minute." in answer.text
    assert len(await rows(house)) == IN_A_MINUTE
    assert (await mara.post(f"{jo.staff_url}/lines", data={"text": "The clinic may still answer."})).status_code == 303


async def test_a_line_without_words_or_too_long_says_so(jo: Jo, mara: Browser, house: House) -> None:
    await jo.arrive()
    for text, words in (("", "There are no words in it yet."), ("x" * 1025, "longer than we can send at once")):
        answer = await jo.browser.post(f"{jo.url}/lines", data={"text": text})
        assert answer.status_code == 422
        assert words in answer.text
    assert await rows(house) == []


async def test_nobody_writes_before_the_arrival_or_after_the_end(
    jo: Jo, mara: Browser, house: House, clock: Clock
) -> None:
    clock.now = START
    await jo.browser.post(f"{jo.url}/lines", data=LATE_TRAIN)
    assert (await mara.post(f"{jo.staff_url}/lines", data={"text": "Are you there?"})).status_code == 409
    await jo.arrive()
    await mara.post(f"{jo.staff_url}/end")
    await jo.browser.post(f"{jo.url}/lines", data=LATE_TRAIN)
    assert await rows(house) == []


async def test_the_desk_reads_and_answers_and_nobody_else_does(
    jo: Jo, desk: Browser, samir: Browser, browsers: Browsers
) -> None:
    await jo.arrive()
    await jo.browser.post(f"{jo.url}/lines", data=LATE_TRAIN)
    assert "My camera stays dark." in (await desk.get(f"{jo.staff_url}/lines")).text
    assert (await desk.post(f"{jo.staff_url}/lines", data={"text": "Mara knows."})).status_code == 303
    stranger = await browsers()
    assert (await samir.get(f"{jo.staff_url}/lines")).status_code == 404
    assert (await samir.post(f"{jo.staff_url}/lines", data={"text": "hello"})).status_code == 404
    assert (await stranger.post(f"{jo.url}/lines", data=LATE_TRAIN)).status_code == 404
    assert (await stranger.get(f"{jo.url}/lines")).status_code == 404
