"""Who may choose how to meet, when, and over what; and which numbers can be dialled."""

import pytest

from server.visit.medium.forms import NewTry, try_of, wish_of
from server.visit.medium.rules import BEGINNING, OPEN, Medium, NumberKind, Reached, Reason, Refused, Turn, Wish, decide
from server.visit.medium.shown import numbers
from server.visit.rules import State

SOUND = Turn(3, Medium.SOUND, "patient")


@pytest.mark.parametrize("to", Medium)
@pytest.mark.parametrize("state", State)
def test_any_rung_is_one_step_away_while_the_visit_is_open_and_none_after_it(state: State, to: Medium) -> None:
    found = decide(BEGINNING, Wish(to), state)
    if state in OPEN:
        assert found == (None if to is Medium.VIDEO else to)
    else:
        assert found == Refused(Reason.NOT_NOW)


def test_a_wish_said_again_undoes_no_later_choice() -> None:
    assert decide(SOUND, Wish(Medium.PHONE, seen=3), State.IN_SESSION) is Medium.PHONE
    assert decide(SOUND, Wish(Medium.PHONE, seen=2), State.IN_SESSION) == Refused(Reason.OVERTAKEN)
    assert decide(SOUND, Wish(Medium.SOUND, seen=2), State.IN_SESSION) is None, "it is so already"
    assert decide(SOUND, Wish(Medium.PHONE), State.IN_SESSION) is Medium.PHONE, "a plain form does not say"


def test_forms() -> None:
    assert wish_of({"medium": "text", "seen": "4"}) == Wish(Medium.TEXT, 4)
    assert wish_of({"medium": "text"}) == Wish(Medium.TEXT)
    assert not isinstance(wish_of({"medium": "smoke"}), Wish)
    assert try_of({"number": "file", "outcome": "busy"}) == NewTry(NumberKind.FILE, Reached.BUSY)
    for fields in ({"number": "file"}, {"outcome": "busy"}, {"number": "mine", "outcome": "busy"}):
        assert not isinstance(try_of(fields), NewTry)


def test_the_number_of_today_stands_first_and_the_same_number_once() -> None:
    both = numbers("+351 555 0142, evenings 555 0143", "+44 20 7946 0000")
    assert [(one.kind, one.dial) for one in both] == [
        (NumberKind.TODAY, "+3515550142"),
        (NumberKind.FILE, "+442079460000"),
    ]
    assert [one.kind for one in numbers("555 0142", "5550142")] == [NumberKind.TODAY]
    assert [one.kind for one in numbers("I have none", "5550142")] == [NumberKind.FILE]
    assert numbers("", "") == []
