"""The board: what each course is at, of whom the viewer treats, in as many statements for one as for many; and the
course as its patient sees it.
"""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from server.access import Door, Role, Viewer
from server.booking import desk
from server.booking.store import By
from server.home.demo_clinic.course import halfway
from server.home.demo_clinic.guided import add_guided
from server.programmes import store
from server.programmes.board.pages import board_of
from server.programmes.board.rules import At, place
from server.programmes.catalogue import shipped
from server.programmes.course import Seen, Why
from server.programmes.days.lateness import late_rules
from server.programmes.definition import Part
from server.programmes.keeping import standing
from server.programmes.questions import Verdict
from tests.server.booking.linden import booked
from tests.server.programmes.conftest import begun, give
from tests.server.programmes.courses import MONDAY, Hand, figure, small, step
from tests.server.statements import asked_of
from tests.server.visit.conftest import START, signed_in

BOARD = "/staff/courses"
SPACED = {"id": "spaced", "spacing": True, "reason": "At least {gap} apart."}


def at(hand: Hand) -> tuple[At, int, str]:
    found = place(hand.programme, hand.done, hand.now)
    return found.at, found.session, found.step


def test_a_course_is_due_held_under_way_overdue_and_waits() -> None:
    hand = Hand.of(small())
    assert at(hand) == (At.DUE, 1, "screening")
    hand.does("screening")
    hand.does("check", 1, verdict=Verdict.STOP)
    assert at(hand)[0] is At.HELD
    hand.wait(minutes=1)
    hand.passes("checked", 1, [Seen(Why.STOP, "check")])
    assert at(hand) == (At.DUE, 1, "treatment")
    hand.does("treatment", 1)
    assert at(hand) == (At.GOING, 1, "after")
    hand.does("after", 1)
    hand.does("check", 2)
    waits = place(hand.programme, hand.done, hand.now)
    assert (waits.at, waits.session, waits.until) == (At.WAITS, 2, MONDAY + timedelta(minutes=1, hours=16))
    hand.plans({2: hand.now - timedelta(minutes=1)})
    assert at(hand)[0] is At.OVERDUE


def test_what_is_next_while_a_session_goes_on_is_of_that_session() -> None:
    steps = [step("treatment", "session", "session"), step("note", "task", "during", ends=True)]
    figures = {"sessions": figure(3, "sessions"), "gap": figure(16, "hours")}
    gates = [{**SPACED, "before": "treatment"}]
    hand = Hand.of(small(figures=figures, gates=gates, steps=[*steps, step("talk", "task", "after")]))
    hand.has_session(1)
    hand.wait(hours=17)
    assert at(hand) == (At.DUE, 2, "talk")
    hand.does("treatment", 2)
    assert at(hand) == (At.GOING, 2, "note"), "and not the talk about the one before"


@pytest.mark.parametrize(("name", "where"), [("tms", At.OBSERVED), ("esketamine", At.OBSERVED), ("cbt", At.GOING)])
def test_a_course_is_on_observation_where_a_clock_runs_or_a_card_lies_ready_and_otherwise_under_way(
    name, where
) -> None:
    hand = Hand.of(shipped()[name])
    hand.starts()
    treatment = hand.programme.definition.treatment.id
    while 1 not in hand.done.begun:
        ready = [one for one in hand.due().values() if not one.blocked and one.step.part in (Part.BEFORE, Part.SESSION)]
        assert ready, hand.held()
        hand.does(*ready[0].key[:2])
    assert treatment in {key.step for key in hand.done.entries}
    assert at(hand)[:2] == (where, 1)


def test_a_session_under_way_whose_next_step_is_late_is_overdue() -> None:
    steps = [step("treatment", "session", "session"), step("note", "task", "during", ends=True, late="hour")]
    hand = Hand.of(small(gates=[{**SPACED, "before": "treatment"}], steps=steps))
    hand.does("treatment", 1)
    hand.wait(minutes=61)
    assert at(hand) == (At.OVERDUE, 1, "note")


def test_a_locked_course_says_so_also_where_the_next_session_is_booked_or_the_course_is_paused() -> None:
    hand = Hand.of(shipped()["tms"])
    hand.starts()
    hand.has_session(1)
    hand.plans({2: hand.now + timedelta(days=1)})
    assert at(hand)[0] is not At.HELD
    hand.does("seizure", 1, verdict=Verdict.STOP)
    assert at(hand)[:2] == (At.HELD, 2)
    paused = place(replace(hand.programme, paused=True), hand.done, hand.now)
    assert [held.gate.id for held in paused.held] == ["locked"]


@pytest.mark.asyncio
async def test_the_board_shows_whom_the_viewer_treats_and_what_holds_them(course, mara, samir, desk, jo, house) -> None:
    page = (await mara.get(BOARD)).text
    assert "Jo Almeida" in page
    assert "Safety screening" in page
    await course.writes("screening", metal="yes")
    page = (await mara.get(BOARD)).text
    assert "Held until somebody looks" in page
    assert "The safety screening is not there yet, or has an answer that a clinician looks at first." in page
    assert "1 of 36" in page
    assert "Jo Almeida" not in (await samir.get(BOARD)).text
    assert (await desk.get(BOARD)).status_code == 403
    await course.writes("consent")
    for name in ("trials", "protocol", "threshold", "today"):
        await course.writes(name, int(name not in ("trials", "protocol")))

    await course.is_measured()
    await course.passes("eligible", 0)
    await course.writes("treatment", 1)
    assert "On observation now" in (await mara.get(BOARD)).text


@pytest.mark.asyncio
async def test_it_asks_as_many_statements_for_one_course_as_for_many(course, mara, linden, house, clock) -> None:
    viewer = Viewer(Door.STAFF, linden.mara.staff_id, linden.clinic.id, roles=frozenset({Role.THERAPIST}))

    async def asks() -> tuple[int, int]:
        with asked_of(house.db, house.keys.database) as asked:
            found = await board_of(house, linden.clinic, viewer, house.clock())
        return len(found), len([one for one in asked if one.startswith("SELECT")])

    one = await asks()
    for number in range(3):
        when = START + timedelta(days=1 + number)
        made = await booked(house, linden, when, name=f"P {number}", mail=f"p{number}@x.example")
        await begun(mara, made.card.patient_id)
    many = await asks()
    assert (one[0], many[0]) == (1, 4)
    assert one[1] == many[1] <= 18


@pytest.mark.asyncio
async def test_the_board_and_the_whole_course_agree(house, linden, jo, mara) -> None:
    """What the board finds on open sessions alone is what the page of the course finds on everything."""
    patient, now = jo.made.card.patient_id, house.clock()
    course_id = await halfway(house, linden.clinic, patient, linden.mara.staff_id, now)
    viewer = Viewer(Door.STAFF, linden.mara.staff_id, linden.clinic.id, roles=frozenset({Role.THERAPIST}))
    row = await house.db.read(lambda db: store.course_of(db, linden.clinic.id, course_id))
    whole = await house.db.read(lambda db: standing(db, row, linden.clinic.zone, now))
    (line,) = await board_of(house, linden.clinic, viewer, now)
    assert line.place == place(whole.programme, whole.done, now)
    assert (line.place.session, line.place.total) == (17, 36)


@pytest.mark.asyncio
@pytest.mark.parametrize(("given", "later"), [(16, 0), (32, 1), (33, 2)])
async def test_it_says_that_days_were_missed_as_the_whole_course_does(
    given, later, house, linden, jo, mara, clock, monkeypatch
) -> None:
    """In the taper too, whose weeks count from a session that is long closed; `later`: in days."""
    monkeypatch.setattr("server.home.demo_clinic.course.GIVEN", given)
    clock.forward(days=later)
    viewer = Viewer(Door.STAFF, linden.mara.staff_id, linden.clinic.id, roles=frozenset({Role.THERAPIST}))
    await halfway(house, linden.clinic, jo.made.card.patient_id, linden.mara.staff_id, house.clock())

    async def says() -> frozenset[str]:
        (line,) = await board_of(house, linden.clinic, viewer, house.clock())
        row = await house.db.read(lambda db: store.course_of(db, linden.clinic.id, line.course_id))
        whole = await house.db.read(lambda db: standing(db, row, linden.clinic.zone, house.clock()))
        assert line.again == await late_rules(house, linden.clinic, whole, house.clock())
        return frozenset(rule.id for rule in line.again)

    found = [await says()]
    for _ in range(16):
        clock.forward(days=1)
        found.append(await says())
    assert found[0] == frozenset()
    assert found[-1] >= {"away"}
    assert found == sorted(found, key=len)


@pytest.mark.asyncio
async def test_who_kept_a_record_and_never_met_is_shown_no_more_than_the_record_opens(
    course, mara, jo, house, linden
) -> None:
    record = f"/staff/patients/{jo.made.card.patient_id}/record"
    assert (await mara.post(f"{record}/keep", data={"kept": "yes"})).status_code == 303
    assert "Jo Almeida" in (await mara.get(BOARD)).text
    assert await desk.cancel(house, linden.clinic, jo.made.card, By("patient"))
    assert (await mara.get(record)).status_code == 404
    assert "Jo Almeida" not in (await mara.get(BOARD)).text


@pytest.mark.asyncio
async def test_a_patient_sees_how_far_their_course_is_and_no_answer_of_it(
    course, phone, jo, house, linden, browsers
) -> None:
    own = f"/me/courses/{course.base.rpartition('/')[2]}"
    home = (await phone.get("/me")).text
    assert own in home
    assert "Your course has 36 sessions." in home
    await course.is_ready()
    await course.writes("threshold", 1, site="A word for staff alone")
    await course.writes("today", 1, medicines="yes")
    page = (await phone.get(own)).text
    assert "Your course has 36 sessions" in page
    assert "A word for staff alone" not in page
    assert "screening" not in page.lower()
    other = await booked(house, linden, START + timedelta(days=2), name="Noor Hassan", mail="noor@example.org")
    await give(house, linden.clinic.id, "tms")
    foreign = await begun(course.browser, other.card.patient_id)
    assert (await phone.get(f"/me/courses/{UUID(foreign.base.rpartition('/')[2])}")).status_code == 404
    assert (await (await browsers()).get(own)).status_code in (303, 401)


@pytest.mark.asyncio
async def test_from_the_newest_course_the_others_that_go_on_are_reached(course, phone, jo, house, linden) -> None:
    who = (jo.made.card.patient_id, linden.mara.staff_id, house.clock())
    guided = await add_guided(house, linden.clinic, *who)
    own = course.base.rpartition("/")[2]
    newest = (await phone.get(f"/me/courses/{own}")).text
    assert f'href="/me/courses/{guided}"' in newest
    assert f'href="/me/courses/{own}"' not in newest
    older = (await phone.get(f"/me/courses/{guided}")).text
    assert "You are in session 2 of 8" in older
    assert "One activity for your week" in older
    assert "Week 2: doing comes first" in older, "also what the week is about"
    assert "When little is done, little is felt." in older
    assert "Week 2: doing comes first" not in newest
    assert f'href="/me/courses/{own}"' in older


@pytest.mark.asyncio
async def test_a_home_says_how_many_sessions_a_patient_had_also_where_it_was_one(phone, jo, house, linden) -> None:
    who = (jo.made.card.patient_id, linden.mara.staff_id, house.clock())
    await add_guided(house, linden.clinic, *who)
    assert "You have had 1 of 8 sessions." in (await phone.get("/me")).text


@pytest.mark.asyncio
async def test_a_home_reads_a_course_once_where_nobody_is_told_of_a_way_home(course, phone, jo, house) -> None:
    await course.is_ready()
    with asked_of(house.db, house.keys.database) as asked:
        assert "Your course has 36 sessions." in (await phone.get("/me")).text
    whole = [one for one in asked if "answers_sealed" in one.partition("FROM")[0]]
    assert len(whole) == 1


@pytest.mark.asyncio
async def test_a_course_stays_open_to_who_began_it_long_after_the_last_visit(
    house, linden, course, mara, jo, clock
) -> None:
    """The follow-ups of TMS come three, six and twelve months after the last session."""
    clock.forward(days=400)
    await signed_in(house, mara, linden.mara.staff_id)
    assert "Jo Almeida" in (await mara.get(BOARD)).text
    assert "Session 1 of 36 is next" in await course.page()
    record = f"/staff/patients/{jo.made.card.patient_id}/record"
    assert (await mara.post(f"{record}/keep", data={"kept": "no"})).status_code == 303
    assert "Jo Almeida" not in (await mara.get(BOARD)).text
    assert (await mara.get(course.base)).status_code == 404
