"""Coming in to a space by a passkey; a new device is told of."""

import pytest

from tests.server.booking.linden import THURSDAY, booked
from tests.server.home.space.device import Device
from tests.server.home.space.ways import come_in, handed_over, sign_in, with_passkey

pytestmark = pytest.mark.asyncio
JO = "jo.almeida@example.org"


async def test_a_passkey_from_a_link_shows_that_booking_and_a_code_of_the_clinic_all(house, linden, jo, mara, browsers):
    again = await booked(house, linden, THURSDAY, name="Jo Almeida")
    device = Device()
    assert (await with_passkey(jo, device)).headers["location"] == "/me?notice=open"
    home = (await jo.browser.get("/me")).text
    assert jo.made.card.public_id in home
    assert again.card.public_id not in home, "the same mail is a hint, no proof"
    other = await browsers()
    assert (await sign_in(other, device)).headers["location"] == "/me"
    assert (await other.get(jo.url)).status_code == 200
    assert (await other.get(f"/visit/{again.card.public_id}")).status_code == 404
    code = await handed_over(mara, jo.made.card.patient_id)
    assert (await come_in(house, other, code, JO)).headers["location"] == "/me?notice=wider"
    assert (await other.get("/me")).status_code == 200
    assert (await sign_in(await browsers(), Device())).status_code == 422, "a passkey that nobody knows"


async def test_a_passkey_that_does_not_know_its_owner_is_not_enough(jo, browsers):
    assert (await with_passkey(jo, Device(verified=False))).status_code == 422
    device = Device()
    await with_passkey(jo, device)
    device.verified = False
    assert (await sign_in(await browsers(), device)).status_code == 422
    replayed = await browsers()
    device.verified = True
    options = (await replayed.post("/me/sign-in/passkey")).json()
    answer = device.answer(options)
    assert (await replayed.post("/me/sign-in", data={"credential": answer})).status_code == 303
    stolen = await browsers()
    assert (await stolen.post("/me/sign-in", data={"credential": answer})).status_code == 422


async def test_every_new_device_is_told_of_and_a_known_one_is_not(house, clock, jo, browsers):
    device, told = Device(), "A new device opened your space"
    await with_passkey(jo, device, own="yes")
    await house.outbox.run_due()
    assert [letter.to for letter in house.mailer.sent if letter.subject == told] == [JO]
    await jo.browser.post("/me/sign-out")
    await sign_in(jo.browser, device)
    await house.outbox.run_due()
    assert len([letter for letter in house.mailer.sent if letter.subject == told]) == 1
    await sign_in(await browsers(), device)
    await house.outbox.run_due()
    assert len([letter for letter in house.mailer.sent if letter.subject == told]) == 2
