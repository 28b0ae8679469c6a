"""The roads into a space, as people take them."""

import re
from uuid import UUID

import httpx2

from server.house import House
from tests.server.home.space.device import Device
from tests.server.visit.conftest import Browser, Jo


async def handed_over(staff: Browser, patient_id: UUID, helper_id: UUID | None = None) -> str:
    """The code that the page of staff shows once."""
    fields = {"helper": str(helper_id)} if helper_id else {}
    page = await staff.post(f"/staff/patients/{patient_id}/space/code", data=fields)
    assert page.status_code == 200
    (code,) = re.findall(r">((?:[a-z0-9]{3}-){2}[a-z0-9]{3})<", page.text)
    return code


async def digits_sent(house: House, to: str) -> str:
    """The six digits of the last mail to this address."""
    await house.outbox.run_due()
    (letter, *_) = [one for one in reversed(house.mailer.sent) if one.to == to and "code" in one.subject]
    return re.findall(r"\d{6}", letter.subject)[0]


async def come_in(house: House, browser: Browser, code: str, to: str, **fields: str) -> httpx2.Response:
    """Both codes, one after the other."""
    sent = await browser.post("/me/code", data={"code": code})
    assert (sent.status_code, sent.headers["location"]) == (303, "/me/code")
    return await browser.post("/me/enter", data={"digits": await digits_sent(house, to), **fields})


async def with_passkey(jo: Jo, device: Device, **fields: str) -> httpx2.Response:
    """From the link of a booking, with a passkey alone."""
    options = (await jo.browser.post(f"{jo.url}/space/passkey/options")).json()
    return await jo.browser.post(f"{jo.url}/space/passkey", data={"credential": device.make(options), **fields})


async def sign_in(browser: Browser, device: Device) -> httpx2.Response:
    """At the door, by a passkey that this server may know."""
    options = (await browser.post("/me/sign-in/passkey")).json()
    return await browser.post("/me/sign-in", data={"credential": device.answer(options)})
