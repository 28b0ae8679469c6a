"""The database itself keeps who confirmed what, and who took it back."""

from collections.abc import Collection, Iterator

from server import fixed
from server.clinic.confirming.tables import ClinicalConfirmation
from server.db import Base
from server.fixed import Fixed

FIXED = (Fixed(Base.metadata.tables[ClinicalConfirmation.__tablename__]),)


def every(dialect: str, tables: Collection[str]) -> Iterator[str]:
    """What the migration that brings the table runs."""
    return fixed.every(FIXED, dialect, tables)


fixed.attach(FIXED)
