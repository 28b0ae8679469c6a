"""A time that the clinic moves or cancels, as a text message: to who gave a number alone, and to a parent who did."""

from datetime import date, timedelta

import httpx2
import pytest

from server.booking import desk, store
from server.booking.acting.booking import through
from server.booking.desk import Made, Order
from server.booking.forms import Cared
from server.booking.rules import BookingCard, Wish
from server.booking.store import By
from server.house import House
from server.notify.sms import MemoryTexter, Sms
from server.patients.rules import ForWhom, Person
from tests.server.booking.linden import THURSDAY, Linden, booked, hours_of
from tests.server.booking.test_by_staff import sign_in_as

pytestmark = pytest.mark.asyncio
NUMBER = "+4930123456"
HOUR = timedelta(hours=1)


async def card_of(house: House, made: Made) -> BookingCard:
    found = await house.db.read(lambda db: store.booking_for_visit(db, made.card.id))
    assert found
    return found


async def texts(house: House) -> list[Sms]:
    while await house.outbox.run_due():
        pass
    return list(house.texter.sent)  # type: ignore[attr-defined]


async def test_who_gave_a_number_alone_hears_that_the_clinic_moved_and_cancelled(house: House, linden: Linden) -> None:
    made, staff = await booked(house, linden, mail="", phone=NUMBER), By("staff", linden.mara.staff_id)
    wish = Wish(THURSDAY + HOUR, linden.mara.staff_id)
    assert await desk.move(house, linden.clinic, await card_of(house, made), wish, staff) is None
    (moved,) = await texts(house)
    assert moved.to == NUMBER
    assert "Practice: Your time is now Thursday 12 March, 9:30 (Lisbon). http://testserver/l/" in moved.words
    assert await desk.cancel(house, linden.clinic, await card_of(house, made), staff)
    cancelled = (await texts(house))[-1]
    assert "Your time on Thursday 12 March, 9:30 is cancelled (Lisbon). http://testserver/l/" in cancelled.words
    assert "Mara" not in moved.words + cancelled.words


async def test_who_changed_it_themselves_or_has_a_mail_gets_none(house: House, linden: Linden) -> None:
    own = await booked(house, linden, mail="", phone=NUMBER)
    assert await desk.cancel(house, linden.clinic, await card_of(house, own), By("patient", own.card.patient_id))
    mailed = await booked(house, linden, THURSDAY + HOUR, phone=NUMBER)
    assert await desk.cancel(house, linden.clinic, await card_of(house, mailed), By("staff", linden.mara.staff_id))
    assert await texts(house) == []
    assert len(house.mailer.sent) > 1  # type: ignore[attr-defined]


async def test_of_a_child_the_parent_hears_who_booked_with_a_number(house: House, linden: Linden) -> None:
    parent = Person(desk.NOBODY, "Ana Almeida", "", NUMBER, language="en", zone="Europe/Lisbon")
    child, acting = through(parent, ForWhom.CHILD, Cared("Rui Almeida", date(2018, 5, 4)))
    wish, who = Wish(THURSDAY, linden.mara.staff_id), linden.mara.staff_id
    order = Order(linden.clinic, linden.session, hours_of(who), wish, child, ForWhom.CHILD, acting=acting)
    made = await desk.book(house, order, By())
    assert isinstance(made, Made)
    assert await desk.cancel(house, linden.clinic, await card_of(house, made), By("staff", who))
    (sms,) = await texts(house)
    assert sms.to == NUMBER
    assert not {"Rui", "Ana"} & set(sms.words.split())
    assert {"Ana Almeida", "Rui Almeida", "Mara Lind"} == set(sms.names), "none of them may stand in it"


@pytest.mark.parametrize(("sends", "said"), [(True, "Both sides are told"), (False, "please call them")])
async def test_the_desk_reads_whether_the_patient_is_told(
    client: httpx2.AsyncClient, house: House, linden: Linden, sends: bool, said: str
) -> None:
    await sign_in_as(client, house, linden)
    object.__setattr__(house, "texter", MemoryTexter(sends=sends))
    made = await booked(house, linden, mail="", phone=NUMBER)
    own = f"/staff/bookings/{made.card.public_id}"
    answer = await client.post(f"{own}/cancel", data={})
    assert said in (await client.get(answer.headers["location"])).text
