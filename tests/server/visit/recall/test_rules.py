"""Who may be called back, how long their place is kept, and what it costs to come later."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.visit.recall.rules import Reach, Recall, Refusal, Way, behind, let_pass, may_recall, ways_to_tell

AT = datetime(2026, 3, 9, 14, 20, tzinfo=UTC)
UNTIL = AT + timedelta(minutes=5)
MAIL = Reach(mail=True)


def recall(came: datetime | None = None) -> Recall:
    return Recall(AT, UNTIL, "Mara", came)


def test_a_number_without_a_wish_is_no_way_and_the_other_way_round() -> None:
    assert Reach(mail=True, sms=True, phone_sealed=b"x").ways == (Way.MAIL, Way.SMS)
    assert Reach(sms=True).ways == Reach(phone_sealed=b"x").ways == ()


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({}, None),
        ({"is_away": False}, Refusal.HERE),
        ({"is_open": False}, Refusal.HERE),
        ({"reach": Reach()}, Refusal.NO_WAY),
        ({"last": recall()}, Refusal.CALLED),
        ({"last": recall(came=AT)}, None),
        ({"last": recall(), "now": UNTIL + timedelta(seconds=1)}, None),
        ({"last": replace(recall(), spent=True)}, None),
        ({"last": replace(recall(), spent=True), "now": AT + timedelta(seconds=59)}, Refusal.CALLED),
    ],
)
def test_who_may_be_called(facts, refusal) -> None:
    usual = {"is_open": True, "is_away": True, "reach": MAIL, "last": None, "now": UNTIL}
    assert may_recall(**{**usual, **facts}) is refusal


@pytest.mark.parametrize(
    ("came", "now", "late"),
    [
        (None, UNTIL, False),
        (None, UNTIL + timedelta(seconds=1), True),
        (UNTIL, UNTIL + timedelta(hours=1), False),
        (UNTIL + timedelta(seconds=1), UNTIL + timedelta(hours=1), True),
    ],
)
def test_the_place_is_kept_to_the_minute(came, now, late) -> None:
    assert recall(came).is_late(now) is late
    assert behind([recall(came), recall(AT)], now) == int(late)


def test_a_call_of_before_the_visit_moved_on_costs_no_place() -> None:
    late = recall(UNTIL + timedelta(minutes=1))
    assert behind([late, replace(late, spent=True)], UNTIL) == 1


@pytest.mark.parametrize(
    ("reach", "mails", "ways"),
    [
        (Reach(mail=True), True, (Way.MAIL,)),
        (Reach(sms=True, phone_sealed=b"x"), True, (Way.SMS,)),
        (Reach(), True, (Way.MAIL,)),
        (Reach(push=True), True, (Way.PUSH, Way.MAIL)),
        (Reach(mail=True), False, ()),
    ],
)
def test_what_must_be_known_goes_by_the_ways_agreed_to_or_by_mail(reach: Reach, mails: bool, ways) -> None:
    assert ways_to_tell(reach, mails=mails) == ways


def passed(line: str, lost: dict[str, int], here: str) -> str:
    return "".join(let_pass(line, lambda one: lost.get(one, 0), lambda one: one in here))


@pytest.mark.parametrize(
    ("lost", "here", "expected"),
    [
        ({}, "abc", "abc"),
        ({"a": 1}, "abc", "bac"),
        ({"a": 2}, "abc", "bca"),
        ({"a": 9}, "abc", "bca"),
        ({"c": 1}, "abc", "abc"),
        ({"a": 1}, "ac", "bca"),
        ({"a": 1}, "a", "abc"),
    ],
)
def test_one_who_is_here_goes_first_for_each_place_lost(lost, here, expected) -> None:
    assert passed("abc", lost, here) == expected


@given(st.permutations("abcdef"), st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 3)))
def test_nobody_is_lost_or_doubled_and_who_lost_nothing_keeps_their_order(line, lost) -> None:
    found = passed("".join(line), lost, "abcdef")
    assert sorted(found) == sorted(line)
    kept = [one for one in line if not lost.get(one)]
    assert [one for one in found if one in kept] == kept
