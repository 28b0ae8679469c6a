"""How moments are said."""

from datetime import UTC, date, datetime

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


def test_a_moment_has_the_comma_of_its_language_and_a_place_among_arabic_words_keeps_what_follows_apart() -> None:
    zone, at = known_zone("Europe/Berlin"), datetime(2026, 3, 12, 8, 30, tzinfo=UTC)
    assert zone
    english, arabic = Speaker(zone, "en"), Speaker(zone, "ar")
    assert english.at(at) == "Thursday 12 March, 9:30"
    assert arabic.at(at) == "الخميس 12 مارس، 9:30"
    assert arabic.full(at).endswith("2026، 9:30")
    assert (english.place, arabic.place) == ("Berlin", "\N{FIRST STRONG ISOLATE}Berlin\N{POP DIRECTIONAL ISOLATE}")


def test_a_date_names_its_year_only_where_that_is_another_one() -> None:
    zone, now = known_zone("Europe/Berlin"), datetime(2026, 12, 14, tzinfo=UTC)
    assert zone
    say = Speaker(zone, "en")
    assert say.day_from(datetime(2026, 12, 31, 22, 59, tzinfo=UTC), now) == "Thursday 31 December"
    assert say.day_from(datetime(2026, 12, 31, 23, 0, tzinfo=UTC), now) == "Friday 1 January 2027"


def test_who_knows_what_day_it_is_names_the_year_of_a_day_that_is_far_off() -> None:
    """Else the same words would mean a day of this year."""
    zone, now = known_zone("Europe/Berlin"), datetime(2026, 11, 27, tzinfo=UTC)
    assert zone
    say = Speaker(zone, "en", now)
    assert say.at(datetime(2027, 12, 21, 9, tzinfo=UTC)) == "Tuesday 21 December 2027, 10:00"
    assert say.day(datetime(2025, 11, 27, 9, tzinfo=UTC)) == "Thursday 27 November 2025"
    assert say.day(datetime(2027, 1, 4, 9, tzinfo=UTC)) == "Monday 4 January"


@pytest.mark.parametrize(
    ("language", "comma"),
    [
        ("en", ", "), ("he", ", "), ("zh-Hant", ", "), ("pt-BR", ", "), ("az", ", "),
        ("ar", "، "), ("fa", "، "), ("ur", "، "), ("ckb", "، "), ("ps", "، "), ("pa-Arab", "، "), ("pa", ", "),
    ],
)  # fmt: skip
def test_a_language_in_arabic_letters_has_their_comma_whichever_it_is(language: str, comma: str) -> None:
    zone = known_zone("Europe/Berlin")
    assert zone
    assert Speaker(zone, language).comma == comma
