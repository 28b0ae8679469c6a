"""Every route of a space, and of the home that it opens."""

from server.home.me import pages as me
from server.home.space import coming_in, devices, set_up, staff
from server.routing import GuardedRoute

routes: list[GuardedRoute] = [
    *coming_in.routes,
    *me.routes,
    *devices.routes,
    *set_up.routes,
    *staff.routes,
]
