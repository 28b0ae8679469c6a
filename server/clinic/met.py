"""After time off, closures, holidays or hours were kept: by way of the list of bookings that they met."""

from urllib.parse import urlencode

from starlette.responses import RedirectResponse

LIST = "/staff/bookings/unkept"


def by_what_it_met(back: str) -> RedirectResponse:
    """303 to the bookings that nobody keeps now, and on to `back` where there are none."""
    return RedirectResponse(way_by(back), 303)


def way_by(back: str) -> str:
    """The address of that list, which knows where to go on."""
    return f"{LIST}?{urlencode({'back': back})}"
