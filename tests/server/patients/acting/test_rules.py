"""Whose yes counts and who is told, rule by rule."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from server.patients.acting.rules import (
    ActingRules,
    Arrangement,
    Helper,
    Kind,
    Told,
    Whose,
    age_on,
    audience,
    below_consent,
    counts,
    told,
    whose_yes,
)

TODAY = date(2026, 3, 9)
TEN, FIFTEEN, FORTY = (date(2026 - years, 3, 9) for years in (10, 15, 40))
UNSET, FROM_14 = ActingRules(), ActingRules(consent_age=14)


def helper(kind: Kind = Kind.GUARDIAN, mail: str = "ana@example.org", number: int = 1) -> Helper:
    return Helper(UUID(int=number), kind, "Ana", mail, confirmed=True)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2012, 3, 9), date(2026, 3, 8), 13),
        (date(2012, 3, 9), date(2026, 3, 9), 14),
        (date(2012, 2, 29), date(2026, 2, 28), 13),
        (date(2012, 2, 29), date(2026, 3, 1), 14),
        (date(2012, 2, 29), date(2028, 2, 29), 16),
    ],
)
def test_somebody_is_a_year_older_on_their_birthday(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


def test_no_age_of_consent_is_preset_and_nothing_is_guessed_without_one() -> None:
    assert UNSET.consent_age is None
    assert below_consent(UNSET, TEN, TODAY) is None
    assert below_consent(FROM_14, None, TODAY) is None
    assert below_consent(FROM_14, TEN, TODAY) is True
    assert below_consent(FROM_14, FIFTEEN, TODAY) is False


@pytest.mark.parametrize(
    ("rules", "born", "kinds", "whose"),
    [
        (FROM_14, TEN, {Kind.GUARDIAN}, Whose.GUARDIAN),
        (FROM_14, TEN, set(), Whose.GUARDIAN),
        (FROM_14, FIFTEEN, {Kind.GUARDIAN}, Whose.PATIENT),
        (FROM_14, FORTY, {Kind.PROXY}, Whose.PROXY),
        (FROM_14, FORTY, {Kind.CARER}, Whose.PATIENT),
        (FROM_14, FORTY, set(), Whose.PATIENT),
        (UNSET, TEN, {Kind.GUARDIAN}, Whose.UNDECIDED),
        (FROM_14, None, {Kind.GUARDIAN}, Whose.UNDECIDED),
        (UNSET, None, set(), Whose.PATIENT),
    ],
)
def test_whose_yes_counts(rules: ActingRules, born: date | None, kinds: set[Kind], whose: Whose) -> None:
    assert whose_yes(rules, Arrangement(born), kinds, TODAY) is whose


def test_a_yes_counts_by_whom_it_was_given_and_none_while_it_is_undecided() -> None:
    assert counts("guardian", Whose.GUARDIAN)
    assert not counts("patient", Whose.GUARDIAN)
    assert not counts("carer", Whose.PATIENT)
    assert not counts("guardian", Whose.UNDECIDED)
    assert not counts("undecided", Whose.UNDECIDED)


@pytest.mark.parametrize(
    ("born", "kind", "who"),
    [
        (TEN, Kind.GUARDIAN, Told.HELPER),
        (None, Kind.GUARDIAN, Told.HELPER),
        (FIFTEEN, Kind.GUARDIAN, Told.PATIENT),
        (FORTY, Kind.PROXY, Told.PATIENT),
        (TEN, Kind.CARER, Told.PATIENT),
    ],
)
def test_who_is_told_follows_the_clinics_rules(born: date | None, kind: Kind, who: Told) -> None:
    assert audience(FROM_14, Arrangement(born), [helper(kind)], TODAY) is who


def test_what_is_arranged_for_one_patient_stands_above_the_rules() -> None:
    assert audience(FROM_14, Arrangement(TEN, Told.BOTH), [helper()], TODAY) is Told.BOTH
    assert audience(FROM_14, Arrangement(FORTY, Told.HELPER), [helper(Kind.PROXY)], TODAY) is Told.HELPER


@pytest.mark.parametrize("own", [None, *Told])
@pytest.mark.parametrize("reached", [True, False])
def test_confidential_stands_above_everything(own: Told | None, reached: bool) -> None:
    arranged = Arrangement(TEN, own, confidential=True)
    assert told(FROM_14, arranged, [helper()], TODAY, reached=reached) == (True, ())


def test_a_message_that_would_reach_nobody_goes_to_who_can_be_reached() -> None:
    far, near = helper(mail=""), helper(Kind.CARER, number=2)
    assert told(FROM_14, Arrangement(FORTY), [far, near], TODAY, reached=False) == (False, [near])
    assert told(FROM_14, Arrangement(FORTY), [near], TODAY, reached=True) == (True, ())
    assert told(FROM_14, Arrangement(TEN), [far], TODAY, reached=True) == (True, [])


def test_both_are_two_messages() -> None:
    one = helper()
    assert told(FROM_14, Arrangement(TEN, Told.BOTH), [one], TODAY, reached=True) == (True, [one])


def test_without_helpers_nothing_changes() -> None:
    assert told(UNSET, Arrangement(), [], TODAY, reached=False) == (True, ())


def test_a_guardian_whom_nobody_has_confirmed_takes_over_no_messages_but_of_a_known_minor() -> None:
    said = replace(helper(), confirmed=False)
    rules = replace(FROM_14, young=Told.HELPER, grown=Told.PATIENT)
    assert told(rules, Arrangement(None), [said], TODAY, reached=True) == (True, ())
    assert told(rules, Arrangement(TEN), [said], TODAY, reached=True) == (False, [said])
    assert told(rules, Arrangement(None), [said], TODAY, reached=False) == (False, [said])
    assert told(rules, Arrangement(None), [helper()], TODAY, reached=True) == (False, [helper()])
