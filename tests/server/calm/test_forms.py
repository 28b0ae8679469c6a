"""What a browser may say of an exercise that was done."""

from uuid import uuid4

import pytest

from server.calm.catalogue import exercises
from server.calm.forms import done_of


def said(**fields: object) -> dict[str, str]:
    plain = {"id": uuid4(), "exercise": "box-4", "seconds": 304, "times": 19, "ago": 0}
    return {name: str(value) for name, value in (plain | fields).items()}


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"seconds": 380, "times": 19},  # a quarter slower
        {"seconds": 12, "times": 0},
        {"exercise": "grounding", "seconds": 200, "times": 1},
        {"exercise": "muscles", "seconds": 350, "times": 1},
        {"exercise": "body-scan", "seconds": 750, "times": 1},
        {"exercise": "4-7-8", "seconds": 152, "times": 8, "ago": 86_400},
    ],
)
def test_what_a_player_can_say_is_kept(fields) -> None:
    done = done_of(said(**fields), exercises())
    assert done
    assert (str(done.seconds), str(done.times)) == (said(**fields)["seconds"], said(**fields)["times"])


@pytest.mark.parametrize(
    "fields",
    [
        {"id": "one"},
        {"exercise": "levitation"},
        {"seconds": 0},
        {"seconds": -5},
        {"seconds": "NaN"},
        {"seconds": "1e3"},
        {"seconds": "٣٠"},
        {"seconds": 10_000},
        {"seconds": 30, "times": 19},  # nobody breathes so fast
        {"exercise": "4-7-8", "seconds": 304},
        {"exercise": "grounding", "seconds": 4000, "times": 1},
        {"ago": 10**8},
        {"ago": ""},
    ],
)
def test_anything_else_is_refused(fields) -> None:
    assert done_of(said(**fields), exercises()) is None
