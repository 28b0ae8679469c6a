"""A letter of which words can mean danger is sent like any; its writer comes to whom they can call, nobody is told."""

from datetime import date
from urllib.parse import parse_qs, urlparse
from uuid import uuid4

import pytest
from sqlalchemy import text

from server.patients.acting import store as acting
from server.patients.acting.rules import ActingRules
from tests.server.home.space.test_link import ANA, add_helper, arrange
from tests.server.home.space.ways import come_in, handed_over
from tests.server.letters.conftest import letters_in, take_letters

pytestmark = pytest.mark.asyncio
WORDS = "I want to die"


async def count(house, table: str) -> int:
    return await house.db.read(lambda db: db.scalar(text(f"SELECT count(*) FROM {table}")))


async def test_a_letter_with_words_of_danger_is_sent_and_leads_to_the_plan_and_nobody_is_called(house, phone) -> None:
    once, before = str(uuid4()), await count(house, "outbox")
    await phone.writes("A quiet week.")
    ordinary = await count(house, "outbox") - before
    for _ in range(2):
        sent = await phone.writes(f"Some nights {WORDS.upper()}.", once=once)
    way = urlparse(sent.headers["location"])
    (after,) = parse_qs(way.query)["after"]
    assert (sent.status_code, way.path) == (303, "/me/safe")
    page = (await phone.browser.get(sent.headers["location"])).text
    for said in (
        "Your letter is sent. How are you?",
        "nobody is called because of it",
        'href="tel:',
        f'href="{after}"',
    ):
        assert said in page
    assert "It is kept." not in page
    assert (await count(house, "alerts"), await count(house, "outbox")) == (0, before + 2 * ordinary)
    assert len(letters_in((await phone.browser.get(after)).text)) == 1
    answer = {"once": str(uuid4()), "text": "أريد أن أموت"}
    assert (await phone.browser.post(after, data=answer)).headers["location"].startswith("/me/safe?after=")
    answer = {"once": str(uuid4()), "text": "I kill time."}
    assert (await phone.browser.post(after, data=answer)).headers["location"] == f"{after}?notice=sent"


async def test_one_that_was_not_sent_shows_numbers_beside_what_was_typed(phone) -> None:
    page = (await phone.writes(WORDS, to="nobody")).text
    assert WORDS in page
    assert "nobody has read what you wrote" in page
    assert 'href="tel:' in page.split("<main", 1)[1]
    assert "data-danger-help" not in (await phone.writes("A quiet walk", to="nobody")).text
    thread = await phone.begins("Hello")
    long = await phone.browser.post(
        f"/me/letters/{thread}", data={"once": str(uuid4()), "text": f"{WORDS} {'x' * 8000}"}
    )
    assert (long.status_code, "data-danger-help" in long.text) == (422, True)
    assert "data-danger-help" not in (await phone.browser.get(f"/me/letters/{thread}")).text


async def test_who_acts_for_somebody_reads_whom_to_call_for_them_and_sees_no_plan(house, linden, jo, mara, browsers):
    child, other = jo.made.card.patient_id, await browsers()
    await take_letters(house, linden.clinic.id)
    decided = ActingRules(consent_age=16, confirmed_by="Mara Lind")
    await house.db.unit(lambda db: acting.keep_rules(db, linden.clinic.id, decided, None, house.clock()))
    helper = await add_helper(house, linden, child)
    await arrange(house, linden, child, born=date(2018, 3, 9))
    await come_in(house, other, await handed_over(mara, child, helper), ANA)
    typed = {"once": str(uuid4()), "to": str(linden.mara.staff_id), "text": f"She said: {WORDS}."}
    sent = await other.post(f"/me/letters/new?of={child}", data=typed)
    here, notice = sent.headers["location"].split("?")
    assert (here.rsplit("/", 1)[0], notice) == ("/me/letters", "notice=near")
    page = (await other.get(f"{here}?{notice}")).text
    for said in ("How are they?", "nobody is called because of it, and your letter is read", 'href="tel:'):
        assert said in page
    assert "data-danger-help" not in (await other.get(here)).text
