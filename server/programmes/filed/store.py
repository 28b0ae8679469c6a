"""Programmes as a clinic can begin courses by them: those of Parlour, and its own in the version that counts."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.db import added
from server.programmes.catalogue import digest_of, shipped, shipped_data
from server.programmes.definition import Definition
from server.programmes.filed.falls import GivenUp, Sort, at_all
from server.programmes.filed.forms import Filed
from server.programmes.filed.nearest import lacking
from server.programmes.mending import Problem
from server.programmes.store import Pinned, definition_of
from server.programmes.tables import Course, ProgrammeFile, ProgrammeFileReason, ProgrammeVersion


@dataclass(frozen=True)
class Offered:
    """A programme by which a course can begin now: its definition, the data of its file, and whether the clinic
    brought it; `accepted`: what that one gives up, as whoever accepted it read that.
    """

    pinned: Pinned
    text: str = field(repr=False, default="")
    own: bool = False
    accepted: GivenUp | None = None

    @property
    def gives_up(self) -> GivenUp | None:
        """As of a version."""
        return self.accepted or (at_all(self.pinned.definition) if self.own else None)

    @property
    def lacks(self) -> Sequence[Problem]:
        """What keeps courses from beginning by a file that was taken before this was asked of files."""
        return lacks(self.pinned.definition) if self.own else ()

    @property
    def data(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = json.loads(self.text) if self.own else shipped_data()[self.pinned.definition.id]
        return found


@dataclass(frozen=True)
class Version:
    """What a clinic accepted of a programme of its own, and who did. `ended`: who said that no new course begins by it,
    and when; `accepted`: what it gives up, as whoever accepted it read that.
    """

    number: int
    definition: Definition
    text: str = field(repr=False)
    digest: str
    by_id: UUID
    at: datetime
    ended: tuple[UUID, datetime] | None = None
    accepted: GivenUp | None = None

    @property
    def gives_up(self) -> GivenUp | None:
        """What it gives up of Parlour's programme; without a reason where it was accepted before one was asked for."""
        return self.accepted or (None if self.definition.faults else at_all(self.definition))

    @property
    def lacks(self) -> Sequence[Problem]:
        """What keeps new courses from beginning by it; those that began go on."""
        return lacks(self.definition)

    @property
    def data(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = json.loads(self.text)
        return found


@dataclass(frozen=True)
class Own:
    """A programme of a clinic's own, oldest version first: those that this program reads, and those `unread` that it
    cannot any more, whose definitions have `faults`. `number`: of the last word.
    """

    versions: Sequence[Version]
    number: int
    unread: Sequence[Version] = ()

    @property
    def counts(self) -> Version | None:
        """By which new courses begin: the newest that was not ended. None where that one cannot be read any more, as
        the clinic does not want the one before it.
        """
        going = [one for one in (*self.versions, *self.unread) if one.ended is None]
        newest = max(going, key=lambda one: one.number, default=None)
        return None if newest is None or newest.definition.faults else newest


def lacks(one: Definition) -> Sequence[Problem]:
    """What a clinic's file has to have before a course begins by it; one that is not read any more says why itself."""
    return [] if one.faults else list(lacking(one))


async def own_of(db: AsyncSession, clinic_id: UUID) -> Mapping[str, Own]:
    """Every programme that a clinic brought, by its id. By a version that this program cannot read any more no course
    begins; whatever else the clinic gives goes on.
    """
    row, why = ProgrammeFile, ProgrammeFileReason
    asked = (
        select(row.key, row.number, row.digest, row.value, row.by_id, row.at, why.sorts, why.reason)
        .outerjoin(why, why.file_id == row.id)
        .where(row.clinic_id == clinic_id)
    )
    versions, last = dict[str, dict[str, Version]](), dict[str, int]()
    for key, number, digest, value, by_id, at, sorts, reason in await db.execute(asked.order_by(row.key, row.number)):
        known, last[key] = versions.setdefault(key, {}), number
        if value:
            known.pop(digest, None)  # what is brought once more is the newest again
            accepted = GivenUp(tuple(Sort(one) for one in sorts.split()), reason) if sorts else None
            known[digest] = Version(number, definition_of(key, value), value, digest, by_id, at, accepted=accepted)
        elif digest in known:
            known[digest] = replace(known[digest], ended=(by_id, at))
    return {key: _own(known.values(), last[key]) for key, known in versions.items()}


def _own(versions: Collection[Version], number: int) -> Own:
    read = [one for one in versions if not one.definition.faults]
    return Own(read, number, [one for one in versions if one.definition.faults])


async def offered(db: AsyncSession, clinic_id: UUID) -> Mapping[str, Offered]:
    """Id -> the programme as new courses take it. What a clinic brought stands before one of Parlour that came later
    under the same id, also while it cannot be read.
    """
    brought = await own_of(db, clinic_id)
    counting = {key: one.counts for key, one in brought.items()}
    own = {
        key: Offered(Pinned(one.definition, one.digest), one.text, own=True, accepted=one.accepted)
        for key, one in counting.items()
        if one
    }
    lost = {key for key, one in brought.items() if one.unread and key not in own}
    return {key: one for key, one in {**as_shipped(), **own}.items() if key not in lost}


@cache
def as_shipped() -> Mapping[str, Offered]:
    """Those that come with the program."""
    return {key: Offered(Pinned(one, digest_of(shipped_data()[key]))) for key, one in shipped().items()}


async def accept(
    db: AsyncSession, clinic_id: UUID, filed: Filed, seen: int, by: UUID, now: datetime, accepted: GivenUp | None = None
) -> bool:
    """Write that new courses begin by this version, over the word that was `seen` last, and why it may give up what it
    does; False where that is another.
    """
    text = json.dumps(filed.data, ensure_ascii=False)
    file_id = await _add(db, clinic_id, (filed.definition, filed.digest), text, seen, by, now)
    if file_id and accepted:
        db.add(ProgrammeFileReason(file_id=file_id, sorts=" ".join(accepted.sorts), reason=accepted.why))
    return file_id is not None


async def end(db: AsyncSession, clinic_id: UUID, version: Version, seen: int, by: UUID, now: datetime) -> bool:
    """Write that no new course begins by this version; courses that did go on by it. False as above."""
    return bool(await _add(db, clinic_id, (version.definition, version.digest), "", seen, by, now))


async def _add(
    db: AsyncSession, clinic_id: UUID, what: tuple[Definition, str], text: str, seen: int, by: UUID, now: datetime
) -> UUID | None:
    definition, digest = what
    known = (await own_of(db, clinic_id)).get(definition.id)
    if (known.number if known else 0) != seen:
        return None
    row = ProgrammeFile(id=uuid4(), clinic_id=clinic_id, key=definition.id, number=seen + 1, value=text)
    row.version, row.digest, row.by_id, row.at = definition.version, digest, by, now
    return row.id if await added(db, row) else None


@dataclass(frozen=True)
class Unread:
    """A version that courses of a clinic go on by, so many of them, or that it brought, and that this program cannot
    read: its definition says why.
    """

    clinic_id: UUID
    definition: Definition
    digest: str
    going: int = 0


async def unread(db: AsyncSession, clinic_id: UUID | None = None) -> list[Unread]:
    """Of one clinic, or of all: what was brought and was not ended, and what courses that go on were begun by, with how
    many of them.
    """
    mine = [] if clinic_id is None else [Course.clinic_id == clinic_id]
    going = select(Course.version_id, func.count()).where(Course.ended_at.is_(None), *mine).group_by(Course.version_id)
    counts = {version_id: count for version_id, count, *_ in await db.execute(going)}
    row, found = ProgrammeVersion, dict[tuple[UUID, str], Unread]()
    asked = select(row.id, row.clinic_id, row.key, row.digest, row.value).where(row.id.in_(counts))
    for version_id, clinic, key, digest, value in await db.execute(asked):
        if (definition := definition_of(key, value)).faults:
            found[clinic, digest] = Unread(clinic, definition, digest, counts[version_id])
    clinics = select(ProgrammeFile.clinic_id).distinct()
    for each in [clinic_id] if clinic_id else list(await db.scalars(clinics)):
        for own in (await own_of(db, each)).values():
            for version in (one for one in own.unread if one.ended is None):
                found.setdefault((each, version.digest), Unread(each, version.definition, version.digest))
    return list(found.values())
