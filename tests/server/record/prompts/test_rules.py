"""When a clinic's own question is asked: every condition at its edge, by which facts, and never without one."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from server.record.care.rules import Certainty, Diagnosis, Effect, Enough, Entry, Kind, Medicine, Spell, Treatment, Way
from server.record.prompts.forms import Reason, data_of, parse, read
from server.record.prompts.rules import About, Known, Rule, facts, told_apart
from server.record.prompts.topics import sentence

NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
TMS = Rule("Talk about TMS", trials=2, weeks=6, measure="phq9", above=15, days=60)


def entry(value, *, struck=False) -> Entry:
    kinds = {Medicine: Kind.MEDICINE, Treatment: Kind.TREATMENT, Diagnosis: Kind.DIAGNOSIS}
    return Entry(uuid4(), kinds[type(value)], 1, value, uuid4(), NOW, struck)


def tried(weeks: int = 8, enough: Enough = Enough.YES, name: str = "A") -> Entry:
    return entry(Medicine(name, spell=Spell("2025", weeks=weeks), effect=Effect.NONE, enough=enough))


def known(*entries: Entry, total: int | None = 16, days: int = 3) -> Known:
    return Known(entries, {"phq9": (total, NOW - timedelta(days=days))} if total is not None else {}, BERLIN)


def test_two_adequate_trials_and_a_phq9_above_fifteen_ask_and_say_by_what() -> None:
    first, second = tried(name="Sertraline"), tried(name="Citalopram")
    found = facts(TMS, known(first, second), NOW)
    assert found
    assert [(one.about, one.words, one.figure, one.on) for one in found] == [
        (About.TRIAL, "Sertraline", None, "2025"),
        (About.TRIAL, "Citalopram", None, "2025"),
        (About.MEASURE, "phq9", 16, date(2026, 3, 6)),
    ]


@pytest.mark.parametrize(
    "less",
    [
        known(tried()),
        known(tried(), tried(name=" a")),  # one medicine in two doses
        known(tried(), tried(5, name="B")),
        known(tried(), tried(enough=Enough.UNKNOWN, name="B")),
        known(tried(), tried(enough=Enough.NO, name="B")),
        known(tried(), entry(Medicine("B", spell=Spell(weeks=8), enough=Enough.YES), struck=True)),
        known(tried(), entry(Treatment(method="CBT", spell=Spell(weeks=20), enough=Enough.YES))),
        known(tried(), tried(name="B"), total=15),
        known(tried(), tried(name="B"), total=None),
        known(tried(), tried(name="B"), days=61),
    ],
)
def test_with_anything_less_it_does_not_ask(less: Known) -> None:
    assert facts(TMS, less, NOW) is None


def test_the_edges_of_days_and_weeks_still_ask() -> None:
    assert facts(TMS, known(tried(6), tried(6, name="B"), days=60), NOW)


def test_a_diagnosis_that_counts_begins_so() -> None:
    rule = Rule("Look at the thyroid", diagnosis="f33")
    one = Diagnosis("ICD-10", "F33.1", "Recurrent depression", "2024-05")
    (found,) = facts(rule, known(entry(one)), NOW) or []
    assert (found.words, found.on) == ("F33.1 Recurrent depression", "2024-05")
    assert facts(rule, known(entry(replace(one, code="F32.1"))), NOW) is None
    assert facts(rule, known(entry(replace(one, certainty=Certainty.RESOLVED))), NOW) is None


def test_what_was_tried_before_is_not_untried() -> None:
    rule = Rule("Talk about TMS", untried=Way.TMS)
    assert facts(rule, known(), NOW)
    assert facts(rule, known(entry(Treatment(Way.TMS, "36 sessions"))), NOW) is None
    assert facts(rule, known(entry(Treatment(Way.TMS, "36 sessions"), struck=True)), NOW)


def test_a_rule_that_names_nothing_is_asked_of_nobody() -> None:
    assert facts(Rule("Hello"), known(tried()), NOW) is None


RULES = some.builds(
    Rule, words=some.just("Think"), trials=some.none() | some.integers(1, 4), weeks=some.integers(1, 12),
    measure=some.just("phq9"), above=some.none() | some.integers(0, 27), days=some.integers(1, 90),
    diagnosis=some.sampled_from(["", "F33"]), untried=some.none() | some.sampled_from(Way),
)  # fmt: skip
MEDICINES = some.lists(some.builds(tried, some.integers(0, 12), some.sampled_from(Enough)), max_size=5)


@given(RULES, MEDICINES, some.none() | some.integers(0, 27), some.integers(0, 100))
def test_whatever_is_asked_has_a_fact_for_each_condition_and_no_other_can_be_met_alone(rule, medicines, total, days):
    """A rule asks exactly where each of its conditions would, taken alone, and by all of their facts together."""
    now = known(*medicines, total=total, days=days)
    parts = [
        replace(Rule("Think"), trials=rule.trials, weeks=rule.weeks),
        replace(Rule("Think"), measure="phq9", above=rule.above, days=rule.days),
        replace(Rule("Think"), diagnosis=rule.diagnosis),
        replace(Rule("Think"), untried=rule.untried),
    ]
    each = [facts(part, now, NOW) for part in parts if part.asks]
    found = facts(rule, now, NOW)
    assert (found is not None) == (bool(each) and all(one is not None for one in each))
    assert found is None or [*found] == [fact for one in each for fact in one or []]


@given(RULES, MEDICINES, some.integers(0, 26))
def test_a_fact_that_changes_is_another_thing_to_put_aside(rule, medicines, total) -> None:
    prompt = UUID(int=7)
    before, after = (facts(rule, known(*medicines, total=one), NOW) for one in (total, total + 1))
    if before and after:
        same = told_apart(prompt, 1, before) == told_apart(prompt, 1, after)
        assert same is (rule.above is None), "only where the total is none of its facts"
    if before:
        later = facts(rule, known(*medicines, total=total), NOW)
        assert later
        assert told_apart(prompt, 1, before) == told_apart(prompt, 1, list(reversed(later)))
        assert told_apart(prompt, 1, before) != told_apart(prompt, 2, before), "another writing asks again"


@given(RULES)
def test_a_rule_is_read_from_its_data_as_it_was_written(rule) -> None:
    whole = replace(rule, measure="phq9" if rule.above is not None else "")
    assert read(data_of(whole)) == (whole if whole.asks else None)


@pytest.mark.parametrize(
    ("fields", "reasons"),
    [
        ({"words": "", "trials": "2"}, {"words": Reason.MISSING}),
        ({"words": "Give 20 mg", "trials": "2"}, {"words": Reason.DOSE}),
        ({"words": "Raise to 0.5mg/kg", "trials": "2"}, {"words": Reason.DOSE}),
        ({"words": "Think"}, {"trials": Reason.NOTHING}),
        ({"words": "Think", "trials": "many"}, {"trials": Reason.NO_NUMBER}),
        ({"words": "Think", "measure": "phq9"}, {"above": Reason.BOTH}),
        ({"words": "Think", "above": "15"}, {"above": Reason.BOTH}),
        ({"words": "Think", "above": "15", "measure": "no such"}, {"above": Reason.BOTH}),
    ],
)
def test_what_cannot_be_is_said_at_its_field(fields, reasons) -> None:
    assert parse(fields, {"phq9"}) == reasons


def test_a_form_and_a_file_make_the_same_rule_and_it_reads_as_a_sentence() -> None:
    fields = {"words": " Talk  about TMS", "trials": "2", "weeks": "", "measure": "phq9", "above": "15", "days": "60"}
    assert parse(fields, {"phq9"}) == TMS
    assert sentence(TMS, str) == "adequate trials of at least 6 weeks: 2 or more; PHQ-9 above 15, of the last 60 days"
    whole = data_of(TMS)
    for wrong in ({"words": "x"}, whole | {"dose": 5}, whole | {"words": "5 mg"}, whole | {"trials": "2"}, []):
        assert read(wrong) is None
    assert date(2026, 3, 6) == known().day(NOW - timedelta(days=3))
