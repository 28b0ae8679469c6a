"""The waiting list as people see it: joining, the page of their place, yes, no, leaving. Looking changes nothing."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.booking.acting.told import readers
from server.booking.desk import Made
from server.booking.door import set_link_cookie
from server.booking.forms import Problem as OfBooking
from server.booking.meeting import Meeting, meeting_of
from server.booking.public import Pick, asks_of, load_pick, places_of, speaker_of
from server.booking.requests import text_fields, told_zone
from server.booking.store import By
from server.booking.waitlist import forms, staff, store
from server.booking.waitlist.joining import Joined, come_back, join, leave, say_no, take
from server.booking.waitlist.rules import DAYS, WAITS, Ended, Left, Offered, Part, Waiting
from server.booking.where.rules import value_of
from server.clinic.licences.rules import Place
from server.clinic.practice import Practice, practice_of
from server.clinic.rules import SOME_WEEK, Clinic, Service, TherapistCard
from server.crypto import token_hash
from server.errors import NotFound
from server.house import House, house_of
from server.patients import store as patients
from server.routing import GuardedRoute, page
from server.templates import render

TYPED = ("name", "contact", "last", "consent", "means", "number", "where", "for_whom", "patient_name", "born")


@dataclass(frozen=True)
class JoinPage:
    """The context of booking/wait_join.html."""

    clinic: Clinic
    services: Sequence[Service]
    service: Service
    therapists: Sequence[TherapistCard]
    therapist: TherapistCard | None
    places: Sequence[tuple[str, Place]]
    days: Sequence[str]
    parts: Sequence[str]
    some_week: Sequence[date]
    typed: Mapping[str, str] = field(repr=False)
    problems: Mapping[str, forms.Problem | OfBooking | None]
    often: bool
    once: str = field(repr=False)


@dataclass(frozen=True)
class PlacePage:
    """The context of booking/wait_place.html; `offer`: what is kept for them now, `newest` the id of what was
    offered last; `gone`: what their page showed went before; `mailed`: the link of the time that they took."""

    clinic: Clinic
    token: str = field(repr=False)
    one: Waiting
    service: Service | None
    therapist: str
    meeting: Meeting = field(repr=False)
    offer: Offered | None
    newest: str
    missed: Offered | None
    gone: bool
    mailed: bool


async def join_page(request: Request) -> Response:
    """`GET /c/{clinic}/waitlist`."""
    asked = request.query_params
    pick = await _pick(request, asked)
    everything = [str(day) for day in DAYS], [part.value for part in Part]
    return _form(request, pick, {name: asked[name] for name in ("means", "where") if name in asked}, *everything, {})


async def joins(request: Request) -> Response:
    """`POST /c/{clinic}/waitlist`: 303 to the place in the line; 422 with everything that was typed."""
    house = house_of(request)
    async with request.form(max_files=0, max_fields=60) as sent:
        fields = {name: value for name, value in sent.multi_items() if isinstance(value, str)}
        days, parts = ([str(one) for one in sent.getlist(name)] for name in ("day", "part"))
    pick = await _pick(request, fields)
    say = speaker_of(request, pick.clinic)
    asks = asks_of(pick.clinic, pick.service, house.clock(), pick.clinic.acts_for)
    said = forms.parse(fields, days, parts, pick.clinic.country, asks)
    if not isinstance(said, forms.Joining):
        return _form(request, pick, fields, days, parts, said)
    therapist = pick.therapist.staff_id if pick.therapist else None
    joined = await join(house, pick.clinic, said, pick.service.id, therapist, say.language, say.zone)
    if not isinstance(joined, Joined):
        return _form(request, pick, fields, days, parts, {}, often=True)
    return RedirectResponse(f"/w/{joined.token}", 303)


async def place_page(request: Request) -> Response:
    """`GET /w/{token}`: where somebody stands, and what is offered to them."""
    house, (one, offer, practice) = house_of(request), await _own(request)
    now = house.clock()
    stands = offer if offer and offer.stands(now) else None
    service = next((found for found in practice.services if found.id == one.wanted.service_id), None)
    who = (stands.therapist_id if stands else None) or one.wanted.therapist_id
    context = PlacePage(
        clinic=practice.clinic,
        token=request.path_params["token"],
        one=one,
        service=service,
        therapist=next((card.name for card in practice.therapists if card.staff_id == who), ""),
        meeting=await meeting_of(house, one, WAITS),
        offer=stands,
        newest=offer.id.hex if offer else "",
        missed=offer if offer and not stands and offer.starts_at > now else None,
        gone=request.query_params.get("notice") == "gone",
        mailed=one.left is Left.TAKEN and await _mailed(house, practice.clinic, one),
    )
    zone = told_zone(request) or one.wanted.zone
    response = render(request, "booking/wait_place.html", context, brand=practice.brand, zone=zone)
    response.headers["referrer-policy"] = "no-referrer"
    return response


async def _mailed(house: House, clinic: Clinic, one: Waiting) -> bool:
    """Whether anybody who is told of their time has it by mail; who gave a number alone does not."""
    person = (await patients.people(house.db, house.keys, clinic.id, [one.patient_id])).get(one.patient_id)
    told = await readers(house, clinic, person) if person and house.mailer.sends else []
    return any(reader.mail for _, reader in told)


async def takes(request: Request) -> Response:
    """`POST /w/{token}/take`: 303 to the booking, or back when the time of that page went. Twice, it books once."""
    house, one = house_of(request), (await _own(request))[0]
    offer = await _meant(request, one)
    outcome = await take(house, one, offer) if offer else None
    if not isinstance(outcome, Made):
        return _gone(request)
    path = f"/visit/{outcome.card.public_id}"
    response = RedirectResponse(f"{path}/keep" if outcome.keep_link else path, 303)
    set_link_cookie(house, response, outcome.card.public_id, outcome.token)
    return response


async def passes(request: Request) -> Response:
    """`POST /w/{token}/pass`: not the time of that page. Again is no mistake."""
    house, one = house_of(request), (await _own(request))[0]
    offer = await _meant(request, one)
    if offer is None or not (await say_no(house, one, offer) or offer.ended is Ended.PASSED):
        return _gone(request)
    return RedirectResponse(f"/w/{request.path_params['token']}", 303)


async def leaves(request: Request) -> Response:
    """`POST /w/{token}/leave`: off the list. Again is no mistake."""
    house, (one, _offer, _practice) = house_of(request), await _own(request)
    await leave(house, one, By("patient", one.patient_id))
    return RedirectResponse(f"/w/{request.path_params['token']}", 303)


async def backs(request: Request) -> Response:
    """`POST /w/{token}/back`: on the list again, for who was taken off by the clock. Again is no mistake."""
    house, (one, _offer, _practice) = house_of(request), await _own(request)
    await come_back(house, one)
    return RedirectResponse(f"/w/{request.path_params['token']}", 303)


async def _own(request: Request) -> tuple[Waiting, Offered | None, Practice]:
    """The place that this link opens, with the newest offer. Raises NotFound."""
    house = house_of(request)
    one = await house.db.read(lambda db: store.by_token(db, token_hash(request.path_params["token"])))
    practice = await house.db.read(lambda db: practice_of(db, one.clinic_id)) if one else None
    if one is None or practice is None:
        raise NotFound()
    return one, await house.db.read(lambda db: store.last_offer(db, one.id)), practice


async def _meant(request: Request, one: Waiting) -> Offered | None:
    """The offer that the pressed page showed, whatever became of it; another may be the newest by now."""
    offer_id = forms.read_offer(await text_fields(request))
    offer = await house_of(request).db.read(lambda db: store.offer_of(db, offer_id))
    return offer if offer and offer.wait_id == one.id else None


def _gone(request: Request) -> Response:
    return RedirectResponse(f"/w/{request.path_params['token']}?notice=gone", 303)


async def _pick(request: Request, asked: Mapping[str, str]) -> Pick:
    """Raises NotFound where there is no list, or nothing to wait for."""
    pick = await house_of(request).db.read(lambda db: load_pick(db, request.path_params["clinic"], asked))
    if not isinstance(pick, Pick) or not pick.clinic.policy.offer:
        raise NotFound()
    return pick


def _form(
    request: Request,
    pick: Pick,
    typed: Mapping[str, str],
    days: Sequence[str],
    parts: Sequence[str],
    problems: forms.Problems,
    *,
    often: bool = False,
) -> Response:
    context = JoinPage(
        clinic=pick.clinic,
        services=pick.catalogue.can_be_booked(),
        service=pick.service,
        therapists=pick.catalogue.who(pick.service),
        therapist=pick.therapist,
        places=[(value_of(one), one) for one in places_of(pick, house_of(request).clock())] if pick.held else (),
        days=days,
        parts=parts,
        some_week=SOME_WEEK,
        typed=dict.fromkeys(TYPED, "") | dict(typed),
        problems=dict.fromkeys((*TYPED, "day", "part")) | problems,
        often=often,
        once=typed.get("once") or secrets.token_urlsafe(18),
    )
    status = 422 if problems or often else 200
    return render(request, "booking/wait_join.html", context, brand=pick.catalogue.brand, status=status)


routes: list[GuardedRoute] = [
    page("/c/{clinic}/waitlist", join_page, Action.PUBLIC),
    page("/c/{clinic}/waitlist", joins, Action.PUBLIC, methods=("POST",)),
    page("/w/{token}", place_page, Action.PUBLIC),
    page("/w/{token}/take", takes, Action.PUBLIC, methods=("POST",)),
    page("/w/{token}/pass", passes, Action.PUBLIC, methods=("POST",)),
    page("/w/{token}/leave", leaves, Action.PUBLIC, methods=("POST",)),
    page("/w/{token}/back", backs, Action.PUBLIC, methods=("POST",)),
    *staff.routes,
]
