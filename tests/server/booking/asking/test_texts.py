"""The clinic's answer as a text message: to who gave a number alone, where messages leave this machine."""

from dataclasses import replace

import pytest

from server.booking import store
from server.booking.asking.answering import answer, release
from server.booking.asking.rules import Answer
from server.booking.store import By
from server.house import House
from server.notify.sms import MemoryTexter, Sms
from server.outbox import Job
from tests.server.booking.linden import THURSDAY, Linden, booked
from tests.server.conftest import Clock

pytestmark = pytest.mark.asyncio
NUMBER = "+4930123456"


async def heard(house: House, linden: Linden, said: Answer, **who: str) -> list[Sms]:
    """What leaves by text once a time that was asked for is answered."""
    made = await booked(house, linden, THURSDAY, asks=True, **{"mail": "", "phone": NUMBER, **who})
    card = await house.db.read(lambda db: store.booking_for_visit(db, made.card.id))
    await house.outbox.run_due()
    assert not house.texter.sent  # type: ignore[attr-defined]
    assert await answer(house, linden.clinic, card, said, By("staff", linden.mara.staff_id), "I am away.")
    await house.outbox.run_due()
    return list(house.texter.sent)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Answer.CONFIRMED, "Confirmed: Thursday 12 March, 8:30 (in Lisbon). http://testserver/l/"),
        (
            Answer.DECLINED,
            "Not possible: Thursday 12 March, 8:30 (in Lisbon). Your page says more. http://testserver/l/",
        ),
    ],
)
async def test_who_gave_a_number_alone_hears_the_answer_by_text(
    house: House, linden: Linden, said: Answer, words: str
) -> None:
    (sms,) = await heard(house, linden, said)
    assert sms.to == NUMBER
    assert f"Linden Practice: {words}" in sms.words or f": {words}" in sms.words
    assert "away" not in sms.words
    assert len(sms.words) <= 300


async def test_what_nobody_answered_is_said_by_text_too(house: House, linden: Linden, clock: Clock) -> None:
    made = await booked(house, linden, THURSDAY, asks=True, mail="", phone=NUMBER)
    clock.forward(hours=24)
    await release(house, Job(made.card.id, "booking.answer_due", {"booking": str(made.card.id)}, 1))
    while await house.outbox.run_due():
        pass
    (sms,) = house.texter.sent  # type: ignore[attr-defined]
    assert "Nobody confirmed: Thursday 12 March" in sms.words


async def test_a_mail_address_or_a_number_that_cannot_be_dialled_gets_no_text(house: House, linden: Linden) -> None:
    assert await heard(house, linden, Answer.CONFIRMED, mail="jo@example.org") == []


async def test_a_plain_booking_sends_no_text(house: House, linden: Linden) -> None:
    await booked(house, linden, THURSDAY, mail="", phone=NUMBER)
    await house.outbox.run_due()
    assert not house.texter.sent  # type: ignore[attr-defined]


async def test_where_no_message_leaves_none_is_made(house: House, linden: Linden) -> None:
    silent = MemoryTexter(sends=False)
    object.__setattr__(house, "texter", silent)
    assert await heard(replace(house), linden, Answer.CONFIRMED) == []
