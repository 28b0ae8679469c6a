"""`POST /me/measures/{public_id}/{key}` and `/me/asked/{patient_id}/late/{key}`: where a device of the patient's own
brings the answers that it kept.

Not by the link of the booking, which may have ended by then: whoever is not signed in is told so, and keeps them.
"""

from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from server.access import Action
from server.booking import store as booking
from server.booking.forms import read_uuid
from server.clinic import store as clinics
from server.errors import NotFound, Unprocessable
from server.house import house_of
from server.measures.answering import whole
from server.measures.danger import speaks_of_danger
from server.measures.helping import help_for, watch_words
from server.measures.late.finding import sheet_for
from server.measures.late.keeping import keep_late, read_late
from server.measures.occasion import Alone, Occasion, now_named, therapist_of
from server.measures.schedule import given_at
from server.measures.scoring import takes
from server.measures.sheets import Kept, Overtaken, sheets_of
from server.patients.space.door import own_space
from server.routing import GuardedRoute, page


async def late_answer(request: Request) -> Response:
    """Keep one answer, once. Asked is what was asked when it was given, though that may be long ago; what nothing asked
    even then is taken too. Raises NotFound where no such measure is known, and Unprocessable for what is none.
    """
    house, of, fields = house_of(request), await _of(request), await request.form()
    late = read_late(fields)
    if late is None:
        raise Unprocessable()
    said, now = (str(fields.get("item", "")), whole(fields.get("value"))), house.clock()
    at = given_at(now, late.ago, None)
    shown = read_uuid(str(fields.get("version", "")))
    asked = [one for when in dict.fromkeys((at, now)) for one in await sheets_of(house, of, when)]
    sheet = await sheet_for(house, of, request.path_params["key"], asked, at, lambda one: takes(one, *said), shown)
    clinic = await house.db.read(partial(clinics.clinic_of, clinic_id=of.clinic_id))
    if sheet is None or clinic is None:
        raise NotFound()
    item, value = said
    if value is None or not takes(sheet.instrument, item, value):
        raise Unprocessable()
    told = _told(await keep_late(house, of, sheet, (item, value), late))
    if speaks_of_danger(sheet.instrument, item, value):
        told["watch"] = watch_words(await help_for(request, clinic, of), therapist_of(of))
    return JSONResponse(told)


async def _of(request: Request) -> Occasion:
    """A booking of whom this space shows all, or they alone. Raises SignInNeeded, NotFound."""
    space = await own_space(request)
    if named := request.path_params.get("patient_id"):
        patient_id = await now_named(house_of(request), space, named)
        if patient_id not in space.whole:
            raise NotFound()
        return Alone(space.clinic_id, patient_id)
    card = await house_of(request).db.read(lambda db: booking.booking_for_visit(db, request.path_params["public_id"]))
    if card is None or card.clinic_id != space.clinic_id or card.patient_id not in space.whole:
        raise NotFound()
    return card


def _told(kept: Kept | Overtaken) -> dict[str, object]:
    """`stands`: the answer that counts instead, with its value."""
    if isinstance(kept, Overtaken):
        return {"number": kept.number, "value": kept.value, "stands": str(kept.id)}
    return {"number": kept.number, "open": kept.open, "done": kept.done}


routes: list[GuardedRoute] = [
    page("/me/measures/{public_id}/{key}", late_answer, Action.SPACE, ("POST",), name="late_answer"),
    page("/me/asked/{patient_id:uuid}/late/{key}", late_answer, Action.SPACE, ("POST",), name="late_answer_alone"),
]
