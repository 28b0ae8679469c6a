"""A patient's courses as plain data that goes along with their record: the way of their own page, and what was done.

As on that page no answer, verdict or gate is among it: those are notes of who gives the sessions.
"""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from server.house import House
from server.programmes import store
from server.programmes.keeping import Standing, standing
from server.programmes.shown import way


async def courses_data(house: House, clinic_id: UUID, zone: ZoneInfo, patient_id: UUID) -> list[dict[str, Any]]:
    """Every course, the newest first; times are ISO 8601 with their offset."""
    now = house.clock()

    async def work(db: AsyncSession) -> list[Standing]:
        return [await standing(db, row, zone, now) for row in await store.courses_of(db, clinic_id, patient_id)]

    return [_course(one) for one in await house.db.read(work)]


def _course(found: Standing) -> dict[str, Any]:
    programme, done = found.programme, found.done
    definition = programme.definition
    return {
        "id": str(found.loaded.row.id),
        "programme": definition.name,
        "version": definition.version,
        "began_at": programme.began_at.isoformat(),
        "ended_at": programme.ended_at.isoformat() if programme.ended_at else None,
        "paused": programme.paused,
        "sessions": {"done": done.sessions_over, "of": programme.total},
        "path": [
            {"phase": one.name, "session": mark.session, "state": mark.state, "at": _said(mark.at)}
            for one in way(programme, done)
            for mark in one.marks
        ],
        "steps": [
            {
                "step": definition.by_id[one.entry.key.step].name,
                "kind": definition.by_id[one.entry.key.step].kind.value,
                "session": one.entry.key.session,
                "at": one.entry.at.isoformat(),
            }
            for one in found.loaded.entries
        ],
    }


def _said(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
