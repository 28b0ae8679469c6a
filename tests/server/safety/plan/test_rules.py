"""A safety plan as values: lines and numbers, two texts put together, versions, and the day to look again."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from server.safety.plan.catalogue import shape
from server.safety.plan.forms import LONGEST, review_of, typed_of
from server.safety.plan.rules import (
    Choice,
    Entry,
    Writing,
    as_of,
    continues,
    entries,
    merged,
    plan_from,
    review_day,
)

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)
OWN = uuid4()
BERLIN = ZoneInfo("Europe/Berlin")


def wrote(step="signs", text="I stop answering", number=1, door="patient", by=None, hours=0, book=OWN):
    return Writing(uuid4(), book, step, number, door, by, NOW + timedelta(hours=hours), text)


def test_seven_steps_in_order_with_what_awaits_a_clinician_and_no_name_of_anybodys_form() -> None:
    assert shape().order == ("signs", "alone", "around", "ask", "professionals", "safer", "reasons")
    assert shape().after("signs") == "alone"
    assert shape().after("reasons") is None
    assert shape().awaits
    assert all("Stanley" in source for source in shape().sources), (
        "the research is cited, the plan has a name of its own"
    )


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        ("Ana 555 0199", Entry("Ana", "555 0199")),
        ("Ana, my sister: +351 21 555-0199", Entry("Ana, my sister", "+351 21 555-0199")),
        ("Emergency 112", Entry("Emergency", "112")),
        ("Night line (0800 111 0 111)", Entry("Night line", "0800 111 0 111")),
        ("555 0134", Entry("", "555 0134")),
        ("أمي ٠٥٥ ٠١٩٩", Entry("أمي", "055 0199")),
        ("Choir since 2019", Entry("Choir since 2019")),
        ("Bus 12", Entry("Bus 12")),
        ("The café at the corner", Entry("The café at the corner")),
    ],
)
def test_digits_at_the_end_of_a_line_are_a_number_to_call(line: str, entry: Entry) -> None:
    assert entries(line, people=True) == [entry]
    assert entries(line, people=False) == [Entry(line)]


def test_the_number_that_is_dialled_is_digits_alone() -> None:
    (one,) = entries("Ana +351 (21) 555-01.99", people=True)
    assert one.dial == "+351215550199"


def test_two_texts_over_one_keep_every_word_of_both() -> None:
    was = "Walk\nTea"
    assert merged("Walk\nTea\nCall Ana", "Walk\nTea\nMusic", was) == "Walk\nTea\nCall Ana\nMusic"
    assert merged("Walk the dog\nTea", "Walk\nTea\nMusic", was) == "Walk the dog\nTea\nMusic", (
        "an older wording is theirs"
    )
    assert merged("Tea", "Walk\nTea", "") == "Tea\nWalk", "nothing is known of before: all of it stays"
    assert merged("", "Walk\nMusic", was) == "Music", "what they took away stays away"


def test_whose_it_is_follows_from_who_wrote_and_what_was_chosen() -> None:
    alone = plan_from(OWN, [wrote()], Choice())
    assert (alone.together, alone.open, alone.hidden) == (False, False, True)
    assert (alone.veiled.steps, alone.veiled.writings) == ({}, [])
    shared = plan_from(OWN, [wrote()], Choice(shared=True))
    assert (shared.together, shared.open, shared.veiled) == (False, True, shared)
    both = plan_from(OWN, [wrote(), wrote("ask", "Ana", door="staff", by=uuid4(), hours=1)], Choice())
    assert (both.together, both.open, both.hidden) == (True, True, False)
    assert plan_from(OWN, [], Choice()).hidden is False
    assert plan_from(OWN, [wrote(), wrote(text="", number=2, hours=2)], Choice()).hidden, (
        "its versions still hold words"
    )


def test_every_version_is_there_and_another_records_book_stays_readable() -> None:
    first, second, other = wrote(), wrote(text="I do not sleep", number=2, hours=5), wrote(book=uuid4(), hours=-9)
    plan = plan_from(OWN, [other, second, first], Choice())
    assert (plan.text("signs"), plan.number("signs"), plan.book) == ("I do not sleep", 2, OWN)
    assert as_of(plan, first.id).text("signs") == "I stop answering"
    assert as_of(plan, other.id).book == other.book
    assert as_of(plan, uuid4()) is None
    later = plan_from(OWN, [first, wrote(book=other.book, hours=7)], Choice())
    assert later.book == other.book, "where somebody wrote last is where it goes on"


def test_a_book_that_was_private_stays_so_when_its_record_becomes_one_with_another() -> None:
    secret, joint = wrote(text="My secret"), wrote(text="Tea", door="staff", by=uuid4(), book=uuid4(), hours=1)
    plan = plan_from(OWN, [secret, joint], Choice())
    assert (plan.together, plan.veiled.writings) == (True, [joint])
    assert as_of(plan.veiled, secret.id) is None
    assert as_of(plan, secret.id).text("signs") == "My secret", "its patient reads it"
    turned = plan_from(OWN, [wrote(text="My secret", hours=2), joint], Choice())
    assert (turned.hidden, turned.veiled.steps, turned.veiled.writings) == (True, {}, [joint])


def test_one_sitting_is_one_version() -> None:
    last = wrote()
    assert continues(last, "patient", None, NOW + timedelta(minutes=29))
    assert not continues(last, "patient", None, NOW + timedelta(minutes=30))
    assert not continues(last, "staff", uuid4(), NOW + timedelta(minutes=1))
    assert not continues(None, "patient", None, NOW)


def test_the_day_to_look_again_is_the_chosen_one_else_some_weeks_later() -> None:
    assert review_day(None, Choice(), shape(), BERLIN) is None
    assert review_day(NOW, Choice(), shape(), BERLIN) == date(2026, 4, 11)
    assert review_day(NOW, Choice(review_on=date(2026, 3, 19), asked=True), shape(), BERLIN) == date(2026, 3, 19)
    assert review_day(NOW, Choice(asked=True), shape(), BERLIN) is None


def test_what_no_page_sends_is_refused_and_nothing_is_cut() -> None:
    assert typed_of({"text": "a", "version": "-1"}) is None
    assert typed_of({"text": "a", "version": "one"}) is None
    long = typed_of({"text": "x" * (LONGEST + 1), "version": "3"})
    assert (long.too_long, len(long.text)) == (True, LONGEST + 1)
    assert typed_of({"text": "a\r\nb", "was": "c\r\n"}).text == "a\nb"
    assert review_of({"days": "7"}, date(2026, 3, 12)) == "2026-03-19"
    assert review_of({"days": "0"}, date(2026, 3, 12)) == ""
    assert review_of({"days": "8"}, date(2026, 3, 12)) is None
