"""Whom somebody can call at once: what a page shows beside an answer that speaks of danger."""

from dataclasses import dataclass
from datetime import date

from starlette.requests import Request

from server.clinic.rules import Clinic
from server.countries import country_of
from server.house import house_of
from server.moments import known_zone
from server.safety.directory import directory
from server.safety.rules import Entry, Kind, Line, entry_for


@dataclass(frozen=True)
class HelpNow:
    """measures/help.html. `line`: one that anybody may call; None where we know of none."""

    entry: Entry
    line: Line | None
    phone: str
    page: str
    today: date


def help_for(request: Request, clinic: Clinic) -> HelpNow:
    """By where the visitor's clock is, else by where the clinic is."""
    zone = known_zone(request.cookies.get("tz", ""))
    entry = entry_for(directory(), (country_of(zone) if zone else "") or clinic.country)
    anybody = [one for one in entry.lines if one.kind is Kind.CRISIS and "call" in one.channels and not one.where]
    return HelpNow(
        entry, next(iter(anybody), None), clinic.phone, f"/c/{clinic.slug}/help", house_of(request).clock().date()
    )
