"""What stands in the addresses of the API."""

import re

from starlette.requests import Request

from server.errors import NotFound

SLUG = re.compile(r"[a-z0-9-]{1,64}")


def clinic_slug(request: Request) -> str:
    """The clinic in the address. Raises NotFound for what no clinic is called."""
    slug: str = request.path_params["clinic"]
    if not SLUG.fullmatch(slug):
        raise NotFound()
    return slug
