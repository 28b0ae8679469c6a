"""Who may treat where, and until when."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from server.booking.where.rules import ELSEWHERE, NEVER, ends_of, listed, read_where, value_of
from server.clinic.licences.rules import Licence, Place

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
ANN, BEA, CLEO = (UUID(int=number) for number in (1, 2, 3))
TEXAS, STATES, PORTUGAL = Place("US", "US-TX"), Place("US"), Place("PT")
LAST = date(2026, 3, 31)


def licence(place: Place, expires: date | None = None) -> Licence:
    return Licence(uuid4(), place, "Psychologist", "", expires)


HELD = {ANN: [licence(TEXAS, LAST), licence(PORTUGAL)], BEA: [licence(STATES)]}


def test_who_has_a_licence_may_until_the_end_of_its_last_day_on_the_clinics_calendar() -> None:
    assert ends_of(HELD, TEXAS, BERLIN) == {ANN: datetime(2026, 3, 31, 22, tzinfo=UTC)}, "summer time has begun"
    assert ends_of(HELD, TEXAS, NEW_YORK) == {ANN: datetime(2026, 4, 1, 4, tzinfo=UTC)}


def test_who_has_a_list_without_the_place_may_at_no_time() -> None:
    assert ends_of(HELD, PORTUGAL, BERLIN) == {BEA: NEVER}
    assert ends_of(HELD, ELSEWHERE, BERLIN) == {ANN: NEVER, BEA: NEVER}
    assert ends_of(HELD, STATES, BERLIN) == {ANN: NEVER}, "a licence for a part is none for the rest"


def test_an_empty_list_covers_no_place() -> None:
    assert ends_of({CLEO: []}, PORTUGAL, BERLIN) == {CLEO: NEVER}
    assert ends_of({}, PORTUGAL, BERLIN) == {}, "who is not in it has no end"


def test_of_two_licences_the_longer_counts() -> None:
    held = {ANN: [licence(TEXAS, LAST), licence(STATES, date(2026, 4, 30))]}
    assert ends_of(held, TEXAS, BERLIN) == {ANN: datetime(2026, 4, 30, 22, tzinfo=UTC)}


def test_without_an_answer_nobody_is_left_out() -> None:
    assert ends_of(HELD, None, BERLIN) == {}


def test_the_form_lists_what_somebody_may_today() -> None:
    assert listed(HELD, LAST) == [PORTUGAL, STATES, TEXAS]
    assert listed(HELD, date(2026, 4, 1)) == [PORTUGAL, STATES]


@pytest.mark.parametrize("place", [PORTUGAL, TEXAS, ELSEWHERE])
def test_a_place_goes_through_a_form_and_comes_back(place: Place) -> None:
    assert read_where(value_of(place)) == place


@pytest.mark.parametrize("text", ["", "pt", "Texas", "US-", "US-TEXAS", "PT;drop", "U"])
def test_anything_else_is_no_place(text: str) -> None:
    assert read_where(text) is None
