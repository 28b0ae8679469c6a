"""Who lost their link has it sent again, to where the clinic writes to; whoever asks learns nothing."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import select

from server.booking import desk
from server.booking.acting.booking import through
from server.booking.desk import Made, Order
from server.booking.forms import Cared
from server.booking.rules import Wish
from server.booking.store import By
from server.clinic import store as clinics
from server.house import House
from server.outbox import OutboxRow
from server.patients.rules import ForWhom, Person
from tests.server.booking.linden import THURSDAY, Linden, booked, hours_of
from tests.server.conftest import Clock

pytestmark = pytest.mark.asyncio
FRONT = "/c/linden/waiting-room"


async def asked(client: httpx2.AsyncClient, contact: str) -> httpx2.Response:
    return await client.post(f"{FRONT}/link", data={"contact": contact})


async def heard(house: House) -> list[str]:
    """What left since the last time, with whom it went to."""
    await house.outbox.run_due()
    mails, texts = house.mailer.sent, house.texter.sent  # type: ignore[attr-defined]
    said = [f"{one.to} {one.text}" for one in mails if not one.for_staff] + [f"{one.to} {one.words}" for one in texts]
    mails.clear()
    texts.clear()
    return said


async def test_the_links_of_what_lies_ahead_go_to_the_address_of_the_booking(
    client: httpx2.AsyncClient, house: House, linden: Linden, clock: Clock
) -> None:
    over = await booked(house, linden)
    off = await booked(house, linden, THURSDAY + timedelta(days=1))
    await desk.cancel(house, linden.clinic, off.card, By())
    ahead = [await booked(house, linden, THURSDAY + timedelta(days=day)) for day in (4, 5, 6, 7)]
    other = await booked(house, linden, THURSDAY + timedelta(days=4, hours=4), mail="ann@example.org", name="Ann")
    clock.now = THURSDAY + timedelta(days=1)
    await heard(house)

    answer = await asked(client, " Jo.Almeida@EXAMPLE.org ")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{FRONT}?notice=link-sent")
    said = await heard(house)
    assert [one.split()[0] for one in said] == ["jo.almeida@example.org"] * 3
    for made, letter in zip(ahead, said, strict=False):
        assert f"/l/{made.token}" in letter
    assert not any(made.token in letter for made in (over, off, ahead[3], other) for letter in said)
    assert "its link is with you in a few minutes" in (await client.get(answer.headers["location"])).text


async def test_somebody_unknown_gets_the_same_answer_and_nothing_is_sent(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    await booked(house, linden)
    await heard(house)
    known, unknown = await asked(client, "jo.almeida@example.org"), await asked(client, "nobody@example.org")
    shown = [(one.status_code, one.headers["location"], one.content) for one in (known, unknown)]
    assert shown[0] == shown[1]
    rows = await house.db.read(lambda db: db.scalars(select(OutboxRow).where(OutboxRow.topic == "booking.link_again")))
    assert len(said := list(rows)) == 2
    assert "example.org" not in str([row.payload for row in said])
    assert [one.split()[0] for one in await heard(house)] == ["jo.almeida@example.org"]


async def test_who_booked_for_a_child_has_the_link_again(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    person = Person(desk.NOBODY, "Ana Almeida", "ana@example.org", language="en")
    child, acting = through(person, ForWhom.CHILD, Cared("Noor", None))
    order = Order(
        linden.clinic, linden.session, hours_of(linden.mara.staff_id), Wish(THURSDAY, linden.mara.staff_id), child
    )
    made = await desk.book(house, replace(order, acting=acting), By())
    assert isinstance(made, Made)
    await house.db.unit(lambda db: clinics.note_acting(db, linden.clinic.id))
    await heard(house)
    await asked(client, "ana@example.org")
    [letter] = await heard(house)
    assert letter.startswith("ana@example.org")
    assert f"/l/{made.token}" in letter


async def test_an_address_is_written_to_once_in_two_hours(
    client: httpx2.AsyncClient, house: House, linden: Linden, clock: Clock
) -> None:
    await booked(house, linden)
    await heard(house)
    for _ in range(3):
        assert (await asked(client, "jo.almeida@example.org")).status_code == 303
    assert len(await heard(house)) == 1
    clock.forward(hours=2)
    await asked(client, "jo.almeida@example.org")
    assert len(await heard(house)) == 1


async def test_a_number_gets_a_text_where_texts_are_sent(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    made = await booked(house, linden, mail="", phone="+4915112345678")
    await heard(house)
    await asked(client, "0151 12345678")
    [said] = await heard(house)
    assert said.startswith("+4915112345678 Linden Practice: Your link: Thursday 12 March")
    assert f"/l/{made.token}" in said


async def test_what_is_no_address_is_said_and_stays_as_typed(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    for typed, words in (("", "One is enough"), ("jo at home", "neither a mail address nor a number")):
        answer = await asked(client, typed)
        assert answer.status_code == 422
        assert words in answer.text
        assert f'value="{typed}"' in answer.text
    assert (await client.post(f"/c/{uuid4()}/waiting-room/link", data={"contact": "a@b.example"})).status_code == 404
