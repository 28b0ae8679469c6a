"""How people meet is read from the truth, told to everybody in the call, and never to who waits."""

from signaling import effects as fx
from signaling.messages import Turn
from tests.signaling.stage import NOW, Stage, role_of

SOUND = Turn("sound", 1, "patient")


class Turning(Stage):
    """A visit whose truth also says how people meet."""

    turn: Turn | None = None

    def answer(self, truth: dict[str, str] | None = None, turn: Turn | None = None) -> None:
        while self.asked:
            ask = self.asked.pop(0)
            state = (truth or self.truth).get(ask.peer)
            known = turn or self.turn
            standing = fx.Standing(state, role_of(ask.peer), "Jo", NOW, turn=known) if state else None
            self.inner(ask.peer, fx.Answered(ask.socket, ask.truth, standing))


def test_everybody_in_the_call_is_told_and_who_waits_is_not() -> None:
    stage = Turning()
    therapist, patient = stage.call()
    stage.truth["patient-2"] = "waiting"
    waiting = stage.join("patient-2")
    stage.read()
    stage.turn = SOUND
    stage.inner("", fx.Turned())
    stage.answer()
    told = {"type": "medium", "medium": "sound", "number": 1, "by": "patient"}
    assert [stage.read(one) for one in (therapist, patient, waiting)] == [[told], [told], []]


def test_who_comes_later_reads_it_in_the_snapshot_and_who_is_there_hears_it_once() -> None:
    stage = Turning()
    therapist, _ = stage.call()
    stage.turn = SOUND
    back = stage.join("patient", had_call=True)
    [admitted] = [one for one in stage.read(back) if one["type"] == "admitted"]
    assert admitted["medium"] == {"medium": "sound", "number": 1, "by": "patient"}
    assert [one["type"] for one in stage.read(therapist)].count("medium") == 1
    stage.inner("", fx.Turned())
    stage.answer()
    assert stage.read() == []


def test_a_room_that_missed_it_reads_it_at_the_next_look() -> None:
    stage = Turning()
    _, patient = stage.call()
    stage.turn = SOUND
    stage.fire("therapist", fx.Recheck)
    stage.answer()
    assert [one["medium"] for one in stage.read(patient)] == ["sound"]


def test_what_was_read_before_a_later_turn_changes_nothing() -> None:
    stage = Turning()
    therapist, _ = stage.call()
    stage.turn = Turn("phone", 5, "therapist")
    stage.inner("", fx.Turned())
    stage.answer()
    stage.read()
    stage.fire("therapist", fx.Recheck)
    stage.answer(turn=Turn("text", 4, "patient"))
    assert stage.read(therapist) == []
