"""All dates of a group from one on, booked by who comes: first each date with whether it can be had, then all of them,
those that can be had, or the first alone."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from server.booking import orders
from server.booking.opening import opened
from server.booking.public import Pick, speaker_of
from server.booking.series import desk
from server.booking.series.courses import Course, course_at
from server.booking.series.giving import gives_all
from server.booking.series.rules import Clash, Step, Wanted
from server.booking.store import By
from server.clinic.rules import Clinic, Service, TherapistCard
from server.house import House, house_of
from server.moments import Speaker, same_clock
from server.templates import render


class Which(StrEnum):
    """How much of it somebody books."""

    ONE = "one"  # this meeting alone
    ALL = "all"  # every date, or nothing
    SKIP = "skip"  # every date that can be had


@dataclass(frozen=True)
class Meant:
    """All dates as they would be booked, and what of them was chosen; None: nothing yet. `seen`: whoever chose had just
    these dates before them."""

    course: Course
    order: desk.Order
    which: Which | None
    seen: bool = False


@dataclass(frozen=True)
class Row:
    """One date in the reader's words; `there`: the clinic's clock where it differs."""

    day: str
    clock: str
    there: str
    clash: Clash | None


@dataclass(frozen=True)
class WhichPage:
    """The context of booking/which.html: what was typed goes along, hidden. `late`: what could be had before, or was
    thought so, can be had no more."""

    clinic: Clinic
    service: Service
    therapist: TherapistCard
    rows: Sequence[Row]
    place: str
    late: bool
    path: str
    typed: Mapping[str, str] = field(repr=False)


def read_which(fields: Mapping[str, str]) -> Which | None:
    """What was chosen; None for nothing, and for what there is not."""
    try:
        return Which(fields.get("which", ""))
    except ValueError:
        return None


async def meant(house: House, order: orders.Order, which: Which | None, seen: str = "") -> Meant | None:
    """All dates from the one that is ordered on; None where this one alone is meant, or nothing else is given. `seen`:
    the mark of the dates that the form was made with."""
    clinic, start, now = order.clinic, order.wish.start, house.clock()
    if which is Which.ONE or not gives_all(clinic, order.service) or start >= now + clinic.policy.horizon:
        return None
    who = [order.wish.therapist_id] if order.wish.therapist_id else list(order.hours)

    async def work(db: AsyncSession) -> Course | None:
        return await course_at(db, order.service.id, who, start, now)

    course = await house.db.read(work)
    if course is None:
        return None
    return Meant(course, _together(order, course, skips=which is Which.SKIP), which, seen == mark_of(course))


def mark_of(course: Course) -> str:
    """By which a form that comes back shows whether these are still the dates it was made with."""
    whole = " ".join(at.isoformat() for at in course.dates)
    return hashlib.blake2s(whole.encode(), digest_size=8).hexdigest()


async def is_made(house: House, meant: Meant | None) -> bool:
    """Whether this very form has booked them already."""
    return meant is not None and meant.which is not None and await desk.is_made(house, meant.order)


async def answer(request: Request, pick: Pick, meant: Meant, typed: Mapping[str, str]) -> Response:
    """The dates to choose from, with nothing booked; once something is chosen 303 to what was booked, or 409 with the
    dates where one was taken, came or went meanwhile. `typed`: what the form goes on with."""
    house = house_of(request)
    if meant.which is None or not meant.seen:
        steps = await desk.look(house, pick.clinic, meant.order.ground, meant.order.wanted)
        return _show(request, pick, meant, steps, typed)
    outcome = await desk.book(house, meant.order, By())
    if not isinstance(outcome, desk.Made):
        return _show(request, pick, meant, outcome, typed)
    left_out = len(outcome.cards) < len(meant.order.wanted)
    made = orders.Made(outcome.cards[0], outcome.token, outcome.keep_link)
    return opened(request, made, "some-left-out" if left_out else "all-booked")


def _together(order: orders.Order, course: Course, *, skips: bool) -> desk.Order:
    who, start = course.therapist_id, order.wish.start
    known = order.person.id if order.known_patient else None
    return desk.Order(
        clinic=order.clinic,
        ground=desk.Ground(order.service, {who: order.hours[who]}, order.ends, known, order.held),
        every=course.every,
        wanted=[Wanted(number, at, who) for number, at in enumerate(course.dates, 1)],
        person=order.person,
        known_patient=order.known_patient,
        for_whom=order.for_whom,
        means=order.means,
        meeting=order.meeting,
        acting=order.acting,
        once=f"{order.once} {start.isoformat()}" if order.once else "",
        reason=order.reason,
        agreed=order.agreed,
        given_by=order.given_by,
        skips=skips,
    )


def _show(request: Request, pick: Pick, meant: Meant, steps: Sequence[Step], typed: Mapping[str, str]) -> Response:
    clinic, say = pick.clinic, speaker_of(request, pick.clinic)
    differs = not all(same_clock(say.zone, clinic.zone, step.start) for step in steps)
    there = Speaker(clinic.zone, say.language) if differs else None
    card = next(one for one in pick.who if one.staff_id == meant.course.therapist_id)
    context = WhichPage(
        clinic=clinic,
        service=pick.service,
        therapist=card,
        rows=[_row(step, say, there, house_of(request).clock()) for step in steps],
        place=there.place if there else "",
        late=meant.which is not None,
        path=f"/c/{clinic.slug}",
        typed={**typed, "therapist": card.slug, "dates": mark_of(meant.course)},
    )
    status = 409 if meant.which is not None else 200
    return render(request, "booking/which.html", context, brand=pick.catalogue.brand, status=status)


def _row(step: Step, say: Speaker, there: Speaker | None, now: datetime) -> Row:
    clock = there.time(step.start) if there else ""
    return Row(say.day_from(step.start, now), say.time(step.start), clock, step.clash)
