"""Bookings and agreements for other programs: which state each one has, held against the standard."""

from datetime import timedelta
from uuid import UUID

import pytest

from server.patients.consents.rules import Agreed
from server.record.export.agreed import appointment, consent
from server.record.export.fhir import checked
from tests.server.booking.test_deadlines import card as a_card
from tests.server.record.test_printed import AT

WHO = {"reference": "Patient/p"}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "booked"),
        ({"answer_by": AT, "answer": None}, "pending"),
        ({"answer_by": AT, "answer": "confirmed"}, "booked"),
        ({"answer_by": AT, "answer": None, "cancelled_at": AT}, "cancelled"),
        ({"cancelled_at": AT}, "cancelled"),
    ],
)
def test_an_appointment_says_whether_it_stands(changes, status) -> None:
    one = a_card(**changes)
    found = checked(appointment(WHO, one, "I sleep badly."))
    assert (found["status"], found["minutesDuration"]) == (status, one.minutes)
    assert found["reasonCode"][0]["text"] == "I sleep badly."
    assert found["participant"][0]["actor"] == WHO
    assert "reasonCode" not in checked(appointment(WHO, one))


@pytest.mark.parametrize(
    ("kind", "by", "withdrawn", "said"),
    [
        ("booking", "patient", None, ("active", "treatment")),
        ("booking", "guardian", None, ("active", "treatment")),
        ("programme", "patient", AT + timedelta(days=1), ("inactive", "treatment")),
        ("treating_team", "patient", None, ("active", "patient-privacy")),
    ],
)
def test_an_agreement_says_what_it_is_to_who_gave_it_and_whether_it_holds(kind, by, withdrawn, said) -> None:
    found = checked(consent(WHO, "Linden", Agreed(UUID(int=1), kind, "3", by, AT, withdrawn)))
    assert (found["status"], found["scope"]["coding"][0]["code"]) == said
    assert found["dateTime"].startswith("2026-03-09T09:00:00")
    assert found["category"][0]["coding"][0]["code"] == "59284-0"
    assert found["policyRule"]["text"].endswith("version 3")
    assert (found["performer"] == [WHO]) is (by == "patient")
    assert ("end" in found["provision"]["period"]) is bool(withdrawn)
