"""A seizure in a session: one press locks the course, and what follows opens it again; nobody passes that gate."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from server.audit.tables import AuditEntry
from server.programmes.catalogue import shipped
from server.programmes.course import Entry, Key, Seen, Why, history
from server.programmes.questions import Verdict
from server.programmes.recording import No, Refused, enter
from server.programmes.rules import closed_sessions
from server.programmes.tables import CourseEntry
from server.safety.alerts.tables import Alert
from tests.server.programmes.courses import CLINICIAN, Hand
from tests.server.visit.conftest import signed_in

CLEAR, STOP = Verdict.CLEAR, Verdict.STOP
UNSURE = "It is not known whether it happened"


def seized() -> Hand:
    """Session 1 is over, and ten minutes later it happens."""
    hand = Hand.of(shipped()["tms"])
    hand.starts()
    hand.has_session(1)
    hand.wait(minutes=10)
    hand.does("seizure", 1, verdict=STOP)
    return hand


def locked(hand: Hand) -> set[tuple[Why, str]]:
    held = hand.due()[Key("treatment", 2)].blocked
    return {cause.seen[:2] for one in held if one.gate.id == "locked" for cause in one.causes}


def test_a_press_locks_the_course_until_the_form_is_there_and_a_clinician_clears_it() -> None:
    hand = seized()
    assert locked(hand) == {(Why.STOP, "seizure"), (Why.MISSING, "incident"), (Why.MISSING, "clearance")}
    assert Key("incident", 1) in hand.due()
    hand.wait(hours=1)
    hand.does("incident", 1)
    assert Key("clearance", 1) in hand.due()
    assert locked(hand) == {(Why.STOP, "seizure"), (Why.MISSING, "clearance")}
    hand.does("clearance", 1, verdict=STOP)
    assert locked(hand) == {(Why.STOP, "seizure"), (Why.STOP, "clearance")}
    hand.wait(days=2)
    hand.does("clearance", 1, 1)
    assert locked(hand) == set()
    assert not [key for key in hand.due() if key.step in ("incident", "clearance")]


def test_nobody_passes_that_gate() -> None:
    hand = seized()
    found = hand.overrides("locked", 2, [Seen(Why.STOP, "seizure", 0)])
    assert found == Refused(No.HOLDS)


def test_another_one_after_that_was_settled_locks_again() -> None:
    hand = seized()
    hand.wait(hours=1)
    hand.does("incident", 1)
    hand.does("clearance", 1)
    assert locked(hand) == set()
    hand.wait(hours=1)
    hand.does("seizure", 1, 1, verdict=STOP)
    assert locked(hand) == {(Why.STOP, "seizure"), (Why.MISSING, "incident"), (Why.MISSING, "clearance")}
    assert Key("incident", 1, 1) in hand.due()
    hand.wait(hours=1)
    hand.does("incident", 1, 1)
    hand.does("clearance", 1, 1)
    assert locked(hand) == set()


def test_a_clearance_comes_after_the_form_that_it_judges() -> None:
    hand = seized()
    assert hand.tries("clearance", 1) == Refused(No.NOT_NOW)
    entries = list(hand.done.entries.values())
    early = Entry(Key("clearance", 1), hand.now, CLEAR, CLINICIAN)
    hand.done = history(hand.programme.definition, [*entries, early])
    hand.wait(minutes=30)
    hand.does("incident", 1)
    assert locked(hand) == {(Why.STOP, "seizure"), (Why.MISSING, "clearance")}, "one that was kept from before"
    hand.wait(minutes=1)
    hand.does("clearance", 1, 1)
    assert locked(hand) == set()


def test_a_session_that_was_behind_is_open_again_until_it_is_settled() -> None:
    hand = Hand.of(shipped()["tms"])
    hand.starts()
    hand.has_session(1)
    assert closed_sessions(hand.programme, hand.done, hand.now) == 1
    hand = seized()
    assert closed_sessions(hand.programme, hand.done, hand.now) == 0


async def actions(house) -> list[str]:
    async def work(db):
        return list(await db.scalars(select(AuditEntry.action)))

    return [one for one in await house.db.read(work) if one in ("course.locked", "course.cleared")]


@pytest.mark.asyncio
async def test_one_press_on_the_page_of_the_session_and_what_it_sets_in_motion(house, linden, course, clock) -> None:
    await course.is_ready()
    assert "Stop the stimulation" not in await course.page(), "nothing has begun"
    for name in ("threshold", "today", "treatment"):
        await course.writes(name, 1)
    page = await course.page()
    assert "One press starts a clock" in page
    assert '<section class="banner banner-danger" data-card hidden' in page, "the lines are there without a network"
    clock.forward(minutes=5)
    at, once = clock() - timedelta(seconds=90), {"once": str(uuid4()), "ago": "90"}
    for _ in range(2):
        pressed = await course.browser.post(f"{course.base}/observing/seizure", data=once)
        assert pressed.headers["location"] == f"{course.base}#emergency"
    page = await course.page()
    assert f'data-since="{round(at.timestamp() * 1000)}"' in page, "by when it was pressed, not by when it arrived"
    for words in ("Stop the stimulation and take the coil away.", "Robin Amberg", "tel:112", "Incident form"):
        assert words in page.partition("emergency-card")[2]
    await course.writes("after", 1)
    clock.forward(hours=20)
    await signed_in(house, course.browser, linden.mara.staff_id)
    await course.writes("today", 2, coil="no")
    refused = await course.writes("treatment", 2)
    assert (refused.status_code, "The course is locked" in refused.text) == (409, True)
    assert "The course is locked" in (await course.browser.get("/staff/courses")).text
    assert (await course.writes("incident", 1)).status_code == 303
    assert (
        await course.writes("clearance", 1, decision="clear", why="Sleep was short; seen by Dr Osei.")
    ).status_code == 303
    assert await actions(house) == ["course.locked", "course.cleared"]
    assert (await course.writes("treatment", 2)).status_code == 303

    async def sealed(db):
        return [one.answers_sealed for one in await db.scalars(select(CourseEntry))]

    assert not any(b"Osei" in blob for blob in await house.db.read(sealed))


@pytest.mark.asyncio
async def test_a_press_just_after_the_session_calls_too_and_no_form_stands_in_for_it(house, course) -> None:
    await course.is_ready()
    for name in ("threshold", "today", "treatment", "after"):
        await course.writes(name, 1)
    assert (await course.browser.get(f"{course.base}/steps/seizure/1/0")).status_code == 404
    assert (await course.browser.post(f"{course.base}/steps/seizure/1/0", data={})).status_code == 404
    await course.browser.post(f"{course.base}/observing/seizure", data={"once": str(uuid4())})
    alert = await house.db.read(lambda db: db.scalar(select(Alert)))
    assert alert.kind == "reading"
    page = (await course.browser.get(f"/staff/readings/{alert.id}")).text
    assert f'href="{course.base}#emergency"' in page, "to what to do, not to a screen without them"


@pytest.mark.asyncio
async def test_nobody_presses_it_for_somebody_whom_they_do_not_treat(course, samir, desk) -> None:
    data = {"once": str(uuid4())}
    assert (await samir.post(f"{course.base}/observing/seizure", data=data)).status_code == 404
    assert (await desk.post(f"{course.base}/observing/seizure", data=data)).status_code == 403


@pytest.mark.parametrize("answer", ["yes", "unknown"])
@pytest.mark.parametrize("name", ["tms", "tms-accelerated"])
def test_a_seizure_that_the_form_after_the_session_names_or_does_not_rule_out_locks_too(name: str, answer: str) -> None:
    assert [bool(locked(_said(name, answer))) for answer in ("yes", "no", "unknown")] == [True, False, True]
    hand = _said(name, answer)
    assert locked(hand) == {(Why.STOP, "seizure"), (Why.MISSING, "incident"), (Why.MISSING, "clearance")}
    hand.wait(hours=1)
    hand.does("incident", 1)
    hand.does("clearance", 1)
    assert locked(hand) == set()


def _said(name: str, answer: str = "yes") -> Hand:
    """Session 1 is over, nobody pressed, and the form after it says whether it happened."""
    hand = Hand.of(shipped()[name])
    hand.starts()
    while 1 not in hand.done.begun:
        key = next(one.key for one in hand.due().values() if one.key.session == 1 and not one.blocked)
        hand.does(*key)
    asks = hand.programme.definition.asked_in("after", {"seizure": answer})
    hand.done = enter(hand.programme, hand.done, Entry(Key("after", 1), hand.now, STOP, CLINICIAN, asks), hand.now)
    return hand


def test_one_that_was_pressed_and_settled_is_not_asked_for_again_by_the_form_after_the_session() -> None:
    hand = Hand.of(shipped()["tms"])
    hand.starts()
    while 1 not in hand.done.begun:
        hand.does(*next(one.key for one in hand.due().values() if one.key.session == 1 and not one.blocked))
    for step in ("seizure", "incident", "clearance"):
        hand.does(step, 1)
    hand.wait(minutes=5)
    asks = hand.programme.definition.asked_in("after", {"seizure": "yes"})
    hand.done = enter(hand.programme, hand.done, Entry(Key("after", 1), hand.now, STOP, CLINICIAN, asks), hand.now)
    assert locked(hand) == set()


@pytest.mark.asyncio
async def test_the_page_says_that_an_answer_locked_the_course(course) -> None:
    await course.is_ready()
    for name in ("today", "threshold", "treatment"):
        assert (await course.writes(name, 1)).status_code == 303
    assert (await course.writes("after", 1, seizure="yes")).status_code == 303
    page = await course.page()
    assert "The course is locked" in page
    assert "/steps/incident/1/0" in page
    assert UNSURE not in page


@pytest.mark.asyncio
async def test_a_seizure_that_is_not_known_holds_the_course_until_a_clinician_decides_by_name_and_why(
    house, linden, course, clock
) -> None:
    await course.is_ready()
    for name in ("today", "threshold", "treatment"):
        assert (await course.writes(name, 1)).status_code == 303
    assert (await course.writes("after", 1, seizure="unknown")).status_code == 303
    assert UNSURE in await course.page()
    clock.forward(hours=20)
    await signed_in(house, course.browser, linden.mara.staff_id)
    await course.writes("today", 2, coil="no")
    assert (await course.passes("side_effects", 2)).status_code == 303
    assert (await course.passes("locked", 2)).headers["location"].endswith("notice=changed"), "nobody passes that one"
    assert (await course.writes("treatment", 2)).status_code == 409
    assert (await course.writes("incident", 1, what="none")).status_code == 303
    assert (await course.writes("clearance", 1, decision="clear", clinician="")).status_code == 422
    assert (await course.writes("treatment", 2)).status_code == 409
    assert (await course.writes("clearance", 1, decision="clear", why="Seen by Dr Osei: a cramp.")).status_code == 303
    assert "course.cleared" in await actions(house)
    assert UNSURE not in await course.page()
    assert (await course.writes("treatment", 2)).status_code == 303
