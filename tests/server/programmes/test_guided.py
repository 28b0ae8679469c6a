"""Guided courses of eight weeks as definitions and nothing else, walked to the end: what each week asks, what is to do,
a check-in by message or video, and a pace that the measure sets.
"""

from datetime import timedelta

import pytest

from server.journal.cbt.catalogue import tools
from server.programmes.asking.rules import wanted
from server.programmes.catalogue import shipped
from server.programmes.course import Key, Seen, Why
from server.programmes.giving import tools_of
from server.programmes.measured import with_measures
from server.programmes.recording import No, Refused
from server.programmes.results.catalogue import endpoint_of
from tests.server.programmes.conftest import begun, give
from tests.server.programmes.courses import Hand, seen_of

WEEKS = range(1, 9)
GUIDED = ("cbt", "mindfulness")


def answers(hand: Hand) -> None:
    """The patient answers the measure of the course."""
    measure = hand.programme.definition.by_id["measure"].measure
    hand.done = with_measures(hand.programme, hand.done, [(measure, hand.now)])


def held(hand: Hand, name: str, week: int) -> dict[str, set]:
    return seen_of(hand.due()[Key(name, week)].blocked)


def has_the_week(hand: Hand, week: int) -> None:
    """The measure opens it; the part of this week and no other is gone through before it closes."""
    assert held(hand, "check_in", week).get("pace") == {(Why.MISSING, "measure")}
    answers(hand)
    if week > 1:
        assert set(held(hand, "check_in", week)) >= {"practised"}
        hand.does("practice", week)
    hand.does("check_in", week)
    assert set(held(hand, "close", week)) == {"gone_through"}
    assert [key.step for key in hand.due() if key.step.startswith("week_")] == [f"week_{week}"]
    hand.does(f"week_{week}", week)
    hand.does("close", week)


@pytest.mark.parametrize("key", GUIDED)
def test_eight_weeks_are_walked_to_the_end(key: str) -> None:
    hand = Hand.of(shipped()[key])
    assert set(held(hand, "check_in", 1)) == {"fit", "agreed", "pace"}
    hand.starts()
    for week in WEEKS:
        has_the_week(hand, week)
        hand.wait(days=1)
        if week < 8:
            assert "spaced" in held(hand, "check_in", week + 1), "a week takes its time"
        hand.wait(days=6)
        if week == 4:
            assert held(hand, "check_in", 5)["decided"] == {(Why.MISSING, "review")}
            hand.does("review", 4)
    assert hand.done.sessions_over == hand.programme.total == 8
    assert [key.step for key in hand.due()] == ["end_measure"]
    answers(hand)
    hand.wait(days=30)
    assert [key.step for key in hand.due()] == ["later"]
    hand.does("later")
    assert hand.due() == {}


@pytest.mark.parametrize("key", GUIDED)
@pytest.mark.parametrize(("hours", "counts"), [(73, False), (71, True), (48, True), (1, True)])
def test_what_is_answered_once_it_is_shown_counts_for_the_booked_day(key: str, hours: int, counts: bool) -> None:
    """A questionnaire is shown three days ahead of the booking that asks it; who answers early is not asked again."""
    hand = Hand.of(shipped()[key])
    hand.starts()
    day = hand.now + timedelta(days=7)
    hand.plans({1: day})
    hand.now = day - timedelta(hours=hours)
    answers(hand)
    hand.now = day
    assert ("pace" in held(hand, "check_in", 1)) is not counts


@pytest.mark.parametrize("key", GUIDED)
def test_who_does_not_answer_waits_at_their_week_and_a_person_may_say_why_it_goes_on(key: str) -> None:
    hand = Hand.of(shipped()[key])
    hand.starts()
    has_the_week(hand, 1)
    hand.wait(days=40)
    assert hand.due()[Key("measure", 2)].overdue(hand.now) is False, "no day was booked"
    hand.does("practice", 2)
    refused = hand.tries("check_in", 2)
    assert isinstance(refused, Refused)
    assert refused.why is No.BLOCKED
    hand.passes("pace", 2, [Seen(Why.MISSING, "measure", -1)], "Answers on paper this week.")
    hand.does("check_in", 2)


@pytest.mark.parametrize("key", GUIDED)
def test_an_answer_from_before_missed_weeks_opens_none_and_is_asked_for_anew(key: str) -> None:
    hand = Hand.of(shipped()[key])
    hand.starts()
    has_the_week(hand, 1)
    answers(hand)
    hand.wait(days=7)
    assert "pace" not in held(hand, "check_in", 2), "it holds for a week"
    hand.wait(days=42)
    assert held(hand, "check_in", 2)["pace"] == {(Why.STALE, "measure")}
    assert wanted(hand.programme, hand.done, hand.now) == {hand.programme.definition.by_id["measure"].measure}
    answers(hand)
    assert "pace" not in held(hand, "check_in", 2)
    assert Key("measure", 2, 1) in hand.done.entries


@pytest.mark.parametrize("key", GUIDED)
def test_nobody_is_asked_anew_long_before_the_day_that_was_put_off(key: str) -> None:
    hand = Hand.of(shipped()[key])
    hand.starts()
    answers(hand)
    day = hand.now + timedelta(days=30)
    hand.plans({1: day})
    hand.now = day - timedelta(days=4)
    assert wanted(hand.programme, hand.done, hand.now) == frozenset()
    hand.now = day - timedelta(days=2)
    assert wanted(hand.programme, hand.done, hand.now) == {hand.programme.definition.by_id["measure"].measure}


@pytest.mark.parametrize("key", GUIDED)
def test_consent_is_passed_by_nobody_and_a_crisis_stops(key: str) -> None:
    definition = shipped()[key]
    assert next(gate for gate in definition.gates if gate.id == "agreed").holds
    crisis = next(one for one in definition.by_id["aims"].questions if one.id == "crisis")
    assert {word for condition in crisis.conditions for word in condition.words} == {"yes", "unknown"}
    ways = next(one for one in definition.by_id["check_in"].questions if one.id == "how").options
    assert {"message", "video"} <= set(ways)
    assert endpoint_of(definition) is not None, "reports can say how it came out"


def test_what_is_to_do_names_exercises_that_a_patient_has() -> None:
    about = " ".join(step.about for step in shipped()["cbt"].steps).casefold()
    names = {one.name["en"].casefold() for one in tools().values()}
    named = {name for name in names if name in about}
    assert len(named) >= 6, names - named


@pytest.mark.parametrize("key", GUIDED)
def test_each_week_gives_tools_that_there_are(key: str) -> None:
    gives = [step.gives for step in shipped()[key].steps if step.gives]
    assert len(gives) == 7, "the last week is a page of one's own"
    for one in gives:
        assert [tool.named for tool in tools_of(one.tools)] == list(one.tools)
        assert (one.given({"given": "yes"}), one.given({"given": "less"})) == (True, False)
    assert list(tools_of(["tool/gone", "sit/gone", "breath/body-scan"])) == []


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("key", "name", "href"),
    [
        ("cbt", "One activity for your week", "/me/tools/activity/new?"),
        ("mindfulness", "Resting in the body", "/calm/sit/body"),
    ],
)
async def test_a_week_opens_its_tools_for_the_patient_once_it_is_given(
    key, name, href, jo, mara, phone, house, linden
) -> None:
    await give(house, linden.clinic.id, key)
    course = await begun(mara, jo.made.card.patient_id, key)
    for step in ("aims", "consent"):
        await course.writes(step)
    await course.passes("pace", 1)
    assert (await course.writes("check_in", 1)).status_code == 303
    own = f"/me/courses/{course.base.rpartition('/')[2]}"
    assert "To do until next time" not in (await phone.get(own)).text
    assert (await course.writes("week_1", 1, given="yes")).status_code == 303
    again = await mara.post(f"{course.base}/steps/week_1/1/0", data=course.last)
    assert again.status_code == 303, "a form that is sent twice gives once"
    page = (await phone.get(own)).text
    assert page.count(href) == 1
    assert "To do until next time" in page
    assert name in page
