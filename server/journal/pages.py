"""Every route of the journals."""

from server.journal import offline
from server.journal.mood import back, entry, pages, settings, staff
from server.routing import GuardedRoute

routes: list[GuardedRoute] = [
    *offline.routes,
    *pages.routes,
    *entry.routes,
    *back.routes,
    *settings.routes,
    *staff.routes,
]
