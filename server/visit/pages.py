"""Pages of visit."""

from server.routing import GuardedRoute

routes: list[GuardedRoute] = []
