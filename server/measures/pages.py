"""Every route of measures: the patient's questions, the clinic's choice, what a therapist reads."""

from server.measures import answering, offline, reading, settings
from server.measures.late import pages as late
from server.measures.risk import pages as risk
from server.routing import GuardedRoute

routes: list[GuardedRoute] = [
    *answering.routes,
    *late.routes,
    *offline.routes,
    *reading.routes,
    *risk.routes,
    *settings.routes,
]
