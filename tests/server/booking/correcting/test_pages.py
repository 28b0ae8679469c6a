"""A wrong address is put right: the record, how it is found, and the links that went to somebody else."""

import asyncio
import re
from datetime import timedelta

import httpx2
import pytest

from server.access import Role
from server.booking.desk import Made
from server.house import House
from server.patients import finding
from server.patients import store as patients
from tests.server.booking.linden import THURSDAY, Linden, booked
from tests.server.booking.test_by_staff import actions, sign_in_as

pytestmark = pytest.mark.asyncio
RIGHT = {"name": "Jo Almeida", "mail": "jo@right.example", "phone": "", "renew": "yes"}


def path_of(made: Made) -> str:
    return f"/staff/patients/{made.card.patient_id}/correct"


async def form(client: httpx2.AsyncClient, made: Made) -> dict[str, str]:
    page = (await client.get(path_of(made))).text
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found, page
    return {"seen": found[1], **RIGHT}


async def letters(house: House) -> list[tuple[str, str]]:
    await house.outbox.run_due()
    sent = [(one.to, one.text) for one in house.mailer.sent if not one.for_staff]  # type: ignore[attr-defined]
    house.mailer.sent.clear()  # type: ignore[attr-defined]
    return sent


async def test_old_links_open_nothing_and_new_ones_go_to_the_right_address(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    made = await booked(house, linden, mail="jo@wrong.example")
    later = await booked(house, linden, THURSDAY + timedelta(days=1), mail="jo@wrong.example", name="Other")
    await letters(house)
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    fields = await form(client, made)
    answer = await client.post(path_of(made), data=fields)
    assert answer.headers["location"] == f"/staff/patients/{made.card.patient_id}?notice=corrected"
    assert "jo@right.example" in (await client.get(answer.headers["location"])).text
    [(to, text)] = await letters(house)
    assert to == "jo@right.example"
    found = re.search(r"/l/([\w-]{43})", text)
    assert found
    assert found[1] != made.token
    stranger = httpx2.AsyncClient(transport=client._transport, base_url=client.base_url)
    assert (await stranger.get(f"/l/{made.token}")).status_code == 404
    assert (await stranger.get(f"/l/{found[1]}")).status_code in {200, 303}
    assert (await stranger.get(f"/l/{later.token}")).status_code in {200, 303}, "somebody else's stay"
    await stranger.aclose()
    again = await client.post(path_of(made), data=fields)
    assert again.status_code == 409, "a form that came twice was made from what is no more"
    assert await letters(house) == []
    assert (await actions(house)).count("patient.corrected") == 1


async def test_they_are_found_by_what_is_right_and_not_by_what_was_wrong(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    made = await booked(house, linden, mail="jo@wrong.example")
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    await client.post(path_of(made), data=await form(client, made) | {"name": "Joana Almeida", "renew": ""})
    wrong, right, name = [
        [one.id for one in await finding.find(house, linden.clinic.id, text, "DE")]
        for text in ("jo@wrong.example", "jo@right.example", "joana")
    ]
    assert (wrong, right, name) == ([], [made.card.patient_id], [made.card.patient_id])
    assert (await client.get(f"/l/{made.token}")).status_code in {200, 303}, "nothing was ended"
    await letters(house)
    person = (await patients.people(house.db, house.keys, linden.clinic.id, [made.card.patient_id]))[
        made.card.patient_id
    ]
    assert (person.name, person.mail, person.zone) == ("Joana Almeida", "jo@right.example", "Europe/Lisbon")


async def test_of_two_who_put_it_right_at_once_one_reads_what_the_other_wrote(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    made = await booked(house, linden, mail="jo@wrong.example")
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    fields = await form(client, made)
    both = [fields | {"mail": f"{name}@right.example"} for name in ("ann", "bea")]
    answers = await asyncio.gather(*(client.post(path_of(made), data=one) for one in both))
    assert sorted(one.status_code for one in answers) == [303, 409]
    lost = next(one for one in answers if one.status_code == 409)
    assert "Somebody else changed this record meanwhile" in lost.text


async def test_what_cannot_be_read_is_said_and_strangers_are_turned_away(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    made = await booked(house, linden)
    assert (await client.get(path_of(made))).status_code in {303, 401, 403}
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    answer = await client.post(path_of(made), data=await form(client, made) | {"mail": "jo at home", "name": ""})
    assert answer.status_code == 422
    assert 'value="jo at home"' in answer.text
    await sign_in_as(client, house, linden, Role.THERAPIST)
    assert (await client.get(path_of(made))).status_code == 404, "who does not treat them"
