"""How somebody of the clinic is told of a red reading: as of an answer that is urgent, without a name or what it is."""

from server.house import House
from server.outbox import Job
from server.visit.calling import find_call, send_call
from server.visit.readings.kind import TOPIC, still_calls
from server.visit.risk.mails import words


async def call(house: House, job: Job) -> None:
    """Send one message, unless somebody has answered meanwhile."""
    found = await find_call(house, job, still_calls)
    if found:
        said = words(house, found, f"/staff/readings/{found.alert.id}", urgent=True)
        await send_call(house, job, found, "mail/risk", said)


JOBS = {TOPIC: call}
