"""Pages of safety."""

from server.routing import GuardedRoute

routes: list[GuardedRoute] = []
