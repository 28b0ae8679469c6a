"""A whole accelerated course of TMS with real bookings: fifty sessions on five days that follow each other, each with a
coil and a chair. One session of a day is missed, one begins late, and what comes after both keeps its order and gaps.
"""

from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import pytest

from server.clinic import store as clinics
from server.clinic.rules import WeeklyHours
from server.programmes.course import Key, Why
from server.programmes.keeping import Entry, Hand, record
from server.programmes.recording import No, Refused
from server.programmes.rules import due_steps
from tests.server.measures.asked import answer_all, use
from tests.server.programmes.conftest import begun, give
from tests.server.programmes.test_days import BERLIN, HIDDEN, Walk, books, form_of, with_devices
from tests.server.visit.conftest import signed_in

pytestmark = pytest.mark.asyncio
GAP = timedelta(minutes=50)
MISSED, LATE = datetime(2026, 3, 11, 10, 30, tzinfo=BERLIN), datetime(2026, 3, 12, 10, 30, tzinfo=BERLIN)


async def equipped(house, linden) -> str:
    """One coil and one chair; a session takes both for twenty minutes. Mara is there from eight to six."""
    treatment = await with_devices(house, linden, 20)
    hours = [WeeklyHours(day, 8 * 60, 18 * 60) for day in range(5)]
    await house.db.unit(lambda db: clinics.set_hours(db, linden.clinic.id, linden.mara.staff_id, hours))
    return str(treatment.id)


class Days(Walk):
    """The same walk, booking by booking of a day."""

    async def tries(self) -> Refused | None:
        """To begin the next session now, whatever holds it."""
        row = await self.row()
        hand = Hand(self.house, self.clinic.zone, row, self.by, self.clock(), uuid4())
        key = Key("treatment", len(self.given) + 1)
        return await record(hand, Entry(key, self.clock(), by=self.by), {})

    async def holds(self) -> set[Why]:
        found = await self.standing()
        due = due_steps(found.programme, found.done, self.clock())
        (one,) = [one for one in due if one.step.id == "treatment"]
        return {cause.why for gate in one.blocked for cause in gate.causes}

    async def next_one(self) -> datetime:
        """Goes to the next booking, and gives the session unless the patient does not come."""
        found = await self.standing()
        at = min(at for at in found.programme.planned.values() if at > self.clock())
        self.clock.now = at
        meant = (await self.standing()).programme.planned
        assert meant[len(self.given) + 1] == at, "nobody is late for what somebody missed before"
        if at == MISSED:
            self.clock.forward(minutes=30)
            return at
        if at == LATE:
            self.clock.forward(minutes=12)
        before = len(self.given)
        await self.writes_all_due()
        if len(self.given) == before:  # the gap since the one that began late is not over
            assert await self.holds() == {Why.EARLY}
            refused = await self.tries()
            assert refused is not None
            assert refused.why is No.BLOCKED
            self.clock.now = self.given[-1] + GAP
            await self.writes_all_due()
        assert len(self.given) == before + 1
        self.clock.forward(minutes=5)
        return at


async def test_fifty_sessions_are_booked_and_walked_to_their_end(house, linden, mara, jo, clock) -> None:
    service = await equipped(house, linden)
    await give(house, linden.clinic.id, "tms-accelerated")
    course = await begun(mara, jo.made.card.patient_id, "tms-accelerated")
    for name in ("screening", "trials", "consent"):
        assert (await course.writes(name)).status_code == 303
    assert (await course.writes("protocol", preset="saint 1")).status_code == 303
    await use(house, linden.clinic.id, phq9="visit")
    await answer_all(house, jo.made.card, "2222222201")
    asked = {"service": service, "first": "2026-03-10", "time": "08:00"}
    assert await books(mara, course.base, **asked) == 50
    walk, again = Days(house, linden, course, clock), {}
    while len(walk.given) < 50:
        at = await walk.next_one()
        await signed_in(house, mara, linden.mara.staff_id)  # a login lasts some hours
        if at == MISSED:
            assert "not before" not in await course.page()
            again[at] = await books(mara, course.base, service=service)
    days: dict[date, list[datetime]] = {}
    for at in walk.given:
        days.setdefault(at.astimezone(BERLIN).date(), []).append(at)
    assert [day.isoformat() for day in days] == [
        "2026-03-10", "2026-03-11", "2026-03-12", "2026-03-13", "2026-03-16",
    ]  # fmt: skip
    assert [len(of) for of in days.values()] == [10] * 5, "what was missed is given in the evening of that day"
    assert again == {MISSED: 1}
    for of in days.values():
        assert min(later - one for one, later in pairwise(of)) >= GAP
    found = await walk.standing()
    assert (found.done.sessions_over, found.programme.planned) == (50, {})
    assert [key.session for key in sorted(found.done.entries) if key.step == "threshold"] == [1, 11, 21, 31, 41]
    assert "All 50 sessions are over" in await course.page()


async def test_a_time_too_close_to_another_is_said_before_it_is_booked(house, linden, jo, mara) -> None:
    """Ten sessions of a day are no news; one that begins before the gap is over would stand before a shut gate."""
    service = await equipped(house, linden)
    await give(house, linden.clinic.id, "tms-accelerated")
    course = await begun(mara, jo.made.card.patient_id, "tms-accelerated")
    asked = {"service": service, "first": "2026-03-10", "time": "08:00"}
    form = await form_of(mara, course.base, **asked)
    page = (await mara.get(f"{course.base}/days", params=asked)).text
    assert "lies on the same day" not in page
    assert "Sooner after another session" not in page
    second = datetime.fromisoformat(form["pick-1"]) + timedelta(minutes=40)
    ready = form | {"pick-2": f"{second:%Y-%m-%dT%H:%M}Z"}
    asks = await mara.post(f"{course.base}/days", data=ready)
    assert asks.status_code == 422
    assert "A time lies too close to another session." in asks.text
    assert asks.text.count("Sooner after another session than the course has between two") >= 1
    seen = dict(HIDDEN.findall(asks.text))["close"]
    assert seen.split()[0] == "2"
    assert (await mara.post(f"{course.base}/days", data=ready | {"close": seen})).status_code == 303
