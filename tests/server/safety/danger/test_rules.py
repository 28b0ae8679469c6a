"""Words of danger: whole ones are found, in whatever letters, and what only looks like them is not."""

import json
from pathlib import Path

import pytest

from server.safety.danger.catalogue import danger, for_browser, in_danger
from server.safety.danger.rules import folded, parse, texts_of

SAID = json.loads((Path(__file__).parent / "said.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("text", "is_danger"), SAID)
def test_words_are_found_whole_in_any_case_accents_and_stops(text: str, is_danger: bool) -> None:
    assert in_danger({"note": text}) is is_danger


def test_every_text_of_an_entry_is_looked_at_wherever_it_stands() -> None:
    assert in_danger({"situation": "On the bus", "thoughts": [{"text": "fine"}, {"text": "I will kill myself"}]})
    assert texts_of({"a": "x", "b": [{"c": "y"}, ["z"]], "d": 4}) == ["x", "y", "z"]
    assert not in_danger({}), "words that stand in two answers are no phrase"
    assert not in_danger({"one": "I want to", "two": "die Blume"})


def test_the_lists_are_folded_speak_every_language_and_await_a_clinician() -> None:
    assert set(danger().languages) >= {"en", "ar"}
    assert danger().awaits
    for words in danger().languages.values():
        assert words.danger
        assert all(folded(one) == one for one in (*words.danger, *words.harmless))
    assert [set(one) for one in json.loads(for_browser())] == [{"danger", "harmless", "joined"}] * len(
        danger().languages
    )
    with pytest.raises(ValueError, match="letters"):
        parse({"languages": {"en": {"danger": ["!"], "harmless": [], "joined": []}}, "awaits": [], "sources": []})
