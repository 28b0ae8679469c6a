"""The observation screen: what it says of whom, readings sent twice and at once, and who sees none of it."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import select

from server.audit.tables import AuditEntry
from server.home.demo_clinic.observing import add_observed
from server.programmes import store
from server.programmes.catalogue import shipped
from server.programmes.keeping import Hand, opened
from server.programmes.observing.keeping import keep
from server.programmes.observing.rules import ago
from server.programmes.tables import CourseEntry
from server.programmes.times.rules import LONGEST
from tests.server.booking.linden import booked, seed
from tests.server.programmes.courses import BERLIN
from tests.server.visible import visible

pytestmark = pytest.mark.asyncio
SCREEN = "/staff/observing"
VITALS = shipped()["esketamine"].by_id["vitals"]
TAKEN = {"systolic": "150", "diastolic": "88", "pulse": "80", "oxygen": "97", "sedation": "alert"}
DEVICE = {"accept": "application/json"}


def sent(once: str = "", **said: str) -> dict[str, str]:
    return {"once": once or str(uuid4())} | {f"q-{name}": answer for name, answer in (TAKEN | said).items()}


@pytest_asyncio.fixture
async def base(house, linden, jo, mara) -> str:
    """Where Jo's course is, whose third session began 52 minutes ago."""
    patient_id = jo.made.card.patient_id
    course = await add_observed(house, linden.clinic, patient_id, linden.mara.staff_id, house.clock())
    return f"/staff/patients/{patient_id}/courses/{course}"


async def entries(house, course: str) -> list[CourseEntry]:
    asked = select(CourseEntry).where(
        CourseEntry.course_id == UUID(course.rpartition("/")[2]), CourseEntry.session == 3
    )

    async def work(db):
        return (await db.scalars(asked.order_by(CourseEntry.round))).all()

    return [one for one in await house.db.read(work) if one.step in ("vitals", "incident", "handover")]


async def test_the_screen_says_what_is_true_and_whose_values_those_are(house, base, mara) -> None:
    page = (await mara.get(SCREEN)).text
    for words in (
        "One person is observed now", "Jo Almeida", "Next reading at", "Amber at", "164", "by proposed values",
        "nobody here has confirmed them", "Something happened", "Sick, or vomits", "Before going home:",
    ):  # fmt: skip
        assert words in page
    assert "(risen from 124 before the session)" in page
    assert re.search(r"<td class=.is-review.>.*164.*\(amber, from 124\)", page)
    assert "<svg" in page
    part = await mara.get(f"{base}/observing")
    assert part.headers["x-scene"] == "on"
    assert "nobody here has confirmed them" in visible(part.text), "also for who takes no readings"

    async def looked(db):
        return (await db.scalars(select(AuditEntry).where(AuditEntry.action == "record.seen"))).all()

    assert any(one.detail.get("page") == "observing" for one in await house.db.read(looked))


async def test_a_reading_sent_twice_counts_once_and_for_when_it_was_taken(house, base, mara) -> None:
    form = sent(systolic="186") | {"ago": "600"}
    for _ in range(3):
        assert (await mara.post(f"{base}/observing/vitals", data=form, headers=DEVICE)).status_code == 201
    kept = [one for one in await entries(house, base) if one.step == "vitals"]
    assert [(one.round, one.verdict) for one in kept] == [(0, "review"), (4, "stop")]
    assert kept[1].at == house.clock() - timedelta(minutes=10)
    now, then = (f"{at.astimezone(BERLIN):%-H:%M}" for at in (house.clock(), kept[1].at))
    page = (await mara.get(SCREEN)).text
    assert page.count(f"written at {now} for {then}") == 2, "beside the latest reading, and in the table"
    assert "Red at" in (await mara.get(f"{base}/observing")).text


async def test_what_cannot_be_is_said_and_nothing_typed_is_lost(house, base, mara) -> None:
    form = sent(systolic="18", pulse="eighty", sedation="")
    assert (await mara.post(f"{base}/observing/vitals", data=form, headers=DEVICE)).status_code == 422
    answer = await mara.post(f"{base}/observing/vitals", data=form)
    assert answer.status_code == 422
    for words in ("This number cannot be.", "Please write a number.", "An answer is needed here.", 'value="eighty"'):
        assert words in answer.text
    assert (await mara.post(f"{base}/observing/vitals", data={})).status_code == 422
    assert (await mara.post(f"{base}/observing/discharge", data=sent())).status_code == 404
    early = sent() | {"ago": str(60 * 60)}
    assert (await mara.post(f"{base}/observing/vitals", data=early, headers=DEVICE)).status_code == 422
    assert len(await entries(house, base)) == 2


async def test_an_incident_is_one_press_and_holds_who_goes_home(house, base, mara) -> None:
    press = {"once": str(uuid4()), "q-what": "happened"}
    answer = await mara.post(f"{base}/observing/incident", data=press)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{SCREEN}#c-{base.rpartition('/')[2]}")
    page = (await mara.get(f"{base}/observing")).text
    assert "Something happened: an answer that a clinician looks at" in page.replace("</span>", "").replace(
        '<span lang="en" dir="auto">', ""
    )
    assert re.search(
        r"an answer that a clinician looks at <span [^>]*>\([A-Z][a-z]+ \d+ [A-Z][a-z]+ \d{4}, \d+:\d\d\)", page
    )


async def test_who_leaves_early_is_observed_no_more(house, base, mara) -> None:
    left = {"once": str(uuid4()), "q-how": "emergency", "q-words": "Ambulance, Dr Osei was told."}
    assert (await mara.post(f"{base}/observing/handover", data=left)).status_code == 303
    assert "Nobody is observed now" in (await mara.get(SCREEN)).text
    assert (await mara.get(f"{base}/observing")).headers["x-scene"] == "over"
    late = sent() | {"ago": "60"}
    assert (await mara.post(f"{base}/observing/vitals", data=late, headers=DEVICE)).status_code == 201
    assert b"Osei" not in (await entries(house, base))[-1].answers_sealed


async def test_nobody_sees_or_writes_it_whom_it_is_not_for(base, samir, desk, mara) -> None:
    assert "Nobody is observed now" in (await samir.get(SCREEN)).text
    assert (await samir.get(f"{base}/observing")).status_code == 404
    assert (await samir.post(f"{base}/observing/vitals", data=sent())).status_code == 404
    assert (await desk.get(SCREEN)).status_code == 403
    assert (await desk.post(f"{base}/observing/vitals", data=sent())).status_code == 403


async def test_an_open_screen_hears_of_whom_they_treat_by_ids_alone(base, samir, desk, mara) -> None:
    course = base.rpartition("/")[2]
    answer = await mara.get(f"{SCREEN}/who")
    assert (answer.text, answer.headers["content-type"]) == (course, "text/plain; charset=utf-8")
    assert f'data-known="{course}"' in (await mara.get(SCREEN)).text
    assert (await samir.get(f"{SCREEN}/who")).text == ""
    assert (await desk.get(f"{SCREEN}/who")).status_code == 403


async def test_how_long_ago_is_what_a_device_says_within_reason() -> None:
    seconds = [ago(text) for text in ("90", "0", "", "172800", "172801")]
    assert seconds == [timedelta(seconds=90), timedelta(), timedelta(), LONGEST, LONGEST + timedelta(seconds=1)]
    assert {ago(text) for text in ("-5", "x", "NaN", "1.5", "9" * 10, "9" * 80)} == {None}


@pytest.mark.parametrize("said", ["99999999", "-5", "NaN", "172801"])
async def test_a_reading_whose_age_makes_no_sense_is_not_taken_for_one_of_now(house, base, mara, said) -> None:
    before = len(await entries(house, base))
    for headers in (DEVICE, {}):
        form = sent() | {"ago": said}
        assert (await mara.post(f"{base}/observing/vitals", data=form, headers=headers)).status_code == 422
    assert len(await entries(house, base)) == before


async def test_readings_taken_at_once_by_two_devices_are_all_there_once(either_house) -> None:
    linden = await seed(either_house)
    patient_id = (await booked(either_house, linden)).card.patient_id
    since = timedelta(minutes=40)
    course = await add_observed(
        either_house, linden.clinic, patient_id, linden.mara.staff_id, either_house.clock(), since
    )
    row = await either_house.db.read(lambda db: store.course_of(db, linden.clinic.id, course))
    assert row
    hand = Hand(either_house, linden.clinic.zone, row, linden.mara.staff_id, either_house.clock(), uuid4())
    ids = [uuid4() for _ in range(4)]
    found = await asyncio.gather(*(keep(replace(hand, once=one), VITALS, hand.now, TAKEN) for one in ids * 2))
    assert found == [None] * 8
    one = await opened(either_house, row, hand.zone, hand.now)
    kept = [
        entry
        for entry in one.standing.loaded.entries
        if (entry.entry.key.step, entry.entry.key.session) == ("vitals", 3)
    ]
    assert {entry.id for entry in kept} == set(ids)
    assert sorted(entry.entry.key.round for entry in kept) == [0, 4, 5, 6]
    assert all(one.answers[entry.id] == TAKEN for entry in kept)


async def test_the_page_that_a_device_keeps_of_the_screen_names_nobody(base, mara, browsers) -> None:
    address = re.findall(r'data-worker="([^"]+)"', (await mara.get(SCREEN)).text)[0]
    stranger = await browsers()
    answer = await stranger.get(address)
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert 'OURS = "parlour-observing";' in answer.text, "it tidies away nothing that a patient's space keeps"
    kept = re.findall(r'ELSE = "([^"]+)"', answer.text)[-1]
    calm = (await mara.get(kept)).text
    assert "There is no connection right now" in calm
    assert not [word for word in ("Almeida", "Mara", str(base.rpartition("/")[2])) if word in calm]
    assert (await stranger.get(kept)).status_code == 303


async def test_pressures_that_cannot_be_come_back_from_a_device_and_from_a_form(house, base, mara) -> None:
    before = len(await entries(house, base))
    turned = sent(systolic="80", diastolic="120")
    answer = await mara.post(f"{base}/observing/vitals", data=turned, headers=DEVICE)
    assert (answer.status_code, answer.json()) == (422, {"reasons": ["q-diastolic", "q-systolic"]})
    page = await mara.post(f"{base}/observing/vitals", data=turned)
    assert page.status_code == 422
    assert page.text.count('aria-invalid="true"') == 2
    assert page.text.count('class="mend"') == 2
    assert "The lower pressure has to be below the upper one." in page.text
    assert len(await entries(house, base)) == before


async def test_the_page_of_a_step_that_cannot_be_written_now_says_why_and_leads_on(house, base, mara) -> None:
    async def form(place: str) -> tuple[str, bool, bool]:
        page = (await mara.get(f"{base}/steps/{place}")).text.partition("<main")[2]
        says = re.search(r"This is written already|It is too early|The time for this has passed|A gate holds", page)
        return says[0] if says else "", "Keep this" in page, "It was done earlier" in page

    assert await form("incident/3/1") == ("", True, False)
    assert await form("today/3/0") == ("This is written already", False, False)
    assert await form("vitals/3/2") == ("It is too early", False, False)
    assert await form("today/4/0") == ("It is too early", False, False)
    assert await form("discharge/3/0") == ("A gate holds", True, True)
    assert f'href="{base}"' in (await mara.get(f"{base}/steps/today/3/0")).text
