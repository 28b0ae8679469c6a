"""What the patient's page says that needs no further asking: of the booking, the clinic, times and the person. Pure."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from server.booking.rules import MAY_CANCEL, Change, may_cancel, may_move
from server.moments import Speaker, same_clock
from server.patients.rules import Person, called
from server.visit.door import Knock
from server.visit.rules import Part
from server.visit.scenes import Step


def of_booking(knocked: Knock) -> dict[str, Any]:
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


def of_clinic(knocked: Knock) -> dict[str, Any]:
    """The clinic's own words and ways to reach it."""
    clinic, again = knocked.clinic, {"service": knocked.card.service_id, "again": knocked.card.public_id}
    return {
        "phone": clinic.phone,
        "address": clinic.address,
        "waiting_text": clinic.waiting_text,
        "after_text": clinic.after_text,
        "time_left": clinic.time_left if clinic.tells_time_left else None,
        "book_again": f"{knocked.brand.home}?{urlencode(again)}",
    }


def of_times(knocked: Knock, mine: Speaker) -> dict[str, Any]:
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


def of_person(person: Person | None) -> dict[str, Any]:
    """Who comes, and how they are reached; nothing of whose key was destroyed."""
    return {
        "first_name": person.first_name if person else "",
        "has_mail": bool(person and person.mail),
        "has_number": bool(person and not person.mail and person.phone.startswith("+")),
    }
