"""Pages of booking."""

from server.routing import GuardedRoute

routes: list[GuardedRoute] = []
