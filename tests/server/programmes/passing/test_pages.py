"""Who may pass gates: said by who leads the clinic, kept by the server, and shown to everybody else with a way on."""

from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import select

from server.access import Role
from server.accounts.team import store as accounts
from server.audit.tables import AuditEntry
from server.patients.care import store as care
from server.programmes.passing import store
from server.programmes.tables import CourseOverride
from tests.server.visit.conftest import add_staff, signed_in

pytestmark = pytest.mark.asyncio
PATH, SETTINGS = "/staff/programmes/passing", "/staff/clinic/programmes"
ANYBODY = "To be confirmed: anybody who treats the patient may pass a gate."


@pytest_asyncio.fixture
async def admin(house, linden, mara, browsers):
    return await signed_in(house, await browsers(), await add_staff(house, linden.clinic.id, Role.ADMIN))


def naming(*people, seen: int = 0) -> dict[str, str]:
    return {"seen-tms": str(seen)} | {f"pass-tms-{one.staff_id}": "yes" for one in people}


async def stopped(course) -> None:
    """A gate is shut by an answer that somebody may look past."""
    for name, said in (("screening", {"metal": "yes"}), ("trials", {}), ("consent", {}), ("protocol", {})):
        assert (await course.writes(name, **said)).status_code == 303
    await course.is_measured()


async def told(house, action: str) -> list[AuditEntry]:
    asked = select(AuditEntry).where(AuditEntry.action == action)
    return list(await house.db.read(lambda db: db.scalars(asked)))


async def passed(house) -> list[CourseOverride]:
    return list(await house.db.read(lambda db: db.scalars(select(CourseOverride))))


async def test_where_nobody_is_named_it_is_whoever_treats_and_the_settings_say_so(house, course, admin) -> None:
    assert ANYBODY in (await admin.get(SETTINGS)).text
    assert ANYBODY in (await admin.get(PATH)).text
    await stopped(course)
    assert "Go on all the same" in await course.page()
    assert (await course.passes("eligible", 0)).headers["location"].endswith("kept")


async def test_where_others_are_named_the_page_says_who_and_the_server_refuses(house, linden, course, admin) -> None:
    await stopped(course)
    before = await course.page()
    assert (await admin.post(PATH, data=naming(linden.samir))).status_code == 303
    page = await course.page()
    assert "Gates of this programme are passed by:" in page
    assert linden.samir.name in page.partition("Gates of this programme are passed by:")[2].partition("</p>")[0]
    assert "Ask one of them:" in page
    assert "Go on all the same" in before
    assert "Go on all the same" not in page
    seen = {"once": "0d6ea7d4-3d0a-4c51-8f9c-4d7f3b6b6b01", "session": "0", "seen": "stop:screening:0"}
    answer = await course.browser.post(f"{course.base}/gates/eligible", data=seen | {"reason": "All the same"})
    assert answer.status_code == 403
    assert linden.samir.name in answer.text
    assert f'href="{course.base}"' in answer.text
    assert await passed(house) == []
    (trace,) = await told(house, "course.not_passed")
    assert (trace.actor_id, trace.detail["gate"]) == (linden.mara.staff_id, "eligible")


async def test_who_is_named_passes_it_once_the_record_is_open_to_them(house, linden, course, admin, samir, jo) -> None:
    await stopped(course)
    assert (await admin.post(PATH, data=naming(linden.samir))).status_code == 303
    course.browser = samir
    assert (await samir.get(course.base)).status_code == 404, "being named opens no record"
    record = (linden.clinic.id, jo.made.card.patient_id, linden.samir.staff_id)
    who = {"who": "Jo Almeida", "reason": "I prescribe, and was asked to look at a gate.", "once": str(uuid4())}
    answer = await samir.post("/staff/emergency", data=who)
    assert answer.status_code == 303, answer.status_code
    assert (await house.db.read(lambda db: care.between(db, *record))).glass_until
    assert (await course.passes("eligible", 0, "Seen by me.")).headers["location"].endswith("kept")
    (row,) = await passed(house)
    assert row.by_id == linden.samir.staff_id
    (trace,) = await told(house, "course.override")
    assert trace.actor_id == linden.samir.staff_id
    assert (
        f"{linden.samir.name}"
        in (await course.page()).partition("Seen by me.")[0][-600:]
        + (await course.page()).partition("Seen by me.")[2][:600]
    )


async def test_whom_the_clinic_names_is_kept_over_the_word_that_was_seen(house, linden, admin) -> None:
    assert (await admin.post(PATH, data=naming(linden.samir))).status_code == 303
    assert (await admin.post(PATH, data=naming(linden.samir))).status_code == 303, "the same once more is nothing new"
    late = await admin.post(PATH, data=naming(linden.mara))
    assert (late.status_code, "Somebody else changed this meanwhile." in late.text) == (409, True)
    assert (await admin.post(PATH, data=naming(linden.mara, seen=1))).status_code == 303
    assert (await admin.post(PATH, data=naming(seen=2))).status_code == 303
    traces = await told(house, "programmes.passers")
    people = [[linden.samir.staff_id.hex], [linden.mara.staff_id.hex], []]
    assert sorted(one.detail["people"] for one in traces) == sorted(people)
    assert {one.detail["family"] for one in traces} == {"tms"}
    said = await house.db.read(lambda db: store.passers_of(db, linden.clinic.id, "tms"))
    assert (said.people, said.number) == (frozenset(), 3)
    assert await house.db.read(lambda db: store.passers_of(db, linden.clinic.id, "")) == store.Passers()


async def test_nobody_of_another_clinic_or_without_patients_can_be_named(house, linden, admin, desk) -> None:
    stranger = await add_staff(house, linden.clinic.id, Role.FRONT_DESK)
    assert (await admin.post(PATH, data={"seen-tms": "0", f"pass-tms-{stranger}": "yes"})).status_code == 303
    assert await house.db.read(lambda db: store.every(db, linden.clinic.id)) == {}
    assert (await desk.get(PATH)).status_code == 403


async def test_once_all_who_were_named_left_the_pages_say_so_and_who_names_others(house, linden, course, admin) -> None:
    await stopped(course)
    assert (await admin.post(PATH, data=naming(linden.samir))).status_code == 303
    now = house.clock()
    await house.db.unit(lambda db: accounts.set_disabled(db, linden.samir.staff_id, now))
    assert "Nobody who was named for passing gates of this programme is here any more." in await course.page()
    for path in (PATH, SETTINGS):
        assert "Nobody who was named is here any more, so that nobody may pass a gate." in (await admin.get(path)).text
    assert (await course.passes("eligible", 0)).status_code == 403


async def test_who_gives_programmes_reads_it_and_who_leads_the_clinic_says_it(mara, linden) -> None:
    page = (await mara.get(PATH)).text
    assert "Who leads the clinic says who may." in page
    assert "<button" not in page.partition("<main")[2].partition("</main>")[0]
    assert (await mara.post(PATH, data=naming(linden.mara))).status_code == 403
