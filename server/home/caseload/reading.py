"""Reads what a therapist's caseload says, in as many statements for one patient as for a hundred."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.cards import bookings_between
from server.booking.rules import BookingCard
from server.clinic.rules import Clinic
from server.home.caseload.rules import Facts, Worse, open_keys, own
from server.house import House
from server.journal import store as journal
from server.measures import store as measures
from server.measures.course import Way
from server.measures.results import Result, latest_of
from server.measures.weekly.store import stops_of
from server.measures.weekly.visits import asked_for, held, slot_of
from server.patients import store as patients
from server.patients.care.rules import LASTS
from server.patients.care.store import kept_by
from server.patients.rules import Person

AHEAD = timedelta(days=400)


@dataclass(frozen=True)
class _Rows:
    cards: Mapping[UUID, Sequence[BookingCard]]
    asked: Sequence[measures.Row]
    setting: measures.Setting
    names: Mapping[str, str]
    alerts: Mapping[UUID, int]
    wrote: Mapping[UUID, datetime]
    stops: Mapping[UUID, Mapping[str, object]]
    zone: ZoneInfo


async def caseload_of(house: House, clinic: Clinic, staff_id: UUID, now: datetime) -> list[Facts]:
    """What is known of each patient whom this therapist treats: by bookings until 90 days after, or a kept record."""
    rows = await house.db.read(lambda db: _load(db, clinic, staff_id, now))
    people = await patients.people(house.db, house.keys, clinic.id, rows.cards)
    results = await latest_of(house, clinic.id, rows.asked)
    return [_facts(rows, one, people[one], results.get(one, []), now) for one in rows.cards if one in people]


async def _load(db: AsyncSession, clinic: Clinic, staff_id: UUID, now: datetime) -> _Rows:
    clinic_id = clinic.id
    # A visit may be long: who began before the 90 days may have ended within them.
    between = await bookings_between(db, clinic_id, staff_id, now - LASTS - timedelta(days=1), now + AHEAD)
    treated = [card for card in between if card.ends_at + LASTS > now]
    cards = own(treated, await kept_by(db, clinic_id, staff_id))
    versions = await measures.versions_of(db, clinic_id)
    alerts = Counter(row.patient_id for _, row in await measures.unseen(db, clinic_id) if row.patient_id in cards)
    return _Rows(
        cards=cards,
        asked=await measures.measures_of(db, *cards),
        setting=await measures.setting_of(db, clinic_id),
        names={one.instrument.id: one.instrument.name for one in versions.values()},
        alerts=alerts,
        wrote=await journal.last_shared(db, cards),
        stops=await stops_of(db, clinic_id, cards),
        zone=clinic.zone,
    )


def _facts(rows: _Rows, patient_id: UUID, person: Person, results: Sequence[Result], now: datetime) -> Facts:
    cards, asked = rows.cards[patient_id], [one for one in rows.asked if one.patient_id == patient_id]
    coming = next((card for card in cards if card.ends_at > now), None)
    past = asked_for(asked, {card.id: card.starts_at for card in cards})
    rules = held(rows.setting.rules, rows.stops.get(patient_id, {}))
    keys = open_keys(rules, past, slot_of(coming, rows.zone), now) if coming else []
    weekly = [one.key for one in asked if one.week and not one.finished_at and not one.withdrawn_at]
    return Facts(
        patient_id=patient_id,
        name=person.name,
        met=max([card.ends_at for card in cards if card.ends_at <= now], default=None),
        next=coming,
        answered=max([one.came_at for one in asked if one.came_at], default=None),
        due=[rows.names.get(key, key) for key in keys],
        weekly=[rows.names.get(key, key) for key in weekly if key not in keys],
        worse=[found for result in results if (found := _worse(result))],
        alerts=rows.alerts.get(patient_id, 0),
        wrote=rows.wrote.get(patient_id),
        contacts=[contact for contact in (person.mail, person.phone) if contact],
    )


def _worse(result: Result) -> Worse | None:
    course = result.course
    change = course.from_last if course else None
    if change is None or change.way is not Way.WORSE or not change.reliable:
        return None
    return Worse(result.instrument.name, change.before, change.now, result.latest.at)
