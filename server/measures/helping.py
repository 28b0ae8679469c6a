"""Whom somebody can call at once: what a page shows beside an answer that speaks of danger."""

from dataclasses import dataclass, replace
from datetime import date
from html import unescape

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from server.accounts.reach.store import reach_of
from server.accounts.team.store import team
from server.booking.meeting import meeting_of
from server.booking.rules import BookingCard
from server.booking.where.rules import ELSEWHERE
from server.clinic.licences.rules import Place
from server.clinic.rules import Clinic
from server.clinic.store import brand
from server.house import House, house_of
from server.measures.occasion import Occasion
from server.measures.risk.rules import Standing, Watch, before_meeting, standing
from server.measures.risk.store import Watched, watched
from server.moments import Speaker
from server.safety.near import numbers_of, seems_to_be
from server.safety.plan import store as plans
from server.safety.rules import Entry, Line
from server.templates import page_of, render_text


@dataclass(frozen=True)
class HelpNow:
    """measures/help.html. `line`: one that anybody may call; None where we know of none."""

    entry: Entry
    line: Line | None
    phone: str
    page: str
    today: date
    standing: Standing
    say: Speaker


async def help_for(request: Request, clinic: Clinic, of: Occasion, said: str = "") -> HelpNow:
    """The numbers of where they are; the clinic's own number while it is open. `of`: where they meet somebody for it,
    nothing is said that the meeting would belie. `said`: the country that they named as they came in, or ''.
    """
    house = house_of(request)
    there = await seen_when(house, clinic)
    entry = await numbers_of(house, clinic, said or await _country(request, clinic, of))
    return HelpNow(
        entry=entry,
        line=next(iter(entry.for_all), None),
        phone="" if there.watch in {Watch.CALL, Watch.CLOSED} else clinic.phone,
        page=f"/c/{clinic.slug}/help",
        today=house.clock().date(),
        standing=before_meeting(there, of.starts_at if isinstance(of, BookingCard) else None),
        say=page_of(request, brand(clinic)).say,
    )


async def _country(request: Request, clinic: Clinic, of: Occasion) -> str:
    """What they chose for their safety plan, else where they said that they will be for this booking; else where their
    clock is, else where the clinic is.
    """
    house = house_of(request)
    choice = await house.db.read(lambda db: plans.choice_of(db, of.patient_id))
    planned = (await meeting_of(house, of)).where if isinstance(of, BookingCard) and not choice.country else Place()
    there = "" if planned == ELSEWHERE else planned.country
    return choice.country or there or seems_to_be(request.cookies.get("tz", "")) or clinic.country


async def seen_when(house: House, clinic: Clinic) -> Standing:
    """Who can see an answer now, as it may be said: somebody on call whom no message reaches is nobody, and a clinic
    that is open and where none reaches anybody is told of nothing.
    """
    now = house.clock()

    async def work(db: AsyncSession) -> tuple[Watched, frozenset[str]]:
        found = await watched(db, clinic, now)
        people = await team(db, clinic.id) if found.standing.watch is Watch.OPEN else []
        here = [one.id for one in people if one.joined and not one.disabled]
        ways = [way for reach in (await reach_of(db, here or found.called)).values() for way in reach.ways]
        return found, frozenset(ways)

    found, ways = await house.db.read(work)
    sent = {"mail": house.mailer.sends, "sms": house.texter.sends}
    if any(sent[way] for way in ways):
        return found.standing
    if found.standing.watch is Watch.OPEN:
        return replace(found.standing, watch=Watch.PAGE)
    return standing(found.door, (), None) if found.standing.watch is Watch.CALL else found.standing


def watch_words(help_now: HelpNow, name: str) -> str:
    """Who can see an answer that was kept, as plain text in the reader's language."""
    context = {"help": help_now, "name": name}
    return unescape(render_text("measures/watch.html", context, help_now.say.language)).strip()
