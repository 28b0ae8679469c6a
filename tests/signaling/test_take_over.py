"""One person on two pages: the first keeps the call until the person says otherwise; nobody is replaced in silence."""

import pytest

from signaling import effects as fx
from signaling import messages as wire
from signaling.errors import Close
from signaling.roster import At
from tests.signaling.stage import Stage


def a_call() -> tuple[Stage, int, int]:
    stage = Stage({"therapist": "live", "patient": "live"})
    sockets = stage.join("therapist", page="desk"), stage.join("patient", page="laptop")
    stage.read()
    return stage, *sockets


def test_another_page_is_asked_and_the_first_notices_nothing() -> None:
    stage, therapist, laptop = a_call()
    phone = stage.join("patient", page="phone")
    assert [message["code"] for message in stage.read(phone)] == ["in_use"]
    assert stage.closed == {phone: Close.IN_USE}
    assert stage.read(therapist) == stage.read(laptop) == []
    stage.drop(phone)
    stage.say(laptop, wire.Chat("1", "still here"))
    assert stage.types(therapist) == ["chat"]


def test_taking_over_stops_the_first_page_and_is_shown_to_the_other_person() -> None:
    stage, therapist, laptop = a_call()
    phone = stage.join("patient", page="phone", take_over=True)
    assert stage.types(phone) == ["welcome", "admitted"]
    assert stage.closed == {laptop: Close.REPLACED}
    [seen] = stage.read(therapist)
    assert (seen["type"], seen["page"], seen["present"]) == ("peer", "phone", True)
    stage.say(laptop, wire.Chat("1", "from the old page"))
    assert stage.read() == []


def test_the_first_page_is_asked_when_it_comes_back() -> None:
    stage, _, laptop = a_call()
    stage.join("patient", page="phone", take_over=True)
    stage.drop(laptop)
    back = stage.join("patient", page="laptop", had_call=True)
    assert stage.closed[back] is Close.IN_USE


def test_a_reload_is_no_take_over() -> None:
    stage, therapist, laptop = a_call()
    again = stage.join("patient", page="laptop")
    assert stage.types(again) == ["welcome", "admitted"]
    assert stage.closed == {laptop: Close.REPLACED}
    assert [seen["page"] for seen in stage.read(therapist)] == ["laptop"]


def test_a_page_that_lost_its_socket_keeps_the_place_for_the_length_of_the_grace() -> None:
    stage, _, laptop = a_call()
    stage.drop(laptop)
    assert stage.closed.get(stage.join("patient", page="phone")) is Close.IN_USE
    stage.fire("patient", fx.GraceOver)
    assert stage.types(stage.join("patient", page="phone")) == ["welcome", "admitted"]


@pytest.mark.parametrize("state", ["waiting", "held"])
def test_who_waits_is_asked_as_well(state: str) -> None:
    stage = Stage({"patient": state})
    laptop = stage.join("patient", page="laptop")
    phone = stage.arrive("patient", page="phone")
    assert stage.closed == {phone: Close.IN_USE}
    assert stage.asked == []
    assert stage.room.peers["patient"].at is At.WAITING
    stage.say(laptop, wire.Ping(1))
    assert "pong" in stage.types(laptop)


def test_F02_a_ticket_that_was_answered_with_a_question_is_used_up() -> None:
    stage, _, _ = a_call()
    phone = stage.arrive("patient", page="phone")
    again = stage.arrive("patient", epoch=phone, page="phone", take_over=True)
    assert stage.closed[again] is Close.AUTH


def test_a_page_without_a_name_takes_nobodys_place() -> None:
    stage, _, _ = a_call()
    assert stage.closed.get(stage.join("patient")) is Close.IN_USE
