"""How people of the clinic are told of somebody who waits: without a name, and without a word of what it is about."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.accounts.reach.store import reach_of
from server.audit.rules import Entry
from server.audit.store import note
from server.house import House
from server.moments import Speaker
from server.outbox import Job
from server.support import changing, store
from server.support.changing import UNMET
from server.support.ladder.kind import still_calls, still_handed
from server.support.ladder.rules import TOPIC, Rung
from server.templates import translations
from server.tongues import LANGUAGES
from server.visit.calling import Call, CallMail, find_call, send_call
from server.visit.push.telling import tell_staff

HANDED = "support.handed"
HANDED_ON = "handed_on"
"""Stands for the step of a hand-over where a rung stands else."""


@dataclass(frozen=True)
class SupportMail(CallMail):
    """mail/support.html and mail/support.txt; `step`: a rung, or HANDED_ON."""

    step: str


async def call(house: House, job: Job) -> None:
    """Send one message, unless somebody has taken them meanwhile."""
    found = await find_call(house, job, still_calls)
    if found:
        await send_call(house, job, found, "mail/support", words_of(house, found, job.payload["rung"]))


async def handed(house: House, job: Job) -> None:
    """Tell a colleague that somebody is theirs now."""
    found = await find_call(house, job, still_handed)
    if found:
        await send_call(house, job, found, "mail/support", words_of(house, found, HANDED_ON))


def words_of(house: House, found: Call, step: str) -> SupportMail:
    """What a message says."""
    say, _ = Speaker(found.clinic.zone, found.lang), translations(found.lang).gettext
    since = say.time(found.alert.begun_at)
    subjects = {
        Rung.ON_CALL: _("Somebody waits for a person on call since %(since)s"),
        Rung.AGAIN: _("Somebody still waits for a person on call, since %(since)s"),
        Rung.LEAD: _("Nobody on call has answered since %(since)s"),
        Rung.HAND_OVER: _("Nobody on call has answered since %(since)s"),
        HANDED_ON: _("A colleague hands somebody to you, at %(since)s"),
    }
    return SupportMail(
        lang=found.lang,
        dir=LANGUAGES[found.lang],
        clinic=found.clinic.sender,
        phone=found.clinic.phone,
        subject=subjects[step] % {"since": since},
        since=since,
        link=f"{house.settings.base_url}/staff/support",
        step=step,
    )


async def tell_handed(db: AsyncSession, ask_id: UUID, to: UUID, now: datetime) -> None:
    """Queue it, in the unit that hands them on."""
    for staff_id, reach in (await reach_of(db, [to])).items():
        for way in reach.ways:
            outbox.add(db, HANDED, {"alert": ask_id.hex, "staff": staff_id.hex, "way": way}, now)
    ask = await store.ask_of(db, ask_id)
    if ask:
        await tell_staff(db, ask.clinic_id, [to], {}, now)


async def put_back(house: House, job: Job) -> None:
    """Whoever was taken and not met is back in the line, and people are called again."""
    now = house.clock()

    async def work(db: AsyncSession) -> store.Ask | None:
        ask = await changing.put_back(db, UUID(job.payload["ask"]), job.payload["number"], now)
        if ask:
            detail = {"ask": ask.id.hex, "from": str(ask.by_id)}
            note(db, Entry(ask.clinic_id, "support.put_back", "patient", ask.patient_id, detail=detail), now)
        return ask

    ask = await house.db.unit(work)
    if ask:
        await house.live.changed(ask.topic)
        await house.live.changed(f"day:{ask.clinic_id}")


JOBS = {TOPIC: call, HANDED: handed, UNMET: put_back}
