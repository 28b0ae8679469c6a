"""A patient's courses as plain data that goes along with their record: the way of their own page, and what was done.

What was measured of their body is theirs: numbers with a unit. As on their page no other answer, verdict or gate is
among it: those are notes of who gives the sessions.
"""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from server.house import House
from server.programmes import store
from server.programmes.baseline import preset_of
from server.programmes.keeping import Opened, opened
from server.programmes.questions import Answer
from server.programmes.shown import way
from server.programmes.store import Kept


async def courses_data(house: House, clinic_id: UUID, zone: ZoneInfo, patient_id: UUID) -> list[dict[str, Any]]:
    """Every course, the newest first; times are ISO 8601 with their offset."""
    now = house.clock()

    rows = await house.db.read(lambda db: store.courses_of(db, clinic_id, patient_id))
    return [course_data(await opened(house, row, zone, now)) for row in rows]


def course_data(one: Opened) -> dict[str, Any]:
    """One of them."""
    found = one.standing
    programme, done = found.programme, found.done
    definition, preset = programme.definition, preset_of(one)
    return {
        "id": str(found.loaded.row.id),
        "programme": definition.name,
        "version": definition.version,
        "began_at": programme.began_at.isoformat(),
        "ended_at": programme.ended_at.isoformat() if programme.ended_at else None,
        "paused": programme.paused,
        "preset": f"{preset.name}, version {preset.version}" if preset else None,
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
                "written_at": one.written_at.isoformat(),
            }
            for one in found.loaded.entries
        ],
        "readings": [reading for kept in found.loaded.entries if (reading := _reading(one, kept))["values"]],
    }


def _reading(one: Opened, kept: Kept) -> dict[str, Any]:
    key, answers = kept.entry.key, one.answers[kept.id]
    step = one.standing.programme.definition.by_id[key.step]
    asked = [each for each in step.questions if each.answer is Answer.NUMBER and each.unit]
    return {
        "id": str(kept.id),
        "step": step.name,
        "session": key.session,
        "at": kept.entry.at.isoformat(),
        "values": [
            {"what": each.text, "value": float(answers[each.id]), "unit": each.unit}
            for each in asked
            if answers.get(each.id)
        ],
    }


def _said(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
