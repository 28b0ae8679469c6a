"""A booking as an iCalendar object.

The event stands in the clinic's zone, with a VTIMEZONE written from zoneinfo's own transitions
around it: the one that icalendar 7.3 adds begins summer time an hour late in several zones. A time that the
clock shows twice stands in UTC: RFC 5545 3.3.5 reads such a wall time as its first occurrence.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vText

from server.moments import twice

AROUND = timedelta(days=400)
ONE_DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Invitation:
    """One state of a booking for one reader. The UID stays, the sequence rises with every change.

    `method` is REQUEST or CANCEL in a mail, PUBLISH for a file that somebody downloads.
    """

    uid: UUID
    sequence: int
    starts_at: datetime
    ends_at: datetime
    zone: ZoneInfo
    summary: str
    words: str = field(repr=False)
    url: str = field(repr=False)
    organizer: tuple[str, str]
    attendee: tuple[str, str] | None = field(repr=False)
    method: str
    cancelled: bool
    stamp: datetime
    tentative: bool = False  # the clinic has yet to confirm it
    location: str = ""  # where it is, or by what; '' for a meeting in a browser


def written(one: Invitation) -> bytes:
    """The text of the object."""
    return written_together([one], one.method)


def written_apart(entries: Sequence[Invitation]) -> bytes:
    """Several entries for programs that act on what they get: an object for each, one after the other (RFC 5545 3.4),
    since what asks for a time or takes it back is about one UID (RFC 5546 3.2.2, 3.2.5).
    """
    return b"".join(written(one) for one in entries)


def written_together(entries: Sequence[Invitation], method: str = "PUBLISH") -> bytes:
    """Several entries in one object, to be taken over by hand: RFC 5546 lets no other method hold several UIDs.

    Each keeps the UID of its booking: a later change of one of them, by itself, finds it in every calendar, which a
    recurrence with an exception for each moved date does not (many programs know no 'this and following').
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Parlour//Booking//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    spans = [_span(one) for one in entries]
    walls = [(one.zone, one.starts_at) for one, span in zip(entries, spans, strict=True) if span[0].tzinfo is not UTC]
    for zone in {zone.key: zone for zone, _ in walls}.values():
        moments = [at for of, at in walls if of.key == zone.key]
        calendar.add_component(timezone_around(zone, min(moments), max(moments)))
    for one, span in zip(entries, spans, strict=True):
        calendar.add_component(_event(one, *span))
    return bytes(calendar.to_ical())


def _span(one: Invitation) -> tuple[datetime, datetime]:
    """In the clinic's zone, or in UTC where its clock shows one of the two twice."""
    starts_at, ends_at = one.starts_at.astimezone(one.zone), one.ends_at.astimezone(one.zone)
    if twice(starts_at) or twice(ends_at):
        return starts_at.astimezone(UTC), ends_at.astimezone(UTC)
    return starts_at, ends_at


def _event(one: Invitation, starts_at: datetime, ends_at: datetime) -> Event:
    event = Event()
    event.add("uid", str(one.uid))
    event.add("sequence", one.sequence)
    event.add("dtstamp", one.stamp)
    event.add("dtstart", starts_at)
    event.add("dtend", ends_at)
    event.add("summary", one.summary)
    event.add("description", one.words)
    event.add("url", one.url)
    if one.location:
        event.add("location", one.location)
    event.add("status", "CANCELLED" if one.cancelled else "TENTATIVE" if one.tentative else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("organizer", _address(*one.organizer))
    if one.attendee and one.method != "PUBLISH":  # RFC 5546 3.2.1: what is published names no attendee
        event.add("attendee", _address(*one.attendee), parameters={"PARTSTAT": "ACCEPTED", "RSVP": "FALSE"})
    return event


def _address(name: str, mail: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{mail}")
    if name:
        address.params["CN"] = vText(name)
    return address


def timezone_around(zone: ZoneInfo, at: datetime, last: datetime | None = None) -> Timezone:
    """The zone from a year before a moment until a year after it, or after a later one: one observance per change."""
    component = Timezone()
    component.add("tzid", zone.key)
    begin = at - AROUND
    component.add_component(_observance(zone, begin, _offset(zone, begin)))
    before = _offset(zone, begin)
    for change in transitions(zone, begin, (last or at) + AROUND):
        component.add_component(_observance(zone, change, before))
        before = _offset(zone, change)
    return component


def transitions(zone: ZoneInfo, from_at: datetime, until_at: datetime) -> Iterator[datetime]:
    """The moments, to the second, from which another offset holds."""
    day, before = from_at, _offset(zone, from_at)
    while day < until_at:
        following = day + ONE_DAY
        after = _offset(zone, following)
        if before != after:
            yield _exactly(zone, day, following)
        day, before = following, after


def _exactly(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    old = _offset(zone, before)
    while after - before > SECOND:
        middle = before + (after - before) // 2
        before, after = (middle, after) if _offset(zone, middle) == old else (before, middle)
    return after.replace(microsecond=0)


def _observance(zone: ZoneInfo, onset: datetime, before: timedelta) -> TimezoneStandard | TimezoneDaylight:
    # RFC 5545 3.6.5: the onset is written as the wall clock showed it before the change.
    local = onset.astimezone(zone)
    component = TimezoneDaylight() if local.dst() else TimezoneStandard()
    component.add("dtstart", (onset.astimezone(UTC) + before).replace(tzinfo=None))
    component.add("tzoffsetfrom", before)
    component.add("tzoffsetto", _offset(zone, onset))
    component.add("tzname", local.tzname())
    return component


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()
