"""Public holidays as closures, and hours of single dates."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from server.clinic.days.rules import are_known, closures, dated, holidays_between, regions_of, works_on
from server.clinic.rules import WeeklyHours
from tests.server.clinic.made import clinic

YEAR = date(2026, 1, 1), date(2027, 1, 1)
WOMENS_DAY, EASTER_MONDAY = date(2026, 3, 8), date(2026, 4, 6)


def days(known) -> list[date]:
    return [one.day for one in holidays_between(known, *YEAR)]


def test_a_region_has_holidays_of_its_own() -> None:
    assert EASTER_MONDAY in days(clinic())
    assert WOMENS_DAY not in days(clinic())
    assert WOMENS_DAY in days(clinic(region="BE"))
    assert ("BE", "Berlin") in regions_of("DE")


def test_they_are_named_in_the_language_of_who_looks() -> None:
    named = {one.day: one.name for one in holidays_between(clinic(), *YEAR)}
    assert named[EASTER_MONDAY] == "Easter Monday"
    german = {one.day: one.name for one in holidays_between(clinic(), *YEAR, language="de")}
    assert german[EASTER_MONDAY] == "Ostermontag"


def test_nothing_is_known_of_no_country_and_a_region_of_another_country_is_the_whole_country() -> None:
    assert days(clinic(country="")) == []
    assert not are_known("")
    assert days(clinic(country="PT", region="BE")) == days(clinic(country="PT"))


def test_a_holiday_closes_its_whole_local_day_also_when_that_has_23_hours() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    closed = clinic(closes_on_holidays=True)
    span = datetime(2026, 4, 6, 10, tzinfo=UTC), datetime(2026, 4, 6, 11, tzinfo=UTC)
    assert closures(closed, *span) == [(datetime(2026, 4, 6, tzinfo=berlin), datetime(2026, 4, 7, tzinfo=berlin))]
    # Easter Sunday of 2024 was the day on which Berlin's clocks went forward; Brandenburg keeps it as a holiday.
    easter = datetime(2024, 3, 31, 1, tzinfo=berlin), datetime(2024, 3, 31, 12, tzinfo=berlin)
    ((start, end),) = closures(clinic(region="BB", closes_on_holidays=True), *easter)
    assert start.date() == date(2024, 3, 31)
    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=23)


def test_a_clinic_that_does_not_close_or_works_on_one_is_open() -> None:
    span = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 4, 30, tzinfo=UTC)
    assert closures(clinic(), *span) == []
    some = clinic(closes_on_holidays=True, works_on=frozenset({EASTER_MONDAY}))
    assert [start.date() for start, _ in closures(some, *span)] == [date(2026, 4, 3)]


def test_what_was_not_shown_stays_as_it_was() -> None:
    may_day = date(2026, 5, 1)
    known = clinic(works_on=frozenset({may_day}))
    assert works_on(known, closed=[], shown=[EASTER_MONDAY]) == {may_day, EASTER_MONDAY}
    assert works_on(known, closed=[may_day], shown=[may_day]) == frozenset()


def test_dates_have_their_spans_in_order_joined_or_none_at_all() -> None:
    thursday, friday = date(2026, 3, 12), date(2026, 3, 13)
    spans = [(thursday, 840, 900), (thursday, 540, 600), (thursday, 600, 660), (friday, None, None)]
    assert dated(spans) == {thursday: (WeeklyHours(3, 540, 660), WeeklyHours(3, 840, 900)), friday: ()}
