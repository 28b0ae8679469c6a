"""Letters on the clinic's side: each reads what is theirs to answer; stand-ins, hand-overs, the promised time."""

from datetime import timedelta
from uuid import uuid4

import pytest

from server.access import Role
from server.accounts.team.store import set_disabled
from server.letters import store
from tests.server.booking.linden import THURSDAY, booked
from tests.server.letters.conftest import letters_in, thread_in
from tests.server.visit.conftest import add_staff, signed_in
from tests.server.visit.test_record import record_of

pytestmark = pytest.mark.asyncio
INBOX = "/staff/letters"


async def test_front_desk_reads_what_is_for_it_and_knows_of_nothing_else(linden, phone, mara, samir, desk, jo) -> None:
    care = await phone.begins("The nights are hard.")
    times = await phone.begins("Can I come later?", to="desk")
    page = (await desk.get(INBOX)).text
    assert times in page
    assert care not in page
    assert "One letter waits" in page
    assert "Can I come later?" not in page, "a list shows no words"
    assert (await desk.get(f"{INBOX}/{times}")).status_code == 200
    assert (await desk.post(f"{INBOX}/{times}/record", data={"letter": str(uuid4())})).status_code in {403, 404}
    for browser, thread in ((desk, care), (samir, care), (samir, times), (mara, times)):
        assert (await browser.get(f"{INBOX}/{thread}")).status_code == 404
        answered = await browser.post(f"{INBOX}/{thread}", data={"once": str(uuid4()), "text": "Hello"})
        assert answered.status_code == 404
        for what in ("settle", "close", "open", "hand-over", "record", "draft"):
            assert (await browser.post(f"{INBOX}/{thread}/{what}")).status_code == 404
    for browser in (jo.browser, phone.browser):
        assert (await browser.get(f"{INBOX}/{care}")).status_code in {303, 401, 403}
    looked = (await mara.get(f"{record_of(jo)}/record/looked")).text
    assert "tried to read letters, and was turned away" in looked
    assert "Dana Desk" in looked, "who read letters is told"


async def test_somebody_stands_in_and_the_patient_knows_before_they_write(clock, linden, phone, mara, samir) -> None:
    thread = await phone.begins("Hello")
    day = clock.now.date()
    away = {"since": str(day), "until": str(day + timedelta(days=3)), "stand_in": str(linden.samir.staff_id)}
    once = str(uuid4())
    for _ in range(2):
        assert (await mara.post(f"{INBOX}/away", data={**away, "once": once})).status_code == 303
    assert (
        "Mara Lind is away until Thursday 12 March. Samir Haddad reads and answers meanwhile."
        in (await phone.browser.get("/me/letters/new")).text
    )
    assert "You stand in for Mara Lind." in (await samir.get(INBOX)).text
    assert 'nav-count">1<' in (await samir.get("/staff")).text
    assert "Hello" in (await samir.get(f"{INBOX}/{thread}")).text
    await samir.post(f"{INBOX}/{thread}", data={"once": str(uuid4()), "text": "Mara is back on Friday."})
    page = (await phone.browser.get(f"/me/letters/{thread}")).text
    assert "Samir Haddad opened it" in page
    assert "Mara is back on Friday." in page
    (absence,) = [part[:36] for part in (await mara.get(f"{INBOX}/away")).text.split(f"{INBOX}/away/")[1:]]
    assert (await samir.post(f"{INBOX}/away/{absence}/end")).status_code == 404
    assert (await mara.post(f"{INBOX}/away/{absence}/end")).status_code == 303
    assert (await samir.get(f"{INBOX}/{thread}")).status_code == 404, "who came back reads them alone"


async def test_a_thread_is_handed_over_and_saved_to_the_record_once(house, linden, phone, mara, samir, jo) -> None:
    thread = await phone.begins("A long story")
    there = f"{INBOX}/{thread}"
    (letter,) = letters_in((await mara.get(there)).text)
    for _ in range(2):
        kept = await mara.post(f"{there}/record", data={"letter": letter})
        assert kept.status_code == 303
    assert (await mara.get(f"{record_of(jo)}/documents")).text.count("letter-2026-03-09.txt") == 1
    assert (await mara.post(f"{there}/record", data={"letter": str(uuid4())})).status_code == 404
    assert (await mara.post(f"{there}/hand-over", data={"to": str(uuid4())})).status_code == 422
    house.mailer.sent.clear()
    given = await mara.post(f"{there}/hand-over", data={"to": str(linden.samir.staff_id)})
    assert given.headers["location"] == f"{INBOX}?notice=handed"
    await house.outbox.run_due()
    assert [letter.to for letter in house.mailer.sent] == ["samir-haddad@linden.example"]
    assert (await mara.get(there)).status_code == 404
    page = (await samir.get(there)).text
    assert "A long story" in page
    assert "Save to the record" not in page, "who does not treat Jo writes nothing into the record"
    assert "Samir Haddad answers from here on" in (await phone.browser.get(f"/me/letters/{thread}")).text


async def test_nobody_stands_in_for_what_came_meanwhile_unread(house, clock, phone, mara) -> None:
    thread = await phone.begins("One")
    there = f"{INBOX}/{thread}"
    await mara.get(there)
    clock.forward(minutes=1)
    await phone.browser.post(f"/me/letters/{thread}", data={"once": str(uuid4()), "text": "Two"})
    assert (await mara.post(f"{there}/settle")).headers["location"] == f"{there}?notice=newer"
    await mara.post(there, data={"once": str(uuid4()), "text": "About one"})
    assert "One letter waits" in (await mara.get(INBOX)).text, "the second letter was not read"


async def test_an_unanswered_letter_rises_and_reminds_once(house, clock, linden, phone, mara, browsers) -> None:
    clock.forward(minutes=1)
    late = await phone.begins("Hello")
    await house.outbox.run_due()
    (told,) = house.mailer.sent
    assert (told.to, told.subject) == ("mara-lind@linden.example", "There is something new at the clinic")
    assert "Jo" not in told.text + told.html
    clock.forward(days=3)
    new = await phone.begins("Another")
    for _ in range(3):
        await house.outbox.run_due()
    assert [one.subject for one in house.mailer.sent[1:]].count("Something at the clinic waits for you") == 1
    maras = await signed_in(house, await browsers(), linden.mara.staff_id)
    page = (await maras.get(INBOX)).text
    assert page.index(late) < page.index(new)
    assert "promised by Wednesday 11 March" in page
    await maras.post(f"{INBOX}/{late}/close")
    house.mailer.sent.clear()
    clock.forward(days=9)
    for _ in range(3):
        await house.outbox.run_due()
    assert len(house.mailer.sent) == 1, "the other one; what is closed reminds nobody"


async def test_the_patient_hears_that_something_is_new_once_until_they_look(house, linden, phone, mara, jo) -> None:
    thread = await phone.begins("Hello")
    await house.outbox.run_due()
    house.mailer.sent.clear()
    for number in range(2):
        await mara.post(f"{INBOX}/{thread}", data={"once": str(uuid4()), "text": f"Secret words {number}"})
        await house.outbox.run_due()
    (told,) = house.mailer.sent
    assert (told.to, told.subject) == ("jo.almeida@example.org", "There is something new at the clinic")
    assert "/me/letters" in told.text
    for words in ("Mara", "Secret", "Jo", thread):
        assert words not in told.text + told.html
    await phone.browser.get(f"/me/letters/{thread}")
    await mara.post(f"{INBOX}/{thread}", data={"once": str(uuid4()), "text": "More"})
    await phone.browser.get(f"/me/letters/{thread}")
    await house.outbox.run_due()
    assert len(house.mailer.sent) == 1, "they looked before it was sent"


async def test_staff_write_first_to_whom_they_treat_and_who_has_a_space(
    house, linden, phone, mara, samir, desk, jo
) -> None:
    to = f"{INBOX}/to/{jo.made.card.patient_id}"
    sent = await mara.post(to, data={"once": str(uuid4()), "text": "How are you?"})
    assert sent.status_code == 303
    assert "How are you?" in (await phone.browser.get(f"/me/letters/{thread_in(sent)}")).text
    assert (await samir.get(to)).status_code == 404
    from_desk = await desk.post(to, data={"once": str(uuid4()), "text": "Your invoice"})
    assert "The front desk" in (await phone.browser.get(f"/me/letters/{thread_in(from_desk)}")).text
    other = await booked(house, linden, THURSDAY, name="Kim Berg", mail="kim@example.org")
    to_kim = f"{INBOX}/to/{other.card.patient_id}"
    assert "no space of their own" in (await mara.get(to_kim)).text
    assert (await mara.post(to_kim, data={"once": str(uuid4()), "text": "Hello"})).status_code == 404


async def test_admins_say_what_is_promised_and_for_whom(house, linden, phone, mara, browsers) -> None:
    admin = await signed_in(house, await browsers(), await add_staff(house, linden.clinic.id, Role.ADMIN))
    page = "/staff/clinic/letters"
    assert (await mara.get(page)).status_code == 403
    said = {"is_open": "yes", "days": "3", "receipts": "yes", "number": "1"}
    assert (await admin.post(page, data={**said, "days": "0"})).status_code == 422
    assert (await admin.post(page, data=said)).status_code == 303
    assert (await admin.post(page, data=said)).status_code == 409
    pace = {"who": str(linden.mara.staff_id), "days": "1"}
    assert (await admin.post(f"{page}/pace", data=pace)).status_code == 303
    assert (await admin.post(f"{page}/pace", data={**pace, "days": "99"})).status_code == 422
    shown = (await phone.browser.get("/me/letters/new")).text
    assert (
        "Mara Lind answers within one working day. Sent now, it has an answer by Tuesday 10 March at the latest."
        in shown
    )
    assert "The front desk answers within 3 working days" in shown
    day = str(house.clock().date())
    away = {"who": str(linden.mara.staff_id), "since": day, "until": day, "once": str(uuid4())}
    assert (await admin.post(f"{INBOX}/away", data=away)).status_code == 303
    assert (await mara.post(f"{INBOX}/away", data={**away, "who": str(linden.samir.staff_id)})).status_code == 404
    assert "away until Monday 9 March, and reads it after that" in (await phone.browser.get("/me/letters/new")).text


async def test_of_who_left_no_letter_is_lost(house, clock, linden, phone, mara, samir, browsers) -> None:
    thread = await phone.begins("Hello")
    await house.outbox.run_due()
    admin_id = await add_staff(house, linden.clinic.id, Role.ADMIN)
    await house.db.unit(lambda db: set_disabled(db, linden.mara.staff_id, house.clock()))
    page = (await phone.browser.get(f"/me/letters/{thread}")).text
    assert "Mara Lind does not work here any more." in page
    more = await phone.browser.post(f"/me/letters/{thread}", data={"once": str(uuid4()), "text": "More"})
    assert more.status_code == 404
    house.mailer.sent.clear()
    clock.forward(days=3)
    for _ in range(2):
        await house.outbox.run_due()
    assert [one.subject for one in house.mailer.sent] == ["Something at the clinic waits for you"]
    admin = await signed_in(house, await browsers(), admin_id)
    assert "Nobody reads the letters to Mara Lind." in (await admin.get(INBOX)).text
    day, who = str(clock.now.date()), linden.mara.staff_id
    stands_in = {"who": str(who), "since": day, "until": day, "stand_in": str(linden.samir.staff_id)}
    assert (await admin.post(f"{INBOX}/away", data=stands_in)).status_code == 303
    assert "Nobody reads" not in (await admin.get(INBOX)).text
    samir = await signed_in(house, await browsers(), linden.samir.staff_id)
    assert "Hello" in (await samir.get(f"{INBOX}/{thread}")).text
    given = await samir.post(f"{INBOX}/{thread}/hand-over", data={"to": str(linden.samir.staff_id)})
    assert given.status_code == 303
    assert "Samir Haddad" in (await phone.browser.get(f"/me/letters/{thread}")).text


async def test_when_the_key_is_gone_nothing_opens(house, phone, mara, jo) -> None:
    thread = await phone.begins("Hello")
    await house.keys.destroy(jo.made.card.patient_id)
    assert (await mara.get(f"{INBOX}/{thread}")).status_code == 404
    assert "Jo" not in (await mara.get(INBOX)).text
    assert await house.db.read(lambda db: store.letters_of(db, uuid4())) == []
