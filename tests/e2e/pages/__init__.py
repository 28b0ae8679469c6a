"""Every page and state there is: its name, who looks, where it is, and what they do there before we look.

The order is that of a walk: a state that somebody left is what the next one finds.
"""

from collections.abc import Sequence

from tests.e2e.pages import between, clinic, day, desk, entering, home, letters, public, record, visits
from tests.e2e.pages.shown import SERVICE, Shown
from tests.e2e.pages.support import PAGES as SUPPORT
from tests.e2e.pages.visits import FORGETS

__all__ = ["FORGETS", "NO_PAGES", "PAGES", "SERVICE", "Shown"]

AREAS = (public, visits, home, between, letters, entering, day, record, desk, clinic)
PAGES: Sequence[Shown] = tuple(shown for area in AREAS for shown in area.PAGES) + SUPPORT + day.LAST

NO_PAGES = {
    "/staff/visit/{public_id}/measures": "a part of the visit",
    "/staff/visit/{public_id}/between": "a part of the visit", "/staff/patients/{patient_id}/measures/fhir": "a file",
    "/staff/patients/{patient_id}/record/json": "a file", "/staff/patients/{patient_id}/record/pdf": "a file",
    "/staff/patients/{patient_id}/documents/{document:uuid}": "a file",
    "/me/record/{patient_id}/documents/{document:uuid}": "a file",
    "/me/letters/{thread:uuid}/files/{attached:uuid}": "a file",
    "/staff/letters/{thread:uuid}/files/{attached:uuid}": "a file",
    "/staff/patients/{patient_id}/record/fhir": "a file", "/me/record/{patient_id}/{way}": "a file",
    "/me/mood/csv": "a table", "/me/now": "the form of moods, by a name that says nothing",
    "/c/{clinic}/calm/sound/{recording:uuid}": "a sound",
    "/now": "for programs",
    "/healthz": "for programs", "/readyz": "for programs", "/metrics": "for programs", "/live": "a stream",
    "/sw.js": "a worker", "/me/worker.js": "a worker", "/observing-worker.js": "a worker",
    "/calm-worker.js": "a worker",
    "/me/app.webmanifest": "for browsers",
    "/me/standing": "for scripts", "/me/offline/ladders": "for scripts",
    "/staff/emergency/{glass:uuid}": "leads to who looked", "/me/new": "leads home",
    "/me/": "leads home",
    "/me/help": "leads to the help of the clinic",
    "/c/{clinic}/accent.css": "a sheet", "/colour.css": "a sheet", "/visit/{public_id}/calendar.ics": "a calendar",
    "/calendar/{token}.ics": "a calendar",
    "/visit/{public_id}/series/{number:int}": "leads to another visit", "/visit/{public_id}/series.ics": "a calendar",
    "/.well-known/change-password": "leads to the account", "/robots.txt": "for programs",
    "/.well-known/security.txt": "for programs", "/favicon.ico": "a picture",
    "/embed/v1.js": "a script",
    "/embed/c/{clinic}/{therapist}": "the same in a frame",
    "/embed/visit/{public_id}/move": "the same in a frame", "/embed/visit/{public_id}/cancel": "the same in a frame",
    "/embed/visit/{public_id}/calendar.ics": "a calendar", "/embed/visit/{public_id}/series.ics": "a calendar",
    "/colour": "a part of set-up", "/visit/{public_id}/wait-part": "a part of waiting",
    "/visit/{public_id}/lines": "a part of waiting", "/staff/visit/{public_id}/lines-part": "a part of the lines",
    "/staff/calendar/grid": "a part of the calendar", "/staff/calendar/book": "leads to booking",
    "/staff/away/{away}": "what the press on /staff/away leads to", "/staff/away/{away}/part": "a part of that",
    "/api/openapi.json": "for programs", "/api/v1/clinics/{clinic}": "for programs",
    "/api/v1/clinics/{clinic}/services": "for programs", "/api/v1/clinics/{clinic}/slots": "for programs",
    "/api/v1/clinics/{clinic}/bookings": "for programs",
    "/api/v1/clinics/{clinic}/bookings/{booking}": "for programs",
    "/l/{token}/{step}": "leads to a page of the booking",
    "/staff/sign-on/{clinic_id}": "leads to the provider", "/staff/sign-on/{clinic_id}/back": "leads to the day",
    "/staff/clinic/bookings/reports/table.csv": "a table",
    "/staff/patients/{patient_id}/courses/{course:uuid}/summary/{summary:uuid}/{way}": "a file",
    "/staff/clinic/bookings/reports/programmes/table.csv": "a table",
    "/staff/bookings/invoices/table.csv": "a table", "/c/{clinic}/mark.png": "a picture",
    "/staff/clinic/bookings/import/{file:uuid}": "what the table that was chosen leads to",
    "/staff/day/waiting": "a part of the day", "/staff/day/agenda": "a part of the day",
    "/staff/day/came": "a part of the day",
    "/staff/clinic/prompts/questions.json": "a file", "/staff/programmes/files/{key}.json": "a file",
    "/staff/observing/who": "ids, for the open screen",
    "/staff/patients/{patient_id}/courses/{course:uuid}/observing": "a part of the observation screen",
    "/staff/patients/{patient_id}/courses/{course:uuid}/observing/card": "a part of the observation screen",
    "/staff/patients/{patient_id}/courses/{course:uuid}/exports/{export}/{session:int}/table.csv": "a table",
    "/staff/patients/{patient_id}/courses/{course:uuid}/sessions/table.csv": "a table",
    "/staff/visit/{public_id}/part": "a part of the visit", "/staff/visit/{public_id}/others": "a part of the visit",
    "/visit/{public_id}/phone": "a part of the call", "/staff/visit/{public_id}/phone": "a part of the call",
    "/support/{token}/part": "a part of the place", "/support/at/{ask:uuid}/part": "a part of the place",
    "/staff/support/part": "a part of the line",
    "/staff/visit/{public_id}/checklist": "a part of the visit", "/staff/demo/{token}": "leads to the day",
}  # fmt: skip
"""GET routes that answer with something else than a page, and what that is."""
