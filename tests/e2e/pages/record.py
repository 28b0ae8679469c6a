"""A patient's record, as whoever treats them reads and writes it."""

from collections.abc import Sequence

from tests.e2e.pages.shown import Shown, send_empty

# fmt: off
PAGES: Sequence[Shown] = (
    Shown("record", "mara", "/staff/patients/{person_after}/record"),
    Shown("record-none", "samir", "/staff/patients/{person_live}/record"),
    Shown("note-signed", "mara", "/staff/patients/{person_after}/notes/{note}"),
    Shown("note-draft", "mara", "/staff/patients/{person_after}/notes/{draft}"),
    Shown("care-medicine", "mara", "/staff/patients/{person_after}/care/medicine/{medicine}"),
    Shown("care-goal-mend", "mara", "/staff/patients/{person_after}/care/goal", send_empty, 422),
    Shown("visit-record", "mara", "/staff/visit/{after}/record"),
    Shown("record-looked", "mara", "/staff/patients/{person_after}/record/looked"),
    Shown("emergency", "vera", "/staff/emergency"),
    Shown("emergency-mend", "vera", "/staff/emergency", send_empty, 422),
    Shown("clinic-emergency", "admin", "/staff/clinic/emergency"),
    Shown("clinic-notes", "admin", "/staff/clinic/notes"),
)
# fmt: on
