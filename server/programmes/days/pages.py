"""The days of a course: proposed by its definition, booked through the series engine, all of them or none.

Nothing happens before somebody has seen every date and what stands in its way.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.booking import new_by_staff
from server.booking.led import by_of, unbound
from server.booking.public import Pick as Given
from server.booking.public import speaker_of
from server.booking.requests import text_fields
from server.booking.series.forms import MOST, Pick, read_picks
from server.booking.series.shown import Rows, rows_of
from server.clinic.rules import Service, TherapistCard
from server.errors import Conflict
from server.patients.rules import Person
from server.programmes.days import planning
from server.programmes.days.forms import USUAL, Wish, read_wish
from server.programmes.days.planning import Meant, Proposal
from server.programmes.keeping import Standing, standing
from server.programmes.opening import PATH, course_asked
from server.programmes.topics import awaiting, key_of
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render

HERE = f"{PATH}/{{course:uuid}}/days"


@dataclass(frozen=True)
class DaysPage:
    """programmes/days.html. `shown`: every date that is added or moves; `stay`: bookings that are as they should be;
    `left`: bookings beyond the last session; `close`: the numbers of those that lie too close to another, which whoever
    sends the form again saw; `overtaken`: something was taken, or changed meanwhile; no `service`: the
    viewer gives nothing that can be booked; `few`: the service takes fewer of the clinic's own than a session needs.
    `topic`: of a version that no clinician confirmed, else ''.
    """

    person: Person = field(repr=False)
    base: str
    services: Sequence[Service]
    service: Service | None
    therapist: TherapistCard | None
    wish: Wish | None
    resources: Sequence[str]
    shown: Rows
    stay: int
    moves: int
    left: int
    asks: bool
    close: str
    overtaken: bool
    few: bool
    topic: str
    once: str = field(repr=False)


async def days_page(request: Request) -> Response:
    """`GET .../days?service=&first=&time=`: every date, nothing booked. Raises NotFound."""
    meant, found = await _meant(request, request.query_params)
    if meant is None:
        return await _nothing_offered(request)
    one = await planning.proposal(meant, found)
    return await _show(request, meant, found, one, planning.picks_of(one))


async def book(request: Request) -> Response:
    """303 when all of it is booked and moved; 409 with the dates where one was taken or the course changed meanwhile,
    422 where one is still open, or lies too close to another and nobody has seen that. Nothing is booked then.
    """
    fields = await text_fields(request, 3 * MOST)
    meant, found = await _meant(request, fields)
    if meant is None:
        return await _nothing_offered(request)
    one, picks = await planning.proposal(meant, found), read_picks(fields)
    once = fields.get("once") or secrets.token_urlsafe(18)
    if {pick.number for pick in picks} != set(one.starts):
        if await planning.is_done(meant, once):
            return RedirectResponse(f"{_base(meant)}?notice=booked", 303)
        return await _show(request, meant, found, one, planning.picks_of(one), 409)
    close = _numbers(planning.too_close(found, one, picks))
    if not picks or any(pick.is_open for pick in picks) or close not in ("", fields.get("close")):
        return await _show(request, meant, found, one, picks, 422)
    if await planning.carry_out(meant, one, picks, once, by_of(viewer_of(request))):
        return RedirectResponse(f"{_base(meant)}?notice=booked", 303)
    meant, found = await _meant(request, fields)
    assert meant, "it was offered a moment ago"
    one = await planning.proposal(meant, found)
    return await _show(request, meant, found, one, [pick for pick in picks if pick.number in one.starts], 409)


async def _meant(request: Request, fields: Mapping[str, str]) -> tuple[Meant | None, Standing]:
    """The course, and what the form asks for; None where the viewer gives nothing that can be booked."""
    asked = await course_asked(request, Action.RECORD_WRITE)
    record = asked.record
    house, viewer, now = record.house, record.viewer, record.now
    found = await house.db.read(lambda db: standing(db, asked.row, record.clinic.zone, now))
    if found.programme.definition.faults:
        raise Conflict()
    clinic = planning.fine(unbound(record.clinic), found)
    chosen = await house.db.read(lambda db: new_by_staff.pick_of(db, clinic, viewer, fields))
    if chosen and not fields.get("service"):
        asked_for = {**fields, "service": str(_fitting(chosen, len(found.programme.definition.resources)).id)}
        chosen = await house.db.read(lambda db: new_by_staff.pick_of(db, clinic, viewer, asked_for))
    therapist = chosen.therapist or next(iter(chosen.who), None) if chosen else None
    if chosen is None or therapist is None:
        return None, found
    wish = read_wish(fields, _usual(found, clinic.zone, now))
    chosen = replace(chosen, therapist=therapist)
    return Meant(asked.hand(uuid4()), clinic, record.person, chosen, therapist, wish), found


def _fitting(chosen: Given, needs: int) -> Service:
    """What is proposed before somebody chooses: a service that takes rooms or devices where the course needs some.

    Which of the clinic's own those are no definition can say, so the page names the service wherever it books it.
    """
    able = [one for one in chosen.catalogue.can_be_booked() if len(one.needs) >= needs]
    return chosen.service if chosen.service in able or not able else able[0]


def _usual(found: Standing, zone: ZoneInfo, now: datetime) -> Wish:
    """Today where a session is booked that is still ahead, or the time of day is; else tomorrow. The time is that of
    the next booking.
    """
    local, planned = now.astimezone(zone), sorted(found.programme.planned.values())
    ahead = [at.astimezone(zone) for at in planned if at > now]
    minute = ahead[0].hour * 60 + ahead[0].minute if ahead else USUAL
    today = local.hour * 60 + local.minute < minute or (bool(ahead) and ahead[0].date() == local.date())
    return Wish(local.date() if today else local.date() + timedelta(days=1), minute)


def _base(meant: Meant) -> str:
    return f"/staff/patients/{meant.hand.row.patient_id}/courses/{meant.hand.row.id}"


async def _nothing_offered(request: Request) -> Response:
    asked = await course_asked(request, Action.RECORD_WRITE)
    context = DaysPage(
        person=asked.record.person, base=asked.base, services=(), service=None, therapist=None, wish=None,
        resources=(), shown=Rows(()), stay=0, moves=0, left=0, asks=False, close="", overtaken=False, few=False,
        topic="", once="",
    )  # fmt: skip
    return render(request, "programmes/days.html", context)


async def _show(
    request: Request, meant: Meant, found: Standing, one: Proposal, picks: Sequence[Pick], status: int = 200
) -> Response:
    steps = await planning.looked(meant, one, picks)
    close = planning.too_close(found, one, picks)
    shown = rows_of(picks, steps, speaker_of(request, meant.clinic), meant.hand.now, one.before, again=status != 200)
    pinned = found.loaded.pinned
    unsure = await meant.hand.house.db.read(lambda db: awaiting(db, meant.clinic.id, [pinned]))
    context = DaysPage(
        person=meant.person,
        base=_base(meant),
        services=meant.chosen.catalogue.can_be_booked(),
        service=meant.chosen.service,
        therapist=meant.therapist,
        wish=meant.wish,
        resources=[each.name for each in found.programme.definition.resources],
        shown=_of_course(found, shown, close),
        stay=len(one.plan.stay),
        moves=len(one.plan.move),
        left=len(one.plan.left),
        asks=status == 422 and shown.left_open > 0,
        close=_numbers(close) if status == 422 else "",
        overtaken=status == 409,
        few=len(meant.chosen.service.needs) < len(found.programme.definition.resources),
        topic=key_of(pinned.definition) if unsure else "",
        once=secrets.token_urlsafe(18),
    )
    return render(request, "programmes/days.html", context, status=status)


def _of_course(found: Standing, shown: Rows, close: Collection[int]) -> Rows:
    """The rows of a course: where several sessions belong to one day nobody is told that they lie on one."""
    single = {row.number: found.programme.phase_of(row.number).per_day == 1 for row in shown.rows}
    return Rows([replace(row, twin=row.twin and single[row.number], close=row.number in close) for row in shown.rows])


def _numbers(close: Collection[int]) -> str:
    return " ".join(map(str, sorted(close)))


routes: list[GuardedRoute] = [
    page(HERE, days_page, Action.RECORD_WRITE, name="course_days"),
    page(HERE, book, Action.RECORD_WRITE, ("POST",), name="book_course_days"),
]
