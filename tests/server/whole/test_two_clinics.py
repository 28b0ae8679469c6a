"""Nobody of one clinic reaches anything of another: every route there is, with the names of the other's things.

A route with a parameter that nobody thought of stops these tests, so that a new page is thought of as well.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any
from uuid import UUID

import httpx2
import pytest
import pytest_asyncio
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.applications import Starlette

from server import schema
from server.access import RULES, Action, Door
from server.accounts import store as accounts
from server.audit.chain import seal_batch
from server.audit.commands import findings
from server.audit.tables import AuditEntry
from server.booking.passes import pass_of
from server.crypto import SealBroken
from server.house import House
from server.routing import GuardedRoute
from tests.server.booking.api.programs import bearer, program_on
from tests.server.booking.linden import form
from tests.server.conftest import Clock, browser_on
from tests.server.visit.conftest import START, signed_in
from tests.server.whole.neighbours import Clinic, filled, found, furnish, open_own_space

pytestmark = pytest.mark.asyncio
ASKED, A_HUNDRED = count(), 100
OPEN = {Action.PUBLIC, Action.SET_UP, Action.SIGN_IN, Action.METRICS, Action.DEMO, Action.SECOND_FACTOR}
"""What asks for nobody, or for a secret of its own."""
TURNED_AWAY = {403, 404}
EVERYBODYS = "/staff/programmes/read/"
"""Below it stand programmes as they come with the program, the same at every clinic."""
LAST = (
    "delete",
    "leave",
    "cancel",
    "drop",
    "remove",
    "revoke",
    "end",
    "undo",
    "decline",
    "disable",
    "take-back",
    "merge",
)
"""What makes an end of something comes last, so that it is still there for everything else."""


@dataclass
class Two:
    """The clinic that everything is tried at, and the one whose people try."""

    ours: Clinic
    theirs: Clinic
    before: dict[str, dict[Any, tuple[Any, ...]]]
    program: httpx2.AsyncClient
    app: Starlette
    pass_to: Callable[[str], str]

    def routes(self) -> list[GuardedRoute]:
        """Every route that asks who somebody is."""
        return [one for one in self.app.routes if isinstance(one, GuardedRoute) and one.action not in OPEN]

    def around(self, who: Clinic, path: str) -> dict[str, str]:
        """What a frame says to its pages, with a pass to the booking of this address or to one's own."""
        of_address = who is self.ours and path.startswith("/embed/visit/")
        public_id = path.split("/")[3] if of_address else who.patient.made.card.public_id
        return {"at": "https://a.example", "pass": self.pass_to(public_id)}

    async def tries(self, who: Clinic, route: GuardedRoute, method: str, fields: Mapping[str, str]) -> httpx2.Response:
        """What this clinic's patient, program or staff is answered at our clinic's address."""
        path = filled(route.path, self.ours.names)
        around = self.around(who, path) if path.startswith("/embed/") else {}
        sent: dict[str, Any] = {"params": {**around, **(fields if method == "GET" else {})}}
        sent |= {"data": fields} if method == "POST" else {}
        if path.startswith("/api/"):
            return await self.program.request(method, path, headers=bearer(who.key), **sent)
        is_patients = RULES[route.action].door in {Door.LINK, Door.SPACE}
        browser = who.patient.browser if is_patients else who.staff
        # There are more of them than one address may ask in a minute.
        browser._transport.client = (f"127.0.0.{1 + next(ASKED) // A_HUNDRED % A_HUNDRED}", 50000)  # type: ignore[attr-defined]
        return await browser.request(method, path, **sent)


@pytest_asyncio.fixture
async def two(app: Starlette, house: House, clock: Clock) -> AsyncIterator[Two]:
    clock.now = START.replace(hour=9)
    async with (
        browser_on(app) as staff,
        browser_on(app) as patient,
        browser_on(app) as others,
        browser_on(app) as other_patient,
        program_on(app) as program,
    ):
        ours = await found(house, staff, patient, "linden", "Linden Practice")
        await furnish(house, ours)
        before = await rows(house)
        theirs = await found(house, others, other_patient, "birke", "Birkenhaus")
        pass_to = partial(pass_of, house.keys, now=house.clock())
        yield Two(ours, theirs, before, program, app, pass_to)


def names_something(route: GuardedRoute) -> bool:
    """Whether the address names a thing of a clinic, and not only a part of one's own or what all have."""
    named = "{" in route.path.replace("{tool}", "") and "{section}" not in route.path
    return named and not route.path.startswith(EVERYBODYS)


async def rows(house: House) -> dict[str, dict[Any, tuple[Any, ...]]]:
    """Table -> primary key -> row, of the whole database."""

    async def work(db: Any) -> dict[str, dict[Any, tuple[Any, ...]]]:
        kept: dict[str, dict[Any, tuple[Any, ...]]] = {}
        for table in schema.metadata.sorted_tables:
            keys = [list(table.columns).index(column) for column in table.primary_key]
            found = (await db.execute(select(table))).all()
            kept[table.name] = {tuple(row[at] for at in keys): tuple(row) for row in found}
        return kept

    return await house.db.read(work)


def ids_of(kept: Mapping[str, Mapping[Any, tuple[Any, ...]]]) -> set[str]:
    """Every id in these rows, as it may stand in a text."""
    found = {value for table in kept.values() for key in table for value in key if isinstance(value, UUID)}
    return {form for one in found for form in (str(one), one.hex)}


def everything_of(clinic: Clinic) -> dict[str, str]:
    """Form fields and questions of many pages at once, each with something of this clinic."""
    names, linden = clinic.names[""], clinic.linden
    staff = dict.fromkeys(("staff", "who", "to", "colleague", "staff_id"), str(linden.samir.staff_id))
    people = dict.fromkeys(("patient", "with", "from", "person"), names["other"])
    return {
        **staff, **people, f"choice-{names['public_id']}": "offer",
        "therapist": names["therapist"], "service": names["service"], "booking": names["public_id"],
        "visit": names["public_id"], "kind": names["unit"], "unit": names["unit"], "id": names["away"],
        "series": names["series"], "wait": names["wait"], "space": names["space"], "key": names["key"],
        "calendar": names["calendar"],
        "start": "2026-03-12T08:30:00+00:00", "name": "Eve", "mail": "eve@b.example", "text": "Eve was here",
        "version": "0", "was": "0", "sure": "yes", "day": "2026-03-12", "from_day": "2026-03-12", "scope": "all",
    }  # fmt: skip


async def test_nobody_of_another_clinic_is_let_in_anywhere_and_nothing_is_changed(two: Two, house: House) -> None:
    await open_own_space(house, two.theirs)
    let_in = []
    said = ""
    for route in sorted(
        two.routes(), key=lambda one: not one.path.startswith(("/me/record", "/me/mood", "/me/tools"))
    ):  # before anybody signs out
        for method in sorted(route.methods - {"HEAD"}):
            answer = await two.tries(two.theirs, route, method, everything_of(two.ours))
            said += answer.text
            if names_something(route) and answer.status_code not in TURNED_AWAY:
                let_in.append((method, route.path, answer.status_code))
    assert let_in == [], "\n".join(map(str, let_in))
    assert two.ours.linden.mara.name not in said
    assert "Patient of linden" not in said
    after = await rows(house)
    changed = {
        table: [key for key, row in kept.items() if after[table].get(key) != row] for table, kept in two.before.items()
    }
    assert {table: keys for table, keys in changed.items() if keys} == {}
    ours = ids_of(two.before)
    new = {
        (table, str(row))
        for table, kept in after.items()
        if table != "audit_seals"  # of what we did before, sealed meanwhile
        for key, row in kept.items()
        if key not in two.before[table] and "patient.refused" not in row  # says which number they typed
        for value in row
        for one in ours
        if one in str(value)
    }
    assert new == set(), "\n".join(map(str, new))
    tried = [row for row in after["audit_entries"].values() if str(row[5]).endswith(".refused")]
    assert {row[1] for row in tried} == {two.theirs.linden.clinic.id}, "who tried reads it in their own chain"


async def test_our_own_people_are_let_in_at_the_very_same_addresses(two: Two, house: House, clock: Clock) -> None:
    """Or else the test above would prove nothing."""
    clock.now = START
    await signed_in(house, two.ours.staff, two.ours.linden.mara.staff_id)
    await open_own_space(house, two.ours)
    turned_away = []
    named = [one for one in two.routes() if names_something(one)]
    for route in sorted(
        named, key=lambda one: (one.path.endswith(LAST), "POST" in one.methods, one.path.endswith("merge"))
    ):
        for method in sorted(route.methods - {"HEAD"}):
            fields = {"kind": "short", "key": "sleep2"}  # what a new question is; what is asked in a visit
            if method == "POST":
                fields |= {"with": two.ours.names[""]["other"], "reason": "a slip of the pen"}
                fields |= {"space": two.ours.names[""]["space"]}
            answer = await two.tries(two.ours, route, method, fields)
            if answer.status_code in {401, *TURNED_AWAY} or answer.headers.get("location") == "/me/sign-in":
                turned_away.append((method, route.path, answer.status_code))
    assert turned_away == [], "\n".join(map(str, turned_away))


async def test_a_public_address_of_one_shows_and_books_nothing_of_the_other(two: Two, house: House) -> None:
    ours, theirs, client = two.ours.linden, two.theirs.slug, two.theirs.staff
    for path in (f"/c/{theirs}", f"/embed/c/{theirs}"):
        assert (await client.get(f"{path}/{ours.mara.slug}", params={"at": "https://a.example"})).status_code in {
            403,
            404,
        }
    shown = await client.get(f"/c/{theirs}", params={"service": str(ours.session.id), "therapist": ours.mara.slug})
    assert ours.mara.name not in shown.text
    before = len((await rows(house))["bookings"])
    asked = form(ours)
    answers = [await client.post(f"/c/{theirs}/{what}", data=asked) for what in ("book", "hold", "waitlist")]
    api = f"/api/v1/clinics/{theirs}"
    wanted = {name: asked[name] for name in ("service", "therapist", "start", "name")} | {
        "consent": True,
        "email": "e@b.example",
    }
    answers.append(await two.program.post(f"{api}/bookings", json=wanted))
    answers.append(await two.program.get(f"{api}/slots", params={"service": str(ours.session.id)}))
    assert [answer.status_code for answer in answers if answer.status_code < 400] == []
    assert len((await rows(house))["bookings"]) == before


async def test_nobody_hears_of_what_changes_in_the_other_clinic(two: Two) -> None:
    for topic in (f"day:{two.ours.linden.clinic.id}", f"visit:{two.ours.patient.made.card.public_id}"):
        for browser in (two.theirs.staff, two.theirs.patient.browser):
            assert (await browser.get("/live", params={"topic": topic})).status_code == 404


async def test_each_has_a_chain_and_a_key_of_its_own(two: Two, house: House) -> None:
    ours, theirs = two.ours.linden.clinic.id, two.theirs.linden.clinic.id
    later = house.clock() + timedelta(hours=1)
    await house.db.unit(lambda db: seal_batch(db, later - timedelta(days=2)))

    async def spoil(db: AsyncSession) -> None:
        for trigger in await db.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")):
            await db.execute(text(f'DROP TRIGGER "{trigger}"'))
        await db.execute(update(AuditEntry).where(AuditEntry.clinic_id == ours).values(action="nothing"))

    await house.db.unit(spoil)
    found = {one.clinic: one for one in await findings(house)}
    assert found[ours].broken_at == 1
    assert (found[theirs].broken_at, found[theirs].sealed > 0) == (None, True)
    mara = await house.db.read(lambda db: accounts.account(db, two.ours.linden.mara.staff_id))
    assert mara
    assert accounts.mail_of(await house.keys.clinic(ours), mara)
    with pytest.raises(SealBroken):
        accounts.mail_of(await house.keys.clinic(theirs), mara)


async def test_the_first_page_says_which_clinics_there_are(two: Two) -> None:
    page = (await two.theirs.patient.browser.get("/")).text
    assert page.index('href="/c/birke"') < page.index('href="/c/linden"')
    assert "Which clinic is yours" in page
