"""Every route of a visit: the patient's page, the clinic's day, the therapist's side."""

from server.routing import GuardedRoute
from server.visit import arrive, came, day, homework, keeping, lead, missed, others, patient, ticketing
from server.visit.away import ahead
from server.visit.away import pages as away
from server.visit.check import pages as check
from server.visit.checklist import pages as checklist
from server.visit.checklist import settings as checklist_settings
from server.visit.estimate import pages as estimate
from server.visit.handover import pages as handover
from server.visit.ladder import pages as ladder
from server.visit.late import pages as late
from server.visit.measures import pages as measures
from server.visit.medium import pages as medium
from server.visit.presence import pages as presence
from server.visit.push import pages as push
from server.visit.readings import pages as readings
from server.visit.recall import pages as recall
from server.visit.record import beside as record_beside
from server.visit.record import between as record_between
from server.visit.record import overview as record_overview
from server.visit.record import own as record_own
from server.visit.record import plan as record_plan
from server.visit.risk import pages as risk
from server.visit.talk import pages as talk

routes: list[GuardedRoute] = [
    *patient.routes,
    *check.routes,
    *arrive.routes,
    *ticketing.routes,
    *homework.routes,
    *day.routes,
    *came.routes,
    *lead.routes,
    *others.routes,
    *missed.routes,
    *keeping.routes,
    *presence.routes,
    *ladder.routes,
    *checklist.routes,
    *checklist_settings.routes,
    *recall.routes,
    *push.routes,
    *estimate.routes,
    *handover.routes,
    *ahead.routes,
    *away.routes,
    *late.routes,
    *medium.routes,
    *measures.routes,
    *record_beside.routes,
    *record_between.routes,
    *record_overview.routes,
    *record_own.routes,
    *record_plan.routes,
    *readings.routes,
    *risk.routes,
    *talk.routes,
]
