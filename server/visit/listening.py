"""Which page may hear of what: `visit:{public id}` its patient and its clinic, `day:{clinic id}` the clinic's staff."""

from starlette.requests import Request

from server.access import Action, Viewer, may
from server.booking import store as booking
from server.booking.door import card_in_space, card_of_token
from server.booking.links import told_token
from server.house import House
from server.visit import store
from server.visit.door import subject_of


async def may_hear(house: House, request: Request, viewer: Viewer, topic: str) -> bool:
    """Whether this browser may listen to the topic now; asked again every few seconds of the stream."""
    kind, _, which = topic.partition(":")
    if kind == "day":
        return viewer.is_staff and viewer.only_visit is None and str(viewer.clinic_id) == which
    if kind != "visit" or not which:
        return False
    return await _holds_link(house, request, which) or await _works_with(house, viewer, which)


async def _holds_link(house: House, request: Request, public_id: str) -> bool:
    token = told_token(house.settings, request.cookies, f"/visit/{public_id}")
    card = await card_of_token(house, token) if token else None
    if card is None or card.public_id != public_id:
        card = await card_in_space(house, request, f"/visit/{public_id}", anew=True)
    return card is not None


async def _works_with(house: House, viewer: Viewer, public_id: str) -> bool:
    if not viewer.is_staff:
        return False
    card = await house.db.read(lambda db: booking.booking_for_visit(db, public_id))
    if card is None:
        return False
    visit = await house.db.read(lambda db: store.visit_of(db, card.id))
    subject = subject_of(card, visit)
    return may(viewer, Action.LEAD_VISIT, subject) or may(viewer, Action.DAY, subject)
