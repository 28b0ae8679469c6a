"""A clinic as values: addresses that can be typed, hours without overlap."""

import pytest

from server.clinic.rules import WeeklyHours, joined, slug_of, usual_week


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Linden Practice", "linden-practice"),
        ("Dr. Anil Rao", "anil-rao"),
        ("Prof. Dr. Zoë Müller-Šimůnek", "zoe-muller-simunek"),
        ("  ", "welcome"),
        ("عيادة", "welcome"),
        ("help", "help-2"),
        ("A" * 80, "a" * 48),
    ],
)
def test_an_address_is_made_of_a_name(name, slug) -> None:
    assert slug_of(name) == slug


def test_a_taken_address_gets_the_next_number() -> None:
    assert slug_of("Linden", {"linden", "linden-2"}) == "linden-3"


def test_the_usual_week_is_five_days_with_a_break() -> None:
    week = usual_week()
    assert len(week) == 10
    assert {span.weekday for span in week} == {0, 1, 2, 3, 4}
    assert joined(week) == tuple(sorted(week))


def test_hours_that_touch_or_overlap_become_one_and_others_stay() -> None:
    messy = (WeeklyHours(1, 600, 700), WeeklyHours(0, 540, 720), WeeklyHours(0, 700, 800), WeeklyHours(0, 800, 810))
    assert joined(messy) == (WeeklyHours(0, 540, 810), WeeklyHours(1, 600, 700))
