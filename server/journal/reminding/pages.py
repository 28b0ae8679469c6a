"""Where a patient chooses to be reminded to write about their day, puts a reminder off, or ends them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.audit.store import note
from server.booking.reminders.knocking import reaches
from server.booking.reminders.store import rules_of
from server.booking.requests import text_fields
from server.journal.door import Mine, mine_of
from server.journal.mood.form import PATH
from server.journal.mood.pages import today_page
from server.journal.reminding import store
from server.journal.reminding.catalogue import conventions
from server.journal.reminding.forms import DEVICE, Choice, Reason, fields_of, parse
from server.journal.reminding.rules import Wish
from server.journal.reminding.store import Count
from server.journal.reminding.telling import PAGE
from server.patients import store as patients
from server.patients.reaching import reached_by
from server.patients.space.rules import Way
from server.routing import GuardedRoute, page
from server.templates import render

HERE = f"{PATH}/reminders"


@dataclass(frozen=True)
class RemindersPage:
    """journal/mood/reminders.html. `ways`: by which they can be reached; `zone`: where the times are meant, '' where
    that is where they are; `stopped`: it stopped by itself; `may_agree`: a device could be told.
    """

    form: Mapping[str, str]
    reasons: Mapping[str, Reason]
    ways: Sequence[str]
    on: bool
    stopped: bool
    zone: str
    random_most: int
    misses: int
    count: Count
    may_agree: bool


async def reminders_page(request: Request) -> Response:
    """`GET /me/mood/reminders`."""
    return await _show(request, await mine_of(request))


async def keep_reminders(request: Request) -> Response:
    """Keep it; 422 with what was typed. The times are meant where this device is."""
    mine, fields = await mine_of(request), await text_fields(request)
    choice = parse(fields, await _ways(mine), mine.zone, conventions())
    if not isinstance(choice, Choice):
        return await _show(request, mine, fields, choice)

    async def work(db: AsyncSession) -> None:
        await store.choose(db, mine.clinic.id, mine.patient_id, choice, mine.now, conventions())
        note(db, mine.trace("mood.reminders", on=choice.on), mine.now)

    await mine.house.db.unit(work)
    return RedirectResponse(f"{HERE}?notice={'on' if choice.on else 'off'}", 303)


async def later(request: Request) -> Response:
    """`POST /me/mood/reminders/later`: ask again in a while, once for each press; not into quiet hours."""
    mine, how = await mine_of(request), conventions()

    async def work(db: AsyncSession) -> bool:
        one, reminder = await store.waiting(db, mine.patient_id, mine.now), await store.reminder_of(db, mine.patient_id)
        if one is None or reminder is None or (one.later_at and one.later_at > mine.now):
            return one is not None
        again, wish = mine.now + how.snooze, reminder.choice.wish
        if wish.quiet.around(again, wish.zone) or await store.times_on(db, mine.patient_id, one.day) >= how.most_a_day:
            return False
        return await store.later(db, one, mine.now, how)

    planned = await mine.house.db.unit(work)
    return RedirectResponse(f"{PATH}?notice={'later' if planned else 'enough'}", 303)


async def _ways(mine: Mine) -> list[str]:
    """By which ways they can be reached."""
    known = await patients.people(mine.house.db, mine.house.keys, mine.clinic.id, [mine.patient_id])
    person = known.get(mine.patient_id)
    if person is None:
        return []
    device = await mine.house.db.read(lambda db: reaches(db, mine.clinic.id, mine.patient_id, mine.now))
    ways = [way.value for way in Way if reached_by(mine.house, person, way) is way]
    return ways + ([DEVICE] if device else [])


async def _show(
    request: Request, mine: Mine, typed: Mapping[str, str] | None = None, reasons: Mapping[str, Reason] | None = None
) -> Response:
    how, ways = conventions(), await _ways(mine)
    reminder = await mine.house.db.read(lambda db: store.reminder_of(db, mine.patient_id))
    usual = Choice(False, Wish(how.daily, 0, how.quiet, mine.zone), ways[0] if ways else "")
    known = reminder.choice if reminder else usual
    context = RemindersPage(
        form=typed or fields_of(known) | ({} if known.on else {"on": "yes"}),
        reasons=reasons or {},
        ways=ways,
        on=reminder is not None and reminder.goes,
        stopped=reminder is not None and reminder.stopped_at is not None,
        zone=known.wish.zone.key if known.wish.zone != mine.zone else "",
        random_most=how.random_most,
        misses=how.misses,
        may_agree=DEVICE not in ways and (await mine.house.db.read(lambda db: rules_of(db, mine.clinic.id))).by_push,
        count=await mine.house.db.read(lambda db: store.count(db, mine.patient_id, mine.now)),
    )
    status = 422 if reasons else 200
    return render(request, "journal/mood/reminders.html", context, brand=mine.brand, zone=mine.zone, status=status)


routes: list[GuardedRoute] = [
    page(HERE, reminders_page, Action.MINE, name="mood_reminders"),
    page(HERE, keep_reminders, Action.MINE, ("POST",), name="mood_keep_reminders"),
    page(f"{HERE}/later", later, Action.MINE, ("POST",), name="mood_remind_later"),
    page(PAGE, today_page, Action.MINE, name="mood_now"),
]
