"""Not answering letters for some days, and who does meanwhile: one's own days, and for an admin everybody's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, Role, Subject, may
from server.accounts.team.rules import Person
from server.audit.store import note
from server.clinic import store as clinics
from server.clinic.requests import entry_of, form_of
from server.errors import NotFound
from server.letters.away import store
from server.letters.forms import Reason, away_of, read_id
from server.letters.inbox import PATH as INBOX
from server.letters.reading import Seat, seat_of
from server.letters.rules import Away
from server.routing import GuardedRoute, page
from server.templates import render

PATH = f"{INBOX}/away"


@dataclass(frozen=True)
class AwayPage:
    """letters/away.html. `whose`: for whom the viewer may say it."""

    aways: Sequence[Away]
    whose: Sequence[Person]
    colleagues: Sequence[Person]
    names: Mapping[UUID, str]
    me: UUID
    once: str
    form: Mapping[str, str]
    reasons: Mapping[str, Reason]


async def away_page(request: Request) -> Response:
    """`GET /staff/letters/away`."""
    return await _show(request, await seat_of(request), {}, {})


async def go_away(request: Request) -> Response:
    """Keep an absence; 422 with what to mend. Raises NotFound for somebody else's, but for an admin."""
    seat, fields = await seat_of(request), await form_of(request)
    staff_id, once = read_id(fields["who"]) or seat.staff_id, read_id(fields["once"]) or uuid4()
    if staff_id not in {one.id for one in _able(seat)}:
        raise NotFound()
    said = away_of(fields, once, staff_id, {one.id for one in seat.team.therapists}, seat.today)
    if not isinstance(said, Away):
        return await _show(request, seat, fields, said)

    async def work(db: AsyncSession) -> None:
        if await store.add(db, seat.clinic.id, said, seat.now):
            detail = {"since": said.since.isoformat(), "until": said.until.isoformat()}
            detail |= {"stand_in": said.stand_in.hex if said.stand_in else ""}
            note(db, entry_of(seat.viewer, "letters.away", "staff", staff_id, detail), seat.now)

    await seat.house.db.unit(work)
    return RedirectResponse(f"{PATH}?notice=kept", 303)


async def come_back(request: Request) -> Response:
    """Take an absence back; again changes nothing. Raises NotFound likewise."""
    seat, away_id = await seat_of(request), request.path_params["absence"]
    found = next((one for one in seat.team.aways if one.id == away_id), None)
    if found and found.staff_id not in {one.id for one in _able(seat)}:
        raise NotFound()
    if found is None:
        raise NotFound()

    async def work(db: AsyncSession) -> None:
        if await store.take_back(db, seat.clinic.id, away_id):
            note(db, entry_of(seat.viewer, "letters.back", "staff", found.staff_id, {}), seat.now)

    await seat.house.db.unit(work)
    return RedirectResponse(f"{PATH}?notice=back", 303)


def _able(seat: Seat) -> list[Person]:
    """For whom the viewer may say that they are away: therapists for themselves, admins for all, who left as well."""
    return [
        one
        for one in seat.team.people.values()
        if Role.THERAPIST in one.roles
        and may(seat.viewer, Action.LETTERS_AWAY, Subject(seat.clinic.id, therapist_id=one.id))
    ]


async def _show(request: Request, seat: Seat, form: Mapping[str, str], reasons: Mapping[str, Reason]) -> Response:
    able = _able(seat)
    mine = {one.id for one in able}
    context = AwayPage(
        aways=[one for one in seat.team.aways if one.until >= seat.today and one.staff_id in mine],
        whose=able,
        colleagues=seat.team.therapists,
        names=seat.team.names,
        me=seat.staff_id,
        once=form.get("once", "") or str(uuid4()),
        form=form or {"since": seat.today.isoformat()},
        reasons=reasons,
    )
    status, brand = 422 if reasons else 200, clinics.brand(seat.clinic)
    return render(request, "letters/away.html", context, status=status, brand=brand)


routes: list[GuardedRoute] = [
    page(PATH, away_page, Action.LETTERS_AWAY, name="letters_away"),
    page(PATH, go_away, Action.LETTERS_AWAY, ("POST",), name="go_away_from_letters"),
    page(f"{PATH}/{{absence:uuid}}/end", come_back, Action.LETTERS_AWAY, ("POST",), name="back_to_letters"),
]
