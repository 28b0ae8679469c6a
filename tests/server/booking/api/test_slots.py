"""What a clinic offers to programs: itself, its services, and the free times of a span."""

from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from server.clinic import store as clinics
from server.house import House
from tests.server.booking.api.programs import CLINIC, SLOTS, reasons
from tests.server.booking.linden import Linden, booked
from tests.server.conftest import Clock
from tests.server.statements import asked_of

pytestmark = pytest.mark.asyncio
THURSDAY = {"from": "2026-03-12", "to": "2026-03-12"}
MORNING = ["08:00", "08:30", "09:00", "09:30", "10:00"]  # in UTC, of 50 minutes until noon in Berlin
AFTERNOON = ["12:00", "12:30", "13:00", "13:30", "14:00", "14:30", "15:00"]


async def slots(program: httpx2.AsyncClient, linden: Linden, **asked: str) -> list[dict[str, str]]:
    query = {"service": str(linden.session.id), **asked}
    answer = await program.get(SLOTS, params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, str]] = answer.json()["slots"]
    return found


async def test_a_slot_is_service_therapist_and_start_in_utc(program: httpx2.AsyncClient, linden: Linden) -> None:
    found = await slots(program, linden, therapist="mara-lind", **THURSDAY)
    assert found[0] == {"service": str(linden.session.id), "therapist": "mara-lind", "start": "2026-03-12T08:00:00Z"}
    assert [slot["start"] for slot in found] == [f"2026-03-12T{time}:00Z" for time in MORNING + AFTERNOON]


async def test_a_taken_time_is_gone_with_its_buffer_and_nobody_is_told_why(
    program: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    await booked(house, linden, name="Secret Person")
    answer = await program.get(SLOTS, params={"service": str(linden.session.id), "therapist": "mara-lind", **THURSDAY})
    assert "Secret" not in answer.text
    starts = [slot["start"][11:16] for slot in answer.json()["slots"]]
    assert starts == ["09:30", "10:00", *AFTERNOON]


async def test_anyone_gets_each_start_once_and_the_day_is_shared(program: httpx2.AsyncClient, linden: Linden) -> None:
    found = await slots(program, linden, **THURSDAY)
    assert [slot["start"][11:16] for slot in found] == MORNING + AFTERNOON
    named = [slot["therapist"] for slot in found]
    assert named.count("mara-lind") == named.count("samir-haddad") == 6
    assert await slots(program, linden, therapist="any", **THURSDAY) == found


async def test_service_and_therapist_are_known_by_slug_and_by_id(program: httpx2.AsyncClient, linden: Linden) -> None:
    by_slug = await slots(program, linden, service="a-session", therapist="mara-lind", **THURSDAY)
    by_id = await slots(program, linden, therapist=str(linden.mara.staff_id), **THURSDAY)
    assert by_slug == by_id != []


async def test_dates_are_those_of_the_zone_that_was_named(program: httpx2.AsyncClient, linden: Linden) -> None:
    """Berlin's whole working day lies in Auckland's Thursday evening and Friday morning."""
    there = await slots(program, linden, therapist="mara-lind", tz="Pacific/Auckland", **THURSDAY)
    begin = datetime(2026, 3, 11, 11, 0, tzinfo=UTC)
    moments = [datetime.fromisoformat(slot["start"]) for slot in there]
    assert moments
    assert all(begin <= moment < begin + timedelta(days=1) for moment in moments)
    assert moments[0].date().day == 11


async def test_what_has_begun_or_is_too_near_is_not_offered(
    program: httpx2.AsyncClient, linden: Linden, clock: Clock
) -> None:
    clock.now = datetime(2026, 3, 12, 8, 10, tzinfo=UTC)
    found = await slots(program, linden, **{"from": "2026-03-01", "to": "2026-03-12"})
    assert found[0]["start"] == "2026-03-12T12:30:00Z"  # four hours of notice


async def test_beyond_the_horizon_nothing_is_offered(program: httpx2.AsyncClient, linden: Linden) -> None:
    assert await slots(program, linden, **{"from": "2026-06-01", "to": "2026-06-10"}) == []
    found = await slots(program, linden, **{"from": "2026-04-30", "to": "2026-06-01"})
    assert found[-1]["start"] < "2026-05-04T09:00:00Z"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"service": ""}, {"service": "missing"}),
        ({"service": "nothing-like-it"}, {"service": "not_offered"}),
        ({"therapist": "nobody"}, {"therapist": "not_offered"}),
        ({"tz": "Mars/Olympus"}, {"tz": "unknown_zone"}),
        ({"from": "soon"}, {"from": "not_a_moment"}),
        ({"to": "2020-01-01"}, {"to": "ends_first"}),
        ({"from": "2026-01-01", "to": "2036-01-01"}, {"to": "too_long"}),
        ({"therapist": "a\x00b", "to": "later"}, {"therapist": "not_offered", "to": "not_a_moment"}),
    ],
)
async def test_what_cannot_be_answered_says_which_field(
    program: httpx2.AsyncClient, linden: Linden, asked: dict[str, str], told: dict[str, str]
) -> None:
    if told.get("service") == "missing":
        told = {"service": "missing"}
    answer = await program.get(SLOTS, params={"service": str(linden.session.id), **asked})
    assert answer.status_code == 422
    assert reasons(answer) == told


async def test_what_staff_alone_may_book_is_not_there(program: httpx2.AsyncClient, linden: Linden) -> None:
    answer = await program.get(SLOTS, params={"service": str(linden.inner.id)})
    assert reasons(answer) == {"service": "not_offered"}
    assert "Supervision" not in (await program.get(f"{CLINIC}/services")).text


@pytest.mark.parametrize("slug", ["elsewhere", "LINDEN", "a%00b", "%F0%9F%98%80"])
async def test_no_such_clinic_is_a_problem_in_json(program: httpx2.AsyncClient, linden: Linden, slug: str) -> None:
    for path in ("", "/services", "/slots?service=x"):
        answer = await program.get(f"/api/v1/clinics/{slug}{path}")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json() == {"type": "about:blank", "title": "Not Found", "status": 404, "reason": "not_found"}


async def test_the_clinic_tells_what_a_form_of_its_own_would_need(program: httpx2.AsyncClient, linden: Linden) -> None:
    told = (await program.get(CLINIC)).json()
    assert told["tz"] == "Europe/Berlin"
    assert told["consent"]["version"] == "2026-1"
    assert [card["slug"] for card in told["therapists"]] == ["mara-lind", "samir-haddad"]
    assert [(one["slug"], one["minutes"]) for one in told["services"]] == [
        ("a-first-conversation", 30),
        ("a-session", 50),
    ]
    assert told["services"] == (await program.get(f"{CLINIC}/services")).json()["services"]


async def test_a_service_that_nobody_gives_is_not_offered(
    program: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    await house.db.unit(lambda db: clinics.offer(db, linden.session.id, []))
    answer = await program.get(SLOTS, params={"service": str(linden.session.id)})
    assert reasons(answer) == {"service": "not_offered"}


async def test_a_list_takes_at_most_eight_statements(program: httpx2.AsyncClient, linden: Linden, house: House) -> None:
    with asked_of(house.db) as asked:
        assert await slots(program, linden)
    assert 0 < len([text for text in asked if not text.startswith("BEGIN")]) <= 8


async def test_any_site_may_read_it_and_no_cookie_matters(program: httpx2.AsyncClient, linden: Linden) -> None:
    answer = await program.get(CLINIC, headers={"origin": "https://practice.example", "cookie": "parlour=whoever"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    pages = await program.get("/c/linden", headers={"origin": "https://practice.example"})
    assert "access-control-allow-origin" not in pages.headers
