"""How moments are said."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

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
    assert (english.place, arabic.place) == ("Berlin", "\N{FIRST STRONG ISOLATE}برلين\N{POP DIRECTIONAL ISOLATE}")


def test_a_date_names_its_year_only_where_that_is_another_one() -> None:
    zone, now = known_zone("Europe/Berlin"), datetime(2026, 12, 14, tzinfo=UTC)
    assert zone
    say = Speaker(zone, "en")
    assert say.day_from(datetime(2026, 12, 31, 22, 59, tzinfo=UTC), now) == "Thursday 31 December"
    assert say.day_from(datetime(2026, 12, 31, 23, 0, tzinfo=UTC), now) == "Friday 1 January 2027"


def test_who_knows_what_day_it_is_names_the_year_of_a_day_of_another_one() -> None:
    """Else the same words would mean a day of this year."""
    zone, now = known_zone("Europe/Berlin"), datetime(2026, 11, 27, tzinfo=UTC)
    assert zone
    say = Speaker(zone, "en", now)
    assert say.at(datetime(2027, 12, 21, 9, tzinfo=UTC)) == "Tuesday 21 December 2027, 10:00"
    assert say.day(datetime(2025, 11, 27, 9, tzinfo=UTC)) == "Thursday 27 November 2025"
    assert say.day(datetime(2027, 1, 4, 9, tzinfo=UTC)) == "Monday 4 January 2027"
    assert say.date(date(2027, 1, 4)) == "Monday 4 January 2027"
    assert say.day(datetime(2026, 1, 4, 9, tzinfo=UTC)) == "Sunday 4 January"


def test_which_year_it_is_says_the_clock_of_who_reads() -> None:
    """In Auckland it is 2027 already while the last day of 2026 begins in Honolulu."""
    now, at = datetime(2026, 12, 31, 11, 30, tzinfo=UTC), datetime(2027, 1, 1, 9, tzinfo=UTC)
    auckland, honolulu = known_zone("Pacific/Auckland"), known_zone("Pacific/Honolulu")
    assert auckland
    assert honolulu
    assert Speaker(auckland, "en", now).day(at) == "Friday 1 January"
    assert Speaker(honolulu, "en", now).day(at) == "Thursday 31 December"


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (200, "in 7 months"), (315, "in 10 months"), (365, "in 12 months"), (456, "in 15 months"),
        (-456, "15 months ago"), (700, "in 23 months"), (731, "in 2 years"), (1, "in 1 day"), (10, "in 1 week"),
    ],
)  # fmt: skip
def test_what_is_nearer_than_two_years_is_counted_in_months(days: int, said: str) -> None:
    zone = known_zone("Europe/Berlin")
    assert zone
    assert Speaker(zone, "en").off(timedelta(days=days)) == said


@pytest.mark.parametrize(
    ("zone", "english", "arabic"),
    [
        ("Europe/Kiev", "Kyiv", "كييف"),
        ("Europe/Kyiv", "Kyiv", "كييف"),
        ("Asia/Calcutta", "Kolkata", "كالكتا"),
        ("Asia/Kolkata", "Kolkata", "كالكتا"),
        ("Asia/Saigon", "Ho Chi Minh City", "مدينة هو تشي منة"),
        ("Asia/Rangoon", "Yangon", "رانغون"),
        ("Asia/Katmandu", "Kathmandu", "كاتماندو"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires", "بوينوس أيرس"),
        ("Asia/Jerusalem", "Jerusalem", "القدس"),
        ("GB", "London", "لندن"),
        ("EST5EDT", "Eastern Time", "التوقيت الشرقي لأمريكا الشمالية"),
        ("CET", "Central European Time", "توقيت وسط أوروبا"),
        ("Factory", "UTC", "UTC"),
        ("Etc/Zulu", "UTC", "UTC"),
        ("Etc/GMT-5", "UTC+5", "UTC+5"),
        ("Etc/GMT+11", "UTC-11", "UTC-11"),
    ],
)
def test_a_place_is_called_as_people_of_the_language_call_it_today(zone: str, english: str, arabic: str) -> None:
    found = known_zone(zone)
    assert found
    assert Speaker(found, "en").place == english
    assert Speaker(found, "ar").place.strip("\N{FIRST STRONG ISOLATE}\N{POP DIRECTIONAL ISOLATE}") == arabic


def test_every_zone_has_a_place_that_no_key_shows_through() -> None:
    for language in ("en", "ar"):
        names = {zone: Speaker(ZoneInfo(zone), language).place for zone in sorted(available_timezones())}
        assert not [zone for zone, name in names.items() if not name or "_" in name or "/" in name or "Unknown" in name]


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
