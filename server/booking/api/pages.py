"""The JSON side of booking: what can be booked, when, and the booking itself, by the rules and the store of the pages.

Nothing here looks at a cookie, so any program on any site may ask: it can do no more than a visitor.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from server.access import Action, KeyScope, Subject, may
from server.booking import desk
from server.booking.acting.booking import for_somebody
from server.booking.api import changes, listing, showing, wire
from server.booking.api.addresses import clinic_slug, own_clinic
from server.booking.api.forms import (
    FREELY,
    Reasons,
    SlotsAsked,
    agreed,
    named_as_sent,
    read_fields,
    read_name,
    read_who,
    unlike_flags,
    unspoken,
)
from server.booking.api.loading import NotThere, load_pick, load_times
from server.booking.api.repeats import once_only
from server.booking.deadlines import change_until
from server.booking.desk import Given, Made, Order
from server.booking.forms import Asks, Details, parse_by_program
from server.booking.freely import reaching
from server.booking.intake.forms import missing_fields, read_answers
from server.booking.intake.rules import missing
from server.booking.links import address_of
from server.booking.meeting import Meeting
from server.booking.paying.shown import kept_unpaid_until
from server.booking.public import Pick, asks_of
from server.booking.rules import Reason, Refused, Wish
from server.booking.store import By
from server.booking.where.rules import value_of
from server.clinic.intake import store as questions
from server.clinic.licences.rules import Place
from server.clinic.rules import Clinic
from server.clinic.store import find_clinic
from server.errors import NotFound, NotJson
from server.house import House, house_of
from server.moments import known_zone
from server.patients.rules import Person
from server.problems import answer, problem, read_object
from server.routing import GuardedRoute, page, viewer_of
from server.tongues import LANGUAGES

BASE = "/api/v1/clinics/{clinic}"


async def api_slots(request: Request) -> Response:
    """`GET /api/v1/clinics/{clinic}/slots?service=&therapist=&from=&to=&tz=`: the free times of a span."""
    house, asked = house_of(request), SlotsAsked.read(request.query_params)
    slug, now, own = clinic_slug(request), house.clock(), own_clinic(request, *KeyScope)
    books = own_clinic(request, KeyScope.WRITE)
    found = await house.db.read(lambda db: load_times(db, slug, asked, now, own, books))
    if found is None:
        raise NotFound()
    return answer(found) if isinstance(found, wire.Slots) else problem(422, "fields", found)


async def api_book(request: Request) -> Response:
    """`POST /api/v1/clinics/{clinic}/bookings`: 201, 409 with the next free times, 422 with a reason per field.
    Nothing need be shown; a key that is shown is one to write, of this clinic."""
    house, slug = house_of(request), clinic_slug(request)
    body = await _body(request, house, slug)
    fields, odd = read_fields(body)
    service, therapist = read_name(fields.get("service", "")), read_who(fields.get("therapist", ""))
    own, where, answers = own_clinic(request, KeyScope.WRITE), fields.get("where", ""), "answers" in body
    pick = await house.db.together.read(
        ("api", slug, service, therapist, own, where, answers),
        lambda db: load_pick(db, slug, service, therapist, own, where, with_form=answers),
    )
    if pick is None or not may(viewer_of(request), Action.API_BOOK, Subject(pick.clinic.id)):
        raise NotFound()
    if agreed(body, pick.clinic.consent_version):
        fields["consent"] = "yes"
    details = parse_by_program(fields, pick.clinic.country, _asks(house, pick))
    given, unasked = await _given(house, pick, body)
    odd |= _not_given(pick, fields.get("means", "")) | unspoken(fields.get("language", ""), _spoken(pick.clinic))
    odd |= unlike_flags(body, FREELY) if own == pick.clinic.id else {}
    if odd or unasked or isinstance(pick, NotThere) or not isinstance(details, Details):
        told = named_as_sent(details) if not isinstance(details, Details) else {}
        return problem(422, "fields", told | (pick.reasons if isinstance(pick, NotThere) else {}) | odd | unasked)
    order = await for_somebody(house, replace(_order(pick, details, fields), given=given), details.patient)
    by = By("key", viewer_of(request).key_id) if own == pick.clinic.id else By()
    if own == pick.clinic.id and body.get("freely") is True:
        wish = replace(order.wish, freely=True, outside=body.get("outside_hours") is True)
        order = replace(order, clinic=reaching(pick.clinic, details.start, house.clock()), wish=wish)

    async def book(once: str) -> Response:
        outcome = await desk.book(house, replace(order, once=once), by)
        return await _made(house, pick, outcome) if isinstance(outcome, Made) else _refused(pick, outcome)

    return await once_only(house, request, pick.clinic, body, book)


async def _body(request: Request, house: House, slug: str) -> dict[str, Any]:
    """The object that was sent. Raises NotJson, or NotFound where the key shown is of no use at this clinic."""
    try:
        return await read_object(request)
    except NotJson:
        clinic = await house.db.read(lambda db: find_clinic(db, slug))
        if clinic is None or not may(viewer_of(request), Action.API_BOOK, Subject(clinic.id)):
            raise NotFound() from None
        raise


def _asks(house: House, pick: Pick | NotThere) -> Asks:
    if isinstance(pick, NotThere):
        return Asks(consent=bool(pick.clinic.consent_text))
    return asks_of(pick.clinic, pick.service, house.clock(), pick.clinic.acts_for)


def _not_given(pick: Pick | NotThere, means: str) -> Reasons:
    """A page's form may hold what no longer fits; a program is told that the service is given in no such way."""
    odd = isinstance(pick, Pick) and means and means not in pick.service.means
    return {"means": Reason.NOT_OFFERED} if odd else {}


def _spoken(clinic: Clinic) -> Collection[str]:
    return clinic.languages or LANGUAGES


async def _given(house: House, pick: Pick | NotThere, body: Mapping[str, Any]) -> tuple[Given | None, Reasons]:
    """The answers that came with the booking, and what is odd about them; nothing is read where nothing is asked."""
    if isinstance(pick, NotThere) or (form_id := pick.service.intake) is None:
        return None, {}
    form = pick.catalogue.practice.form(form_id)
    if form is None:
        form = (await house.db.read(lambda db: questions.forms(db, [form_id])))[form_id]
    answers, odd = read_answers(form, body.get("answers"))
    lacks = missing(form, answers)
    if form.at_booking:
        odd = missing_fields(lacks) | odd
    return (Given(form.id, answers, done=not lacks) if answers else None), odd


def _order(pick: Pick, details: Details, fields: Mapping[str, str]) -> Order:
    clinic, zone = pick.clinic, known_zone(fields.get("tz", ""))
    language = fields.get("language", "")
    person = Person(
        id=desk.NOBODY,
        name=details.name,
        mail=details.contact.mail,
        phone=details.contact.phone or details.number,
        needs=details.needs,
        language=language if language in _spoken(clinic) else clinic.language,
        zone=(zone or clinic.zone).key,
    )
    return Order(
        clinic=clinic,
        service=pick.service,
        hours=pick.hours,
        called=pick.names,
        wish=Wish(details.start, pick.therapist.staff_id if pick.therapist else None),
        person=person,
        for_whom=details.for_whom,
        reason=details.reason,
        means=details.means,
        meeting=Meeting(details.number, pick.where or Place()),
        ends=pick.ends,
        once=details.once,
        asks=pick.service.asks,
    )


async def _made(house: House, pick: Pick, made: Made) -> Response:
    card = made.card
    pay_by = await house.db.read(lambda db: kept_unpaid_until(db, card)) if card.price is not None else None
    booking = wire.NewBooking(
        id=card.public_id,
        service=str(card.service_id),
        therapist=next(one.slug for one in pick.catalogue.therapists if one.staff_id == card.therapist_id),
        start=card.starts_at,
        end=card.ends_at,
        status=wire.status_of(card),
        means=card.means,
        sequence=card.sequence,
        change_until=change_until(card, pick.clinic.policy),
        price=wire.price_of(card.price, card.currency),
        where=value_of(pick.where) if pick.where else None,
        token=made.token,
        link=address_of(house.settings, made.token),
        pay_by=pay_by,
    )
    return answer(booking, 201, {"location": f"/api/v1/clinics/{pick.clinic.slug}/bookings/{card.public_id}"})


def _refused(pick: Pick, refusal: Refused) -> Response:
    """409 when the time is taken; 422 when it was never to be had."""
    slug = pick.therapist.slug if pick.therapist else None
    free = [wire.Slot(service=str(pick.service.id), therapist=slug, start=start) for start in refusal.next_free]
    if refusal.reason is Reason.TAKEN:
        return problem(409, refusal.reason, next_free=free)
    return problem(422, refusal.reason, {"start": refusal.reason}, next_free=free)


routes: list[GuardedRoute] = [
    page(f"{BASE}/slots", api_slots, Action.PUBLIC),
    page(f"{BASE}/bookings", api_book, Action.API_BOOK, methods=("POST",)),
    *listing.routes,
    *changes.routes,
    *showing.routes,
]
