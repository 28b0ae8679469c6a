"""Courses from their rows to the page and the table that leaves."""

import csv
import io
from datetime import datetime, timedelta

import pytest

from server.access import Role
from server.clinic.confirming.rules import version_of
from server.clinic.confirming.store import confirm
from server.home.reports.programmes import pages
from server.home.reports.programmes.pages import HERE
from server.house import House
from server.programmes.filed.store import as_shipped
from server.programmes.questions import UNSURE
from server.programmes.results.catalogue import data
from server.programmes.results.topics import KEY
from server.programmes.topics import key_of
from tests.server.booking.linden import Linden
from tests.server.booking.test_by_staff import sign_in_as
from tests.server.conftest import Clock
from tests.server.home.reports.programmes.many import JANUARY, were
from tests.server.statements import asked_of

pytestmark = pytest.mark.asyncio


@pytest.fixture
def stopped_first(monkeypatch) -> None:
    """Beside a small count, of how courses ended, who stopped early is hidden first; else nobody can guess it."""
    monkeypatch.setattr(pages, "_order", lambda *_: lambda family, length: [1, *range(0, length, 2)])


async def test_the_page_counts_the_courses_of_a_year(stopped_first, client, house: House, linden: Linden) -> None:
    await were(house, linden.clinic.id, linden.mara.staff_id, 12, started=12, ended=5)
    await sign_in_as(client, house, linden, Role.ADMIN)
    page = (await client.get(HERE)).text
    assert "Courses that began in 2024" in page
    assert "7 days" in page
    assert "To be confirmed by your clinician." in page
    assert "P Q" not in page
    rows = await table_of(client)
    counts = {row[1]: row[2] for row in rows[1:]}
    assert (counts["Had a first session"], counts["Over"], counts["Going on"]) == ("12", "5", "7")
    assert (counts["Every session given"], counts["Stopped early"]) == ("hidden", "hidden"), "none and five"
    assert counts["With an adverse event"] == "hidden", "nobody of twelve tells of all twelve"
    assert "No course began in 2023" in (await client.get(f"{HERE}?of=2023")).text


@pytest.mark.parametrize(
    ("today", "shown"), [("2026-03-31T12:00Z", 2024), ("2026-04-01T12:00Z", 2025), ("2026-12-31T12:00Z", 2025)]
)
async def test_a_year_is_shown_once_it_and_three_months_are_over(
    client, house: House, linden: Linden, clock: Clock, today: str, shown: int
) -> None:
    clock.now = datetime.fromisoformat(today)
    await sign_in_as(client, house, linden, Role.ADMIN)
    for asked in (HERE, f"{HERE}?of={shown + 1}", f"{HERE}?of=2026"):
        page = (await client.get(asked)).text
        assert f"No course began in {shown}" in page
        assert f"?of={shown + 1}" not in page


async def test_a17_what_becomes_of_a_course_later_changes_no_figure_of_its_year(
    stopped_first, client, house: House, linden: Linden
) -> None:
    """From two looks nobody works out how the one course ended that ended in between."""
    late = datetime.fromisoformat("2025-03-31T23:59+02:00")
    who, autumn = (linden.clinic.id, linden.mara.staff_id), JANUARY + timedelta(days=300)
    await were(house, *who, 6, started=6)
    await were(house, *who, 6, started=6, ended=6, began=autumn, ended_at=late)
    await sign_in_as(client, house, linden, Role.ADMIN)
    first = await table_of(client)
    assert {row[1]: row[2] for row in first}["Over"] == "6"
    await were(house, *who, 1, started=1, ended=1, began=autumn, ended_at=late + timedelta(minutes=2))
    counts = {row[1]: row[2] for row in await table_of(client)}
    assert (counts["Had a first session"], counts["Over"], counts["Going on"]) == ("13", "6", "7")


async def test_a_clinician_confirms_the_thresholds(client, house: House, linden: Linden) -> None:
    await were(house, linden.clinic.id, linden.mara.staff_id, 5, started=5)
    await house.db.unit(
        lambda db: confirm(db, linden.clinic.id, KEY, version_of(data()), linden.mara.staff_id, house.clock())
    )
    await sign_in_as(client, house, linden, Role.ADMIN)
    page = (await client.get(HERE)).text
    assert (page.count("To be confirmed"), "From where on something counts" in page) == (1, False), "its name alone"
    tms = as_shipped()["tms"].pinned
    by, now = linden.mara.staff_id, house.clock()
    await house.db.unit(lambda db: confirm(db, linden.clinic.id, key_of(tms.definition), tms.digest, by, now))
    assert "To be confirmed" not in (await client.get(HERE)).text


async def test_the_table_says_what_nobody_confirmed(client, house: House, linden: Linden) -> None:
    await were(house, linden.clinic.id, linden.mara.staff_id, 5, started=5)
    await sign_in_as(client, house, linden, Role.ADMIN)
    rows = (await table_of(client))[1:]
    assert all(row[0].endswith(f", {UNSURE}") for row in rows)
    assert {row[1] for row in rows if UNSURE in row[1]} == {f"Response, {UNSURE}", f"Remission, {UNSURE}"}
    by, now, tms = linden.mara.staff_id, house.clock(), as_shipped()["tms"].pinned
    for key, version in ((KEY, version_of(data())), (key_of(tms.definition), tms.digest)):
        await house.db.unit(lambda db, key=key, version=version: confirm(db, linden.clinic.id, key, version, by, now))
    assert not any(UNSURE in cell for row in await table_of(client) for cell in row)


async def test_small_counts_are_hidden_on_the_page_and_in_the_table(client, house: House, linden: Linden) -> None:
    await were(house, linden.clinic.id, linden.mara.staff_id, 12, started=12, ended=3)
    await sign_in_as(client, house, linden, Role.ADMIN)
    counts = {row[1]: row[2] for row in (await table_of(client))[1:]}
    assert counts["Had a first session"] == "12"
    hidden = ("Over", "Going on", "Stopped early", f"Response, {UNSURE}")
    assert {counts[one] for one in hidden} == {"hidden"}


async def test_a_name_that_looks_like_a_formula_leaves_as_text(client, house: House, linden: Linden) -> None:
    await were(house, linden.clinic.id, linden.mara.staff_id, 1, name='=HYPERLINK("x")')
    await sign_in_as(client, house, linden, Role.ADMIN)
    assert {row[0] for row in (await table_of(client))[1:]} == {f'\'=HYPERLINK("x"), {UNSURE}'}


async def table_of(client) -> list[list[str]]:
    answer = await client.get(f"{HERE}/table.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), strict=True))


async def test_only_the_owner_sees_them(client, house: House, linden: Linden) -> None:
    await sign_in_as(client, house, linden, Role.THERAPIST, Role.FRONT_DESK)
    assert (await client.get(HERE)).status_code == 403
    assert (await client.get(f"{HERE}/table.csv")).status_code == 403


async def test_a_page_asks_as_much_of_many_courses_as_of_few(client, house: House, linden: Linden) -> None:
    await were(house, linden.clinic.id, linden.mara.staff_id, 9, started=9)
    await sign_in_as(client, house, linden, Role.ADMIN)
    with asked_of(house.db) as asked:
        assert (await client.get(HERE)).status_code == 200
    statements = [one for one in asked if not one.startswith(("BEGIN", "COMMIT", "ROLLBACK"))]
    assert len(statements) <= 20, statements
