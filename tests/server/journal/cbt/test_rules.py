"""What tools ask, what a form of one says, and what moved within an entry."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib.resources import files
from uuid import uuid4

import pytest

from server.journal.cbt.catalogue import ORDER, tools
from server.journal.cbt.form import flat
from server.journal.cbt.forms import Reason, filled
from server.journal.cbt.rules import Type, parse
from server.journal.cbt.telling import told, whole
from server.journal.rules import Entry, Share, Written

THOUGHT = tools()["thought"]
WHEN = Written(date(2026, 3, 12), datetime(2026, 3, 12, tzinfo=UTC), "Europe/Berlin", backdated=False)


def raw(name: str) -> dict[str, object]:
    return json.loads((files("server.journal.cbt") / "tools" / f"{name}.json").read_text(encoding="utf-8"))


def test_every_tool_says_its_source_and_that_it_awaits_a_clinician() -> None:
    assert list(tools()) == list(ORDER)
    for one in tools().values():
        assert one.source
        assert "wording" in one.awaits
        assert len(one.id) <= 24, "the kind of an entry"
    assert len(THOUGHT.field("patterns").options) == 14
    assert [form.key for form in THOUGHT.forms] == ["short", "full"]
    assert len(THOUGHT.parts_of("short")) == 3, "situation, feelings, thoughts"
    assert len([one for one in THOUGHT.parts_of("full") if one.fields[0].id != "patterns"]) == 7


def test_a_file_that_is_no_tool_is_refused() -> None:
    for spoil in (
        {"title": "nothing"},
        {"name": {"ar": "بالعربية وحدها"}},
        {
            "parts": [
                {
                    "title": {"en": "a", "ar": "a"},
                    "fields": [{"id": "x", "type": "one", "label": {"en": "a", "ar": "a"}}],
                }
            ]
        },
    ):
        with pytest.raises(ValueError, match=r"in English|title|choose"):
            parse({**raw("thought"), **spoil})


def test_what_is_chosen_and_what_is_written_are_kept_apart_row_by_row() -> None:
    fields = {
        "situation": ["By the  gate\r\nat five"],
        "emotions-0-name": ["fear"],
        "emotions-2-name": [" dread "],
        "emotions-2-before": ["70"],
        "emotions-2-after": ["40"],
        "emotions-4-before": ["20"],
        "patterns": ["labelling", "mind_reading"],
        "nonsense": ["x"],
    }
    said, reasons = filled(fields, THOUGHT, "full")
    assert not reasons
    assert said.value["emotions"] == [{}, {"before": 70, "after": 40}, {"before": 20}]
    assert said.words["emotions"] == [{"name": "fear"}, {"name": "dread"}, {}]
    assert said.value["patterns"] == ["mind_reading", "labelling"], "in the order of the list"
    assert said.words["situation"] == "By the  gate\nat five"
    again, _ = filled(flat(THOUGHT, whole(said.value, said.words)), THOUGHT, "full")
    assert again == said, "a form holds all that an entry says"


def test_a_shorter_form_keeps_nothing_of_a_longer_one_and_nothing_is_no_entry() -> None:
    said, _ = filled({"situation": ["x"], "balanced": ["y"], "emotions-0-after": ["10"]}, THOUGHT, "short")
    assert (said.value, said.words) == ({}, {"situation": "x"})
    assert filled({}, THOUGHT, "full")[1] == {"": Reason.EMPTY}


@pytest.mark.parametrize("wrong", ["101", "-1", "NaN", "٣", "5.5", "99999"])
def test_what_is_no_number_of_the_scale_is_refused(wrong: str) -> None:
    _, reasons = filled({"emotions-0-before": [wrong]}, THOUGHT, "short")
    assert reasons == {"emotions-0-before": Reason.OUT}


@pytest.mark.parametrize(
    ("clock", "kept"), [("23:30", "23:30"), ("07:05:00", "07:05"), ("24:00", None), ("7:05", None), ("aa:bb", None)]
)
def test_a_clock_time_is_one(clock: str, kept: str | None) -> None:
    said, reasons = filled({"bed": [clock]}, tools()["night"], "full")
    assert said.value.get("bed") == kept
    assert bool(reasons) is (kept is None)


def test_change_is_counted_where_both_answers_are_there_and_a_reader_without_words_sees_no_words() -> None:
    value = {
        "form": "full",
        "emotions": [{"before": 80, "after": 50}, {"before": 40}],
        "thoughts": [{"belief": 90, "belief_after": 95}],
    }
    words = {"emotions": [{"name": "dread"}, {"name": "fear"}], "thoughts": [{"text": "owl"}], "situation": "gate"}
    entry = Entry(uuid4(), "thought", WHEN, Share.ALL, 1, value, words)
    mine = told(THOUGHT, entry)
    assert [(one.name, one.before, one.after, one.by) for one in mine.changes] == [
        ("dread", 80, 50, -30),
        ("owl", 90, 95, 5),
    ]
    assert (mine.title, mine.form, mine.open) == ("gate", "full", False)
    theirs = told(THOUGHT, replace(entry, words={}))
    assert [(one.name, one.by) for one in theirs.changes] == [("", -30), ("", 5)]
    assert not [word for word in ("dread", "owl", "gate") if word in repr(theirs.said) + theirs.title]


def test_every_field_of_a_tool_takes_something() -> None:
    for tool in tools().values():
        for form in tool.forms:
            for one in tool.fields_of(form.key):
                assert one.type is not Type.ROWS or one.fields
                assert one.type is not Type.SCALE or (one.least and one.most and len(one.steps) == 11)
