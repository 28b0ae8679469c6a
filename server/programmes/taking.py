"""A patient's courses as plain data that goes along with their record: the way of their own page, and what was done.

What was measured of their body is theirs: numbers with a unit. As on their page no other answer, verdict or gate is
among it: those are notes of who gives the sessions.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from server.house import House
from server.programmes import store
from server.programmes.baseline import preset_of
from server.programmes.keeping import Opened, opened
from server.programmes.presets.rules import Preset
from server.programmes.questions import UNSURE, Answer
from server.programmes.shown import way
from server.programmes.store import Kept
from server.programmes.topics import awaiting

HELD = ("done", "going")
"""Of a course whose definition is not read any more, what is ahead is not known."""


async def courses_data(house: House, clinic_id: UUID, zone: ZoneInfo, patient_id: UUID) -> list[dict[str, Any]]:
    """Every course, the newest first; times are ISO 8601 with their offset."""
    now = house.clock()

    rows = await house.db.read(lambda db: store.courses_of(db, clinic_id, patient_id))
    every = [await opened(house, row, zone, now) for row in rows]
    pinned = [one.standing.loaded.pinned for one in every]
    unsure = await house.db.read(lambda db: awaiting(db, clinic_id, pinned))
    return [course_data(one, unsure) for one in every]


def course_data(one: Opened, unsure: Collection[str]) -> dict[str, Any]:
    """One of them; `unsure`: digests of the definitions that no clinician confirmed. Who reads it elsewhere sees none
    of the pages that say so, so that each name says it itself.
    """
    found = one.standing
    programme, done = found.programme, found.done
    definition, preset = programme.definition, preset_of(one)
    return {
        "id": str(found.loaded.row.id),
        "programme": definition.name,
        "version": definition.version,
        "readable": not definition.faults,
        "confirmed": found.loaded.pinned.digest not in unsure,
        "began_at": programme.began_at.isoformat(),
        "ended_at": programme.ended_at.isoformat() if programme.ended_at else None,
        "paused": programme.paused,
        "preset": named(preset, one.presets.unsure) if preset else None,
        "sessions": {"done": done.sessions_over, "of": programme.total},
        "path": [
            {"phase": one.name, "session": mark.session, "state": mark.state, "at": _said(mark.at)}
            for one in way(programme, done)
            for mark in one.marks
            if mark.state in HELD or not definition.faults
        ],
        "steps": [
            {
                "step": definition.by_id[one.entry.key.step].of_session(one.entry.key.session).name,
                "kind": definition.by_id[one.entry.key.step].kind.value,
                "session": one.entry.key.session,
                "at": one.entry.at.isoformat(),
                "written_at": one.written_at.isoformat(),
            }
            for one in found.loaded.entries
        ],
        "readings": [reading for kept in found.loaded.entries if (reading := _reading(one, kept))["values"]],
    }


def named(preset: Preset, unsure: Collection[str]) -> str:
    """A preset as it is called outside of the house; `unsure`: keys of those that nobody confirmed."""
    return ", ".join([preset.name, f"version {preset.version}", *([UNSURE] if preset.key in unsure else [])])


def _reading(one: Opened, kept: Kept) -> dict[str, Any]:
    key, answers = kept.entry.key, one.answers[kept.id]
    step = one.standing.programme.definition.by_id[key.step].of_session(key.session)
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
