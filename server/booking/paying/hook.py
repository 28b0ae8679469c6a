"""Where the provider of payments tells what was paid. Nothing here looks at a cookie: the signature alone counts."""

import structlog
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from server.access import Action
from server.booking.paying.payments import Forged, NotOffered
from server.booking.paying.receiving import NotOurs, receive
from server.booking.paying.ways import heard_by, ways_of
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.house import house_of
from server.routing import GuardedRoute, page

PREFIX = "/pay/"
MOST = 256 * 1024

log = structlog.get_logger("payments")


async def stripe_hook(request: Request) -> Response:
    """`POST /pay/{clinic}/stripe`: 200 for what is proven, also when it was known before or we know of no such payment:
    another program of the clinic may ask for money by the same account, and told again it is no better known. 400 for
    what nobody signed who may, 404 where nobody pays by it."""
    house, slug = house_of(request), request.path_params["clinic"]

    async def work(db: AsyncSession) -> Clinic | None:
        return await clinics.find_clinic(db, slug)

    clinic, body = await house.db.read(work), await request.body()
    if clinic is None or len(body) > MOST:
        return _said(404, "Nobody pays here by that.")
    try:
        news = heard_by(await ways_of(house, clinic), body, request.headers.get("stripe-signature", ""))
        await receive(house, clinic, news)
    except NotOffered:
        return _said(404, "Nobody pays here by that.")
    except Forged:
        log.warning("payment.forged", clinic=str(clinic.id))
        return _said(400, "This message is not signed, or was signed long ago.")
    except NotOurs:
        log.warning("payment.not_ours", clinic=str(clinic.id), message=news.id)
    return Response(status_code=200)


def _said(status: int, words: str) -> Response:
    """An answer for a program, the same whoever asks."""
    return PlainTextResponse(f"{words}\n", status)


routes: list[GuardedRoute] = [page(f"{PREFIX}{{clinic}}/stripe", stripe_hook, Action.PUBLIC, methods=("POST",))]
