"""A name, a mail address or a number that was written down wrong: staff put it right, and old links end if need be."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.booking import forms
from server.booking.correcting.writing import correct, seen_of
from server.booking.forms import Problem, Problems, WalkIn
from server.booking.led import own_clinic
from server.booking.people.known import Known, asked_for, known_person, person_seen
from server.booking.requests import text_fields
from server.clinic.rules import Clinic
from server.house import house_of
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render

PATH = "/staff/patients/{patient_id}/correct"
TYPED = ("name", "mail", "phone")


@dataclass(frozen=True)
class CorrectPage:
    """booking/people/correct.html. `seen`: what the record was when the form was made; `changed`: it is other now."""

    known: Known = field(repr=False)
    typed: Mapping[str, str] = field(repr=False)
    problems: Mapping[str, Problem | None]
    renew: bool
    seen: str
    changed: bool


async def correct_page(request: Request) -> Response:
    """`GET /staff/patients/{patient_id}/correct`. Raises NotFound for whom the viewer may not see."""
    clinic, known = await _known(request)
    await person_seen(house_of(request), viewer_of(request), clinic, "patient.seen", known.person.id)
    return await _show(request, known)


async def correct_it(request: Request) -> Response:
    """`POST /staff/patients/{patient_id}/correct`: 303 to the person; 409 when somebody else was faster, 422 with what
    was typed. Raises NotFound for whom the viewer may not see.
    """
    house, viewer = house_of(request), viewer_of(request)
    fields = await text_fields(request)
    clinic, known = await _known(request)
    said = forms.parse_walk_in(fields, clinic.country)
    if not isinstance(said, WalkIn):
        return await _show(request, known, fields, said, status=422)
    person = replace(known.person, name=said.name, mail=said.contact.mail, phone=said.contact.phone)
    renew = fields.get("renew") == "yes"
    assert viewer.staff_id, "the gate lets staff alone through"
    if not await correct(house, clinic, person, fields.get("seen", ""), viewer.staff_id, renew=renew):
        return await _show(request, (await _known(request))[1], fields, {}, status=409)
    return RedirectResponse(f"/staff/patients/{known.person.id}?notice=corrected", 303)


async def _known(request: Request) -> tuple[Clinic, Known]:
    house, viewer = house_of(request), viewer_of(request)
    clinic = await own_clinic(house, viewer)
    _, patient_id = await asked_for(request, clinic)
    return clinic, await known_person(house, viewer, clinic, patient_id)


async def _show(
    request: Request,
    known: Known,
    fields: Mapping[str, str] | None = None,
    problems: Problems | None = None,
    *,
    status: int = 200,
) -> Response:
    now = {"name": known.person.name, "mail": known.person.mail, "phone": known.person.phone}
    context = CorrectPage(
        known=known,
        typed={name: (fields or now).get(name, "") for name in TYPED},
        problems={name: (problems or {}).get(name) for name in TYPED},
        renew=fields is None or fields.get("renew") == "yes",
        seen=await seen_of(house_of(request), known.person),
        changed=status == 409,
    )
    return render(request, "booking/people/correct.html", context, status=status)


routes: list[GuardedRoute] = [
    page(PATH, correct_page, Action.PATIENTS),
    page(PATH, correct_it, Action.PATIENTS, methods=("POST",)),
]
