"""The link of a time once more, for who lost it: sent to where the clinic writes to, and never shown.

Whoever types an address learns nothing by it. The answer is the same whether somebody is known here or not, and takes
as long: who is meant is looked up later, by the outbox.
"""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.booking.forms import CONTACT_PROBLEMS
from server.booking.front import clinic_of, shown
from server.booking.link_again.sending import ask
from server.booking.requests import text_fields
from server.house import house_of
from server.patients.contacts import Contact, read_contact
from server.routing import GuardedRoute, page


async def send_again(request: Request) -> Response:
    """`POST /c/{clinic}/waiting-room/link`: 303 with the same words for everybody; 422 with what was typed.

    Raises NotFound.
    """
    house, typed = house_of(request), (await text_fields(request)).get("contact", "")
    clinic = await clinic_of(request)
    contact = read_contact(typed, clinic.country)
    if not isinstance(contact, Contact):
        return await shown(request, typed, CONTACT_PROBLEMS[contact])
    await ask(house, clinic.id, contact)
    return RedirectResponse(f"/c/{clinic.slug}/waiting-room?notice=link-sent", 303)


routes: list[GuardedRoute] = [page("/c/{clinic}/waiting-room/link", send_again, Action.PUBLIC, ("POST",))]
