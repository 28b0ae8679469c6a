"""Pages of clinic."""

from server.routing import GuardedRoute

routes: list[GuardedRoute] = []
