"""What people write by hand as JSON is read as it stands, or refused."""

import json

import pytest

from server.measures import forms
from server.measures.sense import Fault, Problem
from server.strict_json import TooDeep, TwiceNamed, legible, read_json


def test_what_is_written_once_is_read() -> None:
    assert read_json('{"a": [1, {"b": 2.5}]}', 3) == {"a": [1, {"b": 2.5}]}
    assert read_json(b'{"a": null}', 1) == {"a": None}


def test_a_name_that_stands_twice_is_named_and_never_the_last_one_taken() -> None:
    with pytest.raises(TwiceNamed, match=r"^least$"):
        read_json('{"flag": {"least": 1, "least": 3}}', 9)
    assert forms.read('{"id": "ours", "id": "theirs"}') == [Problem("", Fault.NOT_JSON)]


@pytest.mark.parametrize("text", ["[[[1]]]", '{"a": {"b": {}}}', "[" * 100_000])
def test_what_is_nested_deeper_is_refused(text: str) -> None:
    with pytest.raises(TooDeep):
        read_json(text, 2)


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", '{"a": -Infinity}'])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no number"):
        read_json(text, 9)


def test_where_it_breaks_is_told_by_its_line() -> None:
    with pytest.raises(json.JSONDecodeError) as odd:
        read_json('{\n"a": 1,\n}', 9)
    assert odd.value.lineno == 3


def test_what_no_page_can_show_is_replaced_and_the_rest_is_cut() -> None:
    assert legible("a\nb\ud800", 9) == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}"
    assert legible("a" * 12, 9) == "a" * 9 + "…"
