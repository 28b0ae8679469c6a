"""The day of an entry, and what a form of mood may say; pure."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from server.journal.forms import Head, Reason, head_of
from server.journal.mood.forms import mood_from
from server.journal.mood.rules import Medicine, Mood, mood_of, value_of, words_of
from server.journal.rules import Late, Share, Written, about, written

NOW, BERLIN = datetime(2026, 3, 12, 23, 30, tzinfo=UTC), ZoneInfo("Europe/Berlin")  # half past midnight there
NO_TIME = timedelta()


def test_the_day_is_that_of_the_place_and_a_day_that_had_passed_is_flagged() -> None:
    assert written(None, NO_TIME, BERLIN, NOW) == Written(date(2026, 3, 13), NOW, "Europe/Berlin", backdated=False)
    assert written(date(2026, 3, 12), NO_TIME, BERLIN, NOW).backdated
    assert not written(date(2026, 3, 12), timedelta(hours=2), BERLIN, NOW).backdated, "it was the twelfth still"
    assert about(written(None, NO_TIME, BERLIN, NOW), date(2026, 3, 12)).backdated


@pytest.mark.parametrize(
    ("day", "ago", "why"),
    [
        (date(2026, 3, 14), NO_TIME, Late.AHEAD),
        (date(2026, 3, 13), timedelta(hours=2), Late.AHEAD),
        (date(2025, 3, 1), NO_TIME, Late.TOO_OLD),
        (None, timedelta(days=91), Late.UNREADABLE),
        (None, timedelta(seconds=-1), Late.UNREADABLE),
    ],
)
def test_days_that_nobody_can_write_about(day, ago, why) -> None:
    assert written(day, ago, BERLIN, NOW) is why


def test_the_head_of_a_form() -> None:
    own = str(uuid4())
    head = head_of({"id": [own], "share": ["part"], "ago": ["3600"]}, Share.ME, BERLIN, NOW)
    assert isinstance(head, Head)
    assert (str(head.id), head.share, head.written.at) == (own, Share.PART, NOW - timedelta(hours=1))
    assert head_of({"id": [own]}, Share.ALL, BERLIN, NOW).share is Share.ALL
    for wrong in ({"id": ["7"]}, {"id": [own], "share": ["world"]}, {"id": [own], "ago": ["-5"]}):
        assert head_of(wrong, Share.ME, BERLIN, NOW) == {"id": Reason.OUT}
    for day in ("20260312", "12.3.2026", "2026-02-30"):
        assert head_of({"id": [own], "day": [day]}, Share.ME, BERLIN, NOW) == {"day": Late.UNREADABLE}


def test_an_entry_survives_its_row_and_leaves_out_what_was_not_answered() -> None:
    fields = {
        "mood": ["0"], "sleep": ["u4"], "dose-a": ["partly"], "tag": ["work", "outdoors"], "own": ["the garden"],
        "new": ["  the   garden , \N{ARABIC COMMA}swimming"], "note": ["a\r\nb"],
    }  # fmt: skip
    mood, reasons = mood_from(fields, [Medicine("a", "Sertraline"), Medicine("b", "Lithium")])
    assert reasons == {}
    assert mood.own == ("the garden", "swimming")
    assert mood_of(value_of(mood), words_of(mood)) == mood
    assert value_of(mood) == {
        "mood": 0, "sleep": "u4", "tags": ["outdoors", "work"], "doses": [["a", "Sertraline", "partly"]]
    }  # fmt: skip
    assert words_of(mood) == {"note": "a\nb", "tags": ["the garden", "swimming"]}
    assert mood_of(value_of(mood), {}).wordless
    assert mood.hours == 3.5


@pytest.mark.parametrize(
    ("fields", "field", "why"),
    [
        ({}, "mood", Reason.EMPTY),
        ({"note": ["   "]}, "mood", Reason.EMPTY),
        ({"mood": ["11"]}, "mood", Reason.OUT),
        ({"energy": ["1e1"]}, "energy", Reason.OUT),
        ({"rest": ["\N{ARABIC-INDIC DIGIT FIVE}"]}, "rest", Reason.OUT),
        ({"sleep": ["25"]}, "sleep", Reason.OUT),
        ({"dose-a": ["twice"]}, "dose-a", Reason.OUT),
        ({"tag": ["outdoors", "elsewhere"]}, "tag", Reason.OUT),
        ({"new": ["x" * 41]}, "new", Reason.LONG),
        ({"own": [f"tag {n}" for n in range(13)]}, "new", Reason.LONG),
        ({"note": ["x" * 4001]}, "note", Reason.LONG),
    ],
)
def test_what_is_no_answer_is_refused_by_its_field(fields, field, why) -> None:
    _, reasons = mood_from(fields, [Medicine("a", "Sertraline")])
    assert reasons == {field: why}


def test_a_medicine_that_is_not_on_the_list_is_not_kept() -> None:
    mood, _ = mood_from({"mood": ["5"], "dose-z": ["yes"]}, [Medicine("a", "Sertraline")])
    assert mood == Mood(mood=5)
