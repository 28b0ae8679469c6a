"""What whoever just booked is shown next."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.booking.desk import Made
from server.booking.door import set_link_cookie
from server.booking.passes import pass_of
from server.framing import framed_of
from server.house import house_of


def opened(request: Request, made: Made, together: str = "") -> Response:
    """To the booking's page, or of several that were booked `together` to their list with this notice, with its cookie,
    or in a frame its pass; who gets no mail sees the link to keep first."""
    house, framed, path = house_of(request), framed_of(request), f"/visit/{made.card.public_id}"
    if framed:
        own = {"pass": pass_of(house.keys, made.card.public_id, house.clock()), "notice": together or "booked"}
        return RedirectResponse(framed.to(path, **own), 303)
    page = f"{path}/keep" if made.keep_link else f"{path}/series" if together else path
    response = RedirectResponse(f"{page}?notice={together}" if together else page, 303)
    set_link_cookie(house, response, made.card.public_id, made.token)
    return response
