"""A programme as a file: what is read of it, and what a file that cannot be taken is told."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.programmes.catalogue import shipped, shipped_data
from server.programmes.filed.forms import MOST_BYTES, Filed, read, to_change, written


def own(key: str = "tms", **changed: Any) -> dict[str, Any]:
    """A copy of a programme of Parlour, as somebody takes it out, for a test to change."""
    data: dict[str, Any] = json.loads(written(to_change(shipped_data()[key])))
    return data | changed


def told(data: object) -> dict[str, str]:
    """Place -> what would mend it."""
    found = read(data if isinstance(data, bytes) else json.dumps(data).encode())
    assert not isinstance(found, Filed)
    return {one.place: one.words for one in found}


@pytest.mark.parametrize("key", shipped())
def test_what_is_taken_out_can_be_brought_back(key: str) -> None:
    found = read(written(own(key)).encode())
    assert isinstance(found, Filed), found
    assert (found.definition.id, found.definition.based_on) == (f"{key[:28]}-own", key)
    assert found.definition.steps == shipped()[key].steps


def test_a_file_that_is_none_is_told_what_would_mend_it() -> None:
    assert "nothing in this file" in told(b" \n")[""]
    assert told(b'{"id": "a",\n "name": }') == {
        "line 2": "This is not JSON yet. Mend the commas, brackets and quotation marks there."
    }
    assert "larger than 128 kB" in told(b" " * MOST_BYTES + b"{}")[""]
    assert "‘id’ stands twice" in told(b'{"id": "a", "id": "b"}')[""]
    assert "brackets within brackets" in told(b"[" * 100_000)[""]
    assert "brackets within brackets" in told(b'{"a":' * 20 + b"1" + b"}" * 20)[""]
    assert "within braces" in told(b"[1]")[""]
    assert "no text" in told(b"\xff\xfe{")[""]
    assert "JSON" in told(b'{"id": NaN}')[""]
    assert told(own(figures={}))["figures"]


@pytest.mark.parametrize("sign", ["\n", "\x00", "\ud800", "\x1b"])
def test_a_sign_that_no_page_can_show_is_refused_where_it_stands(sign: str) -> None:
    data = own()
    data["steps"][0]["name"] = f"Be{sign}fore"
    assert "cannot be shown" in told(data)["steps.0.name"]
    data = own(figures={f"gap{sign}": {}})
    assert all(sign not in place + words for place, words in told(data).items())


def test_what_can_only_be_a_slip_of_the_pen_is_refused() -> None:
    data = own()
    data["figures"]["acute"]["value"] = 1e5
    assert told(data)["figures.acute.value"] == "Sessions are a whole number from 1 to 500."
    data = own()
    data["figures"]["gap"]["value"] = -1
    assert "below nothing" in told(data)["figures.gap.value"]
    data = own("tms-accelerated")
    data["figures"]["gap"].update(value=3, unit="hours")
    assert "do not fit in one day" in told(data)["phases.days.gap"]
    assert "letters, digits" in told(own(version="2/../x"))["version"]
    assert "together" in told(own(id="a" * 32))["id"]
    data = own("esketamine")
    clock = next(step for step in data["steps"] if step["kind"] == "clock")
    clock["minutes"] = list(range(100))
    assert "At most 60" in told(data)[f"steps.{clock['id']}.minutes"]


def test_a_sentence_of_a_file_is_words_and_never_a_recipe() -> None:
    """Braces name figures; whatever else stands in them stays as it is written."""
    data = own()
    odd = "{gap.__class__} {0} {gap!r:>99999999} { {gap}"
    data["gates"][0]["reason"] = odd
    found = read(json.dumps(data).encode())
    assert isinstance(found, Filed), found
    assert found.definition.gates[0].reason == odd.replace("{gap}", found.definition.figures["gap"].said)


VALUES = st.sampled_from([None, True, "", "x", "tms", -1, 0, 1.5, 10**9, [], {}, [1], {"a": 1}, "{", "2026-02-30"])


def places(data: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [place for name, one in inner for place in ((*way, name), *places(one, (*way, name)))]


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(sorted(shipped())), st.data())
def test_whatever_is_changed_in_a_file_it_is_read_or_told_why_not(key: str, draw: st.DataObject) -> None:
    data = own(key)
    for _ in range(draw.draw(st.integers(1, 3))):
        *way, last = draw.draw(st.sampled_from(places(data)))
        at = data
        for name in way:
            at = at[name]
        if draw.draw(st.booleans()):
            at[last] = draw.draw(VALUES)
        else:
            del at[last]
    found = read(json.dumps(data).encode())
    assert isinstance(found, Filed) or all(one.words for one in found)
