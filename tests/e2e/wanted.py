"""Who asks for a time, comes in a group or waits for one, at Linden Practice: beside the visits of the week."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import desk
from server.booking.asking.answering import answer
from server.booking.asking.rules import Answer
from server.booking.desk import Given, Made, Order
from server.booking.holding.tables import Hold
from server.booking.links import cookie_name
from server.booking.meeting import Meeting
from server.booking.rules import Wish
from server.booking.store import By
from server.booking.tables import Booking, Cancellation, Claim
from server.booking.waitlist import store as waiting
from server.booking.waitlist.forms import Joining
from server.booking.waitlist.joining import join
from server.booking.waitlist.offering import backfill
from server.booking.waitlist.rules import DAYS, Left, Part
from server.clinic import store as clinics
from server.clinic.rules import Clinic, Leave, Means, WeeklyHours
from server.crypto import token_hash
from server.house import House
from server.patients.contacts import Contact
from server.patients.rules import Person
from tests.e2e.series import fridays
from tests.server.booking.intake.asked import AGREES, NAME, SLEEP, STORY, TRIED, ask
from tests.server.booking.linden import a_service

GROUP = a_service("Better sleep, a group", 90, about="with Ines", seats=8, asks=True, shows_places=True)
CHAT = a_service("A short talk", 20, about="however you like", means=tuple(Means), price=4500)
ADDRESS = "Lindenweg 3, 10969 Berlin"
TUESDAY = datetime(2026, 3, 17, 13, tzinfo=UTC)  # 14:00 in Berlin
HOUR = timedelta(hours=1)
ASKED = (NAME, SLEEP, TRIED, STORY, AGREES)
SAID = {
    NAME.id: "Hugo",
    SLEEP.id: "Badly",
    TRIED.id: ("Talking", "Running"),
    STORY.id: "I wake at four and cannot go back.\n\nIt began in the autumn, when we moved.",
}
WORDS = "I am away that week and sorry. The week after I have time, and would be glad to see you."


async def add_group(house: House, clinic: Clinic, ines: object) -> None:
    """What Ines gives to eight at once, and confirms first; and what she gives by video, by phone and in person."""

    async def work(db: AsyncSession) -> None:
        for service in (GROUP, CHAT):
            await clinics.add_service(db, clinic.id, service)
            await clinics.offer(db, service.id, [ines])  # type: ignore[list-item]

    await house.db.unit(work)


class Wanted:
    """Adds them one by one, and remembers where their pages are."""

    def __init__(self, house: House, clinic: Clinic, staff: dict[str, object], hours: tuple[WeeklyHours, ...]) -> None:
        self.house, self.clinic, self.staff, self.hours = house, clinic, staff, hours
        self.paths: dict[str, str] = {"group": str(GROUP.id), "chat": str(CHAT.id)}
        self.cookies: list[dict[str, str]] = []

    async def all(self) -> None:
        by = By("staff", self.staff["ines"])  # type: ignore[arg-type]
        form = await ask(self.house, self.clinic.id, GROUP.id, *ASKED, intro="We ask so that the group fits you.")
        told = Given(form.id, SAID, done=False)
        for key, name, given in (("told", "Hugo Lehmann", told), ("grouped", "Mei Tanaka", None)):
            made = await self.comes(key, name, TUESDAY, given=given)
            assert await answer(self.house, self.clinic, made.card, Answer.CONFIRMED, by)
        ines: UUID = self.staff["ines"]  # type: ignore[assignment]
        weekly = await fridays(self.house, self.clinic, GROUP, ines, self.hours, "Yara Stein", 14)
        self.paths["weekly"] = weekly.cards[0].public_id
        last = weekly.cards[-1].starts_at.replace(hour=0)
        leave = Leave(uuid4(), ines, last, last + timedelta(days=1))
        await self.house.db.unit(lambda db: clinics.add_leave(db, self.clinic.id, leave))
        await self.comes("request", "Hanna Vogt", TUESDAY)
        made = await self.comes("answered", "Kaja Lindqvist", TUESDAY + 24 * HOUR)
        times = [TUESDAY + timedelta(days=7), TUESDAY + timedelta(days=7, hours=-5)]
        assert await answer(self.house, self.clinic, made.card, Answer.DECLINED, by, WORDS, times)
        wednesday = Joining("", Contact(), frozenset({2}), frozenset({Part.AFTERNOON}), date(2026, 3, 18), "")
        await self.comes("phoned", "Rafi Cohen", TUESDAY + timedelta(days=6), Means.PHONE)
        await self.comes("visited", "Lena Brandt", TUESDAY + timedelta(days=6, hours=1), Means.PERSON)
        evenings = Joining("", Contact(), frozenset(DAYS), frozenset({Part.EVENING}), None, "")
        await self.waits("offer", "Pilar Ortega", wednesday, "samir")
        await self.waits("wait", "Otis Grant", evenings, "mara")
        await self.waits("waits", "Suri Patel", evenings, "")
        await self.waits("off", "Nils Holm", evenings, "")
        off = await self.house.db.read(lambda db: waiting.by_token(db, token_hash(self.paths["off"])))
        assert off
        await self.house.db.unit(lambda db: waiting.end(db, off.id, Left.SILENT, self.house.clock()))
        await backfill(self.house, self.clinic.id)
        first = await self.house.db.read(lambda db: waiting.by_token(db, token_hash(self.paths["offer"])))
        assert first
        self.paths["offered"] = str(first.offer_id)

    async def comes(
        self, key: str, name: str, start: datetime, means: Means = Means.VIDEO, given: Given | None = None
    ) -> Made:
        ines, service = self.staff["ines"], GROUP if means is Means.VIDEO else CHAT
        person = Person(desk.NOBODY, name, f"{name.split()[0].lower()}@patients.example", zone="Europe/Berlin")
        hours = {ines: self.hours}
        order = Order(self.clinic, service, hours, Wish(start, ines), person)  # type: ignore[arg-type]
        called = Meeting("+49305550177" if means is Means.PHONE else "")
        made = await desk.book(self.house, replace(order, means=means, meeting=called, given=given), By())
        assert isinstance(made, Made), (name, made)
        self.paths[key] = made.card.public_id
        cookie = cookie_name(self.house.settings, made.card.public_id)
        self.cookies.append({"name": cookie, "value": made.token, "url": self.house.settings.base_url})
        return made

    async def waits(self, key: str, name: str, form: Joining, who: str) -> None:
        contact = Contact(f"{name.split()[0].lower()}@patients.example", "")
        said = Joining(name, contact, form.days, form.parts, form.last, uuid4().hex)
        service = await self.house.db.read(lambda db: clinics.services(db, self.clinic.id))
        session = next(one for one in service if one.name == "A session")
        zone = self.clinic.zone
        therapist = self.staff.get(who)
        joined = await join(self.house, self.clinic, said, session.id, therapist, "en", zone)  # type: ignore[arg-type]
        assert joined
        self.paths[key] = joined.token


@asynccontextmanager
async def ended_by_clinic(house: House, public_id: str) -> AsyncIterator[None]:
    """For a while it was the clinic that cancelled this time."""
    booking = select(Booking.id).where(Booking.public_id == public_id).scalar_subquery()
    for by in ("staff", "patient"):
        kept = update(Cancellation).where(Cancellation.booking_id == booking).values(by_kind=by)
        await house.db.unit(lambda db, kept=kept: db.execute(kept))
        if by == "staff":
            yield


async def let_go(house: House) -> None:
    """Nothing is kept for anybody who writes: the clock stands still, so it would be kept for ever."""

    async def work(db: AsyncSession) -> None:
        await db.execute(delete(Claim).where(Claim.hold_id.in_(select(Hold.form_id))))
        await db.execute(delete(Hold))

    await house.db.unit(work)
