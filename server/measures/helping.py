"""Whom somebody can call at once: what a page shows beside an answer that speaks of danger."""

from dataclasses import dataclass
from datetime import date
from html import unescape

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from server.accounts.reach.store import reach_of
from server.booking.rules import BookingCard
from server.clinic.rules import Clinic
from server.clinic.store import brand
from server.countries import country_of
from server.house import House, house_of
from server.measures.occasion import Occasion
from server.measures.risk.rules import Standing, Watch, before_meeting, standing
from server.measures.risk.store import Watched, watched
from server.moments import Speaker, known_zone
from server.safety.checking.store import checked
from server.safety.directory import directory
from server.safety.rules import Entry, Kind, Line, entry_for, shown
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


async def help_for(request: Request, clinic: Clinic, of: Occasion) -> HelpNow:
    """By where the visitor's clock is, else by where the clinic is; the clinic's own number while it is open. `of`:
    where they meet somebody for it, nothing is said that the meeting would belie.
    """
    house = house_of(request)
    there = await seen_when(house, clinic)
    zone = known_zone(request.cookies.get("tz", ""))
    found = entry_for(directory(), (country_of(zone) if zone else "") or clinic.country)
    entry = shown(await house.db.read(lambda db: checked(db, clinic.id, found, clinic.zone)))
    anybody = [one for one in entry.lines if one.kind is Kind.CRISIS and "call" in one.channels and not one.where]
    return HelpNow(
        entry=entry,
        line=next(iter(anybody), None),
        phone="" if there.watch in {Watch.CALL, Watch.CLOSED} else clinic.phone,
        page=f"/c/{clinic.slug}/help",
        today=house.clock().date(),
        standing=before_meeting(there, of.starts_at if isinstance(of, BookingCard) else None),
        say=page_of(request, brand(clinic)).say,
    )


async def seen_when(house: House, clinic: Clinic) -> Standing:
    """Who can see an answer now, as it may be said: somebody on call whom no message reaches is nobody."""
    now = house.clock()

    async def work(db: AsyncSession) -> tuple[Watched, frozenset[str]]:
        found = await watched(db, clinic, now)
        ways = [way for reach in (await reach_of(db, found.called)).values() for way in reach.ways]
        return found, frozenset(ways)

    found, ways = await house.db.read(work)
    sent = {"mail": house.mailer.sends, "sms": house.texter.sends}
    if found.standing.watch is Watch.CALL and not any(sent[way] for way in ways):
        return standing(found.door, (), None)
    return found.standing


def watch_words(help_now: HelpNow, name: str) -> str:
    """Who can see an answer that was kept, as plain text in the reader's language."""
    context = {"help": help_now, "name": name}
    return unescape(render_text("measures/watch.html", context, help_now.say.language)).strip()
