"""What ends a session behind a gate: with a stop among its answers nobody goes, and it is done again."""

from datetime import timedelta
from uuid import uuid4

import pytest

from server.programmes import store
from server.programmes.after import store as after
from server.programmes.catalogue import shipped
from server.programmes.course import Entry, Key, history
from server.programmes.keeping import Hand
from server.programmes.questions import Verdict
from tests.server.programmes.conftest import begun, give
from tests.server.programmes.courses import MONDAY, small, step
from tests.server.programmes.test_walk import Walker
from tests.server.visit.conftest import signed_in

NO = dict.fromkeys(("awake", "walks", "safe", "escort", "told", "drinks", "next"), "no")
BEHIND = [
    {"id": "long", "before": "after", "since": "treatment", "least": "hour", "reason": "Not yet."},
    {"id": "eligible", "before": "treatment", "needs": ["screening", "check"], "reason": "First that."},
    {"id": "spaced", "before": "treatment", "spacing": True, "reason": "At least {gap} apart."},
]


def test_each_session_that_is_watched_is_let_go_by_its_last_check_and_a_guided_one_by_its_close() -> None:
    found = {name: set(one.let_go) for name, one in shipped().items() if one.let_go}
    watched = {key: {"discharge"} for key in shipped() if key.startswith(("esketamine", "ketamine"))}
    assert found == watched | {key: {"close"} for key in ("cbt", "mindfulness")}
    asked = [shipped()[name].by_id["discharge"].questions for name in watched]
    stops = [{one.id for one in each for rule in one.conditions if rule.verdict is Verdict.STOP} for each in asked]
    assert all({"vitals", "sedation", "dissociation", *NO} <= one for one in stops)


@pytest.mark.parametrize(
    ("step_id", "verdict", "over"),
    [
        ("after", Verdict.STOP, False),
        ("after", Verdict.REVIEW, True),
        ("after", Verdict.CLEAR, True),
        ("abort", Verdict.STOP, True),
    ],
)
def test_only_a_stop_of_the_planned_end_keeps_a_session_on(step_id: str, verdict: Verdict, over: bool) -> None:
    events = [step("abort", "event", "during", ends=True)]
    definition = small(steps=[*_steps(), *events], gates=BEHIND)
    done = history(definition, [Entry(Key("treatment", 1), MONDAY), Entry(Key(step_id, 1), MONDAY, verdict)])
    assert (1 in done.over) is over
    further = history(definition, [*done.entries.values(), Entry(Key("treatment", 2), MONDAY + timedelta(days=1))])
    assert 1 in further.over, "one after which the next one began is over, whatever was written"


def _steps():
    return [
        step("screening", "check", "start"),
        step("check", "check", "before", valid="hour", repeats=True),
        step("treatment", "session", "session"),
        step("after", "task", "during", ends=True),
    ]


@pytest.mark.asyncio
@pytest.mark.parametrize("programme", ["esketamine"])
async def test_who_is_not_let_go_stays_watched_until_it_is_done_again(
    house, linden, jo, mara, browsers, clock, programme: str
) -> None:
    await give(house, linden.clinic.id, programme)
    course = await begun(mara, jo.made.card.patient_id, programme)
    row = (await house.db.read(lambda db: store.courses_of(db, linden.clinic.id, jo.made.card.patient_id)))[0]
    walker = Walker(house, clock, Hand(house, linden.clinic.zone, row, linden.mara.staff_id, clock.now, uuid4()))
    await house.db.unit(lambda db: after.choose(db, linden.clinic.id, programme, linden.inner.id, None, clock.now))
    for name in ("eligibility", "facts", "scales", "consent"):
        assert await walker.writes(name) is None
    began = clock.now
    await walker.begins(1)
    for minute in (40, 70, 100, 120):
        clock.now = began + timedelta(minutes=minute)
        await walker.reads(1)
    clock.now = began + timedelta(minutes=125)
    course.browser = await signed_in(house, await browsers(), linden.mara.staff_id)
    assert "All planned readings are taken" in (await course.browser.get("/staff/observing")).text
    answer = await course.writes("discharge", 1, sedation="drowsy", **NO)
    assert (answer.status_code, answer.headers["location"].endswith("notice=kept")) == (303, True)
    while await house.outbox.run_due():
        pass
    one = (await walker.one()).standing
    assert one.done.over == {}
    assert await house.db.read(lambda db: after.meetings_of(db, one.programme.definition, row)) == []
    page = await course.page()
    assert "The session is not over." in page
    kept_on = page.partition("The session is not over.")[2].partition("</ul>")[0]
    assert all(words in kept_on for words in ("Does not walk without help.", "The escort is not here."))
    assert "Only who is wide awake is let go." in kept_on
    assert "/steps/discharge/1/1" in page
    screen = (await course.browser.get("/staff/observing")).text
    assert "The session is not over." in screen
    assert "/steps/discharge/1/1" in screen

    clock.now += timedelta(minutes=20)
    course.browser = await signed_in(house, await browsers(), linden.mara.staff_id)
    answer = await course.writes("discharge", 1, 1)
    assert (answer.status_code, answer.headers["location"].endswith("notice=home")) == (303, True)
    while await house.outbox.run_due():
        pass
    one = (await walker.one()).standing
    assert one.done.over == {1: clock.now}
    assert await house.db.read(lambda db: after.meetings_of(db, one.programme.definition, row))
    assert "The session is not over." not in await course.page()
    assert "Nobody is observed now" in (await course.browser.get("/staff/observing")).text
    assert (await course.writes("discharge", 1, 2)).status_code == 409, "once it is over it is not done again"
