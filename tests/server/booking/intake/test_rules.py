"""Which questions a booking has, what is missing, and what of an earlier time still fits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from server.booking.intake.rules import Row, Stage, fitting, missing, said, sheet_of
from server.clinic.intake.rules import Form
from tests.server.booking.intake.asked import AGREES, NAME, SLEEP, STORY, TRIED, a_form

NOW = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
SERVICE, PATIENT, BOOKING, EARLIER = uuid4(), uuid4(), uuid4(), uuid4()


def a_row(booking, form: Form, *, done: bool = True, days: int = 0) -> Row:
    at = NOW - timedelta(days=days)
    return Row(uuid4(), booking, PATIENT, SERVICE, form.id, 1, at, at, at if done else None)


def sheet(current: Form | None, *rows: Row, forms: tuple[Form, ...] = ()):
    known = {form.id: form for form in (*forms, *([current] if current else ()))}
    return sheet_of(BOOKING, SERVICE, current.id if current else None, rows, known)


def test_nothing_asked_and_nothing_answered_is_no_sheet() -> None:
    assert sheet(None) is None


def test_a_new_patient_is_asked_the_version_in_use() -> None:
    form = a_form(SERVICE)
    found = sheet(form)
    assert (found.stage, found.form, found.next) == (Stage.OPEN, form, form)


def test_who_has_begun_goes_on_with_the_version_they_began() -> None:
    old, new = a_form(SERVICE, NAME), a_form(SERVICE, number=2)
    found = sheet(new, a_row(BOOKING, old, done=False), forms=(old,))
    assert (found.stage, found.next, found.own) == (Stage.HALF, old, True)


def test_answers_stay_with_their_questions_after_the_service_asks_nothing_any_more() -> None:
    old = a_form(SERVICE, NAME)
    assert sheet(None, a_row(BOOKING, old), forms=(old,)).form == old
    assert sheet(None, a_row(EARLIER, old), forms=(old,)) is None


def test_who_answered_for_an_earlier_booking_is_not_asked_again_unless_it_is_asked_each_time() -> None:
    old, new = a_form(SERVICE, NAME), a_form(SERVICE, number=2)
    rows = [a_row(EARLIER, old, days=30), a_row(uuid4(), old, done=False)]
    found = sheet(new, *rows, forms=(old,))
    assert (found.stage, found.form, found.next, found.own) == (Stage.DONE, old, new, False)
    each = replace(new, each_time=True)
    assert sheet(each, *rows, forms=(old,)).stage is Stage.OPEN


def test_answers_to_another_service_do_not_count() -> None:
    form = a_form(SERVICE)
    other = replace(a_row(EARLIER, form), service_id=uuid4())
    assert sheet(form, other).stage is Stage.OPEN


def test_the_newest_of_the_earlier_answers_is_shown() -> None:
    form = a_form(SERVICE)
    new, old = a_row(EARLIER, form, days=3), a_row(uuid4(), form, days=90)
    assert sheet(form, old, new).row == new


def test_only_needed_questions_can_be_missing() -> None:
    form = a_form(SERVICE)
    assert missing(form, {}) == [NAME.id, SLEEP.id, AGREES.id]
    assert missing(form, {NAME.id: "Jo", SLEEP.id: "Well", AGREES.id: "yes"}) == []


def test_what_no_longer_fits_is_left_out_and_a_consent_is_asked_anew() -> None:
    changed = a_form(SERVICE, replace(SLEEP, choices=("Fine",)), replace(TRIED, choices=("Running",)), STORY, AGREES)
    given = {SLEEP.id: "Badly", TRIED.id: ("Talking", "Running"), STORY.id: "I fell", AGREES.id: "yes", "gone": "x"}
    assert fitting(changed, given) == {TRIED.id: ("Running",), STORY.id: "I fell"}


def test_said_keeps_the_order_of_the_questions_and_names_what_is_open() -> None:
    lines = said(a_form(SERVICE), {AGREES.id: "yes", TRIED.id: ("Talking", "Running")})
    assert [line.words for line in lines] == [(), (), ("Talking", "Running"), (), ("yes",)]
    assert [line.agreed for line in lines] == [False, False, False, False, True]
