"""Bookings written into a therapist's own calendar, against a real Radicale: made, moved, cancelled, and disturbed."""

from datetime import timedelta

import icalendar
import pytest
import pytest_asyncio
from sqlalchemy import func, select, update

from server.booking import desk
from server.booking.asking.answering import answer
from server.booking.asking.rules import Answer
from server.booking.calendars import writing
from server.booking.calendars.tables import WrittenEntry
from server.booking.desk import Made
from server.booking.importing import undoing
from server.booking.rules import BookingCard, Wish
from server.booking.store import By, booking_for_visit
from server.clinic.calendars.tables import OtherCalendar
from server.config import Settings
from server.outbox import OutboxRow
from tests.engines.radicale import Radicale
from tests.server.booking.calendars.test_dav import typed
from tests.server.booking.calendars.test_pages import HOME, only_path
from tests.server.booking.linden import THURSDAY, booked
from tests.server.booking.test_by_staff import sign_in_as
from tests.server.conftest import settings_for

pytestmark = pytest.mark.asyncio

HOUR = timedelta(hours=1)


@pytest.fixture
def settings(tmp_path, radicale: Radicale) -> Settings:
    return settings_for(tmp_path / "data", private_hosts=radicale.host)


@pytest_asyncio.fixture
async def private(client, house, linden, radicale: Radicale) -> str:
    """Mara's calendar, into which her bookings are written: its page's address."""
    await radicale.make("private", "Private")
    await sign_in_as(client, house, linden)
    await client.post(HOME, data=typed(radicale.url))
    path = await only_path(house)
    assert (await client.post(f"{path}/write", data={"writes": "yes"})).status_code == 303
    return path


async def settle(house) -> None:
    while await house.outbox.run_due():
        pass


async def there(radicale: Radicale, made: Made):
    """The entry of a booking as the other server has it; None when it has none."""
    text = await radicale.entry("private", f"{made.card.id}.ics")
    return icalendar.Calendar.from_ical(text).walk("VEVENT")[0] if text else None


async def card_of(house, made: Made) -> BookingCard:
    card = await house.db.read(lambda db: booking_for_visit(db, made.card.id))
    assert card is not None
    return card


async def move(house, linden, made: Made, start, therapist=None) -> None:
    wish = Wish(start, therapist or linden.mara.staff_id)
    assert await desk.move(house, linden.clinic, await card_of(house, made), wish, By()) is None
    await settle(house)


async def test_a_booking_is_written_moved_and_taken_out_again(house, linden, radicale, private) -> None:
    made = await booked(house, linden, reason="I sleep badly")
    await settle(house)
    event = await there(radicale, made)
    assert (event.start, event.end, str(event["SUMMARY"])) == (
        THURSDAY,
        THURSDAY + timedelta(minutes=50),
        "Appointment",
    )
    assert str(event["UID"]) == str(made.card.id)
    assert not [word for word in ("Jo", "sleep", "session") if word in event.to_ical().decode()]
    await move(house, linden, made, THURSDAY + 4 * HOUR)
    event = await there(radicale, made)
    assert (event.start, event["SEQUENCE"]) == (THURSDAY + 4 * HOUR, 1)
    assert await desk.cancel(house, linden.clinic, await card_of(house, made), By())
    await settle(house)
    assert await there(radicale, made) is None


async def test_one_that_the_clinic_declines_leaves_the_calendar(house, linden, radicale, private) -> None:
    made = await booked(house, linden, asks=True)
    await settle(house)
    assert str((await there(radicale, made))["STATUS"]) == "TENTATIVE"
    assert await answer(house, linden.clinic, await card_of(house, made), Answer.DECLINED, By("staff"))
    await settle(house)
    assert await there(radicale, made) is None


async def test_what_we_wrote_comes_back_and_closes_nothing_by_itself(client, house, linden, radicale, private) -> None:
    made = await booked(house, linden)
    await settle(house)
    await client.post(f"{private}/read")
    assert "It keeps no time free." in (await client.get(HOME)).text
    assert await desk.cancel(house, linden.clinic, await card_of(house, made), By())
    page = (await client.get(f"/c/linden/mara-lind?service={linden.session.id}&day=2026-03-12")).text
    assert "2026-03-12T08:30Z" in page


async def test_what_its_owner_added_there_stays_when_it_moves(house, linden, radicale, private) -> None:
    made = await booked(house, linden)
    await settle(house)
    event = await there(radicale, made)
    event.add("description", "Room with the plants")
    around = icalendar.Calendar()
    around.add("prodid", "-//Phone//EN")
    around.add("version", "2.0")
    around.add_component(event)
    await radicale.put("private", f"{made.card.id}.ics", around.to_ical())
    await move(house, linden, made, THURSDAY + 4 * HOUR)
    event = await there(radicale, made)
    assert (event.start, str(event["DESCRIPTION"])) == (THURSDAY + 4 * HOUR, "Room with the plants")


async def test_one_that_was_deleted_there_breaks_nothing(house, linden, radicale, private) -> None:
    moved, cancelled = await booked(house, linden), await booked(house, linden, THURSDAY + HOUR)
    await settle(house)
    for made in (moved, cancelled):
        await radicale.ask("DELETE", radicale.address("private", f"{made.card.id}.ics"))
    await move(house, linden, moved, THURSDAY + 5 * HOUR)
    assert (await there(radicale, moved)).start == THURSDAY + 5 * HOUR
    assert await desk.cancel(house, linden.clinic, await card_of(house, cancelled), By())
    await settle(house)
    assert await there(radicale, cancelled) is None
    assert await house.db.read(lambda db: db.scalar(select(func.count()).select_from(WrittenEntry))) == 1


async def test_one_that_is_there_already_is_taken_over(house, linden, radicale, private) -> None:
    made = await booked(house, linden)
    await settle(house)

    async def forget(db) -> None:  # as after a crash between writing there and writing here
        await db.execute(update(WrittenEntry).values(sequence=-1, etag=""))

    await house.db.unit(forget)
    await move(house, linden, made, THURSDAY + 4 * HOUR)
    assert (await there(radicale, made)).start == THURSDAY + 4 * HOUR


async def test_handed_to_a_colleague_it_leaves_the_calendar(house, linden, radicale, private) -> None:
    made = await booked(house, linden)
    await settle(house)
    await move(house, linden, made, THURSDAY + 4 * HOUR, linden.samir.staff_id)
    assert await there(radicale, made) is None


async def test_bookings_of_before_are_written_too_and_a_colleagues_never(client, house, linden, radicale) -> None:
    await radicale.make("private", "Private")
    before = await booked(house, linden)
    others = await booked(house, linden, therapist=linden.samir.staff_id)
    await sign_in_as(client, house, linden)
    await client.post(HOME, data=typed(radicale.url))
    await settle(house)
    assert await there(radicale, before) is None
    await client.post(f"{await only_path(house)}/write", data={"writes": "yes"})
    await settle(house)
    assert (await there(radicale, before)).start == THURSDAY
    assert await there(radicale, others) is None


async def test_a_calendar_that_was_away_is_brought_up_at_its_next_reading(
    client, house, linden, radicale, private, clock
) -> None:
    async def lose(db) -> None:
        await db.execute(update(OtherCalendar).values(failed_since=clock(), trouble="away", tries=1))

    await house.db.unit(lose)
    made = await booked(house, linden)
    await settle(house)
    assert await there(radicale, made) is None
    unfinished = select(func.count()).where(OutboxRow.finished_at.is_(None))
    assert await house.db.read(lambda db: db.scalar(unfinished)) == 0
    await client.post(f"{private}/read")
    await settle(house)
    assert (await there(radicale, made)).start == THURSDAY


async def test_a_server_that_takes_nothing_is_asked_again_by_the_outbox(
    house, linden, radicale, private, clock
) -> None:
    await radicale.ask("DELETE", radicale.address("private"))
    made = await booked(house, linden)
    await settle(house)
    waiting = select(OutboxRow.tries).where(OutboxRow.topic == "calendar.write", OutboxRow.finished_at.is_(None))
    assert await house.db.read(lambda db: db.scalar(waiting)) == 1
    await radicale.make("private", "Private")
    clock.forward(seconds=5)
    await settle(house)
    assert (await there(radicale, made)).start == THURSDAY


async def test_without_any_calendar_a_booking_leaves_nothing_to_do(house, linden) -> None:
    await booked(house, linden)
    await settle(house)
    asked = select(func.count()).where(OutboxRow.topic == "calendar.write")
    assert await house.db.read(lambda db: db.scalar(asked)) == 0


async def test_a_booking_taken_back_with_its_file_while_it_is_written_is_not_left_there(
    house, linden, radicale, private, monkeypatch
) -> None:
    made, put = await booked(house, linden), writing._put

    async def put_and_lose(place, entry, etag) -> str:
        tag = await put(place, entry, etag)
        assert await there(radicale, made)
        await house.db.unit(lambda db: undoing._delete(db, made.card, house.clock()))
        return tag

    monkeypatch.setattr(writing, "_put", put_and_lose)
    await settle(house)
    assert await there(radicale, made) is None
