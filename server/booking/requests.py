"""What a request says, before any of it is understood."""

from zoneinfo import ZoneInfo

from starlette.requests import Request

from server.moments import known_zone
from server.routing import viewer_of


async def text_fields(request: Request, most: int = 60) -> dict[str, str]:
    """The text fields of a form; of a repeated one the last, and files not at all."""
    async with request.form(max_files=0, max_fields=most) as sent:
        return {name: value for name, value in sent.multi_items() if isinstance(value, str)}


def told_zone(request: Request) -> ZoneInfo | None:
    """The zone that a visitor chose or their browser told us; none for staff, who think in the clinic's."""
    if viewer_of(request).is_staff:
        return None
    return known_zone(request.query_params.get("tz", "")) or known_zone(request.cookies.get("tz", ""))
