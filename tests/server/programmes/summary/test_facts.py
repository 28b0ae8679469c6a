"""What a summary takes from a course."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from server.measures.catalogue import shipped as instruments
from server.measures.results import Result, Taken
from server.measures.scoring import Score
from server.patients.consents.rules import Agreed
from server.programmes.catalogue import shipped
from server.programmes.outcome import outcomes
from server.programmes.summary.facts import KIND, Gap, agreement, longest_gap, stopping, told_totals
from server.programmes.summary.forms import GivenBy, Wanted, given_by, parse
from tests.server.programmes.courses import BERLIN, CLINICIAN, MONDAY

DAY = timedelta(days=1)


def test_the_longest_time_between_two_sessions_is_counted_in_days_of_the_clinic() -> None:
    assert longest_gap({}, BERLIN) is None
    assert longest_gap({1: MONDAY}, BERLIN) is None
    begun = {1: MONDAY, 2: MONDAY + DAY, 3: MONDAY + 5 * DAY, 4: MONDAY + 9 * DAY}
    assert longest_gap(begun, BERLIN) == Gap(2, 4), "the first of two that are as long"
    over_dst = {1: MONDAY + 81 * DAY, 2: MONDAY + 84 * DAY - timedelta(hours=1)}
    assert longest_gap(over_dst, BERLIN) == Gap(1, 3)


def test_an_answer_stops_by_what_stands_beside_it_too() -> None:
    step = shipped()["tms"].by_id["threshold"]
    answers = {"device_most": "70", "threshold": "65", "intensity": "120", "output": "78"}
    assert stopping(step, answers) == {"output"}
    assert stopping(step, answers | {"device_most": "100"}) == set()


def test_only_a_yes_that_stands_counts() -> None:
    old = Agreed(CLINICIAN, KIND, "1", "patient", MONDAY, withdrawn_at=MONDAY + DAY)
    other = Agreed(CLINICIAN, "booking", "1", "patient", MONDAY)
    new = Agreed(CLINICIAN, KIND, "1", "guardian", MONDAY + 2 * DAY)
    assert agreement([old, other]) is None
    assert agreement([old, other, new]) == new


def test_a_form_is_read_as_it_was_typed() -> None:
    assert parse({"recipient": "  Dr. \n Amato ", "steps": " One\r\nTwo "}) == Wanted("Dr. Amato", "One\nTwo")
    assert isinstance(parse({"steps": "x"}), dict)
    assert given_by({"given_by": "guardian"}) is GivenBy.GUARDIAN
    assert given_by({"given_by": "the clinic"}) is GivenBy.PATIENT


def test_file_and_paper_say_the_same_totals() -> None:
    """The last one from before the first session, and those since; older ones are of the record."""
    days = [MONDAY + number * DAY for number in range(4)]
    instrument = instruments()["phq9"]
    scores = [Score(number, None, (), (), {}) for number in range(4)]
    taken = [Taken(uuid4(), None, at, True, 0, instrument, {}, one) for one, at in zip(scores, days, strict=True)]
    results = [Result("phq9", taken, ()), Result("gad7", [replace(taken[3], instrument=instruments()["gad7"])], ())]
    came = outcomes(shipped()["cbt"], results, {1: days[1]})
    assert [point.total for point in came[0].points] == [1, 2, 3]
    assert told_totals(results, came) == taken[1:]
