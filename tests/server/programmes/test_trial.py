"""A trial of a gene therapy as a definition and nothing else: its consents, one dose, and years of follow-up, walked to
the end by the same engine.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import pytest_asyncio

from server.access import Role
from server.programmes.catalogue import read
from server.programmes.course import Key, Seen, Why
from server.programmes.dates import slots
from server.programmes.definition import Definition
from server.programmes.filed.sense import overdone
from server.programmes.questions import Verdict, found_in
from server.programmes.recording import No, Refused
from server.programmes.rules import due_steps
from tests.server.programmes.conftest import begun
from tests.server.programmes.courses import Hand, figure, seen_of
from tests.server.programmes.filed.test_pages import brought
from tests.server.visit.conftest import add_staff, signed_in

FOLLOW_UP = [1, 7, 28, 91, 182, 365, 730, 1826, 5479]
BEGAN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def trial_data() -> dict[str, Any]:
    agree = [{"id": name, "text": name, "answer": "agree"} for name in ("trial", "samples", "fifteen_years")]
    antibodies: dict[str, Any] = {"id": "antibodies", "text": "Antibodies against the vector", "answer": "number"}
    antibodies |= {"when": [{"verdict": "stop", "at_least": "titre"}]}
    enzymes: dict[str, Any] = {"id": "enzymes", "text": "Liver enzymes, times normal", "answer": "number"}
    enzymes |= {"when": [{"verdict": "stop", "at_least": "liver"}]}
    return {
        "format": 1,
        "id": "gene-trial",
        "version": "3",
        "name": "One dose and fifteen years",
        "about": "A trial that exists in a test alone.",
        "figures": {
            "one": figure(1, "sessions"),
            "visits": figure(len(FOLLOW_UP), "sessions"),
            "titre": figure(5, "points"),
            "liver": figure(3, "points"),
            "day": figure(1, "days"),
            "late": figure(14, "days"),
        },
        "phases": [
            {"id": "dose", "name": "Dose", "sessions": "one", "weeks": [["tue"]], "source": "protocol"},
            {"id": "later", "name": "Later", "sessions": "visits", "days_after": FOLLOW_UP, "source": "protocol"},
        ],
        "steps": [
            {"id": "consent", "name": "Consent", "kind": "consent", "part": "start", "repeats": True,
             "questions": agree},
            {"id": "screening", "name": "Screening", "kind": "check", "part": "start", "repeats": True,
             "source": "protocol", "questions": [antibodies]},
            {"id": "blood", "name": "Blood", "kind": "check", "part": "before", "valid": "day",
             "source": "protocol", "questions": [enzymes]},
            {"id": "visit", "name": "Visit", "kind": "session", "part": "session", "late": "late"},
            {"id": "vitals", "name": "Reading", "kind": "clock", "part": "during", "which": {"phases": ["dose"]},
             "minutes": [0, 60, 240, 1440], "source": "protocol"},
            {"id": "leave", "name": "Leaving", "kind": "task", "part": "during", "ends": True},
            {"id": "board", "name": "Safety board", "kind": "decision", "part": "after", "which": {"numbers": [3]},
             "source": "protocol", "questions": [{"id": "decision", "text": "Decided", "answer": "words"}]},
        ],
        "gates": [
            {"id": "agreed", "before": "visit", "needs": ["consent"], "holds": True, "reason": "Consent to all."},
            {"id": "fit", "before": "visit", "needs": ["screening"], "lasts": True, "reason": "Below {titre}."},
            {"id": "safe", "before": "visit", "needs": ["blood"], "reason": "Blood of the last day."},
            {"id": "decided", "before": "visit", "needs": ["board"], "reason": "The board first."},
            {"id": "watched", "before": "leave", "needs": ["vitals"], "reason": "Every reading."},
        ],
        "exports": [{"id": "events", "name": "Visits", "steps": ["visit", "leave"], "within": "late"}],
    }  # fmt: skip


def trial() -> Definition:
    return read("trial", trial_data())


def test_one_dose_and_fifteen_years_are_walked_to_the_end() -> None:
    hand = Hand.of(trial(), BEGAN)
    assert [key.step for key in hand.due()] == ["consent", "screening", "blood", "visit"]
    hand.starts()
    visited = []
    for session in range(1, hand.programme.total + 1):
        today = hand.now.astimezone(hand.programme.zone).date()
        day = slots(hand.programme, hand.done, today, lambda day: day.weekday() < 5)[0].day
        hand.plans({session: datetime.combine(day, time(9), hand.programme.zone).astimezone(UTC)})
        hand.now = max(hand.now, hand.programme.planned[session])
        has_the_visit(hand, session)
        visited.append(day)
    assert hand.due() == {}
    assert visited[0] == date(2026, 3, 3)
    left = hand.done.over[1].astimezone(hand.programme.zone).date()
    assert all(0 <= (day - visited[0]).days - offset <= 3 for day, offset in zip(visited[1:], FOLLOW_UP, strict=True))
    assert (left, visited[-1].year) == (date(2026, 3, 4), 2041)


def has_the_visit(hand: Hand, session: int) -> None:
    while session not in hand.done.over:
        ready = [one.key for one in hand.due().values() if not one.blocked]
        if ready:
            hand.does(*ready[0])
        else:
            hand.wait(hours=1)
    for due in due_steps(hand.programme, hand.done, hand.now):
        if due.key.session == session:
            hand.does(*due.key)


def test_a_finding_of_the_trial_keeps_the_dose_back_until_somebody_says_why() -> None:
    hand = Hand.of(trial(), BEGAN)
    definition = hand.programme.definition
    found = found_in(definition.by_id["screening"].questions, {"antibodies": "6"})
    assert found.verdict is Verdict.STOP
    hand.does(
        "consent", verdict=found_in(definition.by_id["consent"].questions, {"trial": "yes", "samples": "no"}).verdict
    )
    hand.does("screening", verdict=found.verdict)
    hand.now = BEGAN + timedelta(days=1, hours=1)
    hand.does("blood", 1)
    assert seen_of(hand.due()[Key("visit", 1)].blocked) == {
        "agreed": {(Why.STOP, "consent")},
        "fit": {(Why.STOP, "screening")},
    }
    hand.passes("fit", 0, [Seen(Why.STOP, "screening")], "The protocol's amendment 2 allows it.")
    assert hand.overrides("agreed", 1, [Seen(Why.STOP, "consent")]) == Refused(No.HOLDS)
    hand.wait(minutes=1)
    hand.does("consent", 0, 1)
    hand.does("visit", 1)


@pytest_asyncio.fixture
async def owner(house, linden, browsers, mara):
    return await signed_in(house, await browsers(), await add_staff(house, linden.clinic.id, Role.ADMIN))


@pytest.mark.asyncio
async def test_a_clinic_brings_such_a_trial_and_a_course_by_it_has_all_of_its_pages(house, owner, jo, mara) -> None:
    assert list(overdone(trial())) == []
    await brought(owner, trial_data())
    read_whole = (await mara.get("/staff/programmes/read/gene-trial?version=3")).text
    assert "One dose and fifteen years" in read_whole
    given = {"seen": "0", "give-gene-trial": "yes"}
    assert (await owner.post("/staff/clinic/programmes", data=given)).status_code == 303
    course = await begun(mara, jo.made.card.patient_id, "gene-trial")
    assert "Session 1 of 10 is next" in await course.page()
    assert "Consent to all." in await course.page()
    for path in ("steps/consent/0/0", "steps/screening/0/0", "days", "summary"):
        assert (await mara.get(f"{course.base}/{path}")).status_code == 200, path
    assert (await mara.get("/staff/courses")).status_code == 200


def test_a_slip_of_a_whole_life_is_still_one() -> None:
    data = trial_data()
    data["phases"][1]["days_after"][-1] = 9500
    assert [one.place for one in overdone(read("trial", data))] == ["phases.later.days_after"]
