"""Presets as a clinic has them: those that come with the program, and its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.confirming.store import standing
from server.db import added
from server.programmes.definition import Definition
from server.programmes.filed.store import offered
from server.programmes.mending import Problem
from server.programmes.presets.catalogue import before, shipped
from server.programmes.presets.forms import read_text
from server.programmes.presets.rules import Preset
from server.programmes.tables import ProgrammePreset


@dataclass(frozen=True)
class Presets:
    """`offered`: what can be chosen now; `own`: ids of the clinic’s among them; `every`: each version, by key;
    `unsure`: keys of those that no label says and no clinician of the clinic stands up for.
    """

    offered: Sequence[Preset] = ()
    own: frozenset[str] = frozenset()
    every: Mapping[str, Preset] = field(default_factory=dict)
    unsure: frozenset[str] = frozenset()

    def for_programme(self, definition: Definition) -> list[Preset]:
        """Those that name it, or the programme of Parlour that it was made of."""
        return [one for one in self.offered if one.programmes & {definition.id, definition.based_on}]


@lru_cache(maxsize=256)
def _read(text: str) -> Preset:
    found = read_text(text)
    assert isinstance(found, Preset), "it was read before it was kept"
    return found


async def presets_of(db: AsyncSession, clinic_id: UUID) -> Presets:
    asked = select(ProgrammePreset.key, ProgrammePreset.value).where(ProgrammePreset.clinic_id == clinic_id)
    newest, every = dict[str, Preset | None](), {one.key: one for one in (*before(), *shipped())}
    for key, value in await db.execute(asked.order_by(ProgrammePreset.number)):
        newest[key] = _read(value) if value else None
        if one := newest[key]:
            every[one.key] = one
    own = [one for one in newest.values() if one]
    topics = {one.key: one.topic for one in every.values() if not one.label}
    said = await standing(db, clinic_id, {topic for topic, _version in topics.values()})
    unsure = frozenset(key for key, topic in topics.items() if topic not in said)
    return Presets((*shipped(), *own), frozenset(one.id for one in own), every, unsure)


async def keep(
    db: AsyncSession, clinic_id: UUID, preset: Preset, text: str, by: UUID | None, now: datetime
) -> list[Problem]:
    """Write a preset of the clinic's own; nothing new where this very one is there. What would mend it otherwise."""
    known = await presets_of(db, clinic_id)
    if preset.id in {one.id for one in shipped()}:
        return [Problem("id", "A preset of this name comes with the program. Give yours another.")]
    if unknown := preset.programmes - set(await offered(db, clinic_id)):
        return [Problem("programmes", f"There is no programme ‘{min(unknown)}’.")]
    if (same := known.every.get(preset.key)) and same != preset:
        return [Problem("version", f"Courses may go by version {preset.version} as it was. Give this one another.")]
    if preset in known.offered:
        return []
    return [] if await _add(db, clinic_id, preset.id, text, by, now) else [_OVERTAKEN]


_OVERTAKEN = Problem("", "Somebody else wrote of this preset meanwhile. Look at it once more.")


async def end(db: AsyncSession, clinic_id: UUID, name: str, by: UUID | None, now: datetime) -> bool:
    """Offer it no more; courses that go by it keep it. False where there is none."""
    if name not in (await presets_of(db, clinic_id)).own:
        return False
    return await _add(db, clinic_id, name, "", by, now)


async def _add(db: AsyncSession, clinic_id: UUID, name: str, text: str, by: UUID | None, now: datetime) -> bool:
    mine = (ProgrammePreset.clinic_id == clinic_id, ProgrammePreset.key == name)
    asked = select(ProgrammePreset.number).where(*mine).order_by(ProgrammePreset.number.desc()).limit(1)
    number = (await db.scalar(asked) or 0) + 1
    row = ProgrammePreset(id=uuid4(), clinic_id=clinic_id, key=name, number=number, value=text, by_id=by, at=now)
    return await added(db, row)
