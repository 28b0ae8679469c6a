"""Which pages a member of staff may go to. Pure: the words are handed in."""

from dataclasses import dataclass

from server.access import Action, Viewer, admits


@dataclass(frozen=True)
class Way:
    """One line of the navigation: it is shown to whom `action` admits."""

    href: str
    label: str
    icon: str
    action: Action
    unless: Action | None = None


def _(words: str) -> str:
    """Marks words for translation; they are translated when somebody looks."""
    return words


WAYS = (
    Way("/staff", _("Today"), "sun", Action.STAFF_HOME),
    Way("/staff/calendar", _("Calendar"), "calendar", Action.BOOKINGS),
    Way("/staff/bookings", _("Bookings"), "list", Action.BOOKINGS),
    Way("/staff/patients", _("Patients"), "users-round", Action.PATIENTS),
    Way("/staff/letters", _("Letters"), "message-circle", Action.LETTERS),
    Way("/staff/mail", _("Mail"), "mail", Action.MAIL),
    Way("/staff/clinic", _("Clinic"), "settings", Action.CLINIC),
    Way("/staff/clinic/hours", _("My hours"), "clock", Action.HOURS, unless=Action.CLINIC),
    Way("/staff/clinic/leave", _("Time off"), "sun-moon", Action.HOURS, unless=Action.CLINIC),
    Way("/staff/calendars", _("My calendars"), "calendar-clock", Action.CALENDARS),
    Way("/staff/clinic/licences", _("My licences"), "map-pin", Action.LICENCES, unless=Action.CLINIC),
    Way("/staff/confirming", _("To confirm"), "shield-check", Action.CONFIRM, unless=Action.CLINIC),
    Way("/staff/roster", _("On call"), "phone", Action.ROSTER, unless=Action.CLINIC),
    Way("/staff/team", _("Team"), "users", Action.TEAM),
    Way("/staff/account", _("Account"), "user", Action.ACCOUNT),
)


def ways_for(viewer: Viewer) -> list[Way]:
    """The lines this viewer may use."""
    return [
        way
        for way in WAYS
        if admits(viewer, way.action) and not (way.unless is not None and admits(viewer, way.unless))
    ]


def current(ways: list[Way], path: str) -> Way | None:
    """The line whose page `path` is, or lies below: the longest address that fits. A visit belongs to Today."""
    fitting = [way for way in ways if path == way.href or (path.startswith(way.href + "/"))]
    return max(fitting, key=lambda way: len(way.href), default=None)
