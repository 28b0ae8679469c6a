"""What the forms of the checklist accept."""

import pytest

from server.clinic.licences.rules import Place
from server.visit.checklist.catalogue import catalogue
from server.visit.checklist.forms import Draft, decision_of, reply_of, setting_fields, setting_of
from server.visit.checklist.rules import DECISIONS, How, Reply, usual_setting
from server.visit.forms import FieldReason

LINES = {line.key: line for line in catalogue().lines}
COUNTRIES, REGIONS = {"US", "PT"}, {"US": {"US-TX"}}
TEXAS = Place("US", "US-TX")


def reply(key: str, **fields: str):
    return reply_of(LINES[key], fields, COUNTRIES, REGIONS)


def test_one_press_answers_and_words_may_come_along() -> None:
    assert reply("alone", word="yes", over="2") == Draft(Reply(How.ANSWER, "yes"), 2)
    assert reply("alone", word="no", text=" her  mother ") == Draft(Reply(How.ANSWER, "no", "her mother"), 0)


def test_a_place_keeps_country_and_region_that_fit() -> None:
    given = {"text": "Austin", "country": "US", "region": "US-TX"}
    assert reply("place", **given) == Draft(Reply(How.ANSWER, text="Austin", place=TEXAS), 0)
    assert reply("place", **given | {"region": "PT-11"}).reply.place == Place("US")
    assert reply("place", **given | {"country": "XX"}).reply.place == Place()
    assert reply("number", **given).reply.place == Place()


@pytest.mark.parametrize(
    ("key", "fields", "reason"),
    [
        ("alone", {"word": "maybe"}, FieldReason.MISSING),
        ("number", {"text": "  "}, FieldReason.MISSING),
        ("alone", {"how": "waive"}, FieldReason.MISSING),
        ("alone", {"word": "yes", "over": "-1"}, FieldReason.UNKNOWN),
        ("alone", {"word": "yes", "text": "x" * 501}, FieldReason.TOO_LONG),
    ],
)
def test_what_does_not_stand(key: str, fields: dict[str, str], reason: FieldReason) -> None:
    assert reply(key, **fields) is reason


def test_a_waiver_needs_its_reason_alone() -> None:
    assert reply("alone", how="waive", text="Speaks by text") == Draft(Reply(How.WAIVE, text="Speaks by text"), 0)


def test_going_on_without_a_licence_needs_a_reason_and_the_clinics_leave() -> None:
    def decided(allowed, **fields):
        return decision_of(fields, allowed, TEXAS)

    assert decided(DECISIONS, how="emergency", text="cannot wait") == Draft(
        Reply(How.EMERGENCY, "", "cannot wait", TEXAS), 0
    )
    assert decided(DECISIONS, how="permitted") is FieldReason.MISSING
    assert decided([How.PERMITTED], how="emergency", text="cannot wait") is FieldReason.UNKNOWN
    assert decided([], how="end_kindly") == Draft(Reply(How.END_KINDLY, place=TEXAS), 0)
    assert decided(DECISIONS, how="answer", text="x") is FieldReason.UNKNOWN


def test_a_setting_comes_back_from_its_own_form_and_keeps_none_of_our_words_as_theirs() -> None:
    usual = usual_setting(catalogue())
    assert setting_of(catalogue(), setting_fields(catalogue(), usual)) == (usual, {})
    fields = setting_fields(catalogue(), usual) | {
        "words_alone": "By yourself?",
        "on_risk": "",
        "backup": "Call {number}\n\n",
    }
    setting, problems = setting_of(catalogue(), fields)
    assert problems == {}
    assert setting.words == {"alone": "By yourself?"}
    assert setting.on == usual.on - {"risk"}
    assert setting.backup == ("Call {number}",)
    assert How.END_KINDLY in setting_of(catalogue(), {})[0].allowed


def test_words_that_are_too_long_are_named() -> None:
    fields = {"words_alone": "x" * 161, "kindly": "x" * 1501, "backup": "a\n" * 9}
    assert set(setting_of(catalogue(), fields)[1]) == {"words_alone", "kindly", "backup"}
