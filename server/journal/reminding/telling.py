"""A reminder when its moment comes, and how it reaches somebody: a word that names nothing, and a link."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.reminders.knocking import tell_spaces
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.house import House
from server.journal import store as journal
from server.journal.mood.rules import KIND
from server.journal.reminding import instead, store
from server.journal.reminding.catalogue import conventions
from server.journal.reminding.forms import DEVICE
from server.journal.reminding.rules import Moment, fate_of
from server.journal.reminding.store import Prompt, Reminder
from server.outbox import Job
from server.patients import store as patients
from server.patients.reaching import reached_by
from server.patients.rules import Person
from server.patients.space.rules import Way
from server.patients.telling import LinkMail, lang_of, link_mail, send
from server.templates import translations

PAGE = "/me/now"
"""The form by another name, which says nothing to who reads a link over somebody's shoulder."""


async def due(house: House, job: Job) -> None:
    """Settle a moment and plan the next one; nothing where they changed their mind since it was planned."""
    now, told = house.clock(), job.payload
    moment = Moment(datetime.fromisoformat(told["at"]), date.fromisoformat(told["day"]), told["place"])

    async def work(db: AsyncSession) -> None:
        reminder = await _standing(db, UUID(told["reminder"]), told["number"])
        if reminder:
            await _settle(db, reminder, moment, now)

    await house.db.unit(work)
    house.outbox.nudge()


async def _settle(db: AsyncSession, reminder: Reminder, moment: Moment, now: datetime) -> None:
    how, patient_id = conventions(), reminder.patient_id
    asked, times = await store.asked(db, reminder), await store.times_on(db, patient_id, moment.day)
    _, _, wrote_at = await journal.span(db, patient_id, KIND)
    today = await journal.entries(db, patient_id, KIND, moment.day, moment.day)
    fate = fate_of(moment, reminder.choice.wish, asked, times, wrote_at, bool(today), now, how)
    await store.settle(db, reminder, moment, fate, now, how)


async def _standing(db: AsyncSession, reminder_id: UUID, number: int) -> Reminder | None:
    """The choice that this was planned by, while it holds: of two records that became one the newest choice does."""
    known = await store.by_id(db, reminder_id)
    newest = await store.reminder_of(db, known.patient_id) if known else None
    if newest is None or (newest.id, newest.number) != (reminder_id, number) or not newest.goes:
        return None
    return newest


async def remind(house: House, job: Job) -> None:
    """Send one, unless it was answered, put off or switched off meanwhile. `instead`: no device was there for it, and
    none took it since.
    """
    found = await house.db.read(lambda db: _load(db, job.payload, house.clock()))
    if found is None:
        return
    reminder, clinic = found
    if reminder.choice.way == DEVICE and not job.payload.get("instead"):
        await _knock(house, reminder, job)
        return
    known = await patients.people(house.db, house.keys, clinic.id, [reminder.patient_id])
    person = known.get(reminder.patient_id)
    way = reached_by(house, person, reminder.choice.way) if person else None
    if person and way:
        await send(house, job.id, clinic, person, way, "nudge", nudge_of(house, clinic, person))
        if way is Way.SMS or house.mailer.sends:
            await house.db.unit(lambda db: store.went(db, UUID(job.payload["prompt"])))


async def _knock(house: House, reminder: Reminder, job: Job) -> None:
    """At each device of theirs; where none is left, a mail goes in its stead."""
    now = house.clock()
    about = {"until": (now + conventions().expiry).isoformat(), **job.payload}

    async def work(db: AsyncSession) -> None:
        if not await tell_spaces(db, reminder.clinic_id, reminder.patient_id, about, now):
            await instead.none_took(db, about, now)

    await house.db.unit(work)
    house.outbox.nudge()


async def _load(db: AsyncSession, about: Mapping[str, Any], now: datetime) -> tuple[Reminder, Clinic] | None:
    one, times = await store.prompt(db, UUID(about["prompt"])), about["times"]
    if one is None or (about.get("instead") and one.took >= times):
        return None
    reminder = await _standing(db, one.reminder_id, one.number)
    if reminder is None or not _still_waits(one, times, now):
        return None
    clinic = await clinics.clinic_of(db, reminder.clinic_id)
    quiet = reminder.choice.wish.quiet.around(now, reminder.choice.wish.zone)
    return (reminder, clinic) if clinic and not quiet else None


def _still_waits(one: Prompt, times: int, now: datetime) -> bool:
    return one.times == times and one.asked.answered_at is None and now < one.asked.expires_at


def nudge_of(house: House, clinic: Clinic, person: Person) -> LinkMail:
    """What it says."""
    subject = translations(lang_of(person)).gettext("A small reminder")
    link = f"{house.settings.base_url}{PAGE}"
    return link_mail(clinic, person, subject, link)


JOBS = {store.DUE: due, store.SEND: remind}
