"""Every page about safety but 'Need help now', which stands beside the line for help (support/helping.py)."""

from server.routing import GuardedRoute
from server.safety import kept
from server.safety.checking import pages as checking
from server.safety.danger import pages as danger
from server.safety.plan import offline, past
from server.safety.plan import pages as plan
from server.safety.roster import pages as roster

routes: list[GuardedRoute] = [
    *roster.routes,
    *checking.routes,
    *plan.routes,
    *past.routes,
    *offline.routes,
    *kept.routes,
    *danger.routes,
]
