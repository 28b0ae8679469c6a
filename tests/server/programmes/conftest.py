"""Jo and her clinic, as for visits, which gives TMS; and a hand that writes of a course by its pages."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import httpx2
import pytest_asyncio

from server.house import House
from server.programmes import store
from server.programmes.catalogue import shipped
from server.programmes.questions import Answer, Begins, Plan, Question, Verdict, found_in
from tests.server.booking.conftest import either_house, new_database
from tests.server.home.space.ways import come_in, handed_over
from tests.server.measures.asked import answered
from tests.server.visit.conftest import Browser, Jo, browsers, desk, jo, linden, mara, samir

__all__ = ["browsers", "desk", "either_house", "jo", "linden", "mara", "new_database", "samir"]
JO = "jo.almeida@example.org"
CLEAR = Verdict.CLEAR
USUAL = {
    Answer.WORDS: "As usual",
    Answer.LINE: "Robin Amberg",
    Answer.DATE: "1988-05-14",
    Answer.SIGNATURE: "Jo Almeida",
    Answer.PHONE: "+4930555010",
    Answer.MAIL: "robin@example.org",
}
MEASURED = {"threshold": "50", "intensity": "120", "output": "60", "device_most": "80"}
"""Numbers of TMS that belong together."""
SEEN = re.compile(r'name="seen" value="([^"]*)"')


def an_answer(one: Question) -> str:
    """One that comes to no verdict."""
    held = {word for condition in one.conditions for word in condition.words}
    if one.answer in (Answer.YES_NO, Answer.AGREE):
        return next(word for word in ("yes", "no") if word not in held)
    if one.answer is Answer.PRODUCT:
        return ""
    if one.answer is Answer.PRESET:
        return "hf_10hz_19 1"
    if one.answer is Answer.CHOICE:
        return next((word for word in one.options if word not in held), next(iter(one.options)))
    if one.plan and one.optional:
        return ""
    if one.plan is Plan.INTENSITY and one.begins is Begins.LAST:
        return "120"
    if one.answer is Answer.NUMBER and one.id in MEASURED:
        return MEASURED[one.id]
    if one.answer is Answer.NUMBER:
        low, high = one.span or (-1000, 1000)
        known = ("120",) if one.id.startswith("systolic") else ("6", "50", "70", "98", "120", "300", "14", "0")
        can = [text for text in known if low <= float(text) <= high]
        return next(text for text in can if found_in([one], {one.id: text}).verdict is CLEAR)
    return USUAL[one.answer]


@dataclass
class Writer:
    """One therapist and one course."""

    browser: Browser
    base: str
    programme: str = "tms"
    last: dict[str, str] = field(default_factory=dict)
    house: House | None = None
    clinic_id: UUID | None = None

    async def page(self) -> str:
        answer = await self.browser.get(self.base)
        assert answer.status_code == 200, answer.status_code
        return answer.text

    async def writes(
        self, name: str, session: int = 0, number: int = 0, when: Mapping[str, str] | None = None, **said: str
    ) -> httpx2.Response:
        """`when`: fields beside the questions, such as the time."""
        step = shipped()[self.programme].by_id[name]
        self.last = {"once": str(uuid4())} | {f"q-{one.id}": an_answer(one) for one in step.questions}
        self.last |= {f"q-{question}": answer for question, answer in said.items()} | dict(when or {})
        return await self.browser.post(f"{self.base}/steps/{name}/{session}/{number}", data=self.last)

    async def passes(self, gate: str, session: int, reason: str = "It was weighed.") -> httpx2.Response:
        section = (await self.page()).partition(f"/gates/{gate}")[2]
        found = SEEN.search(section)
        data = {"once": str(uuid4()), "session": str(session), "seen": found[1] if found else "", "reason": reason}
        return await self.browser.post(f"{self.base}/gates/{gate}", data=data)

    async def is_ready(self) -> None:
        """All that comes before the first session."""
        for name in ("screening", "trials", "consent", "protocol"):
            assert (await self.writes(name)).status_code == 303
        if "PHQ-9 before the course" in await self.page():
            await self.is_measured()

    async def is_measured(self, value: int = 0) -> None:
        """The patient answers the PHQ-9, each question alike."""
        assert self.house, "say whose house it is"
        assert self.clinic_id
        *_, patient_id, _, course_id = self.base.split("/")
        await answered(self.house, (self.clinic_id, UUID(patient_id), UUID(course_id)), value)


async def give(house: House, clinic_id: UUID, *keys: str) -> None:
    over = (await house.db.read(lambda db: store.given(db, clinic_id)))[1]
    assert await house.db.unit(lambda db: store.give(db, clinic_id, keys, over, None, house.clock()))


async def begun(
    browser: Browser,
    patient_id: UUID,
    programme: str = "tms",
    house: House | None = None,
    clinic_id: UUID | None = None,
) -> Writer:
    once = str(uuid4())
    answer = await browser.post(f"/staff/patients/{patient_id}/courses", data={"once": once, "programme": programme})
    assert answer.status_code == 303, answer.status_code
    return Writer(browser, answer.headers["location"], programme, house=house, clinic_id=clinic_id)


@pytest_asyncio.fixture
async def course(house: House, linden, jo: Jo, mara: Browser) -> Writer:
    """Jo begins a course of TMS with Mara."""
    await give(house, linden.clinic.id, "tms")
    return await begun(mara, jo.made.card.patient_id, house=house, clinic_id=linden.clinic.id)


@pytest_asyncio.fixture
async def phone(house: House, jo: Jo, mara: Browser, browsers) -> Browser:
    """A browser in which Jo's space is open."""
    browser = await browsers()
    await come_in(house, browser, await handed_over(mara, jo.made.card.patient_id), JO, own="yes")
    return browser
