"""Whom a request of the API is about: the clinic in its address, and the one whose key is shown."""

import re
from uuid import UUID

from starlette.requests import Request

from server.access import KeyScope
from server.errors import NotFound
from server.routing import viewer_of

SLUG = re.compile(r"[a-z0-9-]{1,64}")


def clinic_slug(request: Request) -> str:
    """The clinic in the address. Raises NotFound for what no clinic is called."""
    slug: str = request.path_params["clinic"]
    if not SLUG.fullmatch(slug):
        raise NotFound()
    return slug


def own_clinic(request: Request, *scopes: KeyScope) -> UUID | None:
    """The clinic whose key for one of these is shown: it sees and books what its staff books as well."""
    viewer = viewer_of(request)
    return viewer.clinic_id if viewer.scopes.intersection(scopes) else None
