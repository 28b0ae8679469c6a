"""Reading what programs send: spans of time, and the fields of a booking."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.booking.api.forms import Odd, Span, agreed, read_fields, read_moment, read_span, read_who

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-12", utc(2026, 3, 11, 23)),
        ("2026-03-12T08:30:00Z", utc(2026, 3, 12, 8, 30)),
        ("2026-03-12T08:30Z", utc(2026, 3, 12, 8, 30)),
        ("2026-03-12T09:30:00+01:00", utc(2026, 3, 12, 8, 30)),
        ("2026-03-12T09:30:00 01:00", utc(2026, 3, 12, 8, 30)),
        ("2026-03-12T09:30", utc(2026, 3, 12, 8, 30)),
        ("2026-03-29T02:30", utc(2026, 3, 29, 1, 30)),  # in the gap: forward by it
        ("2026-10-25T02:30", utc(2026, 10, 25, 0, 30)),  # the first of two
        ("soon", None),
        ("", None),
        ("2026-02-30", None),
        ("0001-01-01", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("0001-01-01T00:00:00+12:00", None),
    ],
)
def test_a_moment_is_a_date_a_wall_time_or_carries_its_offset(text: str, moment: datetime | None) -> None:
    assert read_moment(text, BERLIN) == moment


def test_dates_are_whole_days_at_both_ends() -> None:
    assert read_span("2026-03-29", "2026-03-29", BERLIN, NOW) == Span(utc(2026, 3, 28, 23), utc(2026, 3, 29, 22))


def test_moments_are_half_open() -> None:
    span = read_span("2026-03-12T08:00Z", "2026-03-12T09:00Z", BERLIN, NOW)
    assert span == Span(utc(2026, 3, 12, 8), utc(2026, 3, 12, 9))


def test_nothing_said_means_two_weeks_from_now() -> None:
    assert read_span("", "", BERLIN, NOW) == Span(NOW, NOW + timedelta(days=14))


@pytest.mark.parametrize(
    ("begin", "end", "odd"),
    [
        ("x", "", {"from": Odd.NOT_A_MOMENT}),
        ("", "x", {"to": Odd.NOT_A_MOMENT}),
        ("2026-03-12", "2026-03-10", {"to": Odd.ENDS_FIRST}),
        ("2026-03-12", "2036-03-12", {"to": Odd.TOO_LONG}),
    ],
)
def test_other_spans_say_which_end_is_odd(begin: str, end: str, odd: dict[str, Odd]) -> None:
    assert read_span(begin, end, BERLIN, NOW) == odd


def test_fields_of_another_kind_are_told_and_unknown_ones_not_looked_at() -> None:
    body = {"service": "s", "name": 3, "email": ["x"], "phone": None, "start": "tomorrow", "price": 0, "captions": True}
    fields, odd = read_fields(body)
    assert odd == {"name": Odd.NOT_TEXT, "email": Odd.NOT_TEXT, "start": Odd.NOT_A_MOMENT}
    assert fields == {"service": "s", "captions": "yes"}
    assert read_fields({})[1] == {"service": Odd.MISSING}


@pytest.mark.parametrize(
    ("said", "yes"), [(True, True), ("2026-1", True), ("2025-1", False), ("no", False), (1, False), (None, False)]
)
def test_consent_is_true_or_the_version_that_was_shown(said: object, yes: bool) -> None:
    assert agreed({"consent": said}, "2026-1") is yes


@pytest.mark.parametrize(
    ("text", "who"), [("", ""), ("any", ""), ("Anyone", ""), ("mara-lind", "mara-lind"), ("mara\x00", "mara")]
)
def test_a_therapist_or_whoever_is_free(text: str, who: str) -> None:
    assert read_who(text) == who
