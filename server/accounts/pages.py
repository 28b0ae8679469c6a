"""Pages of accounts."""

from server.routing import GuardedRoute

routes: list[GuardedRoute] = []
