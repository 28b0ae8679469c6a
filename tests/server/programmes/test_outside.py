"""What a programme rests on outside of its courses: dates of the law, and who answers for it."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from server.access import Role
from server.accounts.team import store as team
from server.programmes import store
from server.programmes.catalogue import shipped, shipped_data
from server.programmes.course import Key, Why
from server.programmes.footings import Base
from server.programmes.forms import parse
from server.programmes.outside import forms
from server.programmes.outside import store as outside
from server.programmes.outside.rules import Chosen, lapses, lasts, unnamed
from server.programmes.questions import Verdict, found_in
from server.programmes.recording import Refused
from tests.server.booking.linden import seed
from tests.server.programmes.conftest import begun
from tests.server.programmes.courses import BERLIN, Hand, figure, seen_of, small
from tests.server.visit.conftest import add_staff, signed_in

HOME = shipped()["ketamine-home"]
SETTINGS = "/staff/clinic/programmes"
LAST = date(2026, 12, 31)
NEW_YEAR = datetime(2026, 12, 31, 23, 0, tzinfo=UTC)  # midnight in Berlin
NAMED = {"director": Chosen(staff_id=uuid4(), number=1)}


def test_a_date_holds_until_the_end_of_its_day_and_the_word_of_the_clinic_counts() -> None:
    assert lasts(HOME, {}, BERLIN) == {"telemedicine": NEW_YEAR}
    said = NAMED | {"telemedicine": Chosen(until=date(2027, 6, 30), source="A rule of June", number=1)}
    assert lasts(HOME, said, BERLIN) == {"telemedicine": datetime(2027, 6, 30, 22, 0, tzinfo=UTC), "director": None}


@pytest.mark.parametrize(
    ("day", "left"),
    [
        (datetime(2026, 10, 1, 12, tzinfo=UTC), None), (datetime(2026, 10, 2, 12, tzinfo=UTC), 90),
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), 0), (NEW_YEAR, -1),
    ],
)  # fmt: skip
def test_it_is_warned_of_so_many_days_before_and_after(day: datetime, left: int | None) -> None:
    found = lapses(HOME, NAMED, BERLIN, day)
    assert [one.left for one in found] == ([] if left is None else [left])
    if left == 90:
        assert lapses(HOME, NAMED | {"telemedicine": Chosen(warn=30, number=1)}, BERLIN, day) == []


def test_who_is_gone_or_was_never_named_is_warned_of() -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    gone = {"director": replace(NAMED["director"], gone=now - timedelta(days=1))}
    for said, waits in ((NAMED, 0), (gone, 1), ({}, 1)):
        assert len(lapses(HOME, said, BERLIN, now)) == waits
        assert len(unnamed(HOME, said)) == waits


def resting() -> Hand:
    """Three sessions that rest on a rule that ends, and on a person."""
    data = {"figures": {one: figure(*said) for one, said in _FIGURES.items()}}
    gates = [
        {"id": "eligible", "before": "treatment", "needs": ["screening", "check"], "reason": "First that."},
        {"id": "spaced", "before": "treatment", "spacing": True, "reason": "At least {gap} apart, {hour}."},
        {"id": "led", "before": "treatment", "footings": ["rule", "person"], "holds": True, "reason": "It has ended."},
    ]
    footings = [
        {"id": "rule", "base": "date", "name": "A rule", "source": "a test", "until": "2026-01-05", "warn": "days"},
        {"id": "person", "base": "person", "name": "Who leads", "source": "a test"},
    ]
    return Hand.of(small(**data, gates=gates, footings=footings))


_FIGURES = {"sessions": (3, "sessions"), "gap": (16, "hours"), "hour": (1, "hours"), "days": (10, "days")}


def test_a_gate_is_shut_from_outside_of_the_course_and_nobody_passes_it() -> None:
    hand = resting()
    hand.does("screening")
    hand.does("check", 1)
    until = hand.now + timedelta(minutes=10)

    def held(**holds: datetime | None) -> set[tuple[Why, str]]:
        hand.programme = replace(hand.programme, lasts=holds)
        return seen_of(hand.due()[Key("treatment", 1)].blocked).get("led", set())

    assert held() == {(Why.OUTSIDE, "rule"), (Why.OUTSIDE, "person")}
    assert held(rule=until, person=None) == set()
    assert held(rule=until) == {(Why.OUTSIDE, "person")}
    hand.wait(minutes=10)
    assert held(rule=until, person=None) == {(Why.OUTSIDE, "rule")}
    assert isinstance(hand.tries("treatment", 1), Refused)
    assert isinstance(hand.overrides("led", 1, [(Why.OUTSIDE, "rule", -1)]), Refused)
    hand.now = until - timedelta(minutes=1)
    hand.does("treatment", 1)
    hand.wait(minutes=30)
    hand.does("after", 1)  # a session that began goes on to its end


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: d["gates"][0].update(holds=False), "it has to hold"),
        (lambda d: d["gates"][0].update(footings=["nobody"]), "There is no footing ‘nobody’."),
        (lambda d: d["footings"][1].pop("until"), "A date says until when"),
        (lambda d: d["footings"][1].update(warn="gap_hours"), "There is no figure"),
    ],
)
def test_a_file_that_rests_on_nothing_is_told_where(change, says: str) -> None:
    data = json.loads(json.dumps(shipped_data()["ketamine-home"]))
    change(data)
    found = parse(data)
    assert isinstance(found, list)
    assert any(says in one.words for one in found), found


def test_another_day_needs_a_source_of_the_clinic() -> None:
    until = "until-ketamine-home-telemedicine"
    for fields, wrong in (
        ({until: "2027-06-30"}, {"source-ketamine-home-telemedicine"}),
        ({until: "soon"}, {until}),
        ({until: "2026-12-31", "warn-ketamine-home-telemedicine": "400"}, {"warn-ketamine-home-telemedicine"}),
        ({until: "2027-06-30", "source-ketamine-home-telemedicine": "Federal Register"}, set()),
    ):
        assert forms.read(fields, HOME, {}, ()).wrong == wrong
    as_shipped = forms.read({until: "2026-12-31", "warn-ketamine-home-telemedicine": "90"}, HOME, {}, ())
    assert as_shipped.chosen["telemedicine"] == Chosen()


def test_at_home_a_sober_adult_an_address_and_a_number_are_asked_for_each_session() -> None:
    place = HOME.by_id["place"]
    good = {one.id: "yes" for one in place.questions if one.conditions}
    assert found_in(place.questions, good).verdict is Verdict.CLEAR
    for name in ("monitor", "sober", "here", "cuff", "picture"):
        for answer in ("no", "unknown"):
            assert found_in(place.questions, good | {name: answer}).verdict is Verdict.STOP
    asked = {one.id: one for one in place.questions if not one.optional}
    assert {"address", "emergency", "monitor_name", "monitor_phone"} <= set(asked)
    assert place.id in next(gate for gate in HOME.gates if gate.id == "asked").needs
    assert HOME.by_id["vitals"].minutes == (30, 60, 90, 120)
    assert {one.base for one in HOME.footings} == {Base.DATE, Base.PERSON}
    assert all(gate.holds for gate in HOME.gates if gate.footings)


@pytest.mark.asyncio
async def test_a_clinic_gives_it_only_under_a_named_director_and_without_one_no_session_begins(
    house, linden, jo, mara, browsers
) -> None:
    admin = await signed_in(house, await browsers(), await add_staff(house, linden.clinic.id, Role.ADMIN))
    page = (await admin.get(SETTINGS)).text
    assert "strongly discourages taking ketamine at home" in page
    assert "Sanacora and others 2017" in page
    person = "person-ketamine-home-director"
    wish = {"seen": "0", "give-ketamine-home": "yes", person: "", "meeting-ketamine-home": str(linden.session.id)}
    refused = await admin.post(SETTINGS, data=wish)
    assert (refused.status_code, "Name somebody first" in refused.text) == (422, True)
    assert "Nothing was kept yet." in refused.text
    assert "Your clinic gives no programmes yet" in refused.text, "a tick that was refused counts for nothing"
    assert f'value="{linden.session.id}" selected' in refused.text.partition('name="meeting-ketamine-home"')[2]
    nobody = await admin.post(SETTINGS, data=wish | {person: str(uuid4())})
    assert nobody.status_code == 422
    assert (await house.db.read(lambda db: store.given(db, linden.clinic.id)))[0] == frozenset()
    assert (await admin.post(SETTINGS, data=wish | {person: str(linden.samir.staff_id)})).status_code == 303
    named = (await house.db.read(lambda db: outside.chosen(db, linden.clinic.id)))["ketamine-home"]["director"]
    assert (named.staff_id, named.at) == (linden.samir.staff_id, house.clock())
    course = await begun(mara, jo.made.card.patient_id, "ketamine-home")
    page = await course.page()
    assert "No medical director answers" not in page
    assert "lacks the monitoring that it needs" in page
    assert "needs a look" not in (await mara.get("/staff")).text
    now = house.clock()
    await house.db.unit(lambda db: team.set_disabled(db, linden.samir.staff_id, now))
    page = await course.page()
    assert "No medical director answers for this programme now." in page
    assert "Nobody passes this gate." in page
    for where in ("/staff", "/staff/courses"):
        told = (await mara.get(where)).text
        assert "nobody is named who is still here" in told
    assert "No medical director answers" in (await mara.get("/staff/courses")).text


@pytest.mark.asyncio
async def test_the_date_of_the_law_is_warned_of_on_the_day_and_the_board_and_then_holds(
    house, linden, jo, mara, clock, browsers
) -> None:
    admin = await signed_in(house, await browsers(), await add_staff(house, linden.clinic.id, Role.ADMIN))
    last = house.clock().date() + timedelta(days=20)
    fields = {
        "seen": "0", "give-ketamine-home": "yes", "person-ketamine-home-director": str(linden.mara.staff_id),
        "until-ketamine-home-telemedicine": last.isoformat(), "source-ketamine-home-telemedicine": "A rule of ours",
        "warn-ketamine-home-telemedicine": "21",
    }  # fmt: skip
    assert (await admin.post(SETTINGS, data=fields)).status_code == 303
    assert "A rule of ours" in (await admin.get(SETTINGS)).text
    course = await begun(mara, jo.made.card.patient_id, "ketamine-home")
    for where in ("/staff", "/staff/courses"):
        assert "ends in 20 days" in (await mara.get(where)).text
    assert "The rule has ended" not in await course.page()
    clock.now += timedelta(days=21)
    mara = await signed_in(house, await browsers(), linden.mara.staff_id)
    course.browser = mara
    assert "The rule has ended by which a controlled medicine" in await course.page()
    assert "ended on" in (await mara.get("/staff")).text


@pytest.mark.asyncio
async def test_two_nodes_keep_one_word(either_house) -> None:
    linden, now = await seed(either_house), either_house.clock()
    about = ("ketamine-home", "director")

    async def name(number: int) -> bool:
        said = Chosen(staff_id=uuid4())
        return await either_house.db.unit(lambda db: outside.choose(db, linden.clinic.id, about, said, None, now))

    await asyncio.gather(*(name(number) for number in range(3)))
    found = (await either_house.db.read(lambda db: outside.chosen(db, linden.clinic.id)))["ketamine-home"]["director"]
    assert found.staff_id
    assert 1 <= found.number <= 3
