"""Where people book all dates of a group themselves."""

from dataclasses import replace

from server.booking.series.giving import gives_all
from server.clinic.paying.rules import NO_PAYING, Way
from tests.server.booking.linden import a_clinic, a_service


def test_it_is_given_only_where_the_clinic_says_so_and_nothing_waits_for_an_answer_or_money() -> None:
    clinic, group = a_clinic(), a_service(seats=3, all_dates=True, price=4500)
    assert gives_all(clinic, group)
    assert not gives_all(clinic, replace(group, all_dates=False))
    assert not gives_all(clinic, replace(group, seats=1))
    assert not gives_all(clinic, replace(group, asks=True))
    paid = replace(clinic, paying=replace(NO_PAYING, way=Way.STRIPE))
    assert not gives_all(paid, group)
    assert gives_all(paid, replace(group, price=None))
    assert gives_all(replace(clinic, paying=replace(NO_PAYING, way=Way.INVOICE)), group)
