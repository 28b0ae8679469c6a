"""Whether a therapist may treat somebody who is there, on that day."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from server.clinic.licences.rules import SOON, Licence, Place, Standing, Why, verdict

TODAY = date(2026, 3, 12)
DAY = timedelta(days=1)
TEXAS, OHIO, SOMEWHERE = Place("US", "US-TX"), Place("US", "US-OH"), Place("US")
PORTUGAL = Place("PT")


def licence(place: Place, expires: date | None = None) -> Licence:
    return Licence(uuid4(), place, "Psychologist", "123", expires)


@pytest.mark.parametrize(
    ("expires", "standing"),
    [
        (None, Standing.LICENSED),
        (TODAY + SOON, Standing.LICENSED),
        (TODAY + SOON - DAY, Standing.ENDS_SOON),
        (TODAY, Standing.ENDS_SOON),
        (TODAY - DAY, Standing.NOT_LICENSED),
    ],
)
def test_a_licence_holds_until_the_end_of_its_last_day(expires: date | None, standing: Standing) -> None:
    assert verdict([licence(PORTUGAL, expires)], PORTUGAL, TODAY).standing is standing


def test_one_that_ended_is_named_and_is_no_licence() -> None:
    old, older = licence(PORTUGAL, TODAY - DAY), licence(PORTUGAL, TODAY - 90 * DAY)
    found = verdict([older, old], PORTUGAL, TODAY)
    assert (found.standing, found.why, found.licence) == (Standing.NOT_LICENSED, Why.ENDED, old)
    assert found.warns


def test_of_two_that_hold_the_longer_one_counts() -> None:
    short, long = licence(PORTUGAL, TODAY + DAY), licence(PORTUGAL, TODAY + 400 * DAY)
    assert verdict([short, long], PORTUGAL, TODAY).licence is long


def test_a_state_is_covered_by_its_own_licence_or_the_countrys_and_by_no_other_states() -> None:
    assert verdict([licence(TEXAS)], TEXAS, TODAY).standing is Standing.LICENSED
    assert verdict([licence(SOMEWHERE)], TEXAS, TODAY).standing is Standing.LICENSED
    found = verdict([licence(TEXAS)], OHIO, TODAY)
    assert (found.standing, found.why) == (Standing.NOT_LICENSED, Why.NONE_THERE)


def test_what_cannot_be_known_is_unknown_and_warns_of_nothing() -> None:
    for licences, place, why in (
        ([], PORTUGAL, Why.NO_LIST),
        ([licence(PORTUGAL)], Place(), Why.NO_COUNTRY),
        ([licence(TEXAS)], SOMEWHERE, Why.NO_REGION),
    ):
        found = verdict(licences, place, TODAY)
        assert (found.standing, found.why, found.warns) == (Standing.UNKNOWN, why, False)


def test_where_lists_are_needed_of_everybody_an_empty_one_covers_nowhere() -> None:
    found = verdict([], PORTUGAL, TODAY, only_listed=True)
    assert (found.why, found.warns) == (Why.NONE_THERE, True)


def test_a_country_without_any_licence_is_not_licensed_whatever_its_part() -> None:
    for place in (TEXAS, SOMEWHERE):
        assert verdict([licence(PORTUGAL)], place, TODAY).standing is Standing.NOT_LICENSED
    assert verdict([licence(TEXAS, TODAY - DAY)], SOMEWHERE, TODAY).standing is Standing.NOT_LICENSED
