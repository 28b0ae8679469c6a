"""Coming in to a space by the clinic's code and six digits together, and by nothing less."""

import pytest
from sqlalchemy import select, text

from server.patients.space.rules import CODE_LASTS, CODE_TRIES, OWN_IDLE, SENT_MOST, SHARED_IDLE
from server.patients.space.tables import SpaceCode, SpaceLogin
from tests.server.booking.linden import THURSDAY, booked
from tests.server.home.space.ways import come_in, digits_sent, handed_over
from tests.server.visit.conftest import with_link

pytestmark = pytest.mark.asyncio
JO = "jo.almeida@example.org"


async def audited(house, action: str) -> int:
    counted = text("SELECT count(*) FROM audit_entries WHERE action = :action")
    return await house.db.read(lambda db: db.scalar(counted, {"action": action}))


async def test_both_codes_together_open_all_that_is_theirs_on_any_browser(house, linden, jo, mara, browsers):
    await booked(house, linden, THURSDAY, name="Noor Hassan", mail="noor@example.org")
    code = await handed_over(mara, jo.made.card.patient_id)
    phone = await browsers()
    form = await phone.post("/me/code", data={"code": f" {code.upper().replace('-', ' ')} "})
    assert form.headers["location"] == "/me/code"
    assert (await phone.get("/me")).headers["location"] == "/me/sign-in", "the clinic's code alone opens nothing"
    digits = await digits_sent(house, JO)
    wrong = await phone.post("/me/enter", data={"digits": "000000" if digits != "000000" else "111111"})
    assert wrong.status_code == 422
    other = await browsers()
    assert (await other.post("/me/enter", data={"digits": digits})).headers["location"] == "/me/sign-in?notice=over"
    assert (await phone.post("/me/enter", data={"digits": digits})).headers["location"] == "/me?notice=open"
    home = (await phone.get("/me")).text
    assert jo.made.card.public_id in home
    assert "Noor" not in home
    assert (await phone.get(jo.url)).status_code == 200, "their booking opens from here, without its link"
    assert (await phone.post("/me/enter", data={"digits": digits})).headers["location"] == "/me/sign-in?notice=over"
    again = await (await browsers()).post("/me/code", data={"code": code})
    assert again.status_code == 422, "it works once"
    assert await audited(house, "space.code_made") == await audited(house, "space.joined") == 1


async def test_a_code_ends_with_a_newer_one_and_after_some_tries(house, clock, jo, mara, browsers):
    patient = jo.made.card.patient_id
    first = await handed_over(mara, patient)
    second = await handed_over(mara, patient)
    someone = await browsers()
    assert (await someone.post("/me/code", data={"code": first})).status_code == 422
    for _ in range(CODE_TRIES):
        clock.forward(hours=1)
        guess = second[:-1] + ("2" if second[-1] != "2" else "3")
        assert (await someone.post("/me/code", data={"code": guess})).status_code == 422
    clock.forward(hours=1)
    assert (await someone.post("/me/code", data={"code": second})).status_code == 422, "it was tried too often"
    assert await audited(house, "space.code_refused") >= CODE_TRIES
    rows = await house.db.read(lambda db: db.scalars(select(SpaceCode)))
    assert all(second.replace("-", "").encode() not in row.code_hash for row in rows)


async def test_a_code_is_good_for_a_week_and_somebody_who_guesses_waits(house, clock, jo, mara, browsers):
    code = await handed_over(mara, jo.made.card.patient_id)
    someone = await browsers()
    answers = [await someone.post("/me/code", data={"code": "222-222-222"}) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429] * 2
    assert int(answers[-1].headers["retry-after"]) >= 1
    clock.now += CODE_LASTS
    assert (await someone.post("/me/code", data={"code": code})).status_code == 422


async def test_digits_are_good_for_ten_minutes_and_few_tries_and_few_messages(house, clock, jo, mara, browsers):
    code = await handed_over(mara, jo.made.card.patient_id)
    phone = await browsers()
    await phone.post("/me/code", data={"code": code})
    digits = await digits_sent(house, JO)
    guess = "123456" if digits != "123456" else "654321"
    for _ in range(5):
        assert (await phone.post("/me/enter", data={"digits": guess})).status_code == 422
    assert (await phone.post("/me/enter", data={"digits": digits})).headers["location"].endswith("notice=over")
    await phone.post("/me/code", data={"code": code})
    late = await digits_sent(house, JO)
    clock.forward(minutes=10)
    assert (await phone.post("/me/enter", data={"digits": late})).headers["location"].endswith("notice=over")
    sent = [await phone.post("/me/code", data={"code": code}) for _ in range(SENT_MOST)]
    assert [answer.status_code for answer in sent] == [303, 303, 422, 422]


async def test_a_device_is_remembered_as_long_as_its_owner_said(house, clock, jo, mara, browsers):
    patient, own, shared = jo.made.card.patient_id, await browsers(), await browsers()
    await come_in(house, own, await handed_over(mara, patient), JO, own="yes")
    kept = [one for one in own.cookies.jar if one.name == "me"]
    assert kept[0].expires, "it stays when the browser closes"
    await come_in(house, shared, await handed_over(mara, patient), JO)
    assert [one.expires for one in shared.cookies.jar if one.name == "me"] == [None]
    clock.now += SHARED_IDLE
    assert (await shared.get("/me")).status_code == 303
    assert (await own.get("/me")).status_code == 200
    clock.now += OWN_IDLE
    assert (await own.get("/me")).status_code == 303


async def test_who_gave_a_number_alone_gets_the_digits_there(house, linden, clock, mara, browsers):
    made = await booked(house, linden, THURSDAY, name="Ola Berg", mail="", phone="+4915112345678")
    phone = (await with_link(made, await browsers())).browser
    code = await handed_over(mara, made.card.patient_id)
    assert (await phone.post("/me/code", data={"code": code, "way": "mail"})).status_code == 303
    await house.outbox.run_due()
    (message,) = house.texter.sent
    assert message.to == "+4915112345678"
    digits = next(word.rstrip(".") for word in message.words.split() if word.rstrip(".").isdigit())
    assert (await phone.post("/me/enter", data={"digits": digits})).status_code == 303
    logins = await house.db.read(lambda db: db.scalars(select(SpaceLogin.by)))
    assert list(logins) == ["codes"]


async def test_where_no_mail_leaves_the_digits_go_to_the_number(house, linden, mailer, mara, browsers):
    made = await booked(house, linden, THURSDAY, name="Ola Berg", mail="ola@example.org", phone="+4915112345678")
    phone = (await with_link(made, await browsers())).browser
    assert "by text message" in (await phone.get("/me/sign-in")).text, "a choice, where both leave"
    mailer.sends = False
    assert "by text message" not in (await phone.get("/me/sign-in")).text
    await phone.post("/me/code", data={"code": await handed_over(mara, made.card.patient_id), "way": "mail"})
    await house.outbox.run_due()
    assert [one.to for one in house.texter.sent] == ["+4915112345678"]
    assert "Six digits are on their way to your phone" in (await phone.get("/me/code")).text
