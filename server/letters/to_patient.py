"""The first letter of a thread from the clinic: a therapist writes to whom they treat, the front desk to anybody."""

from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, Role, admits
from server.booking.people.known import asked_for, known_person
from server.clinic import store as clinics
from server.errors import NotFound
from server.letters.drafts import Desk
from server.letters.inbox import PATH
from server.letters.promises import promise_of
from server.letters.reading import Seat, seat_of
from server.letters.rules import By, Topic
from server.letters.sending import thread_for
from server.letters.writing import MOST_BODY, Box, Came, box_at, came, deliver, keep_draft, planned
from server.patients.rules import Person
from server.patients.space.store import spaces_of
from server.record.opening import open_record_of
from server.routing import GuardedRoute, page
from server.templates import render

TO = PATH + "/to/{patient_id}"


@dataclass(frozen=True)
class ToPage:
    """letters/staff_new.html. `box` is None for who has no space to read a letter in, and where none are taken."""

    person: Person = field(repr=False)
    box: Box | None
    is_open: bool
    topic: Topic


@dataclass(frozen=True)
class _To:
    seat: Seat
    person: Person
    topic: Topic
    is_open: bool
    has_space: bool

    @property
    def here(self) -> str:
        return f"{PATH}/to/{self.person.id}"

    @property
    def desk(self) -> Desk:
        return Desk(self.seat.clinic.id, self.person.id, self.seat.staff_id, None)


async def new_page(request: Request) -> Response:
    """`GET /staff/letters/to/{patient_id}`. Raises NotFound."""
    return await _show(request, await _to(request))


async def send_new(request: Request) -> Response:
    """303 to the thread, also when it is sent again; 415 and 422 with why not. Raises NotFound."""
    to = await _to(request)
    sent, house = await came(request), to.seat.house
    if not (to.is_open and to.has_space):
        raise NotFound()
    if sent.problem or sent.said is None:
        return await _show(request, to, sent)
    addressee = to.seat.staff_id if to.topic is Topic.CARE else None
    whose = (to.seat.clinic.id, to.person.id, to.topic, addressee)
    thread = thread_for(*whose, sent.said.once, to.seat.now)
    by = (By.STAFF, to.seat.staff_id)
    plan = await planned(house, to.seat.clinic, thread, sent, by, to.desk, begins=True, now=to.seat.now)
    refused = await deliver(house, plan, sent, to.seat.now)
    if refused:
        return await _show(request, to, refused)
    return RedirectResponse(f"{PATH}/{thread.id}?notice=sent", 303)


async def keep(request: Request) -> Response:
    """`POST /staff/letters/to/{patient_id}/draft`."""
    to = await _to(request)
    return await keep_draft(request, to.seat.house, to.desk, to.seat.clinic, to.here)


async def _to(request: Request) -> _To:
    """Whom somebody writes to: whom they treat, or as the front desk anybody of the clinic."""
    seat = await seat_of(request)
    _, patient_id = await asked_for(request, seat.clinic)
    if seat.viewer.has(Role.THERAPIST) and admits(seat.viewer, Action.RECORD_WRITE):
        person, topic = (await open_record_of(request, patient_id, Action.RECORD_WRITE)).person, Topic.CARE
    else:
        person, topic = (await known_person(seat.house, seat.viewer, seat.clinic, patient_id)).person, Topic.DESK
    said = await seat.house.db.read(lambda db: promise_of(db, seat.clinic.id))
    spaces = await seat.house.db.read(lambda db: spaces_of(db, person.id))
    return _To(seat, person, topic, said.is_open, has_space=bool(spaces))


async def _show(request: Request, to: _To, typed: Came | None = None) -> Response:
    box = None
    if to.is_open and to.has_space:
        box = await box_at(to.seat.house, to.desk, to.here, f"{to.here}/draft", typed)
    context = ToPage(to.person, box, to.is_open, to.topic)
    brand, status = clinics.brand(to.seat.clinic), typed.status if typed else 200
    return render(request, "letters/staff_new.html", context, status=status, brand=brand)


routes: list[GuardedRoute] = [
    page(TO, new_page, Action.LETTERS, name="letter_to"),
    page(TO, send_new, Action.LETTERS, ("POST",), name="send_letter_to", most_bytes=MOST_BODY),
    page(f"{TO}/draft", keep, Action.LETTERS, ("POST",), name="keep_letter_to"),
]
