"""Medicines, treatments, diagnoses and goals: read from forms as values, and asked by what comes later."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import msgspec
import pytest

from server.record.care.forms import Reason, parse
from server.record.care.rules import (
    Certainty,
    Diagnosis,
    Effect,
    Enough,
    Entry,
    Goal,
    Kind,
    Medicine,
    Reached,
    Spell,
    Tells,
    Treatment,
    Way,
    adequate_medicines,
    as_of,
    counting,
    holds,
    trials,
)

NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)
TODAY = date(2026, 3, 9)


def entry(value, kind=Kind.MEDICINE, *, struck=False, days=0) -> Entry:
    return Entry(uuid4(), kind, 1, value, uuid4(), NOW.replace(day=1 + days), struck)


@pytest.mark.parametrize(
    ("spell", "weeks"),
    [
        (Spell("2026-01-12", going=True), 8),
        (Spell("2021-02", "2021-08"), 22),  # the last of February to the first of August: no less
        (Spell("2025-01", "2025-02-12"), 1),  # by the month alone perhaps twelve days
        (Spell("2025-01-01", "2025-02-12"), 6),
        (Spell("2025-01-01", "2025-02"), 4),
        (Spell("2026-03", going=True), 0),
        (Spell("2026-02-23", "2026-12-31"), 2),  # its last day is planned
        (Spell("2021-02", "2021-08", weeks=6), 6),
        (Spell("2019"), None),
        (Spell("2019", "2020"), None),
        (Spell(going=True), None),
        (Spell(), None),
    ],
)
def test_how_long_something_lasted_is_said_or_counted_or_not_known(spell: Spell, weeks: int | None) -> None:
    assert spell.lasted(TODAY) == weeks


def test_everything_that_a_programme_asks_of_a_medicine_is_a_value() -> None:
    fields = {"name": " Sertraline ", "dose": "62,5", "since": "2025-11", "going": "yes", "effect": "some"}
    assert parse(Kind.MEDICINE, fields) == Medicine(
        "Sertraline", 62.5, "mg", "", Spell("2025-11", "", None, True), Effect.SOME, ""
    )
    ended = parse(Kind.MEDICINE, {"name": "A", "until": "2024", "going": "yes", "weeks": "9", "stopped": "nausea"})
    assert ended == Medicine("A", spell=Spell("", "2024", 9, False), stopped="nausea")


def test_treatments_diagnoses_and_goals_are_values_too() -> None:
    talk = parse(Kind.TREATMENT, {"way": "ect", "method": "right unilateral", "sessions": "12", "effect": "good"})
    assert talk == Treatment(Way.ECT, "right unilateral", 12, Spell(), Effect.GOOD)
    code = {"system": "ICD-10-GM", "code": "F33.1", "since": "2025-11-02", "certainty": "suspected"}
    assert parse(Kind.DIAGNOSIS, code) == Diagnosis("ICD-10-GM", "F33.1", "", "2025-11-02", Certainty.SUSPECTED)
    goal = {"words": "Sleep", "plan": "a\r\nb", "review": "2026-04", "reached": "let_go"}
    assert parse(Kind.GOAL, goal) == Goal("Sleep", "a\nb", "2026-04", Reached.LET_GO)


@pytest.mark.parametrize(
    ("kind", "fields", "reasons"),
    [
        (Kind.MEDICINE, {}, {"name": Reason.MISSING}),
        (Kind.MEDICINE, {"name": "A", "dose": "nan"}, {"dose": Reason.NO_NUMBER}),
        (Kind.MEDICINE, {"name": "A", "dose": "1e9"}, {"dose": Reason.NO_NUMBER}),
        (Kind.MEDICINE, {"name": "A", "since": "2021-13"}, {"since": Reason.NO_DATE}),
        (Kind.MEDICINE, {"name": "A", "since": "2021-02-30"}, {"since": Reason.NO_DATE}),
        (Kind.MEDICINE, {"name": "A", "since": "last year"}, {"since": Reason.NO_DATE}),
        (Kind.MEDICINE, {"name": "A", "since": "2021-05", "until": "2021-04-30"}, {"until": Reason.BEFORE}),
        (Kind.TREATMENT, {"method": "CBT", "sessions": "-1"}, {"sessions": Reason.NO_NUMBER}),
        (Kind.DIAGNOSIS, {"system": "ICD-11"}, {"code": Reason.MISSING}),
        (Kind.GOAL, {"plan": "x"}, {"words": Reason.MISSING}),
    ],
)
def test_what_cannot_be_is_said_at_its_field(kind, fields, reasons) -> None:
    assert parse(kind, fields) == reasons


def test_a_year_is_not_before_a_month_of_its_own() -> None:
    assert isinstance(parse(Kind.MEDICINE, {"name": "A", "since": "2021-05", "until": "2021"}), Medicine)


def test_what_holds_comes_first_and_what_was_struck_counts_no_more() -> None:
    old, new = entry(Medicine("Old", spell=Spell("2019"))), entry(Medicine("New", spell=Spell(going=True)))
    found = counting([old, entry(Medicine("Wrong"), struck=True), new, entry(Goal("x"), Kind.GOAL)], Kind.MEDICINE)
    assert found == [new, old]


@pytest.mark.parametrize(
    ("spell", "enough", "tells"),
    [
        (Spell(weeks=6), Enough.YES, Tells.ADEQUATE),  # six weeks, to the day
        (Spell(weeks=5), Enough.YES, Tells.SHORT),
        (Spell(weeks=6), Enough.NO, Tells.LOW),
        (Spell(weeks=6), Enough.UNKNOWN, Tells.NO_WORD),
        (Spell(weeks=5), Enough.UNKNOWN, Tells.SHORT),
        (Spell("2019"), Enough.YES, Tells.NO_TIME),
        (Spell("2026-01-26", going=True), Enough.YES, Tells.ADEQUATE),  # 42 days before today
        (Spell("2026-01-27", going=True), Enough.YES, Tells.SHORT),
    ],
)
def test_a_trial_is_adequate_where_it_lasted_and_somebody_says_that_it_was_enough(spell, enough, tells) -> None:
    (found,) = trials([entry(Medicine("A", spell=spell, enough=enough))], TODAY, days=42)
    assert found.tells is tells
    assert adequate_medicines([found]) == (tells is Tells.ADEQUATE)


def test_other_treatments_stand_beside_and_are_not_counted_as_medicines() -> None:
    talk = entry(Treatment(method="CBT", spell=Spell(weeks=20), enough=Enough.YES), Kind.TREATMENT)
    medicine = entry(Medicine("A", spell=Spell(weeks=8), enough=Enough.YES))
    struck = entry(Medicine("B", spell=Spell(weeks=8), enough=Enough.YES), struck=True)
    found = trials([talk, medicine, struck], TODAY, days=42)
    assert [(one.entry_id, one.adequate) for one in found] == [(medicine.id, True), (talk.id, True)]
    assert adequate_medicines(found) == 1


def test_a_medicine_in_two_doses_is_tried_once() -> None:
    first = Medicine("Sertraline", 50, spell=Spell("2025-01-01", "2025-03-20"), enough=Enough.YES)
    second = replace(first, name="sertraline ", dose=100, spell=Spell("2025-03-20", "2025-06-20"))
    third = replace(first, name="Sertraline 150 mg", dose=None, spell=Spell("2025-06-20", "2025-09-20"))
    found = trials([entry(first), entry(second), entry(third)], TODAY, days=42)
    assert [one.adequate for one in found] == [True, True, True]
    assert adequate_medicines(found) == 1
    assert adequate_medicines([*found, *trials([entry(replace(first, name="Citalopram"))], TODAY, days=42)]) == 2
    twice = [entry(replace(first, name=name)) for name in ("Venlafaxin 75 mg", "venlafaxine", "Venlafaxina")]
    assert adequate_medicines(trials(twice, TODAY, days=42)) == 1, "one medicine in three languages"


@pytest.mark.parametrize(
    ("until", "going"),
    [
        ("2026-03-08", False), ("2026-03-09", True), ("2026-03-10", True), ("2026-04", True), ("2027", True),
        ("2026-03", False),  # it was written in that month: it may be over
        ("2026-02", False),
    ],
)  # fmt: skip
def test_what_has_a_last_day_that_is_still_to_come_holds_until_then(until: str, going: bool) -> None:
    fields = {"name": "Bupropion", "since": "2026-01", "until": until, "going": "yes"}
    value = parse(Kind.MEDICINE, fields)
    assert isinstance(value, Medicine)
    assert holds(as_of(entry(value, days=8), TODAY).value) is going
    kept = as_of(entry(Medicine("A", spell=Spell(going=True))), TODAY)
    assert holds(kept.value), "what has no last day stays as it was written"


def test_what_was_planned_for_a_month_holds_to_its_end_and_no_longer() -> None:
    planned = entry(Medicine("A", spell=Spell("2026-01", "2026-04")))
    assert [holds(as_of(planned, date(2026, *day)).value) for day in ((4, 30), (5, 1))] == [True, False]


def test_what_was_written_before_there_was_a_word_on_doses_says_nobody_has_said() -> None:
    old = msgspec.json.decode(b'{"name": "Old", "spell": {"weeks": 9}}', type=Medicine)
    assert old.enough is Enough.UNKNOWN
