"""Whom staff book for: somebody known who was looked for and picked, or somebody new."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from server.access import Viewer
from server.booking import store
from server.booking.forms import Problem, Problems, read_uuid
from server.booking.led import led_by, noted
from server.clinic.rules import Clinic
from server.house import House
from server.patients import finding
from server.patients import store as patients
from server.patients.merging.store import kept_of
from server.patients.rules import Person

MOST_FOUND = 12
TYPED = (
    "name",
    "mail",
    "phone",
    "means",
    "number",
    "for_whom",
    "patient_name",
    "born",
    "interpreter",
    "captions",
    "text_only",
    "start",
    "reason",
    "every",
    "count",
    "do",
    "free_day",
    "free_time",
    "outside",
)


@dataclass(frozen=True)
class WhoComes:
    """What every form shows by which staff book for somebody: who was looked for, found and picked, what was typed."""

    asked: str = field(repr=False)
    found: Sequence[Person] = field(repr=False)
    patient: Person | None = field(repr=False)
    typed: Mapping[str, str] = field(repr=False)
    problems: Mapping[str, Problem | None]
    refused: str
    once: str = field(repr=False)


async def who_comes(
    house: House, viewer: Viewer, clinic: Clinic, asked: Mapping[str, str], problems: Problems, refused: str
) -> WhoComes:
    """As a form or an address says; whoever was picked is noted."""
    who = asked.get("who", "").strip()[:120]
    found, patient = await _found(house, viewer, clinic, who), await known_patient(house, viewer, clinic, asked)
    if patient:
        await noted(house, viewer, clinic, "patient.picked", None, {"patients": 1, "patient": patient.id.hex})
    return WhoComes(
        asked=who,
        found=found,
        patient=patient,
        typed={name: asked.get(name, "") for name in TYPED},
        problems=dict.fromkeys(TYPED) | problems,
        refused=refused,
        once=asked.get("once") or secrets.token_urlsafe(18),
    )


async def _found(house: House, viewer: Viewer, clinic: Clinic, asked: str) -> list[Person]:
    """People whose name begins so, or whose address or number it is; noted, since names are shown."""
    if len(asked) < 2:
        return []
    among = await _theirs(house, viewer, clinic)
    shown = (await finding.find(house, clinic.id, asked, clinic.country, among))[:MOST_FOUND]
    await noted(house, viewer, clinic, "patients.searched", None, {"patients": len(shown)})
    return shown


async def known_patient(house: House, viewer: Viewer, clinic: Clinic, asked: Mapping[str, str]) -> Person | None:
    """The patient that was picked, as long as they are one of those this viewer may book for."""
    named = read_uuid(asked.get("patient", ""))
    patient_id = await house.db.read(lambda db: kept_of(db, clinic.id, named)) if named else None
    among = await _theirs(house, viewer, clinic) if patient_id else ()
    if patient_id is None or (among is not None and patient_id not in among):
        return None
    return (await patients.people(house.db, house.keys, clinic.id, [patient_id])).get(patient_id)


async def _theirs(house: House, viewer: Viewer, clinic: Clinic) -> Collection[UUID] | None:
    """Whom the viewer may book for: a therapist those who were booked with them; None for everybody of the clinic."""
    led = led_by(viewer)
    return set(await house.db.read(lambda db: store.patient_ids(db, clinic.id, led))) if led else None
