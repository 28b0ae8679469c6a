"""The database itself keeps what was done in a course, who passed a gate, what was changed, who sent what, and which
definitions a clinic brought, and why.
"""

from collections.abc import Collection, Iterator

from server import fixed
from server.db import Base
from server.fixed import Fixed
from server.programmes.tables import (
    CourseChange,
    CourseEntry,
    CourseExport,
    CourseOverride,
    ProgrammeFile,
    ProgrammeFileReason,
)

KEPT = (CourseEntry, CourseOverride, CourseChange, CourseExport, ProgrammeFile, ProgrammeFileReason)
FIXED = tuple(Fixed(Base.metadata.tables[one.__tablename__]) for one in KEPT)


def every(dialect: str, tables: Collection[str]) -> Iterator[str]:
    """What the migration that brings these tables runs."""
    return fixed.every(FIXED, dialect, tables)


fixed.attach(FIXED)
