"""The other courses of the same family that a patient is in or was in: what counts of one counts of the others."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.programmes import store
from server.programmes.catalogue import family_of
from server.programmes.course import Beside, history
from server.programmes.definition import Definition
from server.programmes.store import Pinned, Row

Going = tuple[UUID, str]
"""A course and the name of its programme."""


def same(one: Definition, other: Definition) -> bool:
    """Whether two definitions are of one family: by its name, by their id, or since the same event locks both."""
    family = family_of(one)
    if one.id == other.id or (family and family == family_of(other)):
        return True
    return bool(_locked_by(one) & _locked_by(other))


def _locked_by(one: Definition) -> frozenset[str]:
    """The events that lock a course."""
    return frozenset(need for gate in one.gates if gate.settled_by for need in gate.needs)


def open_one(courses: Collection[tuple[Row, Pinned]], definition: Definition) -> Going | None:
    """The course of this family that goes on, the newest of them; None: there is none."""
    going = [one for one in courses if one[0].ended_at is None and same(one[1].definition, definition)]
    row, pinned = max(going, key=lambda one: one[0].began_at, default=(None, None))
    return (row.id, pinned.definition.name) if row and pinned else None


def twice(courses: Iterable[tuple[UUID, Definition]]) -> Mapping[UUID, UUID]:
    """Of the courses of one patient that go on those beside which another of the same family does: each with that.
    None begins so, but a record that becomes part of another one brings its own.
    """
    found = dict[UUID, UUID]()
    for (one, mine), (other, theirs) in combinations(courses, 2):
        if same(mine, theirs):
            found |= {one: found.get(one, other), other: found.get(other, one)}
    return found


def beside(courses: Collection[tuple[Row, Pinned]]) -> Mapping[UUID, UUID]:
    """The same, of every course of a patient."""
    return twice((row.id, pinned.definition) for row, pinned in courses if row.ended_at is None)


async def would_be_twice(db: AsyncSession, clinic_id: UUID, one: UUID, other: UUID) -> bool:
    """Whether two of one family would go on, were these two patients the same person."""
    return bool(beside([*await every(db, clinic_id, one), *await every(db, clinic_id, other)]))


async def every(db: AsyncSession, clinic_id: UUID, patient_id: UUID) -> Sequence[tuple[Row, Pinned]]:
    """Every course of a patient with its definition, the newest first."""
    rows = await store.courses_of(db, clinic_id, patient_id)
    pinned = await store.versions(db, [row.version_id for row in rows]) if rows else {}
    return [(row, pinned[row.version_id]) for row in rows]


async def others_of(
    db: AsyncSession, clinic_id: UUID, courses: Mapping[UUID, tuple[UUID, Definition]]
) -> Mapping[UUID, tuple[Beside, ...]]:
    """`courses`: id -> its patient and its definition. Those that have others of the same family, with what was done of
    these; in one statement where nobody has any.
    """
    patients = {patient_id for patient_id, _ in courses.values()}
    rows = await store.several(db, clinic_id, patients) if patients else []
    pinned = await store.versions(db, [row.version_id for row in rows]) if rows else {}
    known = dict[UUID, Beside]()
    found = defaultdict[UUID, tuple[Beside, ...]](tuple)
    for course_id, (patient_id, definition) in courses.items():
        for row in rows:
            other = pinned[row.version_id].definition
            if row.patient_id != patient_id or row.id == course_id or not same(other, definition):
                continue
            if row.id not in known:
                loaded = await store.loaded(db, row)
                entries, passed = ([one.entry for one in loaded.entries], [one for one, _ in loaded.overrides])
                known[row.id] = Beside(other, history(other, entries, passed), row.id)
            found[course_id] += (known[row.id],)
    return found
