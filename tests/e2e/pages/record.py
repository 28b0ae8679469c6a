"""A patient's record, as whoever treats them reads and writes it."""

from collections.abc import Sequence

from tests.e2e.pages.shown import Shown

# fmt: off
PAGES: Sequence[Shown] = (
    Shown("record", "mara", "/staff/patients/{person_after}/record"),
    Shown("record-none", "samir", "/staff/patients/{person_live}/record"),
    Shown("note-signed", "mara", "/staff/patients/{person_after}/notes/{note}"),
    Shown("note-draft", "mara", "/staff/patients/{person_after}/notes/{draft}"),
    Shown("clinic-notes", "admin", "/staff/clinic/notes"),
)
# fmt: on
