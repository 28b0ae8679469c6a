"""How moments are said."""

from datetime import date

import pytest

from server.moments import Speaker, known_zone


@pytest.mark.parametrize(
    ("day", "said"), [(date(2026, 3, 12), "12 March"), (date(2026, 11, 23), "23 Nov"), (date(2026, 9, 30), "30 Sep")]
)
def test_a_long_month_is_said_shortly_where_room_is_short(day: date, said: str) -> None:
    zone = known_zone("Europe/Berlin")
    assert zone
    assert Speaker(zone, "en").day_month(day, longest=5) == said
    assert Speaker(zone, "en").day_month(date(2026, 11, 23)) == "23 November"


def test_minutes_of_a_weekly_plan_are_said_as_a_clock_shows_them() -> None:
    assert [Speaker.wall(minute) for minute in (0, 570, 1439, 1440)] == ["0:00", "9:30", "23:59", "0:00"]
