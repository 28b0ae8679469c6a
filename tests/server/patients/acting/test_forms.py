"""What the forms about who acts for whom accept."""

from datetime import date
from uuid import UUID

import pytest

from server.patients.acting.forms import Problem, parse_arrangement, parse_helper, parse_rules, read_born, rules_fields
from server.patients.acting.notes import notes
from server.patients.acting.rules import ActingRules, Arrangement, Helper, Kind, Told

TODAY = date(2026, 3, 9)
ONE = UUID(int=1)


def test_a_helper_is_confirmed_by_what_was_seen() -> None:
    fields = {"kind": "guardian", "name": "Ana Almeida", "phone": "030 555 0142", "relation": "mother"}
    said = parse_helper(ONE, fields, "DE", "en")
    assert said == Helper(ONE, Kind.GUARDIAN, "Ana Almeida", "", "+49305550142", "en", "mother")
    seen = parse_helper(ONE, {**fields, "evidence": "birth certificate"}, "DE", "en")
    assert isinstance(seen, Helper)
    assert seen.confirmed


@pytest.mark.parametrize(
    ("fields", "problems"),
    [
        ({}, {"name": Problem.MISSING, "mail": Problem.MISSING}),
        ({"name": "Ana", "mail": "ana@"}, {"mail": Problem.MAIL_ODD}),
        ({"name": "Ana", "phone": "12"}, {"phone": Problem.PHONE_SHORT}),
        ({"name": "A" * 121, "phone": "030 555 0142"}, {"name": Problem.LONG}),
    ],
)
def test_a_helper_has_a_name_and_a_way_to_be_reached(fields: dict[str, str], problems: dict[str, Problem]) -> None:
    assert parse_helper(ONE, fields, "DE", "en") == problems


@pytest.mark.parametrize("text", ["2026-03-10", "1900-01-01", "12.3.2012", ""])
def test_nobody_is_born_tomorrow_or_long_ago(text: str) -> None:
    assert read_born(text, TODAY) is None


def test_an_arrangement_reads_back() -> None:
    fields = {"born": "2012-03-09", "told": "both", "confidential": "yes"}
    assert parse_arrangement((ONE,), fields, TODAY) == Arrangement(date(2012, 3, 9), Told.BOTH, True, (ONE,))
    assert parse_arrangement((), {"born": "", "told": "everybody"}, TODAY) == Arrangement()
    assert parse_arrangement((), {"born": "soon"}, TODAY) == {"born": Problem.BORN_ODD}


def test_rules_read_back_and_an_empty_age_is_none() -> None:
    rules = ActingRules(14, Told.BOTH, Told.HELPER, frozenset({Kind.GUARDIAN}), "Dr. Mara Lind", 3)
    assert parse_rules(3, rules_fields(rules)) == rules
    assert parse_rules(0, rules_fields(ActingRules())) == ActingRules()
    assert parse_rules(0, {"consent_age": "fourteen"}) == {"consent_age": Problem.AGE_ODD}
    assert parse_rules(0, {"consent_age": "0"}) == {"consent_age": Problem.AGE_ODD}


def test_what_is_known_of_ages_says_where_it_is_from() -> None:
    assert len(notes()) == 4
    assert all("to be verified" in one for one in notes())
