"""How somebody of the clinic is told that a person waits: by mail or text message, without a name or a word of why."""

from dataclasses import dataclass
from functools import partial

from server.house import House
from server.moments import Speaker
from server.outbox import Job
from server.templates import translations
from server.tongues import LANGUAGES
from server.visit.calling import Call, CallMail, find_call, send_call
from server.visit.ladder.kind import TOPIC, still_quiet


@dataclass(frozen=True)
class WaitingMail(CallMail):
    """mail/waiting.html and mail/waiting.txt; `rung` is therapist or colleague"""

    rung: str


async def call(house: House, job: Job) -> None:
    """Send one message, unless nobody waits any more or somebody has answered meanwhile."""
    found = await find_call(house, job, partial(still_quiet, now=house.clock()))
    if found:
        await send_call(house, job, found, "mail/waiting", _words(house, found, str(job.payload["rung"])))


def _words(house: House, found: Call, rung: str) -> WaitingMail:
    say, _ = Speaker(found.clinic.zone, found.lang), translations(found.lang).gettext
    since = say.time(found.alert.begun_at)
    subjects = {
        "therapist": _("Somebody is in the waiting room since %(since)s"),
        "colleague": _("Somebody waits since %(since)s and nobody has answered"),
    }
    return WaitingMail(
        lang=found.lang,
        dir=LANGUAGES[found.lang],
        clinic=found.clinic.sender,
        phone=found.clinic.phone,
        rung=rung,
        subject=subjects[rung] % {"since": since},
        since=since,
        link=f"{house.settings.base_url}/staff",
    )


JOBS = {TOPIC: call}
