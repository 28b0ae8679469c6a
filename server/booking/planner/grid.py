"""A sheet as its page shows it: bookings day by day for everybody, and the values of the grid that a script draws.

Times of the grid are wall times of the clinic without a zone, 'YYYY-MM-DDTHH:MM': the browser reckons with none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from server.booking.deadlines import Change, staff_may_change
from server.booking.hours import Stretch, local_days, merged, open_stretches, stretch
from server.booking.planner.rules import (
    ONE_DAY,
    Across,
    Away,
    Kept,
    Show,
    days_of,
    midnight,
    on_grid,
    pieces,
    shown_hours,
    tone_of,
)
from server.booking.planner.store import Sheet
from server.booking.rules import BookingCard
from server.clinic.changing import plans_of
from server.clinic.rules import Means
from server.moments import Speaker

VIEWS = {Show.DAY: "resourceTimeGridDay", Show.WEEK: "timeGridWeek", Show.MONTH: "dayGridMonth"}


@dataclass(frozen=True)
class Entry:
    """A booking where it stands; `name` is empty when the person's key was destroyed."""

    card: BookingCard
    name: str = field(repr=False)
    starts_at: datetime
    ends_at: datetime
    columns: tuple[str, ...]
    tone: int
    movable: bool


@dataclass(frozen=True)
class Day:
    date: date
    entries: Sequence[Entry]
    away: Sequence[Away]
    kept: Sequence[Kept] = ()


def days_with(sheet: Sheet, names: Mapping[UUID, str], now: datetime) -> list[Day]:
    """Every day of the sheet, empty ones too."""
    by_day: dict[date, list[Entry]] = {day: [] for day in dates(sheet)}
    for entry in entries(sheet, names, now):
        by_day[entry.starts_at.date()].append(entry)
    away: dict[date, list[Away]] = {}
    for one in aways(sheet):
        away.setdefault(one.starts_at.date(), []).append(one)
    held: dict[date, list[Kept]] = {}
    for kept in kept_times(sheet):
        held.setdefault(kept.starts_at.date(), []).append(kept)
    return [Day(day, found, away.get(day, ()), held.get(day, ())) for day, found in by_day.items()]


def dates(sheet: Sheet) -> list[date]:
    first, until = days_of(sheet.asked.show, sheet.asked.day)
    return [first + number * ONE_DAY for number in range((until - first).days)]


def entries(sheet: Sheet, names: Mapping[UUID, str], now: datetime) -> list[Entry]:
    """The bookings in order of time; in a day of resources those that hold one."""
    zone = sheet.practice.clinic.zone
    tones = {card.staff_id: tone_of(place) for place, card in enumerate(sheet.practice.therapists)}
    return [
        Entry(
            card,
            names.get(card.patient_id, ""),
            *on_grid(zone, card.starts_at, card.ends_at),
            columns=_columns(sheet, card),
            tone=tones[card.therapist_id],
            movable=staff_may_change(card, now) is Change.ALLOWED,
        )
        for card in sheet.cards
        if sheet.asked.across is Across.THERAPISTS or _columns(sheet, card)
    ]


def _columns(sheet: Sheet, card: BookingCard) -> tuple[str, ...]:
    if sheet.asked.across is Across.THERAPISTS:
        return (str(card.therapist_id),)
    held = {str(one) for one in sheet.claimed.get(card.appointment_id, ())}
    return tuple(column.id for column in sheet.resources if column.id in held)


def aways(sheet: Sheet) -> list[Away]:
    """Time off of those who are shown, cut at midnights; the clinic's own stands once a day.

    What somebody has in other calendars stands where it can stand at its hours.
    """
    zone, shown = sheet.practice.clinic.zone, {card.staff_id: card.name for card in sheet.shown}
    first, until = days_of(sheet.asked.show, sheet.asked.day)
    window = stretch(midnight(first, zone), midnight(until, zone))
    spans = [(who, stretch(start, end), False) for who, start, end in sheet.changes.away if who is None or who in shown]
    for there in sheet.changes.elsewhere if at_their_hours(sheet) else ():
        if there.who in shown:
            spans += [(there.who, one, True) for one in there.times if one[0] < window[1] and one[1] > window[0]]
    found: list[Away] = []
    for who, span, elsewhere in spans:
        for day, begin, end in pieces([span], dates(sheet), zone):
            whole = begin == midnight(day, zone) and end == midnight(day + ONE_DAY, zone)
            walls = on_grid(zone, begin, end)
            found.append(Away(str(who or ""), shown.get(who, "") if who else "", *walls, whole, elsewhere))
    return found


def kept_times(sheet: Sheet) -> list[Kept]:
    """What is kept of those who are shown, or of the rooms in a day of rooms. Only an offer of whose day may be opened
    leads on.
    """
    named = {column.id: column.title for column in sheet.columns}
    theirs = {card.staff_id for card in sheet.therapists}
    return [
        Kept(
            (str(one.resource_id),),
            named[str(one.resource_id)],
            *on_grid(sheet.practice.clinic.zone, one.starts_at, one.ends_at),
            until=one.until,
            offered=one.offer_id is not None,
            offer_id=one.offer_id if one.therapist_id in theirs else None,
        )
        for one in sheet.kept
        if str(one.resource_id) in named
    ]


def at_their_hours(sheet: Sheet) -> bool:
    """Whether what is no booking has room at its hours: in a column of its own, or in the week of one therapist."""
    return sheet.asked.show is Show.DAY or (sheet.asked.show is Show.WEEK and len(sheet.shown) == 1)


def opened(sheet: Sheet) -> list[tuple[str, datetime, datetime]]:
    """When somebody can be booked by plan, in wall time: by column in a day of therapists, else together."""
    each = sheet.asked.show is Show.DAY and sheet.asked.across is Across.THERAPISTS
    zone = sheet.practice.clinic.zone
    found: list[tuple[str, datetime, datetime]] = []
    plans = {str(card.staff_id): _plan(sheet, card.staff_id) for card in sheet.shown}
    together = {"": merged(span for plan in plans.values() for span in plan)}
    for column, spans in (plans if each else together).items():
        found += [(column, *on_grid(zone, begin, end)) for _, begin, end in pieces(spans, dates(sheet), zone)]
    return found


def _plan(sheet: Sheet, therapist_id: UUID) -> list[Stretch]:
    zone = sheet.practice.clinic.zone
    first, until = days_of(sheet.asked.show, sheet.asked.day)
    window = stretch(midnight(first, zone), midnight(until, zone))
    days, plans = local_days(zone, window), plans_of(sheet.practice, sheet.changes, therapist_id)
    return merged(span for week, dated in plans for span in open_stretches(week, zone, days, window, dated))


def values(sheet: Sheet, days: Sequence[Day], say: Speaker) -> dict[str, Any]:
    """What the script of the page draws, as JSON."""
    shown = [entry for day in days for entry in day.entries]
    hours = opened(sheet) if sheet.asked.show is not Show.MONTH else []
    first, last = shown_hours(
        [(start, end) for _, start, end in hours] + [(one.starts_at, one.ends_at) for one in shown]
    )
    noon = midnight(sheet.asked.day, say.zone).astimezone(say.zone).replace(hour=12)
    several = len(sheet.shown) > 1
    columns_tell = sheet.asked.show is Show.DAY and sheet.asked.across is Across.THERAPISTS
    in_place = at_their_hours(sheet)
    titles = {one.id: one.title for one in sheet.columns}
    return {
        "view": VIEWS[sheet.asked.show],
        "date": sheet.asked.day.isoformat(),
        "offset": noon.isoformat()[-6:],
        "hours": [first, last],
        "step": sheet.practice.clinic.policy.step.seconds // 60,
        "columns": [{"id": one.id, "title": one.title, "tone": one.tone} for one in sheet.columns],
        "bookings": [_booking(entry, say, titles, whose=several and not columns_tell) for entry in shown],
        "open": [{"column": column, "start": _wall(start), "end": _wall(end)} for column, start, end in hours],
        "kept": [_kept(one, say) for day in days for one in day.kept],
        "away": [_away(one, in_place=in_place and not one.whole_day) for one in aways(sheet)],
    }


def _booking(entry: Entry, say: Speaker, titles: Mapping[str, str], *, whose: bool) -> dict[str, Any]:
    """`besides`: what its place alone tells the eye, the rooms and the therapist. `titles`: of the columns."""
    card = entry.card
    told = [titles[one] for one in entry.columns if one != str(card.therapist_id)]
    return {
        "id": card.public_id,
        "columns": entry.columns,
        "therapist": str(card.therapist_id),
        "start": _wall(entry.starts_at),
        "end": _wall(entry.ends_at),
        "time": say.time(card.starts_at),
        "name": entry.name,
        "what": card.service_name,
        "means": "" if card.means == Means.VIDEO else card.means,
        "whom": card.therapist_name if whose else "",
        "besides": ", ".join(told if whose else [*told, card.therapist_name]),
        "tone": entry.tone,
        "movable": entry.movable,
        "asked": card.asked,
    }


def _kept(one: Kept, say: Speaker) -> dict[str, Any]:
    """`offer` is empty for what somebody fills in a form for, and where whoever looks may not open it."""
    return {
        "columns": one.columns,
        "name": one.name,
        "start": _wall(one.starts_at),
        "end": _wall(one.ends_at),
        "until": say.at(one.until),
        "offered": one.offered,
        "offer": str(one.offer_id or ""),
    }


def _away(one: Away, *, in_place: bool) -> dict[str, Any]:
    """`start` and `end` for what stands at its hours; the rest stands above the day."""
    spoken = "" if one.whole_day else " - ".join(Speaker.wall(minute) for minute in one.minutes)
    span = {"start": _wall(one.starts_at), "end": _wall(one.ends_at)} if in_place else {"start": "", "end": ""}
    return {
        "column": one.column,
        "name": one.name,
        "day": one.starts_at.date().isoformat(),
        "time": spoken,
        "elsewhere": one.elsewhere,
    } | span


def _wall(at: datetime) -> str:
    return at.isoformat(timespec="minutes")
