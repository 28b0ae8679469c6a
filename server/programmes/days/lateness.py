"""Which rules about its pace a course meets, by the days on which the clinic is open."""

from datetime import date, datetime, timedelta

from server.booking import store as bookings
from server.booking.hours import stretch
from server.clinic.rules import Clinic
from server.house import House
from server.moments import start_of
from server.programmes.around import StopRule
from server.programmes.course import day_of
from server.programmes.dates import MIDDAY
from server.programmes.keeping import Standing
from server.programmes.pace import behind, pace

AHEAD = timedelta(days=800)


async def late_rules(house: House, clinic: Clinic, found: Standing, now: datetime) -> tuple[StopRule, ...]:
    programme, done = found.programme, found.done
    rules = [one for one in programme.definition.stop_rules if one.missed or one.away]
    if not rules or not done.begun:
        return ()
    shut = await house.db.read(lambda db: bookings.closures(db, clinic, max(done.begun.values()), now + AHEAD))

    def open_on(day: date) -> bool:
        noon = start_of(datetime.combine(day, MIDDAY, programme.zone))
        first, last = stretch(noon, noon + timedelta(minutes=1))
        return not any(begin < last and end > first for begin, end in shut)

    return behind(rules, pace(programme, done, day_of(programme.zone, now), open_on))
