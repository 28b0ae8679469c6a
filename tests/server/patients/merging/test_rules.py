"""Which part of two records stays."""

from dataclasses import replace
from uuid import uuid4

from server.booking.people.forms import parse
from server.patients.merging.rules import Choice, Side, joined
from server.patients.rules import Needs, Person

KEPT = Person(uuid4(), "Jo Almeida", "jo@example.org", "", Needs(), "en", "Europe/Lisbon")
GONE = Person(uuid4(), "Jo Almeyda", "other@example.org", "+491715550134", Needs("Português"), "ar", "Europe/Berlin")


def test_what_one_record_lacks_comes_from_the_other() -> None:
    one = joined(KEPT, GONE, Choice())
    assert one == replace(KEPT, phone=GONE.phone, needs=GONE.needs)


def test_a_chosen_part_comes_from_the_record_that_goes_and_the_rest_stays() -> None:
    one = joined(KEPT, GONE, Choice(name=Side.GONE, mail=Side.GONE))
    assert (one.id, one.name, one.mail) == (KEPT.id, GONE.name, GONE.mail)
    assert (one.language, one.zone) == (KEPT.language, KEPT.zone)


def test_an_empty_part_that_was_chosen_takes_nothing_away() -> None:
    assert joined(GONE, KEPT, Choice(phone=Side.GONE)).phone == GONE.phone


def test_a_form_that_says_nothing_keeps_what_stays() -> None:
    assert parse({}) == Choice()
    assert parse({"name": "gone", "mail": "x"}) == Choice(name=Side.GONE)
