"""The pages of those on call: the line, one of it; taking somebody, meeting, handing back or on, ending."""

from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, Viewer
from server.audit.store import note
from server.clinic.requests import entry_of, form_of
from server.errors import NotFound, Unprocessable
from server.house import House, house_of
from server.routing import GuardedRoute, page, viewer_of
from server.support import changing, store
from server.support.follow_up import store as follow_ups
from server.support.follow_up.rules import next_day
from server.support.forms import Ending, parse_end
from server.support.ladder.telling import tell_handed
from server.support.rules import Refusal, State, Way, may_take
from server.support.sealed import ASKS, open_said, seal_note
from server.support.staff.meeting import meet
from server.support.staff.shown import Line, board, clinic_of_viewer, load_line, one_page, opens
from server.support.store import HEARD_EVERY, Ask
from server.templates import render

PATH = "/staff/support"
NOTHING: Mapping[str, str] = {}


async def board_page(request: Request) -> Response:
    """`GET /staff/support`: one row in the audit for all the names on it."""
    return await _board(request, "support/staff/board.html", page_view=True)


async def board_part(request: Request) -> Response:
    """What of it changes, for the page to fetch again."""
    return await _board(request, "support/staff/line.html", page_view=False)


async def _board(request: Request, template: str, *, page_view: bool) -> Response:
    house, viewer, line = await _line(request)
    now, context = house.clock(), await board(house, viewer, line)
    in_sight = [row.ask for row in (*context.rows, *context.mine) if "hidden" not in request.query_params]
    stale = [ask for ask in in_sight if ask.shown_at is None or now - ask.shown_at >= HEARD_EVERY]

    async def work(db: AsyncSession) -> None:
        await store.shown(db, [ask.id for ask in stale], now)
        if page_view and in_sight:
            seen = {"asks": [ask.id.hex for ask in in_sight]}
            note(db, entry_of(viewer, "support.viewed", "clinic", line.clinic.id, seen), now)

    if stale or (page_view and in_sight):
        await house.db.unit(work)
    for ask in stale:
        if ask.shown_at is None:
            await house.live.changed(ask.topic)
    return render(request, template, context)


async def one(request: Request) -> Response:
    """`GET /staff/support/{ask}`. Raises NotFound."""
    return await _show(request, NOTHING)


async def _show(request: Request, typed: Mapping[str, str], problem: str = "", status: int = 200) -> Response:
    house, line, ask = await _asked(request)
    context = await one_page(house, viewer_of(request), line, ask, typed, problem)
    if context is None:
        raise NotFound()
    await _noted(request, house, "support.opened", ask)
    return render(request, "support/staff/one.html", context, status=status)


async def take(request: Request) -> Response:
    """Take somebody; of all who press exactly one does, and the others read so."""
    house, line, ask = await _asked(request)
    viewer, now = viewer_of(request), house.clock()
    staff_id = viewer.staff_id
    assert staff_id, "the gate lets staff alone through"
    if ask.state is State.TAKEN and ask.by_id == staff_id:
        return _to(ask)

    async def work(db: AsyncSession) -> Refusal | None:
        rules = await store.rules_of(db, ask.clinic_id, lock=True)
        held, holds = await store.ask_of(db, ask.id), await store.holds(db, ask.clinic_id, staff_id)
        refused = may_take(held.held, staff_id, line.standing.on_hand, holds, rules.capacity) if held else Refusal.GONE
        if refused:
            return refused
        if not await changing.take(db, ask.id, staff_id, now):
            return Refusal.GONE
        detail = {"ask": ask.id.hex, "seconds": int((now - ask.asked_at).total_seconds())}
        note(db, entry_of(viewer, "support.taken", "patient", ask.patient_id, detail), now)
        return None

    refused = await house.db.unit(work)
    if refused:
        return RedirectResponse(f"{PATH}?notice={refused.value}", 303)
    await _changed(house, ask)
    return _to(ask)


async def meets(request: Request) -> Response:
    """Open the visit in which they meet, by video or by phone; again opens the same. Raises Unprocessable for a call to
    who gave no number.
    """
    house, line, ask = await _asked(request)
    viewer, way = viewer_of(request), (await form_of(request))["way"]
    key = await house.keys.patient(ask.clinic_id, ask.patient_id)
    said = open_said(key, ask.clinic_id, ask.id, ask.said)
    if ask.booking_id is None:
        if way == Way.PHONE and not said.number:
            raise Unprocessable()
        card = await meet(house, viewer, line.clinic, ask, said, Way.PHONE if way == Way.PHONE else Way.VIDEO)
        if card is None:
            return RedirectResponse(f"{PATH}?notice={Refusal.GONE}", 303)
        await _noted(request, house, "support.met", ask)
        await _changed(house, ask)
        return RedirectResponse(f"/staff/visit/{card.public_id}", 303)
    return RedirectResponse(f"/staff/visit/{await house.db.read(lambda db: store.visit_address(db, ask))}", 303)


async def hand_back(request: Request) -> Response:
    """Back into the line, at the place of before; again is the same."""
    house, _, ask = await _asked(request)
    staff_id = _staff_id(request)
    now = house.clock()
    await _do(request, house, ask, "support.handed_back", lambda db: changing.hand_back(db, ask, staff_id, now))
    return RedirectResponse(f"{PATH}?notice=handed-back", 303)


async def hand_to(request: Request) -> Response:
    """To a colleague who is on call, who is told; to nobody else."""
    house, line, ask = await _asked(request)
    staff_id, now, fields = _staff_id(request), house.clock(), await form_of(request)
    to = next((who for who in line.standing.on_hand if str(who) == fields["to"] and who != staff_id), None)
    if to is None:
        return RedirectResponse(f"{PATH}?notice=not-handed", 303)

    async def work(db: AsyncSession) -> bool:
        rules = await store.rules_of(db, ask.clinic_id, lock=True)
        if await store.holds(db, ask.clinic_id, to) >= rules.capacity:
            return False
        done = await changing.hand_to(db, ask.id, staff_id, to, now)
        if done:
            await tell_handed(db, ask.id, to, now)
        return done

    done = await _do(request, house, ask, "support.handed_on", work)
    return RedirectResponse(f"{PATH}?notice={'handed-on' if done else 'not-handed'}", 303)


async def ends(request: Request) -> Response:
    """It is over: what came of it, a note, and who gets in touch the next day. 422 without an outcome."""
    house, line, ask = await _asked(request)
    staff_id, now, fields = _staff_id(request), house.clock(), await form_of(request)
    said = parse_end(fields, line.names)
    if not isinstance(said, Ending):
        return await _show(request, fields, said.value, 422)
    key = await house.keys.patient(ask.clinic_id, ask.patient_id)
    blob, follow_up = seal_note(key, ask.clinic_id, ASKS, ask.id, said.note), uuid4()
    due_at = next_day(now, line.clinic.zone)

    async def work(db: AsyncSession) -> bool:
        done = await changing.end(db, ask.id, staff_id, said.outcome, blob, now)
        if done and said.follow_up and not await follow_ups.pass_planned(db, ask.id, said.follow_up):
            await follow_ups.add(db, follow_up, ask, said.follow_up, due_at, now)
        return done

    await _do(request, house, ask, "support.ended", work, {"outcome": said.outcome.value})
    return RedirectResponse(f"{PATH}?notice=ended", 303)


async def _line(request: Request) -> tuple[House, Viewer, Line]:
    house, viewer = house_of(request), viewer_of(request)

    async def work(db: AsyncSession) -> Line:
        return await load_line(db, await clinic_of_viewer(db, viewer), house.clock())

    return house, viewer, await house.db.read(work)


async def _asked(request: Request) -> tuple[House, Line, Ask]:
    """One of the line of the viewer's clinic. Raises NotFound; that somebody tried who may not is noted."""
    house, viewer, line = await _line(request)
    ask = await house.db.read(lambda db: store.ask_of(db, request.path_params["ask"]))
    if ask is None or ask.clinic_id != line.clinic.id:
        raise NotFound()
    if not opens(viewer, line, ask):
        await _noted(request, house, "support.refused", ask)
        raise NotFound()
    return house, line, ask


async def _do(
    request: Request,
    house: House,
    ask: Ask,
    action: str,
    work: Callable[[AsyncSession], Awaitable[bool]],
    detail: Mapping[str, object] = NOTHING,
) -> bool:
    """Do it in one unit with its trace, then let the pages look again; nothing where it was done before."""
    viewer, now = viewer_of(request), house.clock()

    async def whole(db: AsyncSession) -> bool:
        done = await work(db)
        if done:
            note(db, entry_of(viewer, action, "patient", ask.patient_id, {"ask": ask.id.hex, **detail}), now)
        return done

    done = await house.db.unit(whole)
    if done:
        house.outbox.nudge()
        await _changed(house, ask)
    return done


async def _noted(request: Request, house: House, action: str, ask: Ask) -> None:
    viewer, now = viewer_of(request), house.clock()

    async def work(db: AsyncSession) -> None:
        note(db, entry_of(viewer, action, "patient", ask.patient_id, {"ask": ask.id.hex}), now)

    await house.db.unit(work)


async def _changed(house: House, ask: Ask) -> None:
    await house.live.changed(ask.topic)
    await house.live.changed(f"day:{ask.clinic_id}")


def _staff_id(request: Request) -> UUID:
    staff_id = viewer_of(request).staff_id
    assert staff_id, "the gate lets staff alone through"
    return staff_id


def _to(ask: Ask) -> RedirectResponse:
    return RedirectResponse(f"{PATH}/{ask.id}", 303)


routes: list[GuardedRoute] = [
    page(PATH, board_page, Action.SUPPORT, name="support_board"),
    page(f"{PATH}/part", board_part, Action.SUPPORT, name="support_board_part"),
    page(f"{PATH}/{{ask:uuid}}", one, Action.SUPPORT, name="support_one"),
    page(f"{PATH}/{{ask:uuid}}/take", take, Action.SUPPORT, ("POST",), name="support_take"),
    page(f"{PATH}/{{ask:uuid}}/meet", meets, Action.SUPPORT, ("POST",), name="support_meet"),
    page(f"{PATH}/{{ask:uuid}}/back", hand_back, Action.SUPPORT, ("POST",), name="support_back"),
    page(f"{PATH}/{{ask:uuid}}/hand", hand_to, Action.SUPPORT, ("POST",), name="support_hand"),
    page(f"{PATH}/{{ask:uuid}}/end", ends, Action.SUPPORT, ("POST",), name="support_end"),
]
