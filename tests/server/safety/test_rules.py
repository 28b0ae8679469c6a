"""The crisis directory: every country has a way out, and nobody is told that an unchecked number was checked."""

from datetime import date, timedelta

import pytest

from server.safety.directory import directory
from server.safety.rules import ANYWHERE, Checked, dialled, entry_for, parse

TODAY = date(2026, 3, 12)


@pytest.mark.parametrize("entry", directory().values(), ids=lambda entry: entry.country)
def test_every_country_has_an_emergency_number_and_a_line_one_can_reach(entry) -> None:
    assert [one for one in entry.emergency if one.dial]
    assert entry.lines
    for line in entry.lines:
        assert line.dial
        assert line.channels
        assert set(line.channels) <= {"call", "text"}


def test_no_number_of_ours_claims_to_be_checked_by_nobody() -> None:
    for entry in directory().values():
        for checked in (entry.checked, *(line.checked for line in entry.lines)):
            assert bool(checked.on) == bool(checked.by)


@pytest.mark.parametrize(("days", "holds"), [(0, True), (90, True), (91, False), (-1, False)])
def test_a_check_holds_for_ninety_days_and_never_from_the_future(days, holds) -> None:
    assert Checked(TODAY - timedelta(days=days), "Mara Lind").holds(TODAY) is holds


def test_a_check_without_a_name_or_a_day_is_none() -> None:
    assert not Checked(TODAY, None).holds(TODAY)
    assert not Checked(None, "Mara Lind").holds(TODAY)


def test_the_first_country_named_is_the_one_shown() -> None:
    assert entry_for(directory(), "", "DE").country == "DE"
    assert entry_for(directory(), "NZ", "DE").country == "NZ"


def test_a_country_we_know_nothing_of_never_gets_another_ones_numbers() -> None:
    assert entry_for(directory(), "PL", "DE") is ANYWHERE
    assert entry_for(directory()) is ANYWHERE
    assert ANYWHERE.emergency[0].number == "112"


@pytest.mark.parametrize(
    ("shown", "pressed"),
    [("116 123", "116123"), ("*4141", "*4141"), ("+91 9999 666 555", "+919999666555"), ("800-4673", "8004673")],
)
def test_a_number_is_dialled_without_its_spaces(shown, pressed) -> None:
    assert dialled(shown) == pressed


def test_an_entry_with_an_unknown_kind_is_refused() -> None:
    line = {
        "name": "A", "number": "1", "kind": "other", "channels": ["call"], "hours": None,
        "source": "list", "verified_on": None, "verified_by": None,
    }  # fmt: skip
    entry = {"country": "XX", "emergency": [{"number": "1"}], "verified_on": None, "verified_by": None, "lines": [line]}
    with pytest.raises(ValueError, match="other"):
        parse({"countries": [entry]})
