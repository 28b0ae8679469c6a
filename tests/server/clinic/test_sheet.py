"""Numbers, times and days of staff forms, however a keyboard writes their digits."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from server.clinic.rules import Service
from server.clinic.service_forms import parse_service
from server.clinic.sheet import Reason, Sheet

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("typed", ["12", "١٢", "۱۲", "१२", "１２"])
def test_a_number_is_read_in_any_digits(typed: str) -> None:
    sheet = Sheet({"minutes": typed})
    assert sheet.number("minutes", 1, 60) == 12
    assert sheet.span("minutes", MINUTE, 1, 60) == 12 * MINUTE
    assert not sheet.reasons


@pytest.mark.parametrize("typed", ["²", "½", "Ⅻ", "一二", "1٫2"])
def test_what_is_no_decimal_digit_is_no_number(typed: str) -> None:
    sheet = Sheet({"minutes": typed})
    sheet.number("minutes", 1, 60)
    assert sheet.reasons == {"minutes": Reason.NOT_A_NUMBER}


def test_times_days_and_telephones_too() -> None:
    sheet = Sheet({"from": "٠٩:٣٠", "wide": "０９：３０", "day": "٢٠٢٦-٠٣-١٢", "phone": "٠٣٠ ٩٠١٨٢٠"})
    assert (sheet.minute("from"), sheet.minute("wide")) == (570, 570)
    assert sheet.day("day") == date(2026, 3, 12)
    assert sheet.phone("phone") == "030 901820"
    assert not sheet.reasons


def test_a_service_is_made_with_them() -> None:
    fields = {"name": "A session", "about": "", "minutes": "٥٠", "before": "٠", "after": "١٠", "seats": "١"}
    service = parse_service(uuid4(), {**fields, "price": "٨٠٫٥"}, "EUR")
    assert isinstance(service, Service), service
    assert (service.length, service.price) == (50 * MINUTE, 8050)
