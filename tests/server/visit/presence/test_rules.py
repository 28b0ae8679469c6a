"""What may be said of a therapist, and what may not."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from server.visit.presence.rules import FORGOTTEN, HEARD_LATELY, Presence, Signs, Standing, presence

NOW = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_an_open_page_is_a_sign_for_a_minute() -> None:
    assert presence(Signs(NOW - HEARD_LATELY), NOW) == Presence(Standing.HERE, NOW - HEARD_LATELY)
    silent = NOW - HEARD_LATELY - SECOND
    assert presence(Signs(silent), NOW) == Presence(Standing.AWAY, silent)


def test_a_running_session_counts_more_than_anything_and_has_no_moment() -> None:
    assert presence(Signs(NOW, NOW, in_session=True), NOW) == Presence(Standing.WITH_SOMEONE)


def test_their_own_word_counts_more_than_an_open_page_until_it_is_plainly_forgotten() -> None:
    said = NOW - 10 * SECOND
    assert presence(Signs(NOW, said), NOW) == Presence(Standing.AWAY, said, said=True)
    assert presence(Signs(NOW, NOW - FORGOTTEN), NOW).standing is Standing.HERE


def test_who_was_never_heard_is_away_without_a_moment() -> None:
    assert presence(Signs(), NOW) == Presence(Standing.AWAY)


MOMENTS = st.none() | st.timedeltas(timedelta(), timedelta(days=2)).map(lambda age: NOW - age)


@given(st.builds(Signs, MOMENTS, MOMENTS, st.booleans()))
def test_nobody_is_called_here_without_a_sign_of_the_last_minute(signs: Signs) -> None:
    found = presence(signs, NOW)
    if found.standing is Standing.HERE:
        assert signs.heard_at
        assert NOW - signs.heard_at <= HEARD_LATELY
        assert not signs.in_session
    if found.said:
        assert found.at == signs.away_since
