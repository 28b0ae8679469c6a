"""The check with the whole program around it: who may, what is kept, and what the therapist reads."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select

from server.app import Echo
from server.config import Settings
from server.house import House
from server.visit.check.store import MOST
from server.visit.check.tables import VisitCheck
from tests.engines.postgres import NewDatabase
from tests.server.booking.linden import THURSDAY, booked
from tests.server.conftest import settings_for
from tests.server.pausing import until_paused
from tests.server.visit.conftest import START, Browser, Jo, with_link
from tests.signaling.media.caller import Caller

pytestmark = pytest.mark.asyncio
WEAK = {
    "mic": "open", "level": 0.6, "speaker": "heard", "camera": "open", "way": "direct", "relay": "absent", "rtt_ms": 40,
    "jitter_ms": 10, "loss": 0.06, "up_kbps": 2000, "down_kbps": 3000, "connect_ms": 200, "frames": 60,
}  # fmt: skip
HTML = {"accept": "text/html"}


async def results(house: House) -> list[VisitCheck]:
    async def work(db):
        return list(await db.scalars(select(VisitCheck).order_by(VisitCheck.at)))

    return await house.db.read(work)


class TestOnBothEngines:
    @pytest.fixture(params=["sqlite", "postgresql"])
    def new_database(self, request: pytest.FixtureRequest) -> NewDatabase | None:
        return request.getfixturevalue("new_postgres") if request.param == "postgresql" else None

    @pytest_asyncio.fixture
    async def settings(self, tmp_path: Path, new_database: NewDatabase | None) -> Settings:
        if new_database is None:
            return settings_for(tmp_path / "data")
        return settings_for(tmp_path / "data", database_url=await new_database(), keys_url=await new_database())

    async def test_a_check_is_kept_with_its_visit_by_whom_and_when(self, jo: Jo, house: House, clock) -> None:
        answer = await jo.browser.post(f"{jo.url}/check/result", json=WEAK, headers=HTML)
        assert answer.status_code == 200
        assert "Your sound is good" in answer.text
        assert 'data-advice="nearer_router"' in answer.text
        (row,) = await results(house)
        assert (row.sound, row.video, row.network, row.advice) == ("good", "weak", "good", "nearer_router")
        assert (row.at, row.by_kind, row.by_id) == (clock.now, "patient", jo.made.card.patient_id)
        assert row.figures["loss"] == 0.06

    async def test_ten_checks_are_kept_and_the_newest_counts(self, jo: Jo, house: House, clock) -> None:
        for number in range(MOST + 3):
            clock.forward(seconds=40)
            await jo.browser.post(f"{jo.url}/check/result", json=WEAK | {"connect_ms": number})
        kept = await results(house)
        assert [row.figures["connect_ms"] for row in kept] == list(range(3, MOST + 3))
        clock.forward(seconds=1)
        await jo.browser.post(f"{jo.url}/check/result", json=WEAK | {"loss": 0})
        page = (await jo.browser.get(f"{jo.url}/check")).text
        assert "Sound and picture are good" in page


async def test_the_therapist_reads_it_on_the_card_and_on_the_page(jo: Jo, mara: Browser, clock) -> None:
    await jo.arrive()
    await jo.browser.post(f"{jo.url}/check/result", json=WEAK)
    words = "Check at 14:50: sound good, video weak."
    for path in ("/staff", "/staff/day/waiting", jo.staff_url, f"{jo.staff_url}/part"):
        assert words in (await mara.get(path)).text, path
    assert "Their network loses or delays some of it." in (await mara.get(jo.staff_url)).text
    clock.forward(minutes=1)
    await jo.browser.post(f"{jo.url}/check/result", json={"mic": "denied", "speaker": "skipped"})
    assert "no sound, video not checked" in (await mara.get("/staff/day/waiting")).text


async def test_who_did_not_check_is_said_nothing_of(jo: Jo, mara: Browser) -> None:
    await jo.arrive()
    assert "Check at" not in (await mara.get("/staff")).text


@pytest.mark.parametrize("path", ["network", "offer", "result"])
async def test_a01_f03_somebody_elses_booking_is_not_found(path: str, jo: Jo, house, linden, browsers, mara) -> None:
    other = await with_link(await booked(house, linden, THURSDAY), await browsers())
    for browser in (other.browser, mara, await browsers()):
        answer = await browser.post(f"{jo.url}/check/{path}", json=WEAK)
        assert answer.status_code == 404
    assert await results(house) == []


@pytest.mark.parametrize("path", ["network", "offer", "result"])
async def test_after_the_visit_there_is_nothing_to_check(path: str, jo: Jo, mara: Browser) -> None:
    await jo.arrive()
    await mara.post(f"{jo.staff_url}/end")
    assert (await jo.browser.post(f"{jo.url}/check/{path}", json=WEAK)).status_code == 409


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("result", json.dumps(WEAK | {"loss": 2}), 422),
        ("result", "NaN", 422),
        ("result", " " * 50_000, 413),
        ("offer", "{}", 422),
        ("offer", json.dumps({"sdp": "v" * 33_000}), 422),
        ("offer", " " * 50_000, 413),
    ],
)
async def test_c07_what_no_check_sends_changes_nothing(path: str, body: str, status: int, jo: Jo, house: House) -> None:
    assert (await jo.browser.post(f"{jo.url}/check/{path}", content=body)).status_code == status
    assert await results(house) == []
    assert (await jo.browser.get(f"{jo.url}/check/{path}")).status_code == 404


def answer_of(jo: Jo) -> Callable[[str], Any]:
    async def answer(sdp: str) -> str:
        answered = await jo.browser.post(f"{jo.url}/check/offer", json={"sdp": sdp})
        assert answered.status_code == 200, answered.status_code
        return str(answered.json()["sdp"])

    return answer


async def test_an_offer_over_http_is_a_connection_and_needs_no_relay(jo: Jo, house: House) -> None:
    assert isinstance(house.echo, Echo)
    assert house.echo.pid is None, "nobody has checked: nothing runs"
    assert (await jo.browser.post(f"{jo.url}/check/network")).json() == {"ice_servers": []}
    assert house.echo.pid is None
    caller = Caller()
    await caller.call(answer_of(jo), media=False)
    assert house.echo.pid
    await caller.pc.close()


async def test_an_offer_that_fits_nothing_and_one_too_many_are_refused(jo: Jo) -> None:
    bad = {"sdp": "v=0\r\n"}
    answers = await until_paused(lambda _: jo.browser.post(f"{jo.url}/check/offer", json=bad), 30)
    assert {answer.status_code for answer in answers[:-1]} == {422}
    assert "retry-after" in answers[-1].headers


class TestWithARelay:
    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        return settings_for(tmp_path / "data", turn_urls="turn:relay.example", turn_secret="s" * 40)

    async def test_f16_the_check_has_credentials_of_its_own_for_75_seconds(self, jo: Jo, house: House, clock) -> None:
        answer = await jo.browser.post(f"{jo.url}/check/network")
        ((server,),) = answer.json().values()
        expiry, _, who = server["username"].partition(":")
        assert int(expiry) == int((clock.now + timedelta(seconds=75)).timestamp())
        assert who == f"check-{jo.made.card.id.hex}", "the name of no participant of a call"

    async def test_f16_no_page_and_no_ticket_carries_any_before_admission(self, jo: Jo, clock) -> None:
        clock.now = START
        await jo.arrive()
        for path in ("", "/check", "/wait-part"):
            assert "credential" not in (await jo.browser.get(f"{jo.url}{path}")).text, path
        assert "credential" not in (await jo.browser.post(f"{jo.url}/ticket")).text
