"""Which rules about its pace a course meets, by the days on which the clinic is open."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import store as bookings
from server.booking.hours import Stretch, stretch
from server.clinic.rules import Clinic
from server.house import House
from server.moments import start_of
from server.programmes.around import StopRule
from server.programmes.course import History, Programme, day_of
from server.programmes.dates import MIDDAY
from server.programmes.keeping import Standing
from server.programmes.pace import behind, pace

AHEAD = timedelta(days=800)
K = TypeVar("K")


async def late_rules(house: House, clinic: Clinic, found: Standing, now: datetime) -> tuple[StopRule, ...]:
    """Of one course."""
    programme, done = found.programme, found.done
    if not done.begun or not any(one.missed or one.away for one in programme.definition.stop_rules):
        return ()
    return (await house.db.read(lambda db: late_among(db, clinic, {None: (programme, done)}, now)))[None]


async def late_among(
    db: AsyncSession, clinic: Clinic, courses: Mapping[K, tuple[Programme, History]], now: datetime
) -> Mapping[K, tuple[StopRule, ...]]:
    """Of several courses that have begun, each with every session that it had."""
    if not courses:
        return {}
    since = min(max(done.begun.values()) for _, done in courses.values())
    shut = await bookings.closures(db, clinic, since, now + AHEAD)
    return {key: _late(*course, shut, now) for key, course in courses.items()}


def _late(programme: Programme, done: History, shut: list[Stretch], now: datetime) -> tuple[StopRule, ...]:
    def open_on(day: date) -> bool:
        noon = start_of(datetime.combine(day, MIDDAY, programme.zone))
        first, last = stretch(noon, noon + timedelta(minutes=1))
        return not any(begin < last and end > first for begin, end in shut)

    return behind(programme.definition.stop_rules, pace(programme, done, day_of(programme.zone, now), open_on))
