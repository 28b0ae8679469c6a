"""Programmes as a clinic can begin courses by them: those of Parlour, and its own in the version that counts."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.db import added
from server.programmes.catalogue import NotAProgramme, digest_of, shipped, shipped_data
from server.programmes.definition import Definition
from server.programmes.filed.forms import Filed
from server.programmes.store import Pinned, definition_of
from server.programmes.tables import ProgrammeFile


@dataclass(frozen=True)
class Offered:
    """A programme by which a course can begin now: its definition, the data of its file, and whether the clinic
    brought it.
    """

    pinned: Pinned
    text: str = field(repr=False, default="")
    own: bool = False

    @property
    def data(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = json.loads(self.text) if self.own else shipped_data()[self.pinned.definition.id]
        return found


@dataclass(frozen=True)
class Version:
    """What a clinic accepted of a programme of its own, and who did. `ended`: who said that no new course begins by it,
    and when.
    """

    number: int
    definition: Definition
    text: str = field(repr=False)
    digest: str
    by_id: UUID
    at: datetime
    ended: tuple[UUID, datetime] | None = None

    @property
    def data(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = json.loads(self.text)
        return found


@dataclass(frozen=True)
class Own:
    """A programme of a clinic's own, oldest version first, none where none can be read; `number`: of the last word."""

    versions: Sequence[Version]
    number: int

    @property
    def counts(self) -> Version | None:
        """By which new courses begin: the newest that was not ended."""
        return next((one for one in reversed(self.versions) if one.ended is None), None)


async def own_of(db: AsyncSession, clinic_id: UUID) -> Mapping[str, Own]:
    """Every programme that a clinic brought, by its id. A version that this program cannot read any more is left out:
    no course begins by it, and whatever else the clinic gives goes on.
    """
    row = ProgrammeFile
    asked = select(row.key, row.number, row.digest, row.value, row.by_id, row.at).where(row.clinic_id == clinic_id)
    versions, last = dict[str, dict[str, Version]](), dict[str, int]()
    for key, number, digest, value, by_id, at in await db.execute(asked.order_by(row.key, row.number)):
        known, last[key] = versions.setdefault(key, {}), number
        definition = _readable(value) if value else None
        if definition:
            known.pop(digest, None)  # what is brought once more is the newest again
            known[digest] = Version(number, definition, value, digest, by_id, at)
        elif digest in known:
            known[digest] = replace(known[digest], ended=(by_id, at))
    return {key: Own(list(known.values()), last[key]) for key, known in versions.items()}


def _readable(text: str) -> Definition | None:
    try:
        return definition_of(text)
    except NotAProgramme:
        return None


async def offered(db: AsyncSession, clinic_id: UUID) -> Mapping[str, Offered]:
    """Id -> the programme as new courses take it. What a clinic brought stands before one of Parlour that came later
    under the same id.
    """
    counting = {key: one.counts for key, one in (await own_of(db, clinic_id)).items()}
    own = {key: Offered(Pinned(one.definition, one.digest), one.text, own=True) for key, one in counting.items() if one}
    return {**as_shipped(), **own}


@cache
def as_shipped() -> Mapping[str, Offered]:
    """Those that come with the program."""
    return {key: Offered(Pinned(one, digest_of(shipped_data()[key]))) for key, one in shipped().items()}


async def accept(db: AsyncSession, clinic_id: UUID, filed: Filed, seen: int, by: UUID, now: datetime) -> bool:
    """Write that new courses begin by this version, over the word that was `seen` last; False where that is another."""
    text = json.dumps(filed.data, ensure_ascii=False)
    return await _add(db, clinic_id, (filed.definition, filed.digest), text, seen, by, now)


async def end(db: AsyncSession, clinic_id: UUID, version: Version, seen: int, by: UUID, now: datetime) -> bool:
    """Write that no new course begins by this version; courses that did go on by it. False as above."""
    return await _add(db, clinic_id, (version.definition, version.digest), "", seen, by, now)


async def _add(
    db: AsyncSession, clinic_id: UUID, what: tuple[Definition, str], text: str, seen: int, by: UUID, now: datetime
) -> bool:
    definition, digest = what
    known = (await own_of(db, clinic_id)).get(definition.id)
    if (known.number if known else 0) != seen:
        return False
    row = ProgrammeFile(id=uuid4(), clinic_id=clinic_id, key=definition.id, number=seen + 1, value=text)
    row.version, row.digest, row.by_id, row.at = definition.version, digest, by, now
    return await added(db, row)
