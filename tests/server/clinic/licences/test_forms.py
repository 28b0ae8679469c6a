"""What the form of a licence accepts."""

from datetime import date
from uuid import uuid4

from server.clinic.licences.forms import parse_licence
from server.clinic.licences.rules import Licence, Place
from server.clinic.sheet import Reason

ID = uuid4()
COUNTRIES, REGIONS = {"US", "PT"}, {"US": {"US-TX"}}
WHOLE = {"country": "US", "region": "US-TX", "kind": "Psychologist", "number": "TX 1", "expires": "2027-03-31"}


def parsed(**changes: str):
    return parse_licence(ID, WHOLE | changes, COUNTRIES, REGIONS)


def test_a_whole_licence() -> None:
    assert parsed() == Licence(ID, Place("US", "US-TX"), "Psychologist", "TX 1", date(2027, 3, 31))


def test_number_day_and_region_may_be_empty() -> None:
    assert parsed(number="", expires="", region="") == Licence(ID, Place("US"), "Psychologist")


def test_a_region_that_its_country_does_not_ask_for_is_left_out() -> None:
    assert parsed(country="PT") == Licence(ID, Place("PT"), "Psychologist", "TX 1", date(2027, 3, 31))


def test_what_does_not_stand_has_its_reason() -> None:
    assert parsed(country="", kind=" ") == {"country": Reason.MISSING, "kind": Reason.MISSING}
    assert parsed(country="XX", expires="soon") == {"country": Reason.UNKNOWN, "expires": Reason.NOT_A_DAY}
    assert parsed(region="US-ZZ", kind="x" * 81) == {"region": Reason.UNKNOWN, "kind": Reason.TOO_LONG}
