"""What somebody owes, whatever the clinic's policy; and how an invoice stands, in whatever order it was told."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.booking.paying.rules import (
    Ending,
    Kind,
    Standing,
    State,
    Step,
    came_by,
    ending_of,
    first_state,
    leaving,
    owed,
    standing,
    to_return,
)
from server.clinic.paying.rules import Paying, Refunds, Way

NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)
shares = st.integers(0, 100)
policies = st.builds(Refunds, shares, shares, shares, shares)
prices = st.integers(1, 2_000_000_000)


@given(prices, policies, st.sampled_from(Ending), st.sampled_from([1, 10]))
def test_nobody_owes_more_than_the_price_and_what_came_goes_back_but_for_what_is_owed(price, policy, ending, step):
    comes_to = owed(price, policy, ending, step)
    assert 0 <= comes_to <= price
    assert comes_to + to_return(price, comes_to) == price


@given(prices, policies, st.sampled_from(Ending), st.sampled_from([1, 10]))
def test_rounding_costs_the_patient_nothing_and_the_clinic_less_than_one_step(price, policy, ending, step):
    share = {Ending.IN_TIME: policy.in_time, Ending.LATE: policy.late, Ending.MISSED: policy.missed}
    back = share.get(ending, {Ending.MET: 0, Ending.NOTHING: 100}.get(ending, policy.by_clinic))
    exact = price * (100 - back) / 100
    comes_to = owed(price, policy, ending, step)
    assert comes_to <= exact + 1e-6
    assert exact - comes_to < step
    assert comes_to % step == 0 or comes_to == price


@given(prices, shares, shares)
def test_who_gets_more_back_never_owes_more(price, less, more):
    less, more = sorted((less, more))
    assert owed(price, Refunds(late=more), Ending.LATE) <= owed(price, Refunds(late=less), Ending.LATE)


@given(prices, policies)
def test_a_session_that_was_held_costs_its_price_and_what_never_stood_nothing(price, policy):
    assert owed(price, policy, Ending.MET, 10) == price
    assert owed(price, policy, Ending.NOTHING) == 0


@pytest.mark.parametrize(
    ("by", "hours", "confirmed", "ending"),
    [
        ("patient", -1, True, Ending.IN_TIME),
        ("patient", 0, True, Ending.IN_TIME),
        ("patient", 1, True, Ending.LATE),
        ("staff", 1, True, Ending.BY_CLINIC),
        ("key", -1, True, Ending.BY_CLINIC),
        ("clock", 1, True, Ending.BY_CLINIC),
        ("patient", 1, False, Ending.NOTHING),
    ],
)
def test_who_cancelled_and_when_says_how_it_ended(by: str, hours: int, confirmed: bool, ending: Ending) -> None:
    assert ending_of(by, NOW + timedelta(hours=hours), NOW, confirmed=confirmed) is ending


def a_step(kind: Kind, amount: int = 0, by: str = "") -> Step:
    return Step(uuid4(), kind, amount, NOW, by)


PAID, DUE = a_step(Kind.PAID, 90, "pi"), a_step(Kind.TO_RETURN, 40, "pi")


@pytest.mark.parametrize(
    ("steps", "stands"),
    [
        ([], Standing.OPEN),
        ([a_step(Kind.VOIDED)], Standing.VOID),
        ([a_step(Kind.PAID, 90)], Standing.PAID),
        ([a_step(Kind.PAID, 90), a_step(Kind.TO_RETURN, 40)], Standing.RETURNING),
        (
            [a_step(Kind.PAID, 90, "pi"), a_step(Kind.TO_RETURN, 40, "pi"), a_step(Kind.RETURNED, 40, "re")],
            Standing.RETURNED,
        ),
        (
            [a_step(Kind.PAID, 90, "pi"), a_step(Kind.TO_RETURN, 40, "pi"), a_step(Kind.RETURNED, 40)],
            Standing.RETURNING,
        ),
        ([a_step(Kind.PAID, 90), a_step(Kind.RETURNED, 40)], Standing.RETURNED),
    ],
)
def test_how_an_invoice_stands_does_not_depend_on_the_order(steps: list[Step], stands: Standing) -> None:
    assert standing(steps) is standing(steps[::-1]) is stands


def test_what_leaves_is_counted_once_and_goes_back_by_where_most_is_left() -> None:
    steps = [a_step(Kind.PAID, 90), a_step(Kind.PAID, 90, "pi"), a_step(Kind.TO_RETURN, 90, "pi")]
    assert (leaving(steps), came_by(steps)) == (90, "")
    went = [*steps, a_step(Kind.RETURNED, 90, "re")]
    assert leaving(went) == 90, "what had to go and what went are the same money"
    assert leaving([*went, a_step(Kind.RETURNED, 30)]) == 120
    assert came_by([]) == ""


@given(st.integers(15, 1440), st.integers(1, 3000))
def test_a_time_is_kept_unpaid_no_longer_than_until_it_begins(within: int, ahead: int) -> None:
    paying = Paying(Way.STRIPE, "EUR", within=timedelta(minutes=within))
    starts_at = NOW + timedelta(minutes=ahead)
    state, until = first_state(paying, pays_now=True, starts_at=starts_at, now=NOW)
    assert state is State.AWAITING
    assert until == min(NOW + timedelta(minutes=within), starts_at)
    assert first_state(paying, pays_now=False, starts_at=starts_at, now=NOW) == (State.OPEN, None)


@given(st.sampled_from(Way), policies, st.integers(15, 1440))
def test_what_a_clinic_chose_is_read_back_from_its_row(way: Way, refunds: Refunds, within: int) -> None:
    paying = Paying(way, "EUR", refunds, timedelta(minutes=within))
    assert Paying.read(str(paying)) == paying
    assert Paying.read("") == Paying.read(str(Paying()))
