"""Who may do what: the whole policy, pure.

Every route names one `Action`. The route's gate asks `admits(viewer, action)` before the
handler runs; the handler asks `may(viewer, action, subject)` once it knows whose thing it is.
The rules are those of the page 'who sees what' in docs/threat-model.md.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    ADMIN = "admin"
    THERAPIST = "therapist"
    FRONT_DESK = "front_desk"


class Door(StrEnum):
    """How a viewer came in."""

    ANYONE = "anyone"
    LINK = "link"  # holds the link of one booking
    HALF = "half"  # staff after the password, before the second factor
    STAFF = "staff"
    KEY = "key"  # a program that shows a key of its clinic
    SPACE = "space"  # a patient, or who acts for them, who signed in to a space of their own


KEY_PREFIX = "plk_"
"""By which a key is told from the token of a booking, and found where it should not be."""


class KeyScope(StrEnum):
    """What a key is for."""

    READ = "bookings:read"
    WRITE = "bookings:write"


class Scope(StrEnum):
    """What the thing must share with the viewer."""

    NONE = "none"
    CLINIC = "clinic"  # the same clinic
    TEAM = "team"  # something of the clinic that waits for its whole team
    OWN = "own"  # the therapist who leads it
    CARE = "care"  # whoever treats the patient, or broke the glass
    LED = "led"  # the therapist who leads it, or front desk and admin of the clinic
    SELF = "self"  # the viewer's own account
    BOOKING = "booking"  # the booking whose link the viewer holds
    SPACE = "space"  # the viewer's own space
    PATIENT = "patient"  # a patient of whom the viewer's space shows all


class Action(StrEnum):
    PUBLIC = "public"  # booking page, help, link doors, static, health
    SET_UP = "set_up"  # the one-time link is checked by the handler
    SIGN_IN = "sign_in"
    SECOND_FACTOR = "second_factor"  # enrol or answer it
    ACCOUNT = "account"  # own password, factors, logins
    VISIT = "visit"  # the patient's own page, its check, wait and call
    STAFF_HOME = "staff_home"
    DAY = "day"
    ANSWER = "answer"  # say that one comes to somebody who waits; shows no name
    LEAD_VISIT = "lead_visit"  # admit, hold, send back, end, see place and contacts, note
    QUEUE = "queue"  # the line: who is late or away, hand over, decline, messages while waiting
    TAKE_VISIT = "take_visit"  # take over who waits for the team
    BOOKINGS = "bookings"  # names, contacts, times; book, move and cancel on behalf
    PATIENTS = "patients"  # find a person; see contacts and bookings
    MONEY = "money"  # invoices: who owes what, paid, given back
    MERGE = "merge"  # make one record of two
    REASON = "reason"  # why somebody comes, in their own words
    MEASURES = "measures"  # what a patient answered, and what it came to
    CASELOAD = "caseload"  # a therapist's own patients, and who of them wants a look
    RECORD = "record"  # read notes, medicines, diagnoses, goals, documents of a patient
    RECORD_WRITE = "record_write"  # write them
    PROGRAMMES = "programmes"  # who is in a course of care, and what programmes say
    EMERGENCY = "emergency"  # open a record that is not one's own, with a reason
    MAIL = "mail"  # mails kept as files
    CLINIC = "clinic"  # settings, services, hours, policies
    HOURS = "hours"  # own hours and leave
    CALENDARS = "calendars"  # own calendars elsewhere; nobody else's business
    LICENCES = "licences"  # where one may treat
    IMPORT = "import"  # bring in patients and appointments from elsewhere
    HELPLINES = "helplines"  # say that a helpline was called, and whether it answers
    ROSTER = "roster"  # who is on call when
    CONFIRMING = "confirming"  # what awaits a clinician: read it
    CONFIRM = "confirm"  # stand up for it with one's name
    SUPPORT = "support"  # the line for help now: who is on call reads it, everybody else the numbers alone
    REPORTS = "reports"  # how the clinic did, without anybody's name
    TEAM = "team"  # invite, roles, disable, reset a factor
    AUDIT = "audit"
    METRICS = "metrics"  # a bearer token, checked by the handler
    API_BOOK = "api_book"  # book, for anybody; who shows a key shows one for it
    API_BOOKING = "api_booking"  # one booking, for who shows its token or a key
    API_CHANGE = "api_change"  # move and cancel it
    API_LIST = "api_list"  # the bookings of a clinic, for a key
    KEYS = "keys"  # make and end keys
    SPACE = "space"  # one's own home, devices and passkeys
    MINE = "mine"  # what belongs to a patient themselves, never opened by the link of a booking
    LETTERS = "letters"  # read and answer letters of patients; a thread is its addressee's alone
    LETTERS_AWAY = "letters_away"  # say that somebody does not answer letters, and who does
    HAND_OVER = "hand_over"  # give a patient the code to their space; sign their devices out
    DEMO = "demo"  # one-time sign-in links; the route exists in demo mode alone


@dataclass(frozen=True)
class Viewer:
    """The person who looks."""

    door: Door = Door.ANYONE
    staff_id: UUID | None = None
    clinic_id: UUID | None = None
    login_id: UUID | None = None
    name: str = field(default="", repr=False)
    roles: frozenset[Role] = frozenset()
    bookings: frozenset[UUID] = frozenset()
    key_id: UUID | None = None
    scopes: frozenset[KeyScope] = frozenset()  # of the key
    only_visit: UUID | None = None  # an idle login stays open for this running visit alone
    space_id: UUID | None = None
    patients: frozenset[UUID] = frozenset()  # of whom the viewer's space shows all

    @property
    def is_staff(self) -> bool:
        return self.door is Door.STAFF

    def has(self, *roles: Role) -> bool:
        return bool(self.roles.intersection(roles))


STRANGER = Viewer()


@dataclass(frozen=True)
class Subject:
    """The thing looked at; what is unknown stays None and opens nothing."""

    clinic_id: UUID | None = None
    therapist_id: UUID | None = None  # the staff id of who leads it
    staff_id: UUID | None = None
    booking_id: UUID | None = None
    visit_id: UUID | None = None
    team: bool = False  # it waits for every therapist of the clinic
    space_id: UUID | None = None
    patient_id: UUID | None = None  # whose it is, where a patient asks for what is theirs
    carers: frozenset[UUID] = frozenset()  # the staff ids of who has a care relation now


@dataclass(frozen=True)
class Rule:
    """Who may: by which door, as what, and whose it must be. `key`: what a key must be for to open it as well."""

    door: Door
    roles: frozenset[Role] = frozenset(Role)
    scope: Scope = Scope.NONE
    key: KeyScope | None = None


_STAFF_ONLY = frozenset({Role.ADMIN, Role.FRONT_DESK})

RULES: dict[Action, Rule] = {
    Action.PUBLIC: Rule(Door.ANYONE),
    Action.SET_UP: Rule(Door.ANYONE),
    Action.SIGN_IN: Rule(Door.ANYONE),
    Action.METRICS: Rule(Door.ANYONE),
    Action.DEMO: Rule(Door.ANYONE),
    Action.SECOND_FACTOR: Rule(Door.HALF, scope=Scope.SELF),
    Action.ACCOUNT: Rule(Door.STAFF, scope=Scope.SELF),
    Action.VISIT: Rule(Door.LINK, scope=Scope.BOOKING),
    Action.STAFF_HOME: Rule(Door.STAFF),
    Action.DAY: Rule(Door.STAFF, scope=Scope.LED),
    Action.ANSWER: Rule(Door.STAFF, scope=Scope.CLINIC),
    Action.LEAD_VISIT: Rule(Door.STAFF, frozenset({Role.THERAPIST}), Scope.OWN),
    Action.QUEUE: Rule(Door.STAFF, scope=Scope.LED),
    Action.TAKE_VISIT: Rule(Door.STAFF, frozenset({Role.THERAPIST}), Scope.TEAM),
    Action.BOOKINGS: Rule(Door.STAFF, scope=Scope.LED),
    Action.PATIENTS: Rule(Door.STAFF, scope=Scope.LED),
    Action.MONEY: Rule(Door.STAFF, _STAFF_ONLY, Scope.CLINIC),
    Action.MERGE: Rule(Door.STAFF, _STAFF_ONLY, Scope.CLINIC),
    Action.REASON: Rule(Door.STAFF, frozenset({Role.THERAPIST}), Scope.OWN),
    Action.MEASURES: Rule(Door.STAFF, frozenset({Role.THERAPIST, Role.ADMIN}), Scope.CARE),
    Action.CASELOAD: Rule(Door.STAFF, frozenset({Role.THERAPIST}), Scope.OWN),
    Action.RECORD: Rule(Door.STAFF, frozenset({Role.THERAPIST, Role.ADMIN}), Scope.CARE),
    Action.RECORD_WRITE: Rule(Door.STAFF, frozenset({Role.THERAPIST}), Scope.CARE),
    Action.PROGRAMMES: Rule(Door.STAFF, frozenset({Role.THERAPIST, Role.ADMIN}), Scope.CLINIC),
    Action.EMERGENCY: Rule(Door.STAFF, frozenset({Role.THERAPIST, Role.ADMIN}), Scope.CLINIC),
    Action.MAIL: Rule(Door.STAFF, _STAFF_ONLY, Scope.CLINIC),
    Action.CLINIC: Rule(Door.STAFF, frozenset({Role.ADMIN}), Scope.CLINIC),
    Action.HOURS: Rule(Door.STAFF, frozenset({Role.ADMIN, Role.THERAPIST}), Scope.LED),
    Action.CALENDARS: Rule(Door.STAFF, frozenset({Role.THERAPIST}), Scope.OWN),
    Action.LICENCES: Rule(Door.STAFF, frozenset({Role.ADMIN, Role.THERAPIST}), Scope.LED),
    Action.IMPORT: Rule(Door.STAFF, frozenset({Role.ADMIN}), Scope.CLINIC),
    Action.HELPLINES: Rule(Door.STAFF, _STAFF_ONLY, Scope.CLINIC),
    Action.ROSTER: Rule(Door.STAFF, _STAFF_ONLY, Scope.CLINIC),
    Action.CONFIRMING: Rule(Door.STAFF, frozenset({Role.ADMIN, Role.THERAPIST}), Scope.CLINIC),
    Action.CONFIRM: Rule(Door.STAFF, frozenset({Role.THERAPIST}), Scope.CLINIC),
    Action.SUPPORT: Rule(Door.STAFF, scope=Scope.CARE),
    Action.REPORTS: Rule(Door.STAFF, frozenset({Role.ADMIN}), Scope.CLINIC),
    Action.TEAM: Rule(Door.STAFF, frozenset({Role.ADMIN}), Scope.CLINIC),
    Action.AUDIT: Rule(Door.STAFF, frozenset({Role.ADMIN}), Scope.CLINIC),
    Action.KEYS: Rule(Door.STAFF, frozenset({Role.ADMIN}), Scope.CLINIC),
    Action.SPACE: Rule(Door.SPACE, scope=Scope.SPACE),
    Action.MINE: Rule(Door.SPACE, scope=Scope.PATIENT),
    Action.LETTERS: Rule(Door.STAFF, scope=Scope.CARE),
    Action.LETTERS_AWAY: Rule(Door.STAFF, frozenset({Role.ADMIN, Role.THERAPIST}), Scope.LED),
    Action.HAND_OVER: Rule(Door.STAFF, scope=Scope.LED),
    Action.API_BOOK: Rule(Door.ANYONE, key=KeyScope.WRITE),
    Action.API_BOOKING: Rule(Door.LINK, scope=Scope.BOOKING, key=KeyScope.READ),
    Action.API_CHANGE: Rule(Door.LINK, scope=Scope.BOOKING, key=KeyScope.WRITE),
    Action.API_LIST: Rule(Door.KEY, scope=Scope.CLINIC, key=KeyScope.READ),
}


def admits(viewer: Viewer, action: Action) -> bool:
    """Whether the viewer may knock at all: the door and the role, before any row is read."""
    rule = RULES[action]
    if viewer.door is Door.KEY and (rule.key or rule.door is not Door.ANYONE):
        return rule.key in viewer.scopes
    if rule.door is Door.ANYONE:
        return True
    if rule.door is Door.KEY:
        return False
    if rule.door is Door.SPACE or viewer.door is Door.SPACE:
        return rule.door is viewer.door
    if rule.door is Door.LINK:
        return bool(viewer.bookings)
    if viewer.only_visit and action is not Action.LEAD_VISIT:
        return False
    if rule.door is Door.HALF:
        return viewer.door in {Door.HALF, Door.STAFF}
    return viewer.is_staff and viewer.has(*rule.roles)


def may(viewer: Viewer, action: Action, subject: Subject) -> bool:
    """Whether the viewer may do this to that: the door, the role, and whose it is."""
    if not admits(viewer, action):
        return False
    if viewer.only_visit and RULES[action].door is Door.STAFF and subject.visit_id != viewer.only_visit:
        return False
    if viewer.door is Door.KEY and RULES[action].key:
        return _same_clinic(viewer, subject)
    return _SCOPES[RULES[action].scope](viewer, subject)


def _same_clinic(viewer: Viewer, subject: Subject) -> bool:
    return viewer.clinic_id is not None and viewer.clinic_id == subject.clinic_id


def _own(viewer: Viewer, subject: Subject) -> bool:
    return _same_clinic(viewer, subject) and viewer.staff_id is not None and viewer.staff_id == subject.therapist_id


def _care(viewer: Viewer, subject: Subject) -> bool:
    return _same_clinic(viewer, subject) and viewer.staff_id in subject.carers


def _team(viewer: Viewer, subject: Subject) -> bool:
    return subject.team and _same_clinic(viewer, subject)


def _led(viewer: Viewer, subject: Subject) -> bool:
    return _own(viewer, subject) or (_same_clinic(viewer, subject) and viewer.has(Role.ADMIN, Role.FRONT_DESK))


def _any(viewer: Viewer, subject: Subject) -> bool:
    return True


def _self(viewer: Viewer, subject: Subject) -> bool:
    return viewer.staff_id is not None and viewer.staff_id == subject.staff_id


def _booking(viewer: Viewer, subject: Subject) -> bool:
    return subject.booking_id in viewer.bookings


def _space(viewer: Viewer, subject: Subject) -> bool:
    return _same_clinic(viewer, subject) and viewer.space_id is not None and viewer.space_id == subject.space_id


def _patient(viewer: Viewer, subject: Subject) -> bool:
    return _same_clinic(viewer, subject) and subject.patient_id in viewer.patients


_SCOPES = {
    Scope.NONE: _any,
    Scope.CLINIC: _same_clinic,
    Scope.TEAM: _team,
    Scope.OWN: _own,
    Scope.CARE: _care,
    Scope.LED: _led,
    Scope.SELF: _self,
    Scope.BOOKING: _booking,
    Scope.SPACE: _space,
    Scope.PATIENT: _patient,
}
