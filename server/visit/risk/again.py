"""Who looked after an answer and works there no more: people are called to it again. Alerts that would have called them
go on to the next at once.
"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import store as accounts
from server.audit.rules import Entry
from server.audit.store import note
from server.house import House
from server.measures import store as measures
from server.measures.risk import store as risk
from server.measures.rules import Weight
from server.outbox import Job
from server.safety.alerts.store import look_again
from server.visit.risk.whose import about


async def call_again(house: House, job: Job) -> None:
    """Every answer that they looked after and that nobody has said they saw climbs anew; again changes nothing."""
    staff_id, now = UUID(job.payload["staff"]), house.clock()

    async def work(db: AsyncSession) -> UUID | None:
        account = await accounts.account(db, staff_id)
        if account is None or account.clinic_id is None or not account.disabled:
            return None
        await look_again(db, account.clinic_id, now)
        loose = {row.id: (raised, row) for raised, row in await measures.unseen(db, account.clinic_id)}
        taken = {one for one, answer in (await risk.answers_to(db, loose)).items() if answer.by_id == staff_id}
        for raised, row in (loose[one] for one in taken - set(await risk.open_for(db, taken))):
            await risk.sound(db, account.clinic_id, row.id, Weight(raised.weight), now)
            if found := await about(db, account.clinic_id, row):
                note(db, Entry(account.clinic_id, "measure.alert_again", *found.subject), now)
        return account.clinic_id if taken else None

    clinic_id = await house.db.unit(work)
    if clinic_id:
        await house.live.changed(f"day:{clinic_id}")


JOBS = {"staff.closed": call_again}
