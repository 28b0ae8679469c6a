"""The day as lines: who is next, and the one thing that matters about who waits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from server.booking.rules import BookingCard
from server.clinic.rules import DEFAULT_POLICY
from server.patients.rules import Needs, Person
from server.templates import variables
from server.visit.agenda import Day, Matters, lines_of, upcoming, waiters_of
from server.visit.day import DayPage
from server.visit.rules import State, VisitFacts
from server.visit.scenes import Scene
from tests.web.page import rendered, staff_page

NOW = datetime(2026, 3, 12, 9, 26, tzinfo=UTC)
MARA, SAMIR = UUID(int=1), UUID(int=2)


def card(starts_at: datetime, therapist: UUID = MARA, **more) -> BookingCard:
    plain = BookingCard(
        id=uuid4(),
        public_id=uuid4().hex[:20],
        clinic_id=UUID(int=9),
        appointment_id=uuid4(),
        service_id=uuid4(),
        service_name="A session",
        minutes=50,
        therapist_id=therapist,
        therapist_name="Mara Lind",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=50),
        patient_id=uuid4(),
        sequence=0,
        cancelled_at=None,
        moved_from=None,
        for_whom="me",
        made_at=NOW,
    )
    return replace(plain, **more)


def waits(one: BookingCard, since: datetime, **more) -> VisitFacts:
    known = {"arrived_at": since, "arrived_for": one.starts_at, "patient_seen_at": NOW}
    return VisitFacts(uuid4(), one.clinic_id, one.id, one.therapist_id, State.WAITING, **{**known, **more})


def day(*pairs: tuple[BookingCard, VisitFacts | None], met: bool = True, needs: Needs = Needs()) -> Day:
    cards = [one for one, _ in pairs]
    people = {one.patient_id: Person(one.patient_id, f"Jo {number}", needs=needs) for number, one in enumerate(cards)}
    known = frozenset(people) if met else frozenset()
    visits = {one.id: visit for one, visit in pairs if visit}
    return Day(cards, visits, people, known, DEFAULT_POLICY, MARA, NOW)


def test_the_next_is_the_first_that_is_not_over_and_not_running() -> None:
    done = card(NOW - timedelta(minutes=26))
    running = card(NOW - timedelta(minutes=6))
    later = card(NOW + timedelta(minutes=34))
    ended = replace(waits(done, NOW), state=State.ENDED, ended_at=NOW)
    live = replace(waits(running, NOW), state=State.IN_SESSION, admitted_at=NOW)
    lines = lines_of(day((done, ended), (running, live), (later, None)))
    assert [line.scene for line in lines] == [Scene.ENDED, Scene.IN_SESSION, Scene.TOO_EARLY]
    assert [line.past for line in lines] == [True, False, False]
    assert upcoming(lines, [], NOW) is lines[2]
    assert upcoming(lines[:2], [], NOW) is None


def test_who_is_here_comes_before_who_stepped_away_though_their_time_is_later() -> None:
    early, later = card(NOW - timedelta(minutes=6)), card(NOW + timedelta(minutes=4))
    stepped_away = waits(early, NOW - timedelta(minutes=8), patient_seen_at=NOW - timedelta(minutes=1))
    known = day((early, stepped_away), (later, waits(later, NOW)))
    lines = lines_of(known)
    assert upcoming(lines, [], NOW) is lines[0]
    assert upcoming(lines, waiters_of(known), NOW) is lines[1]


def test_who_waits_stands_in_the_order_of_the_times_and_who_is_away_last() -> None:
    soon, late, gone = card(NOW + timedelta(minutes=4)), card(NOW + timedelta(hours=1)), card(NOW)
    away = waits(gone, NOW - timedelta(minutes=11), patient_seen_at=NOW - timedelta(minutes=1))
    found = waiters_of(day((late, waits(late, NOW - timedelta(minutes=7))), (soon, waits(soon, NOW)), (gone, away)))
    assert [one.public_id for one in found] == [soon.public_id, late.public_id, gone.public_id]
    assert [one.minutes for one in found] == [0, 7, 11]
    assert [one.is_next for one in found] == [True, False, False]
    assert found[2].matters is Matters.AWAY


def test_only_their_own_therapist_gets_buttons() -> None:
    other = card(NOW, therapist=SAMIR)
    (found,) = waiters_of(day((other, waits(other, NOW))))
    assert not found.leads
    assert not found.is_next
    assert not found.steps


def test_one_thing_matters() -> None:
    one = card(NOW - timedelta(minutes=1))

    def matters(visit: VisitFacts, **more) -> Matters:
        return waiters_of(day((one, visit), **more))[0].matters

    here = waits(one, NOW)
    assert matters(here, met=False) is Matters.FIRST
    assert matters(here, met=False, needs=Needs(interpreter="Polish")) is Matters.NEEDS
    assert matters(replace(here, device={"mic": True, "camera": False})) is Matters.DEVICE
    assert matters(replace(here, left_at=NOW), met=False) is Matters.AWAY
    assert matters(here) is Matters.NOTHING


def shown(visit: VisitFacts, one: BookingCard, **more) -> str:
    waiters = waiters_of(day((one, visit), **more))
    page = DayPage(
        now=NOW, lines=(), waiters=waiters, upcoming=None, clinic_id="", everyone=False, leads=True, warnings=(),
        own=None, climbs={}, called=(), callings={}, team=(), said={}, delays=(), tell_here=None,
    )  # fmt: skip
    return rendered("visit/parts/waiters.html", staff_page(), **variables(page))


def test_the_state_of_the_devices_stands_beside_what_somebody_needs() -> None:
    one = card(NOW - timedelta(minutes=1))
    here = waits(one, NOW, device={"mic": True, "camera": False})
    for needs in (Needs(interpreter="Polish"), Needs(captions=True), Needs(text_only=True)):
        assert "Microphone ready, camera closed." in shown(here, one, needs=needs)
    assert "Needs an interpreter: Polish." in shown(here, one, needs=Needs(interpreter="Polish"))


def test_a_session_says_nothing_of_the_wait_before_it() -> None:
    one = card(NOW - timedelta(minutes=1))
    here = waits(one, NOW, device={"mic": False, "camera": False})
    assert "Camera and microphone are closed." in shown(here, one)
    live = replace(here, state=State.IN_SESSION, admitted_at=NOW)
    assert "Camera and microphone are closed." not in shown(live, one)


def test_an_erased_patient_leaves_a_line_without_a_name() -> None:
    one = card(NOW)
    gone = replace(day((one, waits(one, NOW))), people={})
    assert lines_of(gone)[0].name == ""
    assert waiters_of(gone)[0].name == ""
