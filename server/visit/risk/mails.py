"""How somebody of the clinic is told that an answer needs a person: without a name or a word of what it is."""

from dataclasses import dataclass

from server.house import House
from server.measures.risk.rules import URGENT
from server.moments import Speaker
from server.outbox import Job
from server.templates import translations
from server.tongues import LANGUAGES
from server.visit.calling import Call, CallMail, find_call, send_call
from server.visit.risk.kind import still_calls
from server.visit.risk.rules import TOPIC


@dataclass(frozen=True)
class RiskMail(CallMail):
    """mail/risk.html and mail/risk.txt"""


async def call(house: House, job: Job) -> None:
    """Send one message, unless somebody has answered meanwhile."""
    found = await find_call(house, job, still_calls)
    if found:
        said = words(house, found, f"/staff/risk/{found.alert.id}", urgent=found.alert.kind == URGENT)
        await send_call(house, job, found, "mail/risk", said)


def words(house: House, found: Call, path: str, *, urgent: bool) -> RiskMail:
    """What is said of whatever needs somebody; `path`: of its page."""
    say, _ = Speaker(found.clinic.zone, found.lang), translations(found.lang).gettext
    since = say.time(found.alert.begun_at)
    at_once, usual = (
        _("Please look at once: somebody needs you since %(since)s"),
        _("Somebody needs you since %(since)s"),
    )
    return RiskMail(
        lang=found.lang,
        dir=LANGUAGES[found.lang],
        clinic=found.clinic.sender,
        phone=found.clinic.phone,
        subject=(at_once if urgent else usual) % {"since": since},
        since=since,
        link=f"{house.settings.base_url}{path}",
    )


JOBS = {TOPIC: call}
