"""Routes that say who may use them.

`page("/path", handler, Action.X)` is the only way to make a route: the action is part of it,
the gate asks `access.admits` before the handler runs, and a test walks the table.
"""

from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.access import RULES, STRANGER, Action, Door, Viewer, admits
from server.errors import Forbidden, NotFound, SecondFactorNeeded, SignInNeeded

Handler = Callable[[Request], Awaitable[Response]]


class GuardedRoute(Route):
    """A route that carries its action."""

    action: Action


def page(
    path: str,
    handler: Handler,
    action: Action,
    methods: Sequence[str] = ("GET",),
    name: str | None = None,
    most_bytes: int | None = None,
) -> GuardedRoute:
    """A route for `handler`, open to whom `access` admits for `action`. `most_bytes`: of what is sent, where it may be
    more than elsewhere.
    """

    async def gated(request: Request) -> Response:
        request.scope["route"] = path
        viewer = viewer_of(request)
        if not admits(viewer, action):
            raise refusal(viewer, action)
        if not _as_drawn(request, viewer):
            raise Forbidden()
        return await handler(request)

    route = GuardedRoute(path, gated, methods=list(methods), name=name or handler.__name__, max_body_size=most_bytes)
    route.action = action
    return route


def viewer_of(request: Request) -> Viewer:
    """Who looks; the login middleware put it there."""
    return getattr(request.state, "viewer", STRANGER)


def _as_drawn(request: Request, viewer: Viewer) -> bool:
    """Whether whoever is signed in is the one for whom the page was drawn, where a script of ours says for whom."""
    told = request.headers.get("x-reader")
    return told is None or told in {str(viewer.space_id), str(viewer.staff_id)}


def refusal(viewer: Viewer, action: Action) -> Exception:
    """Why somebody is turned away at the gate; for links, unknown and foreign are one answer."""
    door = RULES[action].door
    if RULES[action].key:  # a program, which can show something else
        return SignInNeeded() if viewer.door is Door.ANYONE else Forbidden()
    if door is Door.LINK:
        return NotFound()
    if door is Door.SPACE:
        return SignInNeeded()
    if door is Door.STAFF and viewer.door is Door.HALF:
        return SecondFactorNeeded()
    if viewer.door is Door.LINK:
        return Forbidden()
    return Forbidden() if viewer.is_staff and not viewer.only_visit else SignInNeeded()
