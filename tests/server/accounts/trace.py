"""What the audit holds, for tests."""

from sqlalchemy import select

from server.audit.tables import AuditEntry
from server.house import House


async def entries(house: House) -> list[AuditEntry]:
    async def work(db):
        return list(await db.scalars(select(AuditEntry).order_by(AuditEntry.at)))

    return await house.db.read(work)


async def actions(house: House) -> list[str]:
    return [entry.action for entry in await entries(house)]
