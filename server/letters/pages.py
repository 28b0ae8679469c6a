"""Routes of letters."""

from server.letters import acts, inbox, own, settings, to_patient
from server.letters.away import pages as away

routes = [*own.routes, *inbox.routes, *acts.routes, *to_patient.routes, *away.routes, *settings.routes]
