"""Every route of the journals."""

from server.journal.mood import back, entry, pages, staff
from server.routing import GuardedRoute

routes: list[GuardedRoute] = [*pages.routes, *entry.routes, *back.routes, *staff.routes]
