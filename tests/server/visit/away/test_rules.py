"""What is proposed for each booking of a day that is closed, and what the form's answers mean."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from server.booking.rules import BookingCard
from server.visit.away.rules import UNDO, Choice, Listed, Other, may_undo, picks, proposals

NOW = datetime(2026, 3, 9, 14, tzinfo=UTC)
SAMIR = Other(uuid4(), "samir-haddad", "Samir Haddad")
NADIA = Other(uuid4(), "nadia-roth", "Nadia Roth")
CARD = BookingCard(
    id=uuid4(),
    public_id="abc",
    clinic_id=uuid4(),
    appointment_id=uuid4(),
    service_id=uuid4(),
    service_name="A session",
    minutes=50,
    therapist_id=uuid4(),
    therapist_name="Mara Lind",
    starts_at=NOW,
    ends_at=NOW + timedelta(minutes=50),
    patient_id=uuid4(),
    sequence=0,
    cancelled_at=None,
    moved_from=None,
    for_whom="me",
    made_at=NOW,
)
FREE, ALONE = Listed(CARD, "Jo", (SAMIR,)), Listed(CARD, "Jo", ())


def chosen(listed: Listed, answer: str) -> tuple[Choice | None, Other | None]:
    (pick,) = picks([listed], {"choice-abc": answer})
    return pick.choice, pick.to


def proposed(*listed: Listed, **room: int) -> list[str]:
    named = {"samir": SAMIR.staff_id, "nadia": NADIA.staff_id}
    return [one.proposed for one in proposals(listed, {named[name]: count for name, count in room.items()})]


def a_time(*others: Other, **changes: Any) -> Listed:
    card = replace(CARD, id=uuid4(), appointment_id=changes.pop("appointment_id", uuid4()))
    return Listed(card, "Jo", others, **changes)


def test_whoever_is_free_is_proposed_before_another_time() -> None:
    assert proposed(a_time(SAMIR), a_time()) == ["samir-haddad", Choice.OFFER]


def test_what_goes_to_a_colleague_is_counted_together() -> None:
    both = [a_time(SAMIR, NADIA) for _ in range(4)]
    assert proposed(*both, samir=1, nadia=2) == ["samir-haddad", "nadia-roth", "nadia-roth", Choice.OFFER]
    assert proposed(*both, samir=0) == ["nadia-roth"] * 4, "who bounds nothing takes as many as there are"
    group = uuid4()
    seats = [a_time(SAMIR, appointment_id=group) for _ in range(3)]
    assert proposed(*seats, a_time(SAMIR), samir=1) == ["samir-haddad"] * 3 + [Choice.OFFER], "a group is one session"
    assert proposed(a_time(SAMIR, waits=True), a_time(SAMIR), samir=1)[1] == "samir-haddad"


def test_an_answer_is_a_colleague_another_time_or_nothing() -> None:
    assert chosen(FREE, "samir-haddad") == (None, SAMIR)
    assert chosen(FREE, "offer") == (Choice.OFFER, None)
    assert chosen(FREE, "keep") == (Choice.KEEP, None)


def test_a_strange_answer_changes_nothing() -> None:
    assert chosen(ALONE, "samir-haddad") == (Choice.KEEP, None), "somebody who is not free"
    assert chosen(FREE, "everybody") == (Choice.KEEP, None)
    assert picks([FREE], {})[0].choice is Choice.KEEP


def test_who_waits_already_is_never_moved_in_a_batch() -> None:
    waits = replace(FREE, waits=True)
    assert chosen(waits, "samir-haddad") == chosen(waits, "offer") == (Choice.KEEP, None)


def test_it_can_be_undone_for_a_minute_and_once() -> None:
    assert may_undo(NOW, None, NOW + UNDO - timedelta(seconds=1))
    assert not may_undo(NOW, None, NOW + UNDO)
    assert not may_undo(NOW, NOW, NOW)


def test_who_does_not_work_then_may_be_chosen_and_is_not_proposed() -> None:
    late = Listed(CARD, "Jo", (replace(SAMIR, works=False),))
    assert proposed(late) == [Choice.OFFER.value]
    assert proposed(Listed(CARD, "Jo", (replace(SAMIR, works=False), NADIA))) == [NADIA.slug]
    assert chosen(late, SAMIR.slug)[1] == replace(SAMIR, works=False)
