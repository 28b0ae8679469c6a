"""Presets: what their patterns come to, against what the sources state, and what a clinic's own is told."""

import json
from dataclasses import replace
from typing import Any

import pytest

from server.programmes.catalogue import shipped as programmes
from server.programmes.presets.catalogue import before, shipped, shipped_data
from server.programmes.presets.forms import parse, read_text
from server.programmes.presets.rules import Preset, clock, worked_out

BY_ID = {one.id: one for one in shipped()}
ITBS = "e4d54e81788133b55553427a7811147dcc3379c06b380239212a918a39010b07"
STATED = {
    "hf_10hz_37": (3000, "37:04"),
    "hf_10hz_19": (3000, "18:34"),
    "itbs_600": (600, "3:12"),
    "saint": (1800, "9:52"),
    "dtms_h1": (1980, "19:50"),
}


@pytest.mark.parametrize(("name", "pulses", "lasts"), [(name, *said) for name, said in STATED.items()])
def test_pulses_and_time_follow_from_the_pattern(name: str, pulses: int, lasts: str) -> None:
    found = worked_out(BY_ID[name])
    assert found.pulses == BY_ID[name].pulses == (pulses, pulses)
    assert found.seconds
    assert clock(found.seconds) == lasts


def test_a_time_that_a_maker_states_otherwise_stands_beside_what_the_pattern_comes_to() -> None:
    preset = BY_ID["hf_10hz_19"]
    assert preset.minutes
    stated, found = preset.minutes[0] * 60, worked_out(preset).seconds
    assert found == (1114, 1114)
    assert round(stated) == 18 * 60 + 26


def test_ten_a_day_on_five_days() -> None:
    assert (BY_ID["saint"].day, BY_ID["saint"].course) == (18_000, 90_000)
    told = told_of("saint", course=80_000)
    assert told["course"].startswith("50 sessions of 1800 pulses are 90000, and the file says 80000.")


def test_what_the_source_does_not_say_is_not_worked_out() -> None:
    assert worked_out(BY_ID["bilateral"]).seconds is None
    assert worked_out(BY_ID["lf_1hz_right"]).seconds == (900, 1800)


def test_the_two_sides_have_each_its_own_rate_and_a_course_by_the_version_before_keeps_it() -> None:
    right, left = BY_ID["bilateral"].blocks
    assert (right.where, right.per_second, right.pulses) == ("Right DLPFC", 1, (600, 600))
    assert (left.where, left.per_second, left.pulses) == ("Left DLPFC", 10, (1500, 1500))
    assert worked_out(BY_ID["bilateral"]).pulses == (2100, 2100)
    assert [(one.key, one.blocks[1].per_second) for one in before()] == [("bilateral 1", None)]
    assert BY_ID["bilateral"].key == "bilateral 2"


def test_what_a_clinician_confirmed_of_the_others_stays_confirmed() -> None:
    assert BY_ID["itbs_600"].topic == ("preset-itbs_600", ITBS)
    changed = replace(BY_ID["itbs_600"], blocks=(replace(BY_ID["itbs_600"].blocks[0], where="Left DLPFC"),))
    assert changed.topic != BY_ID["itbs_600"].topic


def test_each_says_where_it_is_from_and_none_that_a_label_says_it() -> None:
    assert all(one.source and not one.label for one in shipped())
    assert set.union(*(set(one.programmes) for one in shipped())) <= set(programmes())


def told_of(name: str, **changed: Any) -> dict[str, str]:
    found = parse(next(one for one in shipped_data()["presets"] if one["id"] == name) | changed)
    assert not isinstance(found, Preset)
    return {one.place: one.words for one in found}


def test_a_preset_whose_figures_do_not_fit_is_told_what_would_mend_it() -> None:
    assert told_of("hf_10hz_37", pulses=[2900, 2900]) == {
        "pulses": "By its pattern a session has 3000 pulses, and the file says 2900. Mend whichever is wrong."
    }
    assert "lasts 37:04, and the file says 19 min." in told_of("hf_10hz_37", minutes=[19, 19])["minutes"]
    burst = {"per_second": 5, "burst": 3, "within": 10, "train": 2, "pause": 8, "trains": 20}
    assert "until the next one begins" in told_of("itbs_600", blocks=[burst])["blocks.0.within"]
    odd = {"per_second": 10, "train": 4.25, "pause": 26, "trains": 75}
    assert "42.5 in a train" in told_of("hf_10hz_37", blocks=[odd], pulses=[3187, 3187])["blocks.0"]
    assert told_of("lf_1hz_right", blocks=[{"per_second": 1}])["blocks.0"].startswith("Say either trains")
    trains = {"per_second": 10, "train": 4, "pause": 26, "trains": 75, "unstated": True}
    assert "blocks.0.unstated" in told_of("hf_10hz_37", blocks=[trains])
    assert told_of("itbs_600", intensity=[120, 110])["intensity"] == "The least stands before the most."
    assert told_of("itbs_600", source="")["source"] == "This is empty."


def test_what_is_no_json_says_in_which_line() -> None:
    (found,) = read_text('{"id": "own",\n"version" "1"}')
    assert found.words.startswith("Line 2: This is not JSON yet.")
    assert isinstance(read_text(json.dumps(shipped_data()["presets"][0])), Preset)
