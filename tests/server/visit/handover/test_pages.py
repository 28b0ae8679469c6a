"""A colleague takes over: who leads, who reads what, whose time is taken; and a wait that ends with words."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from server.audit.tables import AuditEntry
from server.booking.tables import Appointment, Claim
from server.clinic import store as clinics
from server.house import House
from server.safety.alerts.tables import Alert
from server.visit.handover.tables import VisitDecline, VisitHandover
from server.visit.tables import Visit
from tests.server.booking.linden import Linden
from tests.server.conftest import Clock
from tests.server.visit.conftest import START, Browser, Jo, booked_this_morning

pytestmark = pytest.mark.asyncio
JSON = {"accept": "application/json"}
TO_SAMIR = {"to": "samir-haddad", "words": "Samir knows about today."}


async def all_of(house: House, table):
    return list(await house.db.read(lambda db: db.scalars(select(table))))


async def make_team(house: House, linden: Linden, clock: Clock) -> None:
    session = replace(linden.session, team=True)
    await house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, session, clock.now))


async def test_the_visit_the_time_and_the_place_go_to_the_colleague(
    jo: Jo, mara: Browser, samir: Browser, house: House, linden: Linden
) -> None:
    await jo.arrive()
    assert "Samir Haddad" in (await mara.get(f"{jo.staff_url}/hand-over")).text
    answer = await mara.post(f"{jo.staff_url}/hand-over", data=TO_SAMIR)
    assert answer.headers["location"] == "/staff?notice=handed-over"
    (visit,), (claim,), (row,) = [await all_of(house, table) for table in (Visit, Claim, VisitHandover)]
    assert visit.therapist_id == claim.resource_id == linden.samir.staff_id
    assert (row.from_id, row.to_id, row.time_moved) == (linden.mara.staff_id, linden.samir.staff_id, True)
    assert b"Samir knows" not in (row.words_sealed or b"")
    assert (await samir.get(jo.staff_url)).status_code == 200
    assert (await mara.post(f"{jo.staff_url}/admit")).status_code == 404
    page = await jo.page()
    assert "Samir Haddad meets you today in place of Mara Lind." in page
    assert "Samir knows about today." in page
    assert "since 13:50" in page, "the clock of the wait is the same"


async def test_the_clinic_is_called_anew_for_who_leads_now(jo: Jo, mara: Browser, house: House, clock: Clock) -> None:
    await jo.arrive()
    clock.forward(minutes=2)
    await mara.post(f"{jo.staff_url}/hand-over", data=TO_SAMIR)
    alerts = await all_of(house, Alert)
    assert sorted(alert.closed_why or "" for alert in alerts) == ["", "handed_over"]
    assert max(alert.made_at for alert in alerts) == clock.now


async def test_a_colleague_who_is_booked_then_takes_over_without_a_second_claim(
    jo: Jo, mara: Browser, house: House, linden: Linden, clock: Clock
) -> None:
    await booked_this_morning(house, linden, clock, START, therapist=linden.samir.staff_id)
    await jo.arrive()
    assert "Has somebody else in this time" in (await mara.get(f"{jo.staff_url}/hand-over")).text
    await mara.post(f"{jo.staff_url}/hand-over", data=TO_SAMIR)
    claims = await all_of(house, Claim)
    assert {claim.resource_id for claim in claims} == {linden.mara.staff_id, linden.samir.staff_id}
    leads = await house.db.read(
        lambda db: db.scalar(select(func.count()).where(Appointment.therapist_id == linden.samir.staff_id))
    )
    assert leads == 2
    (row,) = await all_of(house, VisitHandover)
    assert row.time_moved is False


async def test_out_of_a_session_the_patient_waits_for_the_colleague(
    jo: Jo, mara: Browser, samir: Browser, house: House
) -> None:
    await jo.arrive()
    await mara.post(f"{jo.staff_url}/admit")
    await mara.post(f"{jo.staff_url}/hand-over", data=TO_SAMIR)
    (visit,) = await all_of(house, Visit)
    assert visit.state == "waiting"
    assert (await samir.post(f"{jo.staff_url}/admit")).status_code == 303
    assert (await mara.get(jo.staff_url)).headers["location"] == "/staff?notice=handed-on"


async def test_the_private_note_stays_with_who_wrote_it(jo: Jo, mara: Browser, samir: Browser) -> None:
    await jo.arrive()
    first = await mara.post(f"{jo.staff_url}/note", data={"text": "only mine", "version": "0"}, headers=JSON)
    assert first.json()["version"] == 1
    await mara.post(f"{jo.staff_url}/hand-over", data=TO_SAMIR)
    assert "only mine" not in (await samir.get(jo.staff_url)).text
    second = await samir.post(f"{jo.staff_url}/note", data={"text": "his own", "version": "0"}, headers=JSON)
    assert second.json()["version"] == 1


async def test_the_waiting_page_opens_anew_for_another_name(jo: Jo, mara: Browser) -> None:
    await jo.arrive()
    part = f"{jo.url}/wait-part?seq=0"
    assert (await jo.browser.get(part)).headers["x-scene"] == "waiting"
    await mara.post(f"{jo.staff_url}/hand-over", data=TO_SAMIR)
    assert (await jo.browser.get(part)).headers["x-scene"] == "handed_over"


async def test_the_desk_may_hand_over_and_a_colleague_may_not(jo: Jo, desk: Browser, samir: Browser) -> None:
    await jo.arrive()
    assert (await samir.post(f"{jo.staff_url}/hand-over", data=TO_SAMIR)).status_code == 404
    assert (await samir.post(f"{jo.staff_url}/take")).status_code == 404, "the service is not the team's"
    answer = await desk.post(f"{jo.staff_url}/hand-over", data=TO_SAMIR)
    assert answer.headers["location"] == "/staff?notice=handed-over"


async def test_the_form_asks_for_somebody_and_keeps_what_was_typed(jo: Jo, mara: Browser) -> None:
    await jo.arrive()
    answer = await mara.post(f"{jo.staff_url}/hand-over", data={"to": "nobody", "words": "Keep these words"})
    assert answer.status_code == 422
    assert "Choose who takes over." in answer.text
    assert "Keep these words" in answer.text


async def test_the_team_sees_nobodys_name_and_whoever_takes_over_leads(
    jo: Jo, samir: Browser, house: House, linden: Linden, clock: Clock
) -> None:
    await jo.arrive()
    assert "Waiting for the team" not in (await samir.get("/staff")).text
    await make_team(house, linden, clock)
    day = (await samir.get("/staff")).text
    assert "Somebody for Mara Lind" in day
    assert "Jo Almeida" not in day
    taken = await samir.post(f"{jo.staff_url}/take")
    assert taken.headers["location"] == jo.staff_url
    assert "Jo Almeida" in (await samir.get(jo.staff_url)).text
    noted = await house.db.read(lambda db: db.scalar(select(AuditEntry).where(AuditEntry.action == "visit.hand_over")))
    assert noted
    assert noted.detail["to"] == linden.samir.staff_id.hex


async def test_nobody_is_taken_out_of_a_session(
    jo: Jo, mara: Browser, samir: Browser, house: House, linden: Linden, clock: Clock
) -> None:
    await jo.arrive()
    await make_team(house, linden, clock)
    await mara.post(f"{jo.staff_url}/admit")
    answer = await samir.post(f"{jo.staff_url}/take")
    assert answer.headers["location"] == "/staff?notice=not-waiting"
    assert "They are not in the waiting room any more" in (await samir.get("/staff?notice=not-waiting")).text


async def test_a_wait_ends_with_words_and_next_steps_once(jo: Jo, mara: Browser, house: House, clock: Clock) -> None:
    await jo.arrive()
    said = {"words": "I had to leave and am sorry."}
    for _ in range(2):
        answer = await mara.post(f"{jo.staff_url}/decline", data=said)
        assert answer.headers["location"] == "/staff?notice=declined"
    page = await jo.page()
    assert "Mara cannot meet you today" in page
    assert "I had to leave and am sorry." in page
    assert "Choose another time" in page
    assert "Need help now" in page
    (row,) = await all_of(house, VisitDecline)
    assert b"sorry" not in (row.words_sealed or b"")
    (alert,) = await all_of(house, Alert)
    assert alert.closed_why == "declined"
    clock.forward(minutes=1)
    assert (await mara.post(f"{jo.staff_url}/reopen")).status_code == 303
    assert "Mara knows you are here" in await jo.page() or "You are in the waiting room" in await jo.page()


async def test_who_is_in_the_session_cannot_be_declined(jo: Jo, mara: Browser) -> None:
    await jo.arrive()
    await mara.post(f"{jo.staff_url}/admit")
    answer = await mara.post(f"{jo.staff_url}/decline", data={"words": "x"})
    assert answer.headers["location"] == "/staff?notice=not-waiting"


async def test_words_of_a_novel_are_kept_and_asked_to_be_shorter(jo: Jo, mara: Browser) -> None:
    await jo.arrive()
    answer = await mara.post(f"{jo.staff_url}/decline", data={"words": "so " * 300})
    assert answer.status_code == 422
    assert "so so so" in answer.text
