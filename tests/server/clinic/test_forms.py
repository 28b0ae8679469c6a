"""What the clinic's forms accept, and the reason for what they do not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from server.clinic.forms import (
    next_version,
    parse_about,
    parse_consent,
    parse_leave,
    parse_policy,
    parse_service,
    parse_week,
    parse_words,
    service_fields,
    week_fields,
)
from server.clinic.rules import Leave, Service, WeeklyHours, usual_week
from server.clinic.sheet import Reason, Sheet
from tests.server.clinic.made import clinic

BERLIN = ZoneInfo("Europe/Berlin")
ABOUT = {"name": "Linden", "sender_name": "", "phone": "030 555 0134", "country": "DE", "colour": "#ABC"}
POLICY = {
    "notice": "4",
    "horizon": "56",
    "step": "30",
    "change_until": "24",
    "opens": "30",
    "hold": "10",
    "answer": "24",
    "offer": "120",
}
SERVICE = {
    "name": "A session",
    "about": "",
    "minutes": "50",
    "before": "0",
    "after": "10",
    "public": "yes",
    "seats": "1",
}


def test_about_takes_what_is_typed_in_any_spelling() -> None:
    changed = parse_about(clinic(), ABOUT, {"DE"})
    assert (changed.name, changed.sender_name, changed.colour) == ("Linden", "Linden", "#aabbcc")


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("name", "  ", Reason.MISSING),
        ("name", "x" * 121, Reason.TOO_LONG),
        ("phone", "ring us", Reason.NOT_A_PHONE),
        ("phone", "12", Reason.NOT_A_PHONE),
        ("phone", "", Reason.MISSING),
        ("country", "ZZ", Reason.UNKNOWN),
        ("colour", "moss", Reason.NOT_A_COLOUR),
        ("colour", "#12345g", Reason.NOT_A_COLOUR),
    ],
)
def test_about_says_which_field_wants_mending(field, value, reason) -> None:
    assert parse_about(clinic(), ABOUT | {field: value}, {"DE"})[field] is reason


def test_a_line_break_in_a_name_becomes_a_space() -> None:
    assert parse_about(clinic(), ABOUT | {"name": "Linden\r\nBcc: x"}, {"DE"}).name == "Linden Bcc: x"


def test_all_dates_of_a_group_are_peoples_own_to_book_only_with_a_tick() -> None:
    plain = parse_service(uuid4(), SERVICE | {"seats": "6"})
    assert plain.all_dates is False
    ticked = parse_service(plain.id, SERVICE | {"seats": "6", "all_dates": "yes"})
    assert ticked == replace(plain, all_dates=True)
    assert parse_service(plain.id, service_fields(ticked)) == ticked


def test_words_keep_their_lines() -> None:
    changed = parse_words(clinic(), {"waiting_text": "Take your time.\r\nTea helps.", "after_text": ""})
    assert changed.waiting_text == "Take your time.\nTea helps."


def test_a_changed_consent_text_gets_the_next_version_and_the_same_text_keeps_it() -> None:
    stored = clinic()
    assert parse_consent(stored, {"consent_text": "Something new."}).consent_version == "2"
    assert parse_consent(stored, {"consent_text": stored.consent_text}).consent_version == "1"
    assert parse_consent(stored, {"consent_text": " "})["consent_text"] is Reason.MISSING
    assert next_version("2026-03") == "2"


def test_policies_become_spans() -> None:
    policy = parse_policy(clinic(), POLICY).policy
    assert (policy.notice, policy.horizon) == (timedelta(hours=4), timedelta(days=56))
    assert (policy.step, policy.change_until, policy.opens) == (
        timedelta(minutes=30),
        timedelta(hours=24),
        timedelta(minutes=30),
    )


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("horizon", "63", Reason.OUT_OF_RANGE),
        ("horizon", "0", Reason.OUT_OF_RANGE),
        ("notice", "-1", Reason.NOT_A_NUMBER),
        ("notice", "9" * 30, Reason.OUT_OF_RANGE),
        ("notice", "٤", Reason.NOT_A_NUMBER),
        ("step", "7", Reason.UNKNOWN),
        ("step", "ten", Reason.UNKNOWN),
        ("opens", "", Reason.MISSING),
        ("hold", "31", Reason.OUT_OF_RANGE),
        ("answer", "0", Reason.OUT_OF_RANGE),
    ],
)
def test_a_policy_out_of_bounds_is_refused(field, value, reason) -> None:
    assert parse_policy(clinic(), POLICY | {field: value})[field] is reason


def test_a_service_survives_the_way_to_its_form_and_back() -> None:
    service = parse_service(uuid4(), SERVICE)
    assert isinstance(service, Service)
    assert parse_service(service.id, service_fields(service)) == service


@pytest.mark.parametrize(("field", "value"), [("minutes", "4"), ("minutes", "481"), ("after", "241"), ("name", "")])
def test_a_service_has_bounds(field, value) -> None:
    assert field in parse_service(uuid4(), SERVICE | {field: value})


def test_a_week_survives_the_way_to_its_form_and_back() -> None:
    week = (*usual_week(), WeeklyHours(6, 20 * 60, 24 * 60))
    assert parse_week(week_fields(week)) == week


@pytest.mark.parametrize(
    ("start", "end", "reason"),
    [
        ("17:00", "09:00", Reason.ENDS_BEFORE),
        ("09:00", "09:00", Reason.ENDS_BEFORE),
        ("09:00", "", Reason.HALF_A_SPAN),
        ("nine", "12:00", Reason.NOT_A_TIME),
        ("24:00", "12:00", Reason.NOT_A_TIME),
    ],
)
def test_hours_that_make_no_span_are_named(start, end, reason) -> None:
    assert parse_week({"d2a_from": start, "d2a_until": end})["d2a_from"] is reason


def test_an_empty_week_is_a_week_without_hours() -> None:
    assert parse_week({}) == ()


def test_leave_of_whole_days_ends_with_the_last_one_even_when_the_clock_changes() -> None:
    leave = parse_leave(uuid4(), None, BERLIN, {"from_day": "2026-03-28", "until_day": "2026-03-29"})
    assert isinstance(leave, Leave)
    assert leave.from_at == datetime(2026, 3, 27, 23, tzinfo=UTC)
    assert leave.until_at.astimezone(UTC) == datetime(2026, 3, 29, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "start", "end", "hours"),
    [
        ("2026-10-25", "02:00", "02:30", 1.5),  # from the first 2:00 until the second 2:30
        ("2026-10-25", "02:30", "03:00", 1.5),
        ("2026-03-29", "01:30", "02:30", 1),  # 2:30 is skipped and read as 3:30
    ],
)
def test_leave_covers_all_that_the_clock_shows_in_the_night_of_a_change(day, start, end, hours) -> None:
    leave = parse_leave(uuid4(), None, BERLIN, {"from_day": day, "from_time": start, "until_time": end})
    assert isinstance(leave, Leave)
    assert leave.until_at - leave.from_at == timedelta(hours=hours)


def test_leave_within_the_hour_that_the_clock_skips_ends_before_it_begins() -> None:
    fields = {"from_day": "2026-03-29", "from_time": "02:30", "until_time": "03:00"}
    assert parse_leave(uuid4(), None, BERLIN, fields) == {"until_day": Reason.ENDS_BEFORE}


def test_leave_of_one_afternoon() -> None:
    fields = {"from_day": "2026-03-12", "until_day": "", "from_time": "13:00", "until_time": "17:30"}
    leave = parse_leave(uuid4(), None, BERLIN, fields)
    assert leave.until_at - leave.from_at == timedelta(hours=4, minutes=30)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"from_day": "2026-03-12", "until_day": "2026-03-11"}, Reason.ENDS_BEFORE),
        ({"from_day": "2026-03-12", "until_day": "2028-03-11"}, Reason.OUT_OF_RANGE),
        ({"from_day": "2026-03-12", "until_day": "soon"}, Reason.NOT_A_DAY),
        ({"from_day": "2026-03-12", "until_day": "9999-12-31"}, Reason.OUT_OF_RANGE),
    ],
)
def test_leave_that_cannot_be_is_refused(fields, reason) -> None:
    assert parse_leave(uuid4(), None, BERLIN, fields) == {"until_day": reason}


@pytest.mark.parametrize("typed", ["mara@", "@linden.example", "mara linden", "a@b\r\nBcc: c@d"])
def test_what_is_no_mail_address_is_refused(typed) -> None:
    sheet = Sheet({"mail": typed})
    sheet.mail("mail")
    assert sheet.reasons == {"mail": Reason.NOT_A_MAIL}
