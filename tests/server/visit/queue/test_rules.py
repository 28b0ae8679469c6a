"""The line, in examples and as properties of any line there can be."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from server.clinic.rules import Position
from server.visit.queue.rules import EXPECTED_FOR, Place, ahead_of, line, place_of, told
from server.visit.rules import State

NOW = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
JO, EDDA, NOOR, RAVI = (UUID(int=number) for number in range(1, 5))


def place(who: UUID, starts: int, came: int | None = None, behind: int = 0) -> Place:
    """Booked `starts` minutes from now, here since `came` minutes ago."""
    since = NOW - came * MINUTE if came is not None else None
    return Place(who, NOW + starts * MINUTE, NOW + (starts + 50) * MINUTE, since, behind)


def order(*places: Place) -> list[UUID]:
    return [one.booking_id for one in line(places, NOW)]


def test_the_earlier_time_goes_first_whoever_came_first() -> None:
    assert order(place(JO, 60, came=40), place(EDDA, 0, came=1)) == [EDDA, JO]


def test_of_equal_times_who_came_first_goes_first() -> None:
    assert order(place(JO, 0, came=1), place(EDDA, 0, came=9)) == [EDDA, JO]


def test_somebody_booked_earlier_who_is_still_to_come_is_before_who_is_early() -> None:
    early, expected = place(JO, 60, came=5), place(EDDA, 10)
    assert ahead_of([early, expected], JO, NOW) == 1


def test_who_does_not_come_is_counted_for_a_quarter_of_an_hour() -> None:
    waits = place(JO, 0, came=5)
    assert ahead_of([waits, place(EDDA, -14)], JO, NOW) == 1
    assert ahead_of([waits, place(EDDA, -15)], JO, NOW) == 0


def test_who_came_late_has_the_place_of_their_time() -> None:
    assert order(place(JO, 0, came=8), place(EDDA, -20, came=0)) == [EDDA, JO]


def test_who_came_back_too_late_lets_one_go_first() -> None:
    assert order(place(JO, -10, came=30, behind=1), place(EDDA, 0, came=9), place(NOOR, 5, came=2)) == [EDDA, JO, NOOR]


def test_nobody_gives_way_to_who_is_not_here() -> None:
    assert order(place(JO, -10, came=30, behind=1), place(EDDA, 0), place(NOOR, 5, came=2)) == [EDDA, NOOR, JO]
    assert order(place(JO, -10, came=30, behind=1), place(EDDA, 0)) == [JO, EDDA]


def test_who_is_in_a_session_or_over_has_no_place() -> None:
    for state in set(State) - {State.WAITING, State.BOOKED}:
        assert place_of(JO, NOW, NOW + 50 * MINUTE, state, NOW) is None


def test_a_clinic_tells_a_place_as_it_chose() -> None:
    assert [told(position, 0) for position in Position] == [None, 0, 0, 0]
    assert [told(position, 2) for position in Position] == [None, None, 2, 2]
    assert told(Position.NUMBER, None) is None


PLACES = st.lists(
    st.builds(
        place,
        st.uuids(),
        st.integers(-300, 300),
        st.none() | st.integers(0, 300),
        st.integers(0, 3),
    ),
    max_size=12,
    unique_by=lambda one: one.booking_id,
)


@given(PLACES)
def test_nobody_is_lost_and_nobody_stands_twice(places: list[Place]) -> None:
    ids = order(*places)
    here = [one.booking_id for one in places if one.since]
    assert len(ids) == len(set(ids))
    assert set(here) <= set(ids) <= {one.booking_id for one in places}
    assert all(one.since or one.starts_at + EXPECTED_FOR > NOW for one in line(places, NOW))


@given(PLACES, st.randoms())
def test_the_order_does_not_depend_on_how_rows_are_read(places: list[Place], chance) -> None:
    plain = [Place(one.booking_id, one.starts_at, one.ends_at, one.since) for one in places]
    mixed = list(plain)
    chance.shuffle(mixed)
    assert order(*plain) == order(*mixed)


@given(PLACES)
def test_a_later_arrival_never_brings_anybody_with_an_earlier_time_further_back(places: list[Place]) -> None:
    plain = [Place(one.booking_id, one.starts_at, one.ends_at, one.since) for one in places]
    last = max((one.starts_at for one in plain), default=NOW) + MINUTE
    more = [*plain, Place(UUID(int=7), last, last + MINUTE, NOW)]
    for one in plain:
        assert ahead_of(more, one.booking_id, NOW) == ahead_of(plain, one.booking_id, NOW)


@given(PLACES, st.integers(0, 11))
def test_time_that_passes_brings_nobody_who_waits_further_back(places: list[Place], which: int) -> None:
    here = [one for one in places if one.since]
    if not here:
        return
    mine = here[which % len(here)].booking_id
    plain = [Place(one.booking_id, one.starts_at, one.ends_at, one.since) for one in places]
    before, after = ahead_of(plain, mine, NOW), ahead_of(plain, mine, NOW + timedelta(minutes=30))
    assert before is not None
    assert after is not None
    assert after <= before
