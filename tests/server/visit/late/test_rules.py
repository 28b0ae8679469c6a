"""For whom 'I run late' holds, until when, and who gets a mail about it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from server.visit.late.rules import LASTS, MAILED_AHEAD, SECOND_THOUGHTS, STEPS, Delay, Late, is_mailed, late_for
from server.visit.late.rules import takes_back_mail as takes_back

NOW = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TEN = Delay(UUID(int=1), UUID(int=2), 10, NOW)


def test_a_time_that_comes_begins_later_by_what_was_said() -> None:
    assert late_for(TEN, NOW + 30 * MINUTE, NOW) == Late(10, NOW, NOW + 40 * MINUTE)


def test_a_time_that_should_have_begun_by_now_is_given_no_moment() -> None:
    assert late_for(TEN, NOW - 5 * MINUTE, NOW + 20 * MINUTE) == Late(10, NOW, None)


def test_the_word_is_worn_out_after_some_hours_and_says_nothing_of_tomorrow() -> None:
    assert late_for(TEN, NOW + 30 * MINUTE, NOW + LASTS) is None
    assert late_for(TEN, NOW + timedelta(days=1), NOW) is None
    assert late_for(None, NOW, NOW) is None


def test_who_comes_in_the_next_hours_is_mailed() -> None:
    assert [is_mailed(NOW + span, NOW) for span in (timedelta(), MINUTE, MAILED_AHEAD, MAILED_AHEAD + MINUTE)] == [
        False,
        True,
        True,
        False,
    ]


def test_a_slip_of_the_finger_is_mailed_to_nobody() -> None:
    assert not takes_back(TEN, NOW + SECOND_THOUGHTS - timedelta(seconds=1))
    assert takes_back(TEN, NOW + SECOND_THOUGHTS)


@given(st.sampled_from(STEPS), st.integers(-300, 300), st.integers(0, 300))
def test_no_page_gives_a_moment_that_is_over(minutes: int, starts: int, passed: int) -> None:
    now = NOW + passed * MINUTE
    found = late_for(Delay(UUID(int=1), UUID(int=2), minutes, NOW), NOW + starts * MINUTE, now)
    assert found is None or found.begins_at is None or found.begins_at > now
