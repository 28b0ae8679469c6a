"""Eight sessions of esketamine walked to the end: a red reading in one, another handed over to emergency care, and what
follows of both. Through the store, as pages write; the pages say what it comes to. Nobody answered the PHQ-9 before the
course, and that is passed with a reason each time.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from server.config import Settings
from server.house import House
from server.programmes import store
from server.programmes.after import store as after
from server.programmes.after.rules import Why
from server.programmes.baseline import counted
from server.programmes.changes import Kind
from server.programmes.course import Entry, Key, Override
from server.programmes.gates import blocked
from server.programmes.keeping import Hand, change, opened, override, record
from server.programmes.observing.keeping import keep
from server.programmes.questions import found_in
from server.programmes.recording import Refused
from tests.server.conftest import Clock
from tests.server.programmes.conftest import an_answer, begun, give
from tests.server.visit.conftest import signed_in

pytestmark = pytest.mark.asyncio
CALM = {"systolic": "122", "diastolic": "78", "pulse": "70", "oxygen": "98", "sedation": "alert"}
RED, ABORTED = 3, 5
NEXT = (3, 4, 3, 4, 3, 4, 3, 4)
"""Days from one session to the next: Monday and Thursday."""


@pytest.fixture
def settings(on_both_engines: Settings) -> Settings:
    return on_both_engines


@dataclass
class Walker:
    """Who gives the course; `clock` is the house's."""

    house: House
    clock: Clock
    hand: Hand

    @property
    def now_hand(self) -> Hand:
        return replace(self.hand, now=self.clock.now, once=uuid4())

    async def one(self):
        return await opened(self.house, self.hand.row, self.hand.zone, self.clock.now)

    async def writes(self, name: str, session: int = 0, number: int = 0, **said: str) -> Refused | None:
        one = await self.one()
        step = counted(one, one.standing.programme.definition.by_id[name], session)
        answers = {each.id: an_answer(each) for each in step.questions} | said
        entry = Entry(Key(name, session, number), self.clock.now, found_in(step.questions, answers).verdict)
        return await record(self.now_hand, replace(entry, by=self.hand.by), answers)

    async def reads(self, session: int, **said: str) -> None:
        one = await self.one()
        step = counted(one, one.standing.programme.definition.by_id["vitals"], session)
        assert await keep(self.now_hand, step, self.clock.now, CALM | said) is None

    async def held(self, name: str, session: int) -> dict[str, frozenset]:
        one = (await self.one()).standing
        found = blocked(one.programme, one.done, one.programme.definition.by_id[name], session, self.clock.now)
        return {each.gate.id: frozenset(cause.seen for cause in each.causes) for each in found}

    async def passes(self, before: str, gate: str, session: int) -> None:
        seen = (await self.held(before, session))[gate]
        lasts = {each.id: each.lasts for each in (await self.one()).standing.programme.definition.gates}[gate]
        one = Override(gate, 0 if lasts else session, self.clock.now, self.hand.by, seen, "Weighed with Dr Osei.")
        assert await override(self.now_hand, one) is None

    async def begins(self, session: int) -> None:
        measured = {name: CALM[name] for name in ("systolic", "diastolic", "pulse", "oxygen")}
        assert await self.writes("today", session, **measured) is None
        assert await self.writes("since", session) is None
        held = await self.held("treatment", session)
        assert set(held) == {"baseline", "measured"} | ({"happened"} if session == ABORTED + 1 else set())
        assert isinstance(await self.writes("treatment", session), Refused)
        for gate in held:
            await self.passes("treatment", gate, session)
        assert await self.writes("treatment", session) is None


async def walk(walker: Walker, session: int, began: datetime) -> None:
    """One session by its clock, with what happens in it."""
    clock = walker.clock
    await walker.begins(session)
    for minute in (40, 70, 100, 120):
        clock.now = began + timedelta(minutes=minute)
        red = (session, minute) in ((RED, 70), (ABORTED, 40))
        await walker.reads(session, **({"systolic": "186", "diastolic": "112"} if red else {}))
        early = await walker.writes("discharge", session) if minute < 120 else None
        assert minute == 120 or isinstance(early, Refused), "nobody leaves before two hours"
        if session == ABORTED:
            said = {"how": "emergency", "words": "Headache; the ambulance took over."}
            assert await walker.writes("handover", session, **said) is None
            return
    clock.now = began + timedelta(minutes=125)
    if session == RED:
        assert isinstance(await walker.writes("discharge", session), Refused), "though two calm ones came after it"
        assert set(await walker.held("discharge", session)) == {"readings"}
        await walker.passes("discharge", "readings", session)
    assert await walker.writes("discharge", session) is None


async def test_eight_sessions_with_a_red_reading_and_one_handed_over(house, linden, jo, mara, browsers, clock) -> None:
    await give(house, linden.clinic.id, "esketamine")
    course = await begun(mara, jo.made.card.patient_id, "esketamine")
    row = (await house.db.read(lambda db: store.courses_of(db, linden.clinic.id, jo.made.card.patient_id)))[0]
    walker = Walker(house, clock, Hand(house, linden.clinic.zone, row, linden.mara.staff_id, clock.now, uuid4()))
    await house.db.unit(
        lambda db: after.choose(db, linden.clinic.id, "esketamine", linden.inner.id, None, clock.now)
    )  # fmt: skip
    for name in ("eligibility", "facts", "scales", "consent"):
        assert await walker.writes(name) is None
    began = clock.now
    for session, days in enumerate(NEXT, 1):
        await walk(walker, session, began)
        while await house.outbox.run_due():
            pass
        clock.now = began + timedelta(hours=25)
        assert await walker.writes("call", session) is None
        if session in (4, 8):
            assert await walker.writes("review", session, decision="continue") is None
        course.browser = await signed_in(house, await browsers(), linden.mara.staff_id)
        page = await course.page()
        assert ("This course should be looked at again." in page) is (session >= ABORTED), session
        clock.now = began = began + timedelta(days=days)
    course.browser = await signed_in(house, await browsers(), linden.mara.staff_id)
    assert "To be looked at again:" in (await course.browser.get("/staff/courses")).text
    one = (await walker.one()).standing
    found = await house.db.read(lambda db: after.meetings_of(db, one.programme.definition, row))
    assert sorted(one.done.over) == list(range(1, 9))
    assert {each.session for each in found if each.starts_at} == {1, 3, 7}, "after a Monday Mara has time"
    assert {each.session for each in found if each.why is Why.NO_TIME} == {2, 4, 6, 8}, "after a Thursday she has none"
    assert await change(walker.now_hand, Kind.END, "The induction is over.") is None
    assert "This course has ended" in await course.page()
