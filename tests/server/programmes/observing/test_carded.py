"""A session with a card for an emergency stands on the observation screen: one press away, until it is settled."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from server.audit.tables import AuditEntry
from server.clinic.confirming.store import confirm
from server.programmes.card.rules import Contact, Line
from server.programmes.card.store import choose
from server.programmes.filed.store import as_shipped
from server.programmes.observing.store import begun
from server.programmes.times.rules import AFTERWARDS
from server.programmes.topics import key_of
from tests.e2e.locked import going
from tests.server.booking.linden import booked, seed
from tests.server.visible import visible
from tests.server.visit.conftest import signed_in

pytestmark = pytest.mark.asyncio
SCREEN = "/staff/observing"
NOBODY = "Nobody is observed now"


async def begins(course) -> None:
    await course.is_ready()
    for name in ("threshold", "today", "treatment"):
        assert (await course.writes(name, 1)).status_code == 303


async def presses(course, once: str = "", **more: str) -> int:
    data = {"once": once or str(uuid4())} | more
    headers = {"accept": "application/json"}
    return (await course.browser.post(f"{course.base}/observing/seizure", data=data, headers=headers)).status_code


async def test_one_press_is_there_from_the_beginning_of_a_session_until_its_end(house, course, jo) -> None:
    assert NOBODY in (await course.browser.get(SCREEN)).text
    await begins(course)
    page = (await course.browser.get(SCREEN)).text
    for words in (
        "One person is observed now",
        "Jo Almeida",
        "One press starts a clock",
        "Whom to call",
        "Robin Amberg",
    ):
        assert words in page
    assert f'action="{course.base}/observing/seizure" data-press' in page
    assert "data-card hidden" in page, "the lines are there before there is no network"
    assert f"{SCREEN}#e-{course.base.rpartition('/')[2]}" in await course.page()
    part = await course.browser.get(f"{course.base}/observing/card")
    assert (part.headers["x-scene"], "data-pressed" in part.text) == ("on", False)
    seen = await house.db.read(lambda db: db.scalars(select(AuditEntry).where(AuditEntry.action == "record.seen")))
    assert [one.subject_id for one in seen if one.detail.get("page") == "observing"] == [jo.made.card.patient_id]
    assert (await course.writes("after", 1)).status_code == 303
    assert NOBODY in (await course.browser.get(SCREEN)).text
    assert (await course.browser.get(f"{course.base}/observing/card")).headers["x-scene"] == "over"


async def test_a_press_that_a_device_kept_counts_once_from_when_it_was_and_locks(house, course, clock) -> None:
    await begins(course)
    clock.forward(minutes=9)
    once, at = str(uuid4()), clock() - timedelta(seconds=100)
    assert [await presses(course, once, ago="100") for _ in range(3)] == [201, 201, 201]
    part = (await course.browser.get(f"{course.base}/observing/card")).text
    assert f'data-pressed="{round(at.timestamp() * 1000)}"' in part
    for words in ("The clinic knows of it, and the course is locked.", "Who is on call is being told", "Incident form"):
        assert words in part
    page = (await course.browser.get(SCREEN)).text
    assert f'data-since="{round(at.timestamp() * 1000)}"' in page
    actions = list(await house.db.read(lambda db: db.scalars(select(AuditEntry.action))))
    assert actions.count("course.locked") == 1


async def test_after_a_press_it_stays_though_the_session_is_over_until_it_is_settled(
    house, linden, course, clock
) -> None:
    await begins(course)
    assert await presses(course) == 201
    assert (await course.writes("after", 1)).status_code == 303
    assert "data-pressed" in (await course.browser.get(SCREEN)).text
    clock.forward(minutes=5)
    assert (await course.writes("incident", 1)).status_code == 303
    assert "data-pressed" in (await course.browser.get(SCREEN)).text
    assert (await course.writes("clearance", 1, decision="clear")).status_code == 303
    assert NOBODY in (await course.browser.get(SCREEN)).text


async def test_what_nobody_settled_leaves_the_screen_after_half_a_day_and_keeps_the_course_locked(
    house, linden, course, clock
) -> None:
    await begins(course)
    assert await presses(course) == 201
    assert (await course.writes("after", 1)).status_code == 303
    clock.forward(hours=13)
    await signed_in(house, course.browser, linden.mara.staff_id)
    assert NOBODY in (await course.browser.get(SCREEN)).text
    assert "The course is locked" in await course.page()


async def test_nobody_sees_or_presses_it_whom_it_is_not_for(course, samir, desk) -> None:
    await begins(course)
    assert NOBODY in (await samir.get(SCREEN)).text
    for browser, status in ((samir, 404), (desk, 403)):
        assert (await browser.get(f"{course.base}/observing/card")).status_code == status
        data = {"once": str(uuid4())}
        assert (await browser.post(f"{course.base}/observing/seizure", data=data)).status_code == status


async def test_what_a_device_shows_without_a_connection_has_the_lines_and_names_nobody(course) -> None:
    await begins(course)
    away = (await course.browser.get(f"{SCREEN}/no-connection")).text
    card = re.search(r'data-card="seizure" hidden>(.*?)</section>', away, re.DOTALL)
    assert card
    assert "Stop the stimulation and take the coil away." in card[1]
    assert not [word for word in ("Almeida", "Amberg", course.base) if word in away]


async def test_what_a_device_shows_without_a_connection_says_whom_to_call_and_what_nobody_confirmed(
    house, linden, course
) -> None:
    said = Contact("+49 30 123 45", "Dr Amberg")
    await house.db.unit(
        lambda db: choose(db, linden.clinic.id, Line.PHYSICIAN, said, 0, linden.mara.staff_id, house.clock())
    )
    away = (await course.browser.get(f"{SCREEN}/no-connection")).text
    assert 'href="tel:+493012345"' in away
    assert 'href="tel:112"' in away
    assert "Amberg" not in away, "it names nobody"
    (card,) = re.findall(r'data-card="seizure" hidden>(.*?)</section>', away, re.DOTALL)
    assert "To be confirmed by your clinician." in card
    for one in as_shipped().values():
        await house.db.unit(
            lambda db, one=one: confirm(
                db,
                linden.clinic.id,
                key_of(one.pinned.definition),
                one.pinned.digest,
                linden.mara.staff_id,
                house.clock(),
            )
        )
    away = (await course.browser.get(f"{SCREEN}/no-connection")).text
    assert "To be confirmed" not in away


async def test_which_courses_stand_on_the_screen_is_found_on_either_engine(either_house) -> None:
    linden = await seed(either_house)
    patient_id = (await booked(either_house, linden)).card.patient_id
    course = await going(either_house, linden.clinic, patient_id, linden.mara.staff_id)
    now = either_house.clock()

    async def found(whom) -> list:
        rows = await either_house.db.read(lambda db: begun(db, linden.clinic.id, whom, now - AFTERWARDS))
        return [row.id for row in rows]

    assert (await found(None), await found({patient_id}), await found(set())) == ([course], [course], [])


async def test_what_awaits_a_clinician_is_read_with_the_card_wherever_it_is(house, course, linden) -> None:
    await begins(course)
    part = re.compile(r"<section [^>]*data-card[ >].*?</section>", re.DOTALL)

    async def marks() -> list[bool]:
        pages = [(await course.browser.get(SCREEN)).text, await course.page()]
        return ["data-awaits" in (part.search(page) or [""])[0] for page in pages]

    assert await marks() == [True, True], "before the press too: nothing comes from the clinic with it"
    assert await presses(course) == 201
    assert await marks() == [True, True]
    tms = as_shipped()["tms"].pinned
    by, now = linden.mara.staff_id, house.clock()
    await house.db.unit(lambda db: confirm(db, linden.clinic.id, key_of(tms.definition), tms.digest, by, now))
    assert await marks() == [False, False]


async def test_who_looks_reads_before_any_press_that_nobody_confirmed_the_programme(house, course, linden) -> None:
    await begins(course)
    words = "To be confirmed by your clinician."
    texts = [(await course.browser.get(at)).text for at in (SCREEN, f"{course.base}/observing/card")]
    assert [words in visible(text) for text in texts] == [True, True]
    assert "Whom to call" not in visible(texts[0]), "the card itself is still hidden"
    tms = as_shipped()["tms"].pinned
    by, now = linden.mara.staff_id, house.clock()
    await house.db.unit(lambda db: confirm(db, linden.clinic.id, key_of(tms.definition), tms.digest, by, now))
    texts = [(await course.browser.get(at)).text for at in (SCREEN, f"{course.base}/observing/card")]
    assert [words in visible(text) for text in texts] == [False, False]
