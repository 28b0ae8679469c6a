"""Appointments and agreements for other programs: FHIR R4B Appointments and Consents. Pure."""

from collections.abc import Mapping
from typing import Any

from server.booking.rules import BookingCard
from server.patients.consents.rules import Agreed

SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"
CATEGORY = {"system": "http://loinc.org", "code": "59284-0", "display": "Consent Document"}
PRIVACY = frozenset({"treating_team"})
"""Agreements about who may read; all others are to treatment."""
WORDS = {
    "booking": "The clinic's text",
    "programme": "A programme of care",
    "treating_team": "Sharing with who else treats them",
}
Resource = dict[str, Any]
Subject = Mapping[str, str]


def appointment(subject: Subject, card: BookingCard, reason: str = "") -> Resource:
    """A booking: 'pending' while the clinic has not answered, 'cancelled', else 'booked', also once its time is over:
    whether somebody came is said by an Encounter. `reason`: why they come, in their own words.
    """
    status = "cancelled" if card.cancelled_at else "pending" if card.asked else "booked"
    accepted = {"cancelled": "declined", "pending": "tentative", "booked": "accepted"}[status]
    return {
        "resourceType": "Appointment",
        "id": str(card.id),
        "status": status,
        "serviceType": [{"text": card.service_name}],
        "start": card.starts_at.isoformat(),
        "end": card.ends_at.isoformat(),
        "minutesDuration": card.minutes,
        "created": card.made_at.isoformat(),
        "reasonCode": [{"text": reason}] if reason else None,
        "participant": [
            {"actor": dict(subject), "status": accepted},
            {"actor": {"display": card.therapist_name}, "status": accepted},
        ],
    }


def consent(subject: Subject, clinic: str, one: Agreed) -> Resource:
    """A line of the ledger: 'active', or 'inactive' once it was taken back, and then until when it held."""
    scope = "patient-privacy" if one.kind in PRIVACY else "treatment"
    until = {"end": one.withdrawn_at.isoformat()} if one.withdrawn_at else {}
    return {
        "resourceType": "Consent",
        "id": str(one.id),
        "status": "active" if one.holds else "inactive",
        "scope": {"coding": [{"system": SCOPE, "code": scope}]},
        "category": [{"coding": [CATEGORY]}],
        "patient": dict(subject),
        "dateTime": one.at.isoformat(),
        "performer": [dict(subject)]
        if one.given_by == "patient"
        else [{"display": f"For the patient: {one.given_by}"}],
        "organization": [{"display": clinic}],
        "policyRule": {"text": f"{WORDS.get(one.kind, one.kind)}, version {one.version}"},
        "provision": {"type": "permit", "period": {"start": one.at.isoformat(), **until}},
    }
