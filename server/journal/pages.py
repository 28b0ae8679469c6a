"""Every route of the journals."""

from server.journal import offline
from server.journal.cbt import entry as cbt_entry
from server.journal.cbt import pages as cbt
from server.journal.cbt import staff as cbt_staff
from server.journal.cbt import tasks, worries
from server.journal.mood import back, entry, pages, settings, staff
from server.journal.reminding import pages as reminding
from server.routing import GuardedRoute

routes: list[GuardedRoute] = [
    *offline.routes,
    *pages.routes,
    *entry.routes,
    *back.routes,
    *settings.routes,
    *reminding.routes,
    *staff.routes,
    *tasks.routes,
    *worries.routes,
    *cbt.routes,
    *cbt_entry.routes,
    *cbt_staff.routes,
]
