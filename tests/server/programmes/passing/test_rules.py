"""Who may pass a gate, by whom the clinic named."""

from dataclasses import replace
from uuid import uuid4

from server.programmes.catalogue import shipped
from server.programmes.passing.rules import Family, Passers, families

OSEI, LIND = uuid4(), uuid4()


def test_with_nobody_named_it_is_whoever_treats_and_then_those_alone() -> None:
    assert Passers().admit(OSEI)
    assert Passers(number=2).admit(OSEI), "taken back"
    named = Passers(frozenset({OSEI}), {OSEI: "Dr Osei"}, number=1)
    assert (named.admit(OSEI), named.admit(LIND)) == (True, False)
    assert not replace(named, names={}).admit(LIND), "everybody who was named left: it opens to nobody by itself"


def test_families_are_those_with_a_gate_that_a_person_may_pass() -> None:
    found = families(shipped().values())
    assert [one.key for one in found] == ["ketamine", "tms"]
    assert {name for one in found for name in one.programmes} == {
        one.name for one in shipped().values() if one.family
    }  # fmt: skip
    tms = shipped()["tms"]
    shut = replace(tms, gates=tuple(replace(gate, holds=True) for gate in tms.gates))
    assert families([shut]) == []
    assert families([shut, tms]) == [Family("tms", [tms.name])]


def test_a_version_from_before_families_is_of_that_of_its_programme() -> None:
    old = replace(shipped()["tms"], family="")
    assert [one.key for one in families([old])] == ["tms"]
    assert families([replace(old, id="ours", based_on="")]) == []
