"""A therapist's bookings as iCalendar text. Times stand in UTC: whoever reads it shows them on their own clock."""

from collections.abc import Callable, Iterable

from icalendar import Calendar, Event

from server.booking.calendars.rules import Entry, Shows

PRODUCT = "-//Parlour//Bookings//EN"


def calendar(name: str, url: str, entries: Iterable[Entry], shows: Shows, say: Callable[[str], str]) -> bytes:
    """All entries under one name; `say` translates."""
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("x-wr-calname", name)
    made.add("x-published-ttl", "PT15M")
    for entry in entries:
        made.add_component(event(entry, url, shows, say))
    return bytes(made.to_ical())


def event(entry: Entry, url: str, shows: Shows, say: Callable[[str], str]) -> Event:
    """One booking: nobody's name, no word of why."""
    made = Event()
    made.add("uid", str(entry.id))
    made.add("sequence", entry.sequence)
    made.add("dtstamp", entry.changed_at)
    made.add("dtstart", entry.starts_at)
    made.add("dtend", entry.ends_at)
    made.add("summary", entry.service if shows is Shows.SERVICE else say("Appointment"))
    made.add("url", url)
    made.add("status", _status(entry))
    made.add("class", "PRIVATE")
    made.add("transp", "OPAQUE")
    return made


def alone(entry: Entry, url: str, say: Callable[[str], str]) -> bytes:
    """One booking as an object of its own."""
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add_component(event(entry, url, Shows.NOTHING, say))
    return bytes(made.to_ical())


def changed(text: bytes, entry: Entry) -> bytes | None:
    """The same object at the booking's time, with whatever its owner has added; None when it is another's."""
    try:
        made = Calendar.from_ical(text)
        found = next(one for one in made.walk("VEVENT") if str(one.get("UID", "")) == str(entry.id))
    except (ValueError, StopIteration):
        return None
    for name in ("DTSTART", "DTEND", "DURATION", "SEQUENCE", "DTSTAMP", "STATUS"):
        found.pop(name, None)
    found.add("dtstart", entry.starts_at)
    found.add("dtend", entry.ends_at)
    found.add("sequence", entry.sequence)
    found.add("dtstamp", entry.changed_at)
    found.add("status", _status(entry))
    return bytes(made.to_ical())


def _status(entry: Entry) -> str:
    return "TENTATIVE" if entry.tentative else "CONFIRMED"
