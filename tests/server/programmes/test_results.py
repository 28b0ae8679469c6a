"""How a course came out: by which figures, from which answers, and where the definition says otherwise."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from server.measures.catalogue import shipped as measures
from server.programmes.because import Totals
from server.programmes.catalogue import NotAProgramme, read, shipped
from server.programmes.changes import Change, Kind, changed
from server.programmes.course import Entry, Key, Programme, history
from server.programmes.definition import Definition, Step
from server.programmes.endpoint import Endpoint
from server.programmes.questions import Figure, Question, Unit, Verdict
from server.programmes.results.catalogue import endpoint_of, thresholds
from server.programmes.results.rules import Came, Result, came, is_adverse, median, result_of
from tests.server.programmes.courses import BERLIN, CLINICIAN, MONDAY, figure, small, step

DAY = timedelta(days=1)
ASKS = {
    "figures": {"sessions": figure(3, "sessions"), "gap": figure(16, "hours"), "hour": figure(1, "hours"),
                "third": figure(30, "percent"), "low": figure(8, "points"), "two": figure(2, "sessions"),
                "some": figure(20, "percent")},
    "steps": [step("screening", "check", "start"), step("check", "check", "before", valid="hour", repeats=True),
              step("treatment", "session", "session"), step("after", "task", "during", ends=True),
              step("fell", "event", "during"), step("phq", "measure", "end", measure="phq9")],
    "endpoint": {"measure": "phq9", "response": "third", "remission": "low"},
    "stop_rules": [{"id": "slow", "words": "Too little.", "measure": "phq9", "less_than": "some", "sessions": "two"}],
}  # fmt: skip


def out(sessions: int, totals: dict[int, int], *, ended: int | None = None, more: tuple[Entry, ...] = ()) -> Came:
    """A course of three sessions, one a day from Monday on; `totals` by day, `ended` by somebody on a day."""
    definition = small(**ASKS)
    entries = [Entry(Key(name, number), MONDAY + number * DAY, by=CLINICIAN)
               for number in range(1, sessions + 1) for name in ("treatment", "after")]  # fmt: skip
    programme = Programme(definition, BERLIN, MONDAY)
    if ended is not None:
        programme = changed(programme, [Change(1, Kind.END, MONDAY + ended * DAY, CLINICIAN)])
    known: Totals = {"phq9": [(MONDAY + day * DAY, total) for day, total in sorted(totals.items())]}
    return came(programme, history(definition, [*entries, *more]), known, endpoint_of(definition), 14 * DAY)


USUAL = thresholds()
PHQ9 = Endpoint("phq9", USUAL.response, USUAL.remission["phq9"], USUAL.baseline["phq9"])


@pytest.mark.parametrize(
    ("first", "last", "result"),
    [
        (20, 10, Result.RESPONSE),  # half of it, and no less
        (20, 11, Result.NEITHER),
        (21, 11, Result.NEITHER),
        (21, 10, Result.RESPONSE),
        (20, 5, Result.RESPONSE),
        (20, 4, Result.BOTH),
        (10, 5, Result.RESPONSE),
        (10, 4, Result.BOTH),
        (9, 4, Result.UNKNOWN),  # doi:10.1176/appi.ps.201900295 speaks of a baseline of at least 10
        (4, 2, Result.UNKNOWN),
        (0, 0, Result.UNKNOWN),
        (10, 22, Result.NEITHER),
    ],
)
def test_a_response_is_half_or_less_of_the_first_and_remission_below_five(first: int, last: int, result) -> None:
    assert result_of(PHQ9, first, last) is result


def test_where_no_baseline_is_said_any_first_total_counts_and_who_was_there_before_has_no_remission() -> None:
    free = replace(PHQ9, baseline=None)
    found = [result_of(free, *pair) for pair in ((7, 4), (4, 3), (4, 2), (8, 4))]
    assert found == [Result.REMISSION, Result.NEITHER, Result.RESPONSE, Result.BOTH]


def test_a_programme_speaks_of_a_response_from_where_the_page_of_the_measure_does() -> None:
    for key, one in USUAL.baseline.items():
        assert one.value == measures()[key].change.baseline


def test_without_a_word_of_the_file_the_usual_measures_count_and_await_a_clinician() -> None:
    found = endpoint_of(shipped()["tms"])
    assert found == PHQ9
    assert all(one.source and not one.label for one in USUAL.figures)
    assert (USUAL.response.value, USUAL.remission["gad7"].value, USUAL.after.said) == (50, 5, "14 days")
    assert endpoint_of(small()) is None, "who asks no measure has no result"


def test_a_file_may_say_otherwise() -> None:
    found = endpoint_of(small(**ASKS))
    assert found is not None
    assert (found.response.value, found.remission and found.remission.value) == (30, 8)
    assert result_of(found, 20, 14) is Result.RESPONSE
    without = Endpoint("phq9", Figure("half", 50, Unit.PERCENT, "", ""))
    assert result_of(without, 20, 0) is Result.RESPONSE


def test_an_endpoint_names_a_measure_of_the_programme_and_figures_that_fit() -> None:
    wrong: Any = {**ASKS, "endpoint": {"measure": "gad7", "response": "gap", "remission": "low"}}
    with pytest.raises(NotAProgramme, match="No step asks the measure ‘gad7’") as told:
        small(**wrong)
    assert "‘gap’ is in hours" in str(told.value)


def test_a_whole_course_is_completed_and_counts_the_last_answer_until_two_weeks_after() -> None:
    one = out(3, {0: 20, 2: 19, 10: 6, 40: 20})
    assert (one.over, one.completed, one.rule_met, one.adverse, one.waited) == (True, True, False, False, DAY)
    assert one.result is Result.BOTH
    assert out(3, {2: 6}).result is Result.UNKNOWN, "nothing from before"
    assert out(3, {0: 20}).result is Result.UNKNOWN, "nothing since"
    assert out(2, {0: 20, 2: 6}).result is Result.UNKNOWN, "it goes on"


def test_a_course_that_somebody_ended_stopped_early_with_or_without_a_rule() -> None:
    slow, fast = out(2, {0: 20, 2: 19}, ended=3), out(2, {0: 20, 2: 6}, ended=3)
    assert (slow.over, slow.completed, slow.rule_met, slow.result) == (True, False, True, Result.NEITHER)
    assert (fast.rule_met, fast.result) == (False, Result.BOTH)
    assert not out(2, {0: 20, 2: 6, 9: 19}, ended=3).rule_met, "what came after its end stopped nothing"
    assert out(0, {0: 20}, ended=1).waited is None


def test_what_happens_in_a_session_or_stops_after_one_is_adverse() -> None:
    fell = Entry(Key("fell", 1), MONDAY + DAY)
    stop = Entry(Key("after", 1, 0), MONDAY + DAY, Verdict.STOP)
    before = Entry(Key("screening"), MONDAY, Verdict.STOP)
    assert [out(1, {}, more=(one,)).adverse for one in (fell, stop, before)] == [True, True, False]


def test_that_somebody_decides_to_end_a_course_is_no_adverse_event() -> None:
    """By the old rule, of a version that names no adverse events."""
    kept = Path(__file__).parent / "kept" / "tms-9.json"
    programme = Programme(read("tms", json.loads(kept.read_text(encoding="utf-8"))), BERLIN, MONDAY)

    def adverse(*names: str) -> bool:
        entries = [Entry(Key(name, 10), MONDAY, Verdict.STOP, CLINICIAN) for name in names]
        return is_adverse(programme, history(programme.definition, entries))

    assert not adverse("review")
    assert adverse("review", "after")


def test_the_median_is_the_middle_or_between_the_two_in_the_middle() -> None:
    assert median([]) is None
    assert median([3 * DAY, DAY, 9 * DAY]) == 3 * DAY
    assert median([4 * DAY, DAY, 9 * DAY, 3 * DAY]) == 3.5 * DAY


ADVERSE = [
    ("incident", {"what": "sick"}, True),
    ("incident", {}, True),
    ("vitals", {"systolic": "180"}, True),
    ("vitals", {"systolic": "179", "pulse": "140"}, False),
    ("vitals", {"pulse": "141"}, True),
    ("vitals", {"sedation": "repeated"}, False),
    ("handover", {"how": "emergency"}, True),
    ("handover", {"how": "left"}, False),
    ("discharge", {"escort": "no", "told": "no", "next": "no"}, False),
    ("call", {"unwell": "yes"}, True),
    ("call", {"unwell": "unknown", "slept": "no"}, False),
    ("call", {"safety": "yes"}, True),
    ("since", {"bladder": "yes"}, True),
    ("since", {"pregnancy": "yes"}, False),
    ("today", {"escort": "no", "systolic": "165"}, False),
]


@pytest.mark.parametrize("key", ["esketamine", "ketamine-iv", "ketamine-im", "ketamine-home", "ketamine-home-sc"])
@pytest.mark.parametrize(("name", "answers", "adverse"), ADVERSE)
def test_the_file_says_what_is_an_adverse_event(key: str, name: str, answers: dict[str, str], adverse: bool) -> None:
    definition = shipped()[key]
    assert definition.names_adverse
    assert definition.by_id[name].is_adverse(answers) is adverse


def test_only_what_the_file_names_is_counted_and_nothing_from_before_the_first_session() -> None:
    """Somebody who waits for their escort had a session that came to a stop, and no harm."""
    programme = Programme(shipped()["esketamine"], BERLIN, MONDAY)
    begun, stop = Entry(Key("treatment", 1), MONDAY), Verdict.STOP

    def counted(step: str, session: int, *, adverse: bool, verdict: Verdict = stop) -> bool:
        entry = Entry(Key(step, session), MONDAY, verdict, adverse=adverse)
        return is_adverse(programme, history(programme.definition, [begun, entry]))

    assert not counted("discharge", 1, adverse=False)
    assert counted("call", 1, adverse=True, verdict=Verdict.REVIEW)
    assert not counted("since", 1, adverse=True), "it was so before"
    assert counted("since", 2, adverse=True), "of the second session, which did not begin"
    old = Programme(shipped()["tms"], BERLIN, MONDAY)
    told = history(old.definition, [Entry(Key("after", 1), MONDAY, stop)])
    assert is_adverse(replace(old, definition=replace(old.definition, steps=silent(old.definition))), told)


def silent(definition: Definition) -> tuple[Step, ...]:
    """Its steps, of which none names an adverse event."""

    def plain(one: Question) -> Question:
        return replace(one, conditions=tuple(replace(when, adverse=False) for when in one.conditions))

    return tuple(replace(one, adverse=False, questions=tuple(map(plain, one.questions))) for one in definition.steps)
