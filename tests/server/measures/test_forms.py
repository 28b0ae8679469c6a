"""The format of a measure: what is read, and where exactly a file is wrong."""

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.measures import forms
from server.measures.catalogue import shipped, shipped_data
from server.measures.rules import Band, Instrument, Method
from server.measures.sense import Fault, check_digit

SHELLS = {"who5", "cssrs", "asrm", "isi", "epds", "wsas", "cadss"}


def phq9() -> dict[str, Any]:
    return deepcopy(dict(shipped_data()["phq9"]))


def test_every_file_that_we_ship_is_a_measure_with_its_source_and_permission() -> None:
    for key, one in shipped().items():
        assert (one.id, bool(one.source), bool(one.permission)) == (key, True, True)


def test_whose_owners_do_not_permit_it_ships_without_a_word_of_its_questions() -> None:
    assert {key for key, one in shipped().items() if one.shell} == SHELLS
    for key in SHELLS:
        assert not [
            item.id for item in shipped()[key].items if item.text or any(option.text for option in item.options)
        ]


def test_audit_c_is_a_pack_and_shows_the_notice_of_the_who() -> None:
    audit = shipped()["auditc"]
    assert audit.pack
    assert "World Health Organization 2001" in audit.notice
    assert [key for key, one in shipped().items() if one.pack] == ["auditc"]


def test_the_anxiety_scale_begins_with_not_at_all() -> None:
    """'Not at all sure' is a known mistake of reprints (Zorowitz 2021, Lancet Psychiatry 8:180)."""
    assert shipped()["gad7"].items[0].options[0].text == "Not at all"


@pytest.mark.parametrize("key", [key for key, one in shipped().items() if one.method is Method.SUM])
def test_bands_cover_the_whole_range_without_a_gap(key: str) -> None:
    one = shipped()[key]
    bands = [band for band in one.levels if isinstance(band, Band)]
    covered = [number for band in bands for number in range(band.least, band.most + 1)]
    assert covered == list(range(one.span[0], one.span[1] + 1))


def test_codes_have_their_check_digit() -> None:
    numbers = ("44249", "44261", "69737", "70274", "102017")
    assert [check_digit(number) for number in numbers] == [1, 6, 5, 6, 1]
    unconfirmed = {"91006-2", "70273-8", "75624-7", "89708-7", "55757-9"}
    text = json.dumps(shipped_data()["phq2"]["loinc"]) + json.dumps(
        [one.get("loinc") for one in shipped_data().values()]
    )
    assert not [code for code in unconfirmed if code in text]


def spoiled(**change: Any) -> list[tuple[str, str]]:
    """What is found wrong after a change; 'items__3__text' is a path, None takes a field away."""
    data: Any = phq9()
    for path, value in change.items():
        *way, last = [int(part) if part.isdigit() else part for part in path.split("__")]
        here = data
        for part in way:
            here = here[part]
        if value is None:
            del here[last]
        else:
            here[last] = value
    found = forms.parse(data)
    return [] if isinstance(found, Instrument) else [(one.path, one.fault.value) for one in found]


@pytest.mark.parametrize(
    ("change", "path", "fault"),
    [
        ({"source": None}, "source", Fault.MISSING),
        ({"permission": ""}, "permission", Fault.MISSING),
        ({"colour": "red"}, "colour", Fault.UNKNOWN_FIELD),
        ({"format": 2}, "format", Fault.OUT_OF_RANGE),
        ({"name": 9}, "name", Fault.NOT_TEXT),
        ({"items__3__text": None}, "items.3.text", Fault.NO_TEXT),
        ({"items__3__id": "phq9_1"}, "items.3.id", Fault.TWICE),
        ({"options__1__value": 0}, "options.1.value", Fault.TWICE),
        ({"options__1__value": True}, "options.1.value", Fault.NOT_WHOLE),
        ({"options__1__value": 1.5}, "options.1.value", Fault.NOT_WHOLE),
        ({"options__3__value": 9}, "scoring.range", Fault.RANGE_DIFFERS),
        ({"scoring__range": [0, 30]}, "scoring.range", Fault.RANGE_DIFFERS),
        ({"scoring__missing": 9}, "scoring.missing", Fault.OUT_OF_RANGE),
        ({"bands__1__from": 6}, "bands.1.from", Fault.GAP),
        ({"bands__4__to": 26}, "bands.4.to", Fault.GAP),
        ({"bands__4__to": 40}, "bands.4.to", Fault.GAP),
        ({"bands": []}, "bands", Fault.MISSING),
        ({"cut": 40}, "cut", Fault.OUT_OF_RANGE),
        ({"flags__0__item": "phq9_99"}, "flags.0.item", Fault.NO_SUCH_ITEM),
        ({"flags__0__at_least": 4}, "flags.0.at_least", Fault.NEVER_REACHED),
        ({"flags__0__weight": "loud"}, "flags.0.weight", Fault.NOT_A_CHOICE),
        ({"items__9__ask_if__items": ["phq9_difficulty"]}, "items.9.ask_if", Fault.LATER_ITEM),
        ({"items__9__ask_if__items": ["nobody"]}, "items.9.ask_if", Fault.NO_SUCH_ITEM),
        ({"items__0__loinc": "44250-8"}, "items.0.loinc", Fault.CHECK_DIGIT),
        ({"change__response": 1.5}, "change.response", Fault.OUT_OF_RANGE),
        ({"change__reliable": float("nan")}, "change.reliable", Fault.OUT_OF_RANGE),
    ],
)
def test_a_file_that_is_wrong_says_where(change: dict[str, Any], path: str, fault: Fault) -> None:
    assert (path, fault.value) in spoiled(**change)


def test_untouched_it_is_right() -> None:
    assert spoiled() == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", Fault.NOT_JSON),
        ("{", Fault.NOT_JSON),
        ('{"format": NaN}', Fault.NOT_JSON),
        (b"\xff\xfe", Fault.NOT_JSON),
        ("[" * 100_000, Fault.NOT_JSON),
        (" " * (forms.MOST_BYTES + 1), Fault.TOO_LARGE),
    ],
)
def test_what_is_no_json_is_no_measure(text: str | bytes, fault: Fault) -> None:
    found = forms.read(text)
    assert isinstance(found, list)
    assert [one.fault for one in found] == [fault]


@pytest.mark.parametrize("text", ["[]", "3", "null", '"phq9"'])
def test_json_of_another_kind_is_refused_with_a_reason(text: str) -> None:
    assert isinstance(forms.read(text), list)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(shipped_data()["phq9"])), JSON)
def test_any_value_in_any_place_is_a_measure_or_a_list_of_reasons(name: str, value: Any) -> None:
    found = forms.parse({**phq9(), name: value})
    assert isinstance(found, Instrument) or (found and all(one.fault in Fault for one in found))
