"""Which programme of Parlour a file is near to, and what it may not lack then."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from server.programmes.catalogue import read, shipped
from server.programmes.definition import Definition
from server.programmes.filed.nearest import bases_of, lacking, nearest
from tests.server.programmes.filed.test_forms import own

HOME = ("ketamine-home", "ketamine-home-sc")
KETAMINE = ("esketamine", "esketamine-maintenance", "ketamine-im", "ketamine-iv", *HOME)
KEPT = sorted((Path(__file__).parents[1] / "kept").glob("*.json"))


def of(data: Mapping[str, Any]) -> Definition:
    return read("ours", data)


def told(data: Mapping[str, Any]) -> dict[str, str]:
    return {one.place: one.words for one in lacking(of(data))}


def unbound(data: dict[str, Any]) -> dict[str, Any]:
    """Without its family, what rests on it, and the programme that it was made of."""
    gates = [{name: value for name, value in gate.items() if name != "across"} for gate in data["gates"]]
    return {name: value for name, value in data.items() if name not in ("family", "based_on")} | {"gates": gates}


def unled(data: dict[str, Any]) -> dict[str, Any]:
    """Nobody answers for it."""
    gates = [gate for gate in data["gates"] if gate["id"] != "led"]
    return data | {"footings": [one for one in data["footings"] if one["base"] != "person"], "gates": gates}


def renamed(one: Definition) -> Definition:
    """Each step, gate and figure by another id."""
    steps = tuple(replace(step, id=f"x_{step.id}") for step in one.steps)
    gates = tuple(replace(gate, id=f"x_{gate.id}") for gate in one.gates)
    return replace(one, steps=steps, gates=gates, figures={f"x_{name}": each for name, each in one.figures.items()})


@pytest.mark.parametrize("key", shipped())
def test_a_copy_is_nearest_to_what_it_was_made_of_and_lacks_nothing(key: str) -> None:
    for data in (own(key), own(key, based_on=None)):
        assert [one.id for one in bases_of(of(data))] == [key]
        assert told(data) == {}


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_a_copy_of_an_earlier_version_lacks_nothing(path: Path) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    assert told(data | {"id": "ours", "based_on": data["id"]}) == {}


def test_of_two_that_are_as_near_it_is_the_one_that_the_file_names_or_says_more_of() -> None:
    """Those at home go by the same ids: what differs is how many sessions there are, and how it is given."""
    for key, other in (HOME, HOME[::-1]):
        for data in (own(key, based_on=None), own(key, based_on="esketamine")):
            near = nearest(of(data))
            assert near, key
            assert near.id == key
        named = nearest(of(own(key, based_on=other)))
        assert named, key
        assert named.id == other
    mixed = own(HOME[0], based_on=None)
    mixed["figures"] = own(HOME[1])["figures"]
    mixed["phases"], mixed["steps"] = own(HOME[1])["phases"], own(HOME[1])["steps"]
    near = nearest(of(mixed))
    assert near
    assert near.id == HOME[1]


def test_what_has_nothing_in_common_is_near_to_none() -> None:
    assert bases_of(renamed(of(own("tms")))) == ()
    assert bases_of(renamed(of(own("ketamine-iv")))) == (), "nor to the one that it names"


def test_a_file_that_names_another_than_it_is_nearest_to_is_held_against_both() -> None:
    found = bases_of(of(own("esketamine", based_on="ketamine-iv")))
    assert [one.id for one in found] == ["ketamine-iv", "esketamine"]


@pytest.mark.parametrize("key", KETAMINE)
def test_a_programme_of_ketamine_has_its_family_whatever_it_names(key: str) -> None:
    words = told(unbound(own(key)))["family"]
    assert shipped()[key].name in words
    assert 'Add the line "family": "ketamine".' in words
    assert told(unbound(own(key)) | {"family": "ketamine"}) == {}
    assert "family" in told(unbound(own(key)) | {"family": "ours"})
    assert "family" in told(unbound(own(key)) | {"based_on": "tms"})


def test_a_family_that_follows_from_what_it_was_made_of_is_one() -> None:
    assert told(unbound(own("ketamine-iv")) | {"based_on": "ketamine-im"}) == {}


def test_a_file_that_shares_no_id_is_known_by_its_name_and_that_somebody_is_watched() -> None:
    one = replace(renamed(of(unbound(own("ketamine-iv")))), id="ours", name="Infusionen mit S-KETAMIN")
    assert [each.place for each in lacking(one)] == ["family"]
    assert list(lacking(replace(one, family="ketamine"))) == []
    assert list(lacking(replace(one, name="Infusions"))) == [], "no word says so"
    assert told(own("cbt", name="After ketamine: eight talks", id="ours")) == {}, "talks give none"


def test_tms_keeps_its_family_too() -> None:
    assert 'Add the line "family": "tms".' in told(unbound(own("tms-accelerated")))["family"]


@pytest.mark.parametrize("key", HOME)
def test_a_programme_at_home_has_who_answers_for_it(key: str) -> None:
    data = unled(own(key))
    found = told(data)
    assert sorted(found) == ["footings", "gates"]
    line = '{"id": "director", "base": "person", "name": "Medical director who answers for it", "source": "…"}'
    assert found["footings"].endswith(f"Add {line}.")
    added = {"footings": [*data["footings"], json.loads(line)]}
    gate = json.loads(found["gates"].partition("Add ")[2].removesuffix("."))
    assert told(data | added | {"gates": [*data["gates"], gate]}) == {}, "the lines that it says mend it"


@pytest.mark.parametrize("based_on", [None, "ketamine-im", "tms", "ketamine-home-sc"])
def test_it_does_not_matter_what_it_says_that_it_was_made_of(based_on: str | None) -> None:
    assert sorted(told(unled(own("ketamine-home", based_on=based_on)))) == ["footings", "gates"]


def test_a_gate_elsewhere_holds_no_session() -> None:
    data = own("ketamine-home")
    next(gate for gate in data["gates"] if gate["id"] == "led").update(before="discharge")
    assert sorted(told(data)) == ["gates"]


def test_a_programme_that_takes_over_the_checks_of_a_home_is_one_at_home() -> None:
    """Infusions with the place, the monitor and the visit by video, as the home programmes alone have them."""
    home, data = shipped()["ketamine-home"], of(own("ketamine-iv"))
    one = replace(data, steps=(*data.steps, home.by_id["place"], home.by_id["visit"]))
    assert [each.id for each in bases_of(one)] == ["ketamine-iv"]
    assert sorted(each.place for each in lacking(one)) == ["footings", "gates"]
