"""Says as the program starts which versions of programmes it cannot read any more."""

import structlog

from server.house import House
from server.programmes.filed.store import unread

log = structlog.get_logger("programmes")


async def warn(house: House) -> None:
    """Of every clinic; nothing of a patient is among it."""
    for one in await house.db.read(unread):
        faults = [": ".join(part for part in (fault.place, fault.words) if part) for fault in one.definition.faults]
        log.warning(
            "programme.unread",
            clinic=one.clinic_id.hex,
            programme=one.definition.id,
            version=one.definition.version,
            courses=one.going,
            faults=faults,
        )
