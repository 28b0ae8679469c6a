"""Sessions as data: their seconds add up, their words are there in every language, and can be said in their time."""

import json
import re
from importlib.resources import files

import pytest

from server.calm.meditation.catalogue import ORDER, sessions
from server.calm.meditation.rules import MINUTES, Anchor, Kind, lasts, parse, usual
from server.tongues import LANGUAGES

LINES = [(one.id, minutes) for one in sessions().values() for minutes in one.lengths]


def written(name: str = "anchor") -> dict:
    return json.loads((files("server.calm.meditation") / "sessions" / f"{name}.json").read_text(encoding="utf-8"))


def test_every_file_is_in_the_list_and_every_length_is_offered_by_somebody() -> None:
    folder = files("server.calm.meditation") / "sessions"
    assert {one.name for one in folder.iterdir()} == {f"{name}.json" for name in ORDER}
    assert {minutes for _, minutes in LINES} == set(MINUTES)
    assert [usual(one) for one in sessions().values()] == [5] * len(ORDER)


@pytest.mark.parametrize(("name", "minutes"), LINES)
def test_a_session_lasts_its_minutes_with_a_bell_at_both_ends_and_quiet_between(name, minutes) -> None:
    line = sessions()[name].lengths[minutes]
    assert lasts(line) == minutes * 60
    assert [one.at for one in line] == [lasts(line[:place]) for place in range(len(line))]
    assert (line[0].kind, line[-1].kind) == (Kind.BELL, Kind.BELL)
    assert sum(one.seconds for one in line if one.kind is Kind.SILENCE) * 2 > minutes * 60
    assert max(one.seconds for one in line) <= 100, "nobody is left alone for long"


@pytest.mark.parametrize("name", ORDER)
def test_what_is_said_can_be_said_in_its_time_in_every_language(name) -> None:
    session = sessions()[name]
    for line in session.lengths.values():
        for one in (one for one in line if one.kind is Kind.CUE):
            for words in session.texts[one.text].values():
                assert all(len(words[language].split()) / 2.3 <= one.seconds for language in LANGUAGES), one.text
                assert all(words.values())


def test_three_and_ten_minutes_follow_the_written_template() -> None:
    def parts(minutes: int) -> dict[str, int]:
        line = sessions()["anchor"].lengths[minutes]
        begins = [one.at for one in line if one.kind is Kind.CUE]
        ends = [*begins[1:], minutes * 60]
        found: dict[str, int] = {}
        for one, end in zip((one for one in line if one.kind is Kind.CUE), ends, strict=True):
            found[one.text] = found.get(one.text, 0) + end - (0 if one.at == 5 else one.at)
        return found

    assert parts(3) == {"arrive": 20, "posture": 15, "rest": 60, "noticed": 60, "widen": 15, "end": 10}
    ten = parts(10)
    assert ten["arrive"] + ten["nothing"] == 60
    assert (ten["posture"], ten["hear"], ten["take"] + ten["close"]) == (30, 60, 90)


def test_who_is_not_at_ease_with_the_breath_hears_of_feet_or_sounds() -> None:
    session = sessions()["anchor"]
    assert session.anchors == tuple(Anchor)
    assert "breath" in session.said("rest", "breath", "en")
    for anchor in ("feet", "sounds"):
        told = [session.said(key, anchor, "en").casefold() for key in session.texts]
        assert not [words for words in told if "breath" in words]
    assert session.said("arrive", "feet", "ar") == session.said("arrive", "", "ar")


def test_nobody_is_told_to_close_their_eyes_or_to_hold_still() -> None:
    for session in sessions().values():
        told = " ".join(words["en"].casefold() for each in session.texts.values() for words in each.values())
        assert not re.search(r"close your eyes|do not move|empty your|\bmust\b|\bshould\b", told)
        assert session.awaits, "our own words await a clinician"


def first(data: dict) -> dict:
    return data["lengths"]["3"][1]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: first(data).update(dur=first(data)["dur"] + 1),
        lambda data: first(data).update(t=6),
        lambda data: first(data).update(dur=0),
        lambda data: first(data).update(text="nowhere"),
        lambda data: first(data).pop("text"),
        lambda data: first(data).update(type="song"),
        lambda data: data["lengths"]["3"][0].update(text="arrive"),
        lambda data: data["lengths"].update({"4": data["lengths"]["3"]}),
        lambda data: data["texts"]["arrive"].pop("en"),
        lambda data: data["texts"]["arrive"].update(ar=""),
        lambda data: data["texts"]["rest"].pop("feet"),
        lambda data: data["texts"].update(more={"en": "More.", "ar": "المزيد."}),
        lambda data: data.update(anchors=["nose"]),
        lambda data: data.update(lengths={}),
        lambda data: data.pop("awaits"),
    ],
)
def test_a_file_that_does_not_add_up_is_no_session(spoil) -> None:
    data = written()
    assert parse(data).id == "anchor"
    spoil(data)
    with pytest.raises((KeyError, TypeError, ValueError)):
        parse(data)
