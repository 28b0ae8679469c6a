"""What awaits a clinician: a therapist confirms it by name, pages stop saying it, and what changes asks again."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from server.access import Role
from server.audit.tables import AuditEntry
from server.calm.topics import EXERCISES, exercises_version
from server.home.confirming import topics
from tests.server.booking.linden import seed
from tests.server.measures.asked import use
from tests.server.visit.conftest import add_staff, signed_in

pytestmark = pytest.mark.asyncio
HERE = "/staff/confirming"


def versions(page: str) -> dict[str, str]:
    """Topic -> the version that the page would send."""
    return dict(re.findall(r'name="topic" value="([^"]+)"><input type="hidden" name="version" value="(\w{64})"', page))


def left(page: str) -> int:
    return int(re.search(r"<h1>(\d+) things await", page)[1])


async def an_admin(house, browsers, clinic_id):
    return await signed_in(house, await browsers(), await add_staff(house, clinic_id, Role.ADMIN))


async def test_every_topic_says_what_awaits_with_a_source_and_a_version_of_its_own(house, linden, mara) -> None:
    await use(house, linden.clinic.id, phq9="visit")
    page = (await mara.get(HERE)).text
    found = versions(page)
    expected = {"calm", "sit-anchor", "sit-kindness", "mood-words", "safety-plan", "support", "visit-start"}
    expected |= {"tool-thought", "tool-ladder", "tool-worry", "measures-weekly"}
    assert {"mood-reminders", "visit-readings", "preset-hf_10hz_37"} <= set(found)
    assert expected | {"measures-danger", "measure-phq9", "measure-gad7"} <= set(found)
    assert len(set(found.values())) == len(found)
    assert page.index('value="measure-phq9"') < page.index("Not in use") < page.index('value="measure-gad7"')
    told = unescape(page)
    assert "4 s in, 6 s out; at most 20 min" in told
    assert "mood at or below 2 on 3 days in a row" in told
    assert "0: who is on call; 60: they once more; 180: front desk and who leads" in told
    assert "who is on call after 0 min; every other therapist after 2 min" in told
    assert "15 to 30 minutes, begun by 21:00 at the latest" in told
    assert told.count("Source:") == len(found)
    weekly = "No more mail after so many weeks in a row without an answer"
    assert weekly in told
    assert page.index("Not in use") < page.index(weekly), "nothing is asked every week here"
    await use(house, linden.clinic.id, phq9="visit", gad7="each_week")
    page = (await mara.get(HERE)).text
    assert page.index(weekly) < page.index("Not in use")


async def test_a_therapist_confirms_once_by_name_and_pages_stop_saying_so(house, linden, mara, browsers) -> None:
    exercise, sitting = "/c/linden/calm/resonance-4-6", "/c/linden/calm/sit/anchor"
    assert "awaits a clinician" in (await mara.get(exercise)).text
    before = (await mara.get(HERE)).text
    said = {"topic": "calm", "version": versions(before)["calm"]}
    for _ in range(2):
        answer = await mara.post(HERE, data=said)
        assert answer.headers["location"] == f"{HERE}?notice=confirmed"
    after = (await mara.get(HERE)).text
    assert left(after) == left(before) - 1
    assert "calm" not in versions(after)
    assert "Mara Lind, Monday 9 March" in after
    assert "awaits a clinician" not in (await mara.get(exercise)).text
    assert "await a clinician" in (await mara.get(sitting)).text, "each by itself"
    for _ in range(2):
        await mara.post(f"{HERE}/take-back", data={"topic": "calm"})
    assert "awaits a clinician" in (await mara.get(exercise)).text
    actions = await house.db.read(lambda db: db.scalars(select(AuditEntry.action)))
    assert [one for one in actions if "confirming" in one] == ["confirming.confirmed", "confirming.taken_back"]


async def test_what_changed_since_it_was_read_or_confirmed_asks_again(house, mara, monkeypatch) -> None:
    old = await mara.post(HERE, data={"topic": "calm", "version": "0" * 64})
    assert (old.status_code, "It changed since you opened the page" in old.text) == (409, True)
    await mara.post(HERE, data={"topic": EXERCISES, "version": exercises_version()})
    monkeypatch.setattr("server.calm.topics.exercises_version", lambda: "1" * 64)
    page = (await mara.get(HERE)).text
    assert "confirmed it on Monday 9 March. It is not the same any more." in unescape(page)
    assert versions(page)["calm"] == "1" * 64
    assert (await mara.post(HERE, data={"topic": "nothing", "version": "1"})).status_code == 404


async def test_each_place_that_says_so_stops_when_it_is_confirmed(house, linden, mara, browsers) -> None:
    admin = await an_admin(house, browsers, linden.clinic.id)
    places = {
        "measures-danger": ("/staff/clinic/measures/danger", "Nobody with clinical training has confirmed"),
        "support": ("/staff/clinic/support", "await a clinician"),
        "visit-start": ("/staff/clinic/visits/start", "These lines await a clinician"),
        "measures-weekly": ("/staff/clinic/measures", "To be confirmed by your clinician."),
        "measure-gad7": ("/staff/clinic/measures/gad7", "This awaits a clinician"),
    }
    await use(house, linden.clinic.id, gad7="each_week")
    found = versions((await mara.get(HERE)).text)
    for topic, (path, words) in places.items():
        assert words in (await admin.get(path)).text
        await mara.post(HERE, data={"topic": topic, "version": found[topic]})
        assert words not in (await admin.get(path)).text
    form = {"risk_therapist": "2", "risk_colleague": "5", "risk_roster": "9"}
    form |= {"urgent_therapist": "0", "urgent_colleague": "2", "urgent_roster": "4"}
    assert (await admin.post(places["measures-danger"][0], data=form)).status_code == 303
    assert places["measures-danger"][1] in (await admin.get(places["measures-danger"][0])).text, "other times"


async def test_an_admin_reads_and_does_not_confirm_others_do_not_read_and_a_clinic_speaks_for_itself(
    house, linden, mara, browsers
) -> None:
    admin = await an_admin(house, browsers, linden.clinic.id)
    page = (await admin.get(HERE)).text
    assert "A therapist of your team confirms it" in page
    assert versions(page) == {}
    said = {"topic": EXERCISES, "version": exercises_version()}
    assert (await admin.post(HERE, data=said)).status_code == 403
    desk = await signed_in(house, await browsers(), await add_staff(house, linden.clinic.id, Role.FRONT_DESK))
    assert [(await desk.get(HERE)).status_code, (await desk.post(HERE, data=said)).status_code] == [403, 403]
    oak = await seed(house, slug="oak", name="Oak Street")
    theirs = await signed_in(house, await browsers(), oak.mara.staff_id)
    await mara.post(HERE, data=said)
    assert "calm" in versions((await theirs.get(HERE)).text)


async def test_no_two_makers_name_the_same_topic(house, linden, mara) -> None:
    assert len(set(topics.MAKERS)) == len(topics.MAKERS)
    page = (await mara.get(HERE)).text
    ids = re.findall(r'id="([^"]+)" class="confirming-what"', page)
    assert len(ids) == len(set(ids))
