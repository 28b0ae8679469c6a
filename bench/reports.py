"""The page of reports of a clinic with 200 therapists and 100,000 sessions, all of them within the months it shows."""

import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from uuid import uuid4

import httpx2
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from bench.full_clinic import BERLIN, Plan, fill
from bench.timing import Line, Series
from server.access import Role
from server.accounts import store as accounts
from server.accounts.rules import Stage
from server.app import build_app, build_house
from server.booking.tables import Appointment, Booking
from server.clinic import store as clinics
from server.house import House
from server.visit.tables import Visit
from tests.server.conftest import settings_for

BARS = "a report over 100,000 sessions and 200 therapists at most 2,000 ms, from the request to the page"
THERAPISTS, EACH, ROUNDS, MOST_MS = 200, 500, 5, 2000
EVERY = 20_000


async def run() -> list[Line]:
    """Milliseconds of a month's page and of its table."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_for(Path(folder) / "data")
        settings.data.mkdir(parents=True)
        today = datetime.now(tz=BERLIN).date()
        await fill(settings, Plan(today, THERAPISTS, 10, 0, EACH))
        house = build_house(settings)
        await _visits(house)
        app = build_app(house)
        async with app.router.lifespan_context(app):
            transport = httpx2.ASGITransport(app=app, client=("127.0.0.1", 50000))
            async with httpx2.AsyncClient(transport=transport, base_url=settings.base_url) as client:
                client.cookies.set("parlour", await owner(house))
                month = f"from={(today - timedelta(days=14)).isoformat()}"
                pages = [await _timed(client, f"/staff/clinic/bookings/reports?{month}") for _ in range(ROUNDS)]
                tables = [
                    await _timed(client, f"/staff/clinic/bookings/reports/table.csv?{month}") for _ in range(ROUNDS)
                ]
        page, table = Series("a report, as a page", "ms", pages), Series("the same, as a table", "ms", tables)
        return [Line(one, bar=MOST_MS, bar_is="value") for one in (page, table)]


async def _timed(client: httpx2.AsyncClient, address: str) -> float:
    begun = perf_counter()
    answer = await client.get(address)
    assert answer.status_code == 200, answer.text
    return (perf_counter() - begun) * 1000


async def owner(house: House) -> str:
    """The login of an owner, made without a page."""
    staff_id, now = uuid4(), house.clock()
    clinic = await house.db.read(clinics.first_clinic)
    assert clinic
    ring = await house.keys.clinic(clinic.id)
    new = accounts.NewStaff(
        id=staff_id,
        clinic_id=clinic.id,
        name="Ana Costa",
        mail_sealed=accounts.seal_mail(ring, clinic.id, staff_id, "ana@linden.example"),
        mail_index=accounts.mail_index(house.keys.secret("staff mail"), "ana@linden.example"),
        roles=frozenset({Role.ADMIN}),
        password_hash=None,
        made_at=now,
    )

    async def work(db: AsyncSession) -> str:
        await accounts.add_staff(db, new)
        return await accounts.start_login(db, staff_id, Stage.FULL, now)

    return await house.db.unit(work)


async def _visits(house: House) -> None:
    """Every tenth session was missed; the others began up to nine minutes late."""
    asked = select(Booking.id, Booking.clinic_id, Appointment.therapist_id, Appointment.starts_at)
    found = list(await house.db.read(lambda db: db.execute(asked.join(Appointment))))
    rows = []
    for number, (booking_id, clinic_id, therapist_id, start) in enumerate(found):
        late = timedelta(minutes=number % 10)
        came = {"arrived_at": start, "started_at": start + late, "outcome": "attended"}
        missed = {"arrived_at": None, "started_at": None, "outcome": "no_show"}
        visit = {"id": uuid4(), "clinic_id": clinic_id, "booking_id": booking_id, "therapist_id": therapist_id}
        rows.append({**visit, "state": "after", "device": {}, **(came if number % 10 else missed)})
    for place in range(0, len(rows), EVERY):
        some = rows[place : place + EVERY]
        await house.db.unit(lambda db, some=some: db.execute(insert(Visit), some))  # type: ignore[misc]
