"""Every page of the clinic feature; the handlers stand in files by topic."""

from server.clinic import colour_pages, mail_pages, offers, people, settings, timetable
from server.clinic.days import pages as days
from server.clinic.intake import pages as intake
from server.clinic.licences import pages as licences
from server.clinic.look import pages as look
from server.clinic.opening import pages as opening
from server.clinic.paying import pages as paying
from server.clinic.resources import pages as resources
from server.clinic.setup import pages as setup

routes = [
    *setup.routes,
    *colour_pages.routes,
    *look.routes,
    *mail_pages.routes,
    *intake.routes,
    *offers.routes,
    *people.routes,
    *days.routes,
    *timetable.routes,
    *licences.routes,
    *opening.routes,
    *resources.routes,
    *paying.routes,
    *settings.routes,  # last: its addresses end in the name of a section
]
