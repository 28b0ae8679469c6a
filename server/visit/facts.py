"""What the patient's page says that needs no further asking: of the booking, the clinic, times and the person. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypedDict
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from server.booking.deadlines import MAY_CANCEL, Change, may_cancel, may_move
from server.moments import Speaker, same_clock
from server.patients.rules import Person, called
from server.tongues import in_language
from server.visit.door import Knock
from server.visit.rules import Part
from server.visit.scenes import Step, VisitView


class OfBooking(TypedDict):
    id: str
    scene: str
    view: VisitView
    steps: frozenset[str]
    therapist: str
    therapist_first: str
    minutes: int
    means: str
    sequence: int
    in_series: bool
    may_change: bool
    may_cancel: bool


class OfClinic(TypedDict):
    phone: str
    address: str
    waiting_text: str
    after_text: str
    time_left: Sequence[int] | None
    book_again: str


class OfTimes(TypedDict):
    zone: ZoneInfo
    now: datetime
    arrived_at: datetime | None
    staff_seen: timedelta | None
    until_start: timedelta
    until_open: timedelta
    days_ahead: int
    clinic_say: Speaker | None
    moved_from: datetime | None
    answer_by: datetime | None


class OfPerson(TypedDict):
    first_name: str
    has_mail: bool
    has_number: bool


def of_booking(knocked: Knock) -> OfBooking:
    """What the booking says, and how its visit stands."""
    card, view = knocked.card, knocked.view
    ways = view.ways[Part.PATIENT]
    return {
        "id": card.public_id,
        "scene": view.scene.value,
        "view": view,
        "steps": frozenset(step.value for step in ways),
        "therapist": card.therapist_name,
        "therapist_first": called(card.therapist_name),
        "minutes": card.minutes,
        "means": card.means,
        "sequence": card.sequence,
        "in_series": card.series_id is not None,
        "may_change": Step.MOVE in ways and may_move(card, knocked.clinic.policy, knocked.now) is Change.ALLOWED,
        "may_cancel": Step.CANCEL in ways and may_cancel(card, knocked.clinic.policy, knocked.now) in MAY_CANCEL,
    }


def of_clinic(knocked: Knock, language: str) -> OfClinic:
    """The clinic's own words, as who speaks this language reads them, and ways to reach it."""
    clinic = in_language(knocked.clinic, language, knocked.clinic.own)
    again = {"service": knocked.card.service_id, "again": knocked.card.public_id}
    return {
        "phone": clinic.phone,
        "address": clinic.address,
        "waiting_text": clinic.waiting_text,
        "after_text": clinic.after_text,
        "time_left": clinic.time_left if clinic.tells_time_left else None,
        "book_again": f"{knocked.brand.home}?{urlencode(again)}",
    }


def of_times(knocked: Knock, mine: Speaker) -> OfTimes:
    """How far everything is from now; `mine` speaks the patient's zone."""
    card, now, zone = knocked.card, knocked.now, knocked.clinic.zone
    visit, starts_at = knocked.visit, card.starts_at
    seen = visit.staff_seen_at if visit and knocked.view.clinic_knows else None
    return {
        "zone": mine.zone,
        "now": now,
        "arrived_at": visit.arrived_at if visit else None,
        "staff_seen": max(now - seen, timedelta(seconds=1)) if seen else None,
        "until_start": starts_at - now,
        "until_open": knocked.view.opens_at - now,
        "days_ahead": (mine.local(starts_at).date() - mine.local(now).date()).days,
        "clinic_say": None if same_clock(mine.zone, zone, starts_at) else Speaker(zone, mine.language),
        "moved_from": card.moved_from,
        "answer_by": card.answer_by,
    }


def of_person(person: Person | None) -> OfPerson:
    """Who comes, and how they are reached; nothing of whose key was destroyed."""
    return {
        "first_name": person.first_name if person else "",
        "has_mail": bool(person and person.mail),
        "has_number": bool(person and not person.mail and person.phone.startswith("+")),
    }
