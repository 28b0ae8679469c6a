"""The ways to a time besides booking it at once, each as the requests of visitors who press in the same moment: keeping
it for a form, asking for it, one date of a series, moving to it, taking it from the waiting list, and a device that
every therapist needs. Each way has a clinic of its own, `tests/e2e/rush.py` sends what it makes.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from itertools import count
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Role
from server.accounts import store as accounts
from server.accounts.rules import Stage
from server.booking.links import cookie_name
from server.booking.tables import Claim
from server.booking.waitlist import store as waitlist
from server.booking.waitlist.forms import Joining
from server.booking.waitlist.joining import Joined, join
from server.booking.waitlist.offering import backfill
from server.booking.waitlist.rules import Offered, Part, next_waking
from server.booking.week import value_of
from server.clinic import store as clinics
from server.crypto import token_hash
from server.house import House
from server.patients.contacts import Contact
from tests.e2e.rush import Rush, fields_of, free_times, posting
from tests.server.booking.furnished import furnish, hire
from tests.server.booking.linden import Linden, booked, seed

NUMBERS = count(1)
MOVERS, THERAPISTS, TAPS = 24, 10, 5
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Aim:
    """The time that everybody wants, as forms send it, and their requests. `winners` of them are answered `won`."""

    start: str
    requests: Sequence[bytes]
    won: int = 303
    winners: int = 1
    claims: int = 1  # what stands at the time in the end: the therapist, and what else the service needs

    def is_met(self, seen: Rush) -> bool:
        """Whether the winners have it, and everybody else was told that it is taken."""
        return seen.statuses == {self.won: self.winners, 409: len(self.requests) - self.winners}


Next = Callable[[int], Awaitable[Aim]]
"""The aim of one more rush of so many visitors."""


@dataclass(frozen=True)
class Ground:
    """A clinic for one way, in the database of a program that listens at `base`."""

    house: House
    linden: Linden
    base: str

    async def first(self) -> str:
        return (await free_times(self.base, self.linden))[0]

    def form(self, start: str, **more: str) -> Mapping[str, str]:
        return {**fields_of(self.linden, start, next(NUMBERS)), **more}

    def public(self, page: str, fields: Mapping[str, str], **headers: str) -> bytes:
        return posting(f"/c/{self.linden.clinic.slug}/{page}", fields, **headers)

    async def claims_at(self, start: str) -> int:
        at = (Claim.clinic_id == self.linden.clinic.id, Claim.from_at == datetime.fromisoformat(start))
        return await self.house.db.read(lambda db: db.scalar(select(func.count()).where(*at))) or 0


async def hold(ground: Ground) -> Next:
    """Whoever begins to write first."""

    async def aim(visitors: int) -> Aim:
        start = await ground.first()
        headers = {"x-part": "kept"}
        return Aim(start, [ground.public("hold", ground.form(start), **headers) for _ in range(visitors)], 200)

    return aim


async def confirm(ground: Ground) -> Next:
    """A service that the clinic confirms first: who asked keeps the time until it answers."""
    await _change(ground, asks=True)
    return await instant(ground)


async def instant(ground: Ground) -> Next:
    async def aim(visitors: int) -> Aim:
        start = await ground.first()
        return Aim(start, [ground.public("book", ground.form(start)) for _ in range(visitors)])

    return aim


async def resource(ground: Ground) -> Next:
    """As many therapists as there are, and one chair: nobody waits for a therapist."""
    linden, _units = await furnish(ground.house, ground.linden, Chair=["Chair"])
    await hire(ground.house, linden, THERAPISTS, linden.session)
    slugs = [linden.mara.slug, linden.samir.slug, *(f"t-{number}" for number in range(THERAPISTS))]

    async def aim(visitors: int) -> Aim:
        start = await ground.first()
        forms = [ground.form(start, therapist=slugs[number % len(slugs)]) for number in range(visitors)]
        return Aim(start, [ground.public("book", form) for form in forms], claims=2)

    return aim


async def series(ground: Ground) -> Next:
    """The front desk's form of two dates, sent from many windows for as many patients."""
    cookie = f"parlour={await _login(ground)}"

    async def aim(visitors: int) -> Aim:
        start = await ground.first()
        later = _sent(datetime.fromisoformat(start) + 7 * A_DAY)
        picks = {"every": "week", "count": "2", "at-1": start, "pick-1": start, "at-2": later, "pick-2": later}
        forms = [ground.form(start, mail=f"s{next(NUMBERS)}@example.org", phone="", **picks) for _ in range(visitors)]
        return Aim(start, [posting("/staff/bookings/series/book", form, cookie=cookie) for form in forms])

    return aim


async def move(ground: Ground) -> Next:
    """Everybody has a later time, and one comes free."""
    day, zone = datetime.now(UTC).astimezone(ground.linden.clinic.zone).date() + 9 * A_DAY, ground.linden.clinic.zone
    movers = []
    while len(movers) < MOVERS:
        day += A_DAY
        for hour in (13, 14, 15, 16) if day.weekday() < 5 else ():
            at = datetime.combine(day, time(hour), zone).astimezone(UTC)
            movers.append(await booked(ground.house, ground.linden, at, name=f"Mover {len(movers)}"))

    async def aim(visitors: int) -> Aim:
        start = await ground.first()
        return Aim(start, [_moving(ground, made.card.public_id, made.token, start) for made in movers[:visitors]])

    return aim


def _moving(ground: Ground, public_id: str, token: str, start: str) -> bytes:
    cookie = f"{cookie_name(ground.house.settings, public_id)}={token}"
    return posting(f"/visit/{public_id}/move", {"start": start, "sure": start}, cookie=cookie)


async def waiting(ground: Ground) -> Next:
    """Who waited longest is offered a time and takes it with a few taps, while strangers press on the same one."""
    house, linden = ground.house, ground.linden

    async def aim(visitors: int) -> Aim:
        number, zone = next(NUMBERS), linden.clinic.zone
        contact = Contact(f"w{number}@example.org", "")
        said = Joining(f"w{number}", contact, frozenset(range(7)), frozenset(Part), None, uuid4().hex)
        joined = await join(house, linden.clinic, said, linden.session.id, linden.mara.staff_id, "en", zone)
        assert isinstance(joined, Joined)

        async def offered(db: AsyncSession) -> Offered | None:
            one = await waitlist.by_token(db, token_hash(joined.token))
            return await waitlist.offer_of(db, one.offer_id if one else None)

        offer = None
        async with asyncio.timeout(30):  # by day the program offers it too, and who is second finds nothing to offer
            while offer is None:
                await backfill(replace(house, clock=lambda: next_waking(datetime.now(UTC), zone)), linden.clinic.id)
                offer = await house.db.read(offered)
        start = _sent(offer.starts_at)
        taps = [posting(f"/w/{joined.token}/take", {"offer": offer.id.hex}) for _ in range(TAPS)]
        strangers = [ground.public("book", ground.form(start)) for _ in range(visitors - TAPS)]
        return Aim(start, [*strangers, *taps], winners=TAPS)

    return aim


WAYS: Sequence[Callable[[Ground], Awaitable[Next]]] = (instant, hold, confirm, series, move, waiting, resource)


async def ground_of(house: House, base: str, way: str) -> Ground:
    """A clinic of this way's own in the database of this house."""
    return Ground(house, await seed(house, slug=f"linden-{way}"), base)


def _sent(start: datetime) -> str:
    return value_of(int(start.timestamp()))


async def _change(ground: Ground, **changes: bool) -> None:
    service = replace(ground.linden.session, **changes)
    clinic_id, now = ground.linden.clinic.id, ground.house.clock()
    await ground.house.db.unit(lambda db: clinics.change_service(db, clinic_id, service, now))


async def _login(ground: Ground) -> str:
    """Somebody of the front desk, signed in with both steps."""
    clinic, staff_id, now = ground.linden.clinic, uuid4(), ground.house.clock()
    ring, mail = await ground.house.keys.clinic(clinic.id), f"{staff_id}@linden.example"
    sealed = accounts.seal_mail(ring, clinic.id, staff_id, mail)
    index = accounts.mail_index(ground.house.keys.secret("staff mail"), mail)
    new = accounts.NewStaff(staff_id, clinic.id, "Ana", sealed, index, frozenset({Role.FRONT_DESK}), None, now)

    async def work(db: AsyncSession) -> str:
        await accounts.add_staff(db, new)
        return await accounts.start_login(db, staff_id, Stage.FULL, now)

    return await ground.house.db.unit(work)
