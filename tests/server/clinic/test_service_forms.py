"""What the form of a service accepts."""

from dataclasses import replace
from uuid import uuid4

import pytest

from server.clinic.rules import Service
from server.clinic.service_forms import parse_service, service_fields

SERVICE = {
    "name": "A session",
    "about": "",
    "minutes": "50",
    "before": "0",
    "after": "10",
    "public": "yes",
    "seats": "1",
}


def test_a_service_survives_the_way_to_its_form_and_back() -> None:
    service = parse_service(uuid4(), SERVICE)
    assert isinstance(service, Service)
    assert parse_service(service.id, service_fields(service)) == service


@pytest.mark.parametrize(("field", "value"), [("minutes", "4"), ("minutes", "481"), ("after", "241"), ("name", "")])
def test_a_service_has_bounds(field, value) -> None:
    assert field in parse_service(uuid4(), SERVICE | {field: value})


def test_all_dates_of_a_group_are_peoples_own_to_book_only_with_a_tick() -> None:
    plain = parse_service(uuid4(), SERVICE | {"seats": "6"})
    assert plain.all_dates is False
    ticked = parse_service(plain.id, SERVICE | {"seats": "6", "all_dates": "yes"})
    assert ticked == replace(plain, all_dates=True)
    assert parse_service(plain.id, service_fields(ticked)) == ticked
