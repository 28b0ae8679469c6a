"""The database itself keeps what was agreed to, what was taken back, and who kept a record open."""

from collections.abc import Collection, Iterator

from server import fixed
from server.db import Base
from server.fixed import Fixed
from server.patients.care.tables import CareKeep
from server.patients.consents.tables import ConsentGiver, ConsentWithdrawal
from server.patients.tables import Consent

TABLES = Base.metadata.tables
FIXED = tuple(Fixed(TABLES[one.__tablename__]) for one in (Consent, ConsentGiver, ConsentWithdrawal, CareKeep))


def every(dialect: str, tables: Collection[str]) -> Iterator[str]:
    """What the migration that brings these tables runs."""
    return fixed.every(FIXED, dialect, tables)


fixed.attach(FIXED)
