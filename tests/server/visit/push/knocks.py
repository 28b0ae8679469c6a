"""Devices that agreed, and how often they were knocked at."""

from sqlalchemy import select

from server.accounts.push.tables import PushDevice
from server.house import House


async def devices(house: House) -> list[PushDevice]:
    """Whoever agreed first comes first."""
    asked = select(PushDevice).order_by(PushDevice.agreed_at)
    return list(await house.db.read(lambda db: db.scalars(asked)))


async def knocks(house: House) -> int:
    """Everything that is due is done; how many knocks there were."""
    house.pusher.knocked.clear()  # type: ignore[attr-defined]
    await house.reminders.run_due()
    while await house.outbox.run_due():
        pass
    return len(house.pusher.knocked)  # type: ignore[attr-defined]
