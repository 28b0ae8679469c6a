"""The database itself keeps a signed note, its sections and its addenda as they are, and every entry of care.

The digest of a signed note does not change when two records become one, so that another text would be seen.
"""

from collections.abc import Collection, Iterator

from server import fixed
from server.db import Base
from server.fixed import Fixed
from server.record.care.tables import CareEntry
from server.record.notes.tables import RecordAddendum, RecordNote, RecordPart

OF_NOTE = "EXISTS (SELECT 1 FROM record_notes WHERE id = {row}.note_id AND signed_at IS NOT NULL)"
TABLES = Base.metadata.tables
FIXED = (
    Fixed(TABLES[RecordNote.__tablename__], "{row}.signed_at IS NOT NULL"),
    Fixed(TABLES[RecordPart.__tablename__], OF_NOTE, ("INSERT", "UPDATE", "DELETE")),
    Fixed(TABLES[RecordAddendum.__tablename__]),
    Fixed(TABLES[CareEntry.__tablename__]),
)


def every(dialect: str, tables: Collection[str]) -> Iterator[str]:
    """What the migration that brings these tables runs."""
    return fixed.every(FIXED, dialect, tables)


fixed.attach(FIXED)
