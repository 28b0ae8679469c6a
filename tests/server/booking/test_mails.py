"""What is mailed: discreet words, the same link each time, and a calendar entry that follows."""

import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import icalendar
import pytest
from sqlalchemy import select, update
from starlette.applications import Starlette

from server.booking import desk
from server.booking.rules import Wish
from server.booking.store import By
from server.house import House
from server.notify.mail import Letter, message
from server.outbox import OutboxRow
from tests.server.booking.linden import THURSDAY, Linden, booked
from tests.server.conftest import Clock, browser_on

pytestmark = pytest.mark.asyncio
LATER = THURSDAY + timedelta(hours=4)


async def sent(house: House) -> tuple[Letter, Letter]:
    """What the patient and the therapist got just now."""
    house.mailer.sent.clear()  # type: ignore[attr-defined]
    await house.outbox.run_due()
    to_patient, to_staff = sorted(house.mailer.sent, key=lambda letter: letter.for_staff)  # type: ignore[attr-defined]
    return to_patient, to_staff


def event_of(letter: Letter) -> icalendar.Event:
    assert letter.calendar is not None
    return icalendar.Calendar.from_ical(letter.calendar).walk("VEVENT")[0]


async def test_both_sides_hear_of_a_booking(house: House, linden: Linden) -> None:
    made = await booked(house, linden)
    patient, staff = await sent(house)
    assert (patient.to, staff.to) == ("jo.almeida@example.org", "mara-lind@linden.example")
    assert patient.subject == "Your time on Thursday 12 March, 8:30"  # in Lisbon, where Jo is
    assert staff.subject == "Booked: Thursday 12 March, 9:30"  # in Berlin
    assert patient.sender_name == "Linden Practice"
    for part in (patient.text, patient.html):
        assert f"http://testserver/l/{made.token}" in part
        assert "That is the time in Lisbon." in part
        assert "9:30" in part
        assert "Berlin" in part
    assert made.token not in staff.text + staff.html


async def test_a_time_of_next_year_is_said_with_its_year_in_mails_and_on_the_own_page(
    house: House, linden: Linden, app: Starlette, clock: Clock
) -> None:
    clock.now = datetime(2026, 12, 28, 9, tzinfo=UTC)
    made = await booked(house, linden, datetime(2027, 1, 7, 9, tzinfo=UTC))
    patient, staff = await sent(house)
    assert patient.subject == "Your time on Thursday 7 January 2027, 9:00"
    assert staff.subject == "Booked: Thursday 7 January 2027, 10:00"
    async with browser_on(app) as browser:
        await browser.get(f"/l/{made.token}")
        page = (await browser.get(f"/visit/{made.card.public_id}")).text
    assert "Thursday 7 January 2027" in page
    assert not re.search(r"7 January(?! 2027)", page)


async def test_mails_say_nothing_of_why_or_with_whom(house: House, linden: Linden) -> None:
    await booked(house, linden, reason="I sleep badly")
    for letter in await sent(house):
        everything = letter.subject + letter.text + letter.html + (letter.calendar or b"").decode()
        for word in ("sleep", "therap", "Therap", "session", "patient", "A session"):
            assert word not in everything.replace("testserver", "")
    staff = next(letter for letter in house.mailer.sent if letter.for_staff)  # type: ignore[attr-defined]
    assert "Almeida" not in staff.subject + staff.text + staff.html


async def test_the_entry_keeps_its_uid_and_its_sequence_rises_through_move_move_cancel(
    house: House, linden: Linden
) -> None:
    made = await booked(house, linden)
    seen = [event_of((await sent(house))[0])]
    card = made.card
    from server.booking import store

    for start in (LATER, THURSDAY):
        assert await desk.move(house, linden.clinic, card, Wish(start), By("patient")) is None
        seen.append(event_of((await sent(house))[0]))
        found = await house.db.read(lambda db: store.booking_for_visit(db, made.card.id))
        assert found
        card = found
    assert await desk.cancel(house, linden.clinic, card, By("patient"))
    letter, _ = await sent(house)
    seen.append(event_of(letter))
    assert {str(event["UID"]) for event in seen} == {str(card.id)}
    assert [event["SEQUENCE"] for event in seen] == [0, 1, 2, 3]
    assert [event["DTSTART"].dt for event in seen[:3]] == [THURSDAY, LATER, THURSDAY]
    assert [str(event["STATUS"]) for event in seen] == ["CONFIRMED"] * 3 + ["CANCELLED"]
    assert letter.method == "CANCEL"
    assert letter.subject == "Your time on Thursday 12 March, 8:30 is cancelled"


async def test_the_mail_of_a_move_says_what_it_was(house: House, linden: Linden) -> None:
    made = await booked(house, linden)
    await sent(house)
    await desk.move(house, linden.clinic, made.card, Wish(LATER), By("patient"))
    patient, staff = await sent(house)
    assert patient.subject == "Your time is now Thursday 12 March, 12:30"
    assert "It was Thursday 12 March, 8:30 before." in patient.text
    assert staff.subject == "Moved to Thursday 12 March, 13:30"


async def test_a_mail_that_a_later_change_overtook_is_not_sent(house: House, linden: Linden) -> None:
    made = await booked(house, linden)
    assert await desk.cancel(house, linden.clinic, made.card, By("patient"))
    patient, staff = await sent(house)
    assert patient.subject.endswith("is cancelled")
    assert staff.subject.startswith("Cancelled:")


async def test_a_repeat_is_the_same_mail_with_the_same_link(house: House, linden: Linden) -> None:
    await booked(house, linden)
    first, _ = await sent(house)
    await house.db.unit(lambda db: db.execute(update(OutboxRow).values(finished_at=None, outcome=None)))
    again, _ = await sent(house)
    assert (again.id, again.text) == (first.id, first.text)


async def test_a_number_alone_gets_no_mail_and_the_therapist_does(house: House, linden: Linden) -> None:
    await booked(house, linden, mail="", phone="+491715550134")
    await house.outbox.run_due()
    assert [letter.for_staff for letter in house.mailer.sent] == [True]  # type: ignore[attr-defined]
    rows = await house.db.read(lambda db: db.scalars(select(OutboxRow.outcome)))
    assert set(rows) == {"done"}


async def test_whose_key_was_destroyed_gets_no_mail_and_nothing_fails(house: House, linden: Linden) -> None:
    made = await booked(house, linden)
    await house.keys.destroy(made.card.patient_id)
    await house.outbox.run_due()
    assert [letter.for_staff for letter in house.mailer.sent] == [True]  # type: ignore[attr-defined]


async def test_the_outbox_holds_ids_alone(house: House, linden: Linden) -> None:
    made = await booked(house, linden)
    payloads = list(await house.db.read(lambda db: db.scalars(select(OutboxRow.payload))))
    shown = [{"booking": str(made.card.id), "sequence": 0, "to": to} for to in ("patient", "therapist")]
    assert sorted(payloads, key=str) == sorted(shown, key=str)


@pytest.mark.parametrize(
    "name", ["Jo\r\nBcc: all@example.org", 'Jo, "Kim" <kim@example.org>', "Jo\nATTENDEE:mailto:x@y.org"]
)
async def test_a20_no_name_adds_a_header_or_a_recipient(house: House, linden: Linden, name: str) -> None:
    await booked(house, linden, name=name)
    for letter in await sent(house):
        mail = message_from_bytes(message(letter, "clinic@testserver", THURSDAY).as_bytes(), policy=policy.default)
        assert [address.addr_spec for address in mail["To"].addresses] == [letter.to]
        assert mail["Bcc"] is None
        event = event_of(letter)
        attendees = event["ATTENDEE"] if isinstance(event["ATTENDEE"], list) else [event["ATTENDEE"]]
        assert attendees == [f"mailto:{letter.to}"]


async def test_d07_a_mail_loads_nothing_and_plain_text_has_no_markup(house: House, linden: Linden) -> None:
    await booked(house, linden)
    for letter in await sent(house):
        assert not re.search(r"<(img|script|link)|url\(|src=", letter.html)
        assert "&#" not in letter.text
        assert "<" not in letter.text
        assert "\n\n\n" not in letter.text


async def test_a_mail_is_readable_as_mime(app: Starlette, house: House, linden: Linden, clock: Clock) -> None:
    await booked(house, linden)
    patient, _ = await sent(house)
    mail = message_from_bytes(message(patient, "clinic@testserver", THURSDAY).as_bytes(), policy=policy.default)
    kinds = [part.get_content_type() for part in mail.walk()]
    assert {"text/plain", "text/html", "text/calendar", "application/ics"} <= set(kinds)
    invite = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    assert invite.get_param("method") == "REQUEST"
    assert event_of(patient)["DTSTART"].dt == THURSDAY
    assert icalendar.Calendar.from_ical(invite.get_content()).walk("VEVENT")
