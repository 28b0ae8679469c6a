"""What is open, what is known before, what a place asks for, and when a visit may be signed."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from server.clinic.licences.rules import Licence, Place, verdict
from server.visit.checklist.catalogue import catalogue
from server.visit.checklist.rules import (
    Hold,
    How,
    Kept,
    Kind,
    Reply,
    Setting,
    State,
    asked,
    current,
    hold_of,
    must_decide,
    number_in,
    open_keys,
    said_before,
    spelled_out,
    usual_setting,
)
from server.visit.forms import Arrival

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)
LISBON = Arrival("Rua da Rosa 12, Lisbon", "555 0142", "Ana, 555 0199", "PT")
USUAL = usual_setting(catalogue())
ASKED = ("identity", "place", "alone", "number", "contact")


def kept(how: How = How.ANSWER, word: str = "", text: str = "", place: Place = Place(), number: int = 1) -> Kept:
    return Kept(number, Reply(how, word, text, place), uuid4(), NOW)


def test_the_lines_as_shipped_ask_what_every_visit_begins_with() -> None:
    lines = {line.key: line for line in catalogue().lines}
    assert list(lines)[: len(ASKED)] == list(ASKED)
    assert set(ASKED) <= USUAL.on
    assert len(lines) == len(catalogue().lines)
    for line in lines.values():
        assert line.source in {"guidelines", "proposal"}
        said = line.yes and line.no and line.usual in {"yes", "no"} if line.kind is Kind.YES_NO else line.known
        assert said, line.key
        assert len(line.key) <= 24


def test_a_line_is_open_until_somebody_answered_or_waived_it() -> None:
    answers = {"alone": kept(word="yes"), "number": kept(How.WAIVE, text="sent it by letter")}
    states = {one.line.key: one.state for one in asked(catalogue(), USUAL, answers, said_before(LISBON), "Jo")}
    assert states["alone"] is State.ANSWERED
    assert states["number"] is State.WAIVED
    assert states["place"] is State.OPEN, "what the waiting room said is no answer yet"


def test_what_the_waiting_room_knows_stands_beside_its_line() -> None:
    said = {one.line.key: one.said for one in asked(catalogue(), USUAL, {}, said_before(LISBON), "Jo")}
    assert said["place"] == Reply(How.ANSWER, text="Rua da Rosa 12, Lisbon", place=Place("PT"))
    assert said["contact"] == Reply(How.ANSWER, text="Ana, 555 0199")
    assert said["alone"] is None
    assert said_before(None, "555 0100", "Polish") == {
        "number": Reply(How.ANSWER, text="555 0100"),
        "third": Reply(How.ANSWER, "yes", "Polish"),
    }


def test_a_clinic_chooses_lines_and_words_and_what_was_answered_stays() -> None:
    setting = Setting(frozenset({"alone"}), {"alone": "Is {name} by themselves?"})
    lines = asked(catalogue(), setting, {"safe": kept(word="yes")}, {}, "Jo")
    assert (lines[0].line.key, lines[0].ask) == ("alone", "Is Jo by themselves?")
    assert [one.line.key for one in lines] == ["alone", "safe"]


def test_an_answer_comes_before_what_was_said_and_a_waiver_leaves_it() -> None:
    said = said_before(LISBON)
    moved = kept(text="On a train to Porto", place=Place("PT"))
    assert current("place", {"place": moved}, said) == moved.reply
    assert current("place", {"place": kept(How.WAIVE, text="known")}, said) == said["place"]
    assert current("place", {}, {}) is None


@pytest.mark.parametrize(("word", "text", "wants"), [("yes", "", False), ("no", "", True), ("no", "Her mother", False)])
def test_an_unusual_answer_wants_a_word_about_it(word: str, text: str, wants: bool) -> None:
    lines = asked(catalogue(), USUAL, {"alone": kept(word=word, text=text)}, {}, "Jo")
    assert [one.wants_detail for one in lines if one.line.key == "alone"] == [wants]


def test_a_place_without_a_licence_waits_for_a_decision_about_that_place() -> None:
    held = [Licence(uuid4(), Place("PT"), "Psychotherapist")]
    texas, lisbon = Place("US", "US-TX"), Place("PT")
    bad, good = (verdict(held, place, date(2026, 3, 12)) for place in (texas, lisbon))
    assert must_decide(bad, texas, None)
    assert not must_decide(bad, texas, kept(How.EMERGENCY, text="cannot wait", place=texas))
    assert must_decide(bad, texas, kept(How.EMERGENCY, text="cannot wait", place=Place("US", "US-OH")))
    assert not must_decide(good, lisbon, None)


def test_signing_waits_for_the_outcome_and_for_every_line() -> None:
    still_open = open_keys(ASKED, {"identity", "place"})
    assert still_open == ["alone", "number", "contact"]
    assert hold_of(False, True, False, []) is Hold.NOT_OVER
    assert hold_of(True, True, False, still_open) is Hold.OPEN_LINES
    assert hold_of(True, True, False, []) is None
    assert hold_of(True, False, False, still_open) is None, "whom nobody met, nobody could ask"
    assert hold_of(True, True, True, []) is Hold.SIGNED


@pytest.mark.parametrize(
    ("text", "dial"),
    [("Ana Almeida, sister, 555 0199", "5550199"), ("+351 21 555-0199 (work)", "+351215550199"), ("I have none", "")],
)
def test_the_number_in_what_somebody_wrote(text: str, dial: str) -> None:
    assert number_in(text) == dial


def test_the_backup_plan_names_whom_to_call() -> None:
    steps = spelled_out(["Phone {number}, then {contact}", "{emergency} {else}"], "555 0142", "", "112")
    assert steps == ["Phone 555 0142, then (nothing named)", "112 (nothing named)"]
