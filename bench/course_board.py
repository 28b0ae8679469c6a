"""The board of two hundred courses, halfway: processor time of reading, finding what each is at, and rendering."""

import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import process_time
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from bench.timing import Line, Series
from server.access import Door, Role, Viewer
from server.accounts import store as accounts
from server.app import build_house
from server.clinic import store as clinics
from server.home.demo_clinic.course import halfway
from server.house import House
from server.keys import KeyBase
from server.migrating import upgrade
from server.patients import store as patients
from server.patients.care import store as care
from server.patients.rules import Person
from server.programmes.board.pages import BoardPage, shown_board
from server.templates import render
from tests.server.booking.linden import a_clinic
from tests.server.conftest import Clock, settings_for

BARS = "the board of 200 courses in at most 50 ms of processor time"
COURSES, ROUNDS, BAR_MS = 200, 12, 50
NOW = datetime(2026, 3, 12, 8, 0, tzinfo=UTC)
CLINIC = a_clinic()


async def filled(folder: Path) -> tuple[House, Viewer]:
    """A clinic that shares its records, with so many courses halfway."""
    house = replace(build_house(settings_for(folder)), clock=Clock(NOW))
    await house.keys.database.run_sync(KeyBase.metadata.create_all)
    await upgrade(house.db)
    ring, staff_id = await house.keys.make_clinic(CLINIC.id, NOW), uuid4()

    async def work(db: AsyncSession) -> None:
        await clinics.add_clinic(db, CLINIC, {}, NOW)
        sealed = accounts.seal_mail(ring, CLINIC.id, staff_id, "mara@linden.example")
        index = accounts.mail_index(house.keys.secret("staff mail"), "mara@linden.example")
        roles = frozenset({Role.THERAPIST})
        await accounts.add_staff(db, accounts.NewStaff(staff_id, CLINIC.id, "Mara", sealed, index, roles, None, NOW))
        await care.share(db, CLINIC.id, 0, staff_id, NOW, shared=True)

    await house.db.unit(work)
    for number in range(COURSES):
        person = Person(uuid4(), f"Person {number}", f"p{number}@patients.example")
        key = await house.keys.make_patient(CLINIC.id, person.id, NOW)
        row = patients.sealed(ring, key, person, NOW)
        await house.db.unit(partial(patients.add, row=row))
        await halfway(house, CLINIC, person.id, staff_id, NOW)
    return house, Viewer(Door.STAFF, staff_id, CLINIC.id, roles=frozenset({Role.THERAPIST}))


async def shown(house: House, viewer: Viewer) -> BoardPage:
    """As the page does it: what each is at, files to send, what ends soon, the note that it was seen; and drawn."""
    page = await shown_board(house, CLINIC, viewer, NOW)
    request = Request({"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b"", "state": {}})
    request.scope["app"] = type("App", (), {"state": type("State", (), {})()})()
    assert len(render(request, "programmes/board.html", page).body) > 20 * COURSES
    return page


async def run() -> list[Line]:
    """Milliseconds of processor time, read and drawn anew each time."""
    taken = []
    with tempfile.TemporaryDirectory() as folder:
        house, viewer = await filled(Path(folder))
        for _ in range(ROUNDS + 2):
            begun = process_time()
            page = await shown(house, viewer)
            taken.append((process_time() - begun) * 1000)
        assert page.count == COURSES
        await house.db.close()
        await house.keys.database.close()
    return [Line(Series("the board of 200 courses", "ms", taken[2:]), bar=BAR_MS, bar_is="value")]
