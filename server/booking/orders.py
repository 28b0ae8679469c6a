"""What is asked of the desk and what it answers. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from server.booking import store
from server.booking.intake.rules import Answers
from server.booking.meeting import Meeting
from server.booking.rules import BookingCard, Wish
from server.booking.where.rules import Ends
from server.clinic.rules import Clinic, Means, Service
from server.patients.acting.rules import Arrangement, Helper
from server.patients.rules import ForWhom, Person
from server.reading import Work

NOBODY = UUID(int=0)
"""The id of a person who has none yet."""


@dataclass(frozen=True)
class Given:
    """Answers to a version of the service's questions; `done`: nothing that is needed is missing."""

    form_id: UUID
    answers: Answers = field(repr=False)
    done: bool


@dataclass(frozen=True)
class Acting:
    """Who books for somebody else, and what they said about them. `mailed`: the address that gets the link."""

    helper: Helper = field(repr=False)
    arranged: Arrangement = field(repr=False)
    mailed: str = field(default="", repr=False)


@dataclass(frozen=True)
class Order:
    """What is to be booked, for whom. `once` makes a repeat of the same form the same booking."""

    clinic: Clinic
    service: Service
    hours: store.Hours
    wish: Wish
    person: Person = field(repr=False)
    for_whom: ForWhom = ForWhom.ME
    reason: str = field(default="", repr=False)
    means: Means = Means.VIDEO
    meeting: Meeting = field(default=Meeting(), repr=False)
    known_patient: bool = False
    once: str = field(default="", repr=False)
    agreed: bool = True  # the patient has said yes to the clinic's text; else they are asked when they come in
    given_by: str = "patient"  # who has said so
    acting: Acting | None = field(default=None, repr=False)  # who books for them
    walks_in: bool = False  # comes without a time, which then claims nobody's
    called: Mapping[UUID, str] = field(default_factory=dict)  # therapists by name, as far as who asks knows them
    ends: Ends = field(default_factory=dict)  # from when on who may not treat this patient
    held: UUID | None = None  # the form whose hold may stand on this time: it does not make it taken
    asks: bool | None = None  # the clinic confirms it first; None: as it does for this service, when a patient books
    given: Given | None = None  # what was answered with the booking itself
    also: Work[bool] | None = (
        None  # in the same unit, before anything is written; False: the time is not theirs any more
    )


@dataclass(frozen=True)
class Made:
    """The booking stands; `token` opens it."""

    card: BookingCard
    token: str = field(repr=False)
    keep_link: bool = False  # no mail carries it
    unread: bool = False  # nobody knows whether another calendar of the therapist has something then
