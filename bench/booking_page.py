"""Server CPU of the booking page with few and with many bookings, beside a bare page of the same size.

Nothing of ours is cached between requests: every page reads clinic, services, therapists, hours, leave and claims anew.
"""

import sys
import tempfile
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bench.servers import REPO, cpu_per_request, parlour, running
from bench.timing import Line, Series, side_by_side
from server import migrating
from server.app import build_house
from server.booking.tables import Appointment, Booking, Claim
from server.clinic import store as clinics
from server.clinic.rules import TherapistCard, usual_week
from server.house import House
from server.keys import KeyBase
from server.patients import store as patients
from server.patients.rules import Person
from tests.engines.ports import free_port
from tests.server.booking.linden import Linden, seed
from tests.server.conftest import settings_for

BARS = "booking page, 14 days and 200 bookings: CPU at most 3 times a bare page; at most 1.3 times that with 20,000"
ROUNDS, WARM_UPS = 15, 2
IN_THE_WINDOW = 200
MANY = 20_000
BERLIN = ZoneInfo("Europe/Berlin")


async def fill(data: Path, total: int) -> None:
    """A clinic whose two therapists have 100 bookings each in the next two weeks, and the rest of `total` before."""
    house = build_house(settings_for(data))
    await house.keys.database.run_sync(KeyBase.metadata.create_all)
    await migrating.upgrade(house.db)
    linden = await seed(house)
    patient = await _somebody(house, linden)
    today = house.clock().astimezone(BERLIN).replace(hour=8, minute=0, second=0, microsecond=0)
    # Ten half hours a day for each of two therapists, from today on; the rest goes back day by day.
    starts = [today + timedelta(days=day, minutes=30 * n) for day in range(14) for n in range(8)][: IN_THE_WINDOW // 2]
    before = [today - timedelta(days=1 + n // 12, minutes=-30 * (n % 12)) for n in range((total - IN_THE_WINDOW) // 2)]
    for card in (linden.mara, linden.samir):
        await house.db.unit(partial(_write, linden=linden, who=card, patient=patient, starts=[*before, *starts]))
        week = [
            *usual_week(),
            *((type(span)(day, span.from_minute, span.until_minute)) for day in (5, 6) for span in usual_week()[:2]),
        ]
        await house.db.unit(
            partial(clinics.set_hours, clinic_id=linden.clinic.id, therapist_id=card.staff_id, week=week)
        )
    await house.db.close()
    await house.keys.database.close()


async def _somebody(house: House, linden: Linden) -> UUID:
    person = Person(uuid4(), "Jo Almeida", "jo@example.org")
    key = await house.keys.make_patient(linden.clinic.id, person.id, house.clock())
    row = patients.sealed(await house.keys.clinic(linden.clinic.id), key, person, house.clock())
    await house.db.unit(lambda db: patients.add(db, row))
    return person.id


async def _write(db: AsyncSession, linden: Linden, who: TherapistCard, patient: UUID, starts: list[datetime]) -> None:
    now = datetime.now(UTC)
    length = timedelta(minutes=30)
    ids = [uuid4() for _ in starts]
    times = list(zip(ids, starts, strict=True))
    clinic, therapist = {"clinic_id": linden.clinic.id}, {"therapist_id": who.staff_id}
    made = {"service_id": linden.first.id, "zone": "Europe/Berlin", "made_at": now}
    await db.execute(
        insert(Appointment),
        [{"id": one, "starts_at": at, "ends_at": at + length, **clinic, **therapist, **made} for one, at in times],
    )
    claimed = {"resource_id": who.staff_id, **clinic}
    await db.execute(
        insert(Claim),
        [
            {"id": uuid4(), "appointment_id": one, "from_at": at, "until_at": at + length, **claimed}
            for one, at in times
        ],
    )
    booked = {"patient_id": patient, "for_whom": "me", "made_at": now, **clinic}
    await db.execute(
        insert(Booking), [{"id": uuid4(), "public_id": one.hex[:20], "appointment_id": one, **booked} for one in ids]
    )


async def run() -> list[Line]:
    """The page with 200 bookings beside the bare one, then with 20,000 beside the one with 200."""
    async with AsyncExitStack() as stack:
        servers = []
        for total in (IN_THE_WINDOW, MANY):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="parlour-bench-data-")))
            await fill(folder / "data", total)
            servers.append(await stack.enter_async_context(parlour("serve", data=folder / "data")))
        few = servers[0]
        size = await _size(f"{few.base}/c/linden")
        port = free_port()
        bare = await stack.enter_async_context(
            running([sys.executable, "-m", "bench.bare", str(port), str(size)], port, "/", **REPO)
        )
        page_few, page_many = (cpu_per_request(f"{one.base}/c/linden", one.pid) for one in servers)
        ours, theirs = await side_by_side(ROUNDS, WARM_UPS, page_few, cpu_per_request(f"{bare.base}/", bare.pid))
        big, small = await side_by_side(ROUNDS, WARM_UPS, page_many, page_few)
    what = f"booking page, {size / 1000:.0f} kB, 200 bookings"
    return [
        Line(Series(what, "ms CPU", ours), Series("bare Starlette and Jinja", "ms CPU", theirs), bar=3),
        Line(Series("the same, 20,000 bookings", "ms CPU", big), Series("with 200", "ms CPU", small), bar=1.3),
    ]


async def _size(url: str) -> int:
    import httpx2

    async with httpx2.AsyncClient(trust_env=False) as client:
        return len((await client.get(url)).raise_for_status().content)
