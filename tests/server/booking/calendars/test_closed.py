"""Times of calendars elsewhere close a therapist's time on every way to book, on both engines."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import desk
from server.booking.desk import Made, Order
from server.booking.offered import offered
from server.booking.rules import Reason, Refused, Wish
from server.booking.store import By
from server.clinic.calendars import store
from server.clinic.calendars.rules import BEYOND, FAR, Busy, Kind, Known
from server.house import House
from server.patients.rules import Person
from tests.server.booking.linden import Linden, hours_of, seed

pytestmark = pytest.mark.asyncio
BERLIN = ZoneInfo("Europe/Berlin")
THURSDAY = datetime(2026, 3, 12, 9, tzinfo=BERLIN)
HOUR = timedelta(hours=1)


@pytest_asyncio.fixture
async def practice(either_house: House) -> Linden:
    return await seed(either_house)


async def keep(house: House, linden: Linden, who: UUID, *spans: tuple[datetime, datetime]) -> Known:
    """A calendar of this therapist that was read and holds these times."""
    known = Known(uuid4(), linden.clinic.id, who, "Private", Kind.LINK, whole_days=True, access_sealed=b"-")
    times = [(int(start.timestamp()), int(end.timestamp())) for start, end in spans]
    now = house.clock()
    await house.db.unit(lambda db: store.add(db, known, now))
    found = Busy(times, now + linden.clinic.policy.horizon + BEYOND, now + FAR)
    await house.db.unit(lambda db: store.keep_read(db, known.id, found, "", 0, now, now))
    return known


async def wish(house: House, linden: Linden, start: datetime, *who: UUID) -> Made | Refused:
    asked = who or (linden.mara.staff_id,)
    wanted = Wish(start, asked[0] if len(asked) == 1 else None)
    person = Person(desk.NOBODY, "Jo", "jo@example.org")
    return await desk.book(house, Order(linden.clinic, linden.session, hours_of(*asked), wanted, person), By())


async def offered_on_thursday(house: House, linden: Linden) -> list[str]:
    now, hours = house.clock(), hours_of(linden.mara.staff_id)
    found = await house.db.read(lambda db: offered(db, linden.clinic, linden.session, hours, now))
    local = [one.start.astimezone(BERLIN) for one in found.offers if one.therapists]
    return [f"{at:%H:%M}" for at in local if at.date() == THURSDAY.date()]


async def test_its_times_are_not_offered_and_cannot_be_booked(either_house: House, practice: Linden) -> None:
    await keep(either_house, practice, practice.mara.staff_id, (THURSDAY, THURSDAY + 2 * HOUR))
    assert (await offered_on_thursday(either_house, practice))[0] == "11:00"
    refused = await wish(either_house, practice, THURSDAY)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.TAKEN
    assert refused.next_free[0].astimezone(BERLIN) == THURSDAY + 2 * HOUR


async def test_a_colleague_takes_it_when_anyone_may(either_house: House, practice: Linden) -> None:
    await keep(either_house, practice, practice.mara.staff_id, (THURSDAY, THURSDAY + 2 * HOUR))
    made = await wish(either_house, practice, THURSDAY, practice.mara.staff_id, practice.samir.staff_id)
    assert isinstance(made, Made)
    assert made.card.therapist_id == practice.samir.staff_id


async def test_nobody_is_moved_into_them(either_house: House, practice: Linden) -> None:
    made = await wish(either_house, practice, THURSDAY)
    assert isinstance(made, Made)
    await keep(either_house, practice, practice.mara.staff_id, (THURSDAY + 2 * HOUR, THURSDAY + 3 * HOUR))
    into = Wish(THURSDAY + 2 * HOUR, practice.mara.staff_id)
    refused = await desk.move(either_house, practice.clinic, made.card, into, By("staff"))
    assert isinstance(refused, Refused)
    beside = Wish(THURSDAY + HOUR, practice.mara.staff_id)
    assert await desk.move(either_house, practice.clinic, made.card, beside, By("staff")) is None


async def test_paused_or_removed_they_are_open_again_and_two_calendars_add_up(
    either_house: House, practice: Linden
) -> None:
    who = practice.mara.staff_id
    one = await keep(either_house, practice, who, (THURSDAY, THURSDAY + HOUR))
    two = await keep(either_house, practice, who, (THURSDAY + HOUR, THURSDAY + 2 * HOUR))
    assert (await offered_on_thursday(either_house, practice))[0] == "11:00"
    await either_house.db.unit(lambda db: store.pause(db, two.id, either_house.clock()))
    assert (await offered_on_thursday(either_house, practice))[0] == "10:00"
    await either_house.db.unit(lambda db: store.remove(db, one.id))
    assert (await offered_on_thursday(either_house, practice))[0] == "09:00"


async def test_one_of_two_nodes_reads_a_calendar_and_the_other_after_two_minutes(
    either_house: House, practice: Linden, clock
) -> None:
    known = await keep(either_house, practice, practice.mara.staff_id)

    async def taken() -> list[UUID]:
        found = await either_house.db.unit(lambda db: store.lease_due(db, clock(), 4))
        return [one.id for one in found]

    assert await taken() == [known.id]
    assert await taken() == []
    clock.forward(seconds=121)
    assert await taken() == [known.id]
    await either_house.db.unit(lambda db: store.keep_read(db, known.id, None, "", 0, clock(), clock() + HOUR))
    clock.forward(seconds=121)
    assert await taken() == []


async def test_the_times_of_calendars_come_without_a_statement_of_their_own(
    either_house: House, practice: Linden
) -> None:
    asked: list[str] = []
    for engine in either_house.db.engines:
        event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    await offered_on_thursday(either_house, practice)
    without = len(asked)
    for who in (practice.mara.staff_id, practice.mara.staff_id, practice.samir.staff_id):
        await keep(either_house, practice, who, (THURSDAY, THURSDAY + HOUR))
    asked.clear()
    assert (await offered_on_thursday(either_house, practice))[0] == "10:00"
    assert len(asked) == without


async def test_what_is_read_between_the_look_and_the_writing_closes_the_time_too(
    either_house: House, practice: Linden
) -> None:
    """It is read in the very unit that would book, after everybody looked."""
    house, who = either_house, practice.mara.staff_id
    known = await keep(house, practice, who)
    times = [(int(THURSDAY.timestamp()), int((THURSDAY + HOUR).timestamp()))]
    now = house.clock()
    found = Busy(times, now + FAR, now + FAR)
    reads: list[UUID] = []

    async def read_now(db: AsyncSession) -> bool:
        reads.append(known.id)
        await store.keep_read(db, known.id, found, "", 0, now, now)
        return True

    person = Person(desk.NOBODY, "Jo", "jo@example.org")
    order = Order(practice.clinic, practice.session, hours_of(who), Wish(THURSDAY, who), person, also=read_now)
    assert isinstance(await desk.book(house, order, By()), Refused)
    assert reads, "the look found the time free"
    later = await wish(house, practice, THURSDAY + 2 * HOUR)
    assert isinstance(later, Made)


async def test_nothing_more_is_asked_of_who_has_no_calendar_elsewhere(either_house: House, practice: Linden) -> None:
    asked: list[str] = []
    for engine in either_house.db.engines:
        event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    assert isinstance(await wish(either_house, practice, THURSDAY), Made)
    assert not [text for text in asked if text.startswith("SELECT other_calendars.busy")]
