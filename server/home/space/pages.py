"""Every route of a space, and of the home that it opens."""

from server.home.me import pages as me
from server.home.record import agreements
from server.home.record import pages as record
from server.home.space import by_codes, by_passkey, devices, set_up, sill, staff, told
from server.routing import GuardedRoute

routes: list[GuardedRoute] = [
    *sill.routes,
    *by_passkey.routes,
    *by_codes.routes,
    *me.routes,
    *agreements.routes,
    *record.routes,
    *devices.routes,
    *told.routes,
    *set_up.routes,
    *staff.routes,
]
