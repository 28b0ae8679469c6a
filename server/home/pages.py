"""Pages of home."""

from server.routing import GuardedRoute

routes: list[GuardedRoute] = []
