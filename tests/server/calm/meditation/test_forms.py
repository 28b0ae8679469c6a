"""What a browser may say of a meditation, and of how it was before and after."""

import pytest

from server.calm.meditation.catalogue import sessions
from server.calm.meditation.forms import Ratings, sat_of
from tests.server.calm.test_forms import said


def sat(**fields: object) -> dict[str, str]:
    return said(**({"exercise": "anchor", "seconds": 300, "times": 1} | fields))


def test_what_was_rated_is_kept_and_what_was_not_is_no_number() -> None:
    found = sat_of(sat(calm_before=3, calm_after="", mood_before=0, mood_after=10), sessions())
    assert found
    assert found.ratings == Ratings(calm_before=3, calm_after=None, mood_before=0, mood_after=10)
    assert (found.done.exercise, found.done.seconds) == ("sit-anchor", 300)
    assert sat_of(sat(), sessions()).ratings == Ratings()


@pytest.mark.parametrize(
    "fields",
    [
        {"exercise": "box-4"},
        {"exercise": "sit-anchor"},
        {"seconds": 0},
        {"seconds": 2401},
        {"exercise": "widen", "seconds": 601},
        {"times": 2},
        {"seconds": "NaN"},
        {"ago": 10**8},
        {"id": "one"},
        {"calm_before": 11},
        {"calm_before": -1},
        {"mood_after": "NaN"},
        {"mood_after": "4.5"},
        {"mood_after": "٤"},
        {"calm_after": "007"},
    ],
)
def test_anything_else_is_refused_and_never_a_number_that_was_not_given(fields) -> None:
    assert sat_of(sat(**fields), sessions()) is None
