"""What can be said of whom the card calls."""

import pytest

from server.programmes.card.forms import Reason, read
from server.programmes.card.rules import Contact, Line, every, unset


@pytest.mark.parametrize("phone", ["2222", "112", "+49 30 555010", "030/555-010", "(030) 555010", "+1 512 555.0100"])
def test_what_can_be_called_is_kept_as_it_was_written(phone: str) -> None:
    said = read({"phone-physician": f" {phone} ", "name-physician": " Dr  Osei ", "seen-physician": "3"})
    assert said.contacts[Line.PHYSICIAN] == Contact(phone, "Dr Osei")
    assert said.contacts[Line.PHYSICIAN].dialled in ("2222", "112", "+4930555010", "030555010", "+15125550100")
    assert (said.seen[Line.PHYSICIAN], said.wrong) == (3, {})


@pytest.mark.parametrize("phone", ["the desk", "+", "tel:112", "112;ext=1", "x112", "٢٢٢٢", "1" * 33, "( )"])
def test_what_cannot_be_called_is_said_at_its_field(phone: str) -> None:
    assert read({"phone-clinic": phone}).wrong == {"phone-clinic": Reason.NO_PHONE}


def test_a_name_without_a_number_helps_nobody_and_nothing_at_all_takes_back() -> None:
    assert read({"name-physician": "Dr Osei"}).wrong == {"phone-physician": Reason.NO_NUMBER}
    empty = read({"seen-clinic": "-1"})
    assert (empty.wrong, unset(empty.contacts), empty.seen[Line.CLINIC]) == ({}, list(Line), 0)


def test_what_is_not_said_is_not_set() -> None:
    assert unset(every({Line.CLINIC: Contact("2222")})) == [Line.PHYSICIAN, Line.EMERGENCY]
