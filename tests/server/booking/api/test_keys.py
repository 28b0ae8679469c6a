"""What a key opens over the API: by what it is for, at its own clinic, until it is ended; and page after page."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from sqlalchemy import select

from server.access import KeyScope
from server.booking.api.listing import read_cursor
from server.clinic import store as clinics
from server.house import House
from server.interop.keys import store
from server.interop.keys.tables import ApiKey
from tests.server.booking.api.programs import BOOKINGS, CLINIC, SLOTS, a_key, bearer, reasons, wish
from tests.server.booking.linden import Linden, booked
from tests.server.clinic.made import make_clinic
from tests.server.conftest import Clock
from tests.server.pausing import until_paused

pytestmark = pytest.mark.asyncio
FIRST = datetime(2026, 3, 12, 8, 0, tzinfo=UTC)


async def test_the_bookings_of_the_clinic_come_page_after_page_each_once(
    program: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    key = await a_key(house, linden, KeyScope.READ)
    starts = [FIRST + timedelta(days=day, hours=hour) for day in (0, 1, 4) for hour in (0, 1, 5)]
    for start in starts:
        for card in (linden.mara, linden.samir):
            await booked(house, linden, start, therapist=card.staff_id, name="Secret Person")
    found, cursor, pages = [], "", 0
    while cursor is not None:
        answer = await program.get(BOOKINGS, params={"limit": "4", "cursor": cursor}, headers=key)
        assert "Secret" not in answer.text
        page = answer.json()
        found += page["bookings"]
        cursor, pages = page["next"], pages + 1
        assert pages < 9
    assert pages == 5
    assert len({one["id"] for one in found}) == len(found) == 18
    assert [one["start"] for one in found] == sorted(one["start"] for one in found)
    assert {one["therapist"] for one in found} == {"mara-lind", "samir-haddad"}


async def test_a_span_is_asked_for_as_slots_are(program: httpx2.AsyncClient, linden: Linden, house: House) -> None:
    key = await a_key(house, linden, KeyScope.READ)
    for day in (0, 1, 4):
        await booked(house, linden, FIRST + timedelta(days=day))
    answer = await program.get(BOOKINGS, params={"from": "2026-03-13", "to": "2026-03-13"}, headers=key)
    assert [one["start"] for one in answer.json()["bookings"]] == ["2026-03-13T08:00:00Z"]
    assert answer.json()["next"] is None


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"cursor": "x"}, {"cursor": "not_a_cursor"}),
        ({"cursor": "éé"}, {"cursor": "not_a_cursor"}),
        ({"limit": "0"}, {"limit": "out_of_range"}),
        ({"limit": "1000"}, {"limit": "out_of_range"}),
        ({"limit": "²"}, {"limit": "out_of_range"}),
        ({"from": "x", "to": "y"}, {"from": "not_a_moment", "to": "not_a_moment"}),
    ],
)
async def test_what_is_no_page_says_which_part(
    program: httpx2.AsyncClient, linden: Linden, house: House, asked: dict[str, str], told: dict[str, str]
) -> None:
    answer = await program.get(BOOKINGS, params=asked, headers=await a_key(house, linden, KeyScope.READ))
    assert answer.status_code == 422
    assert reasons(answer) == told


@pytest.mark.parametrize("text", ["", "x", "AAAA", "\u00e9", "MjAyNnx4", "fA", "MjAyNi0wMy0xMnww"])
async def test_no_other_text_is_a_cursor(text: str) -> None:
    assert read_cursor(text) is None


async def test_each_key_does_what_it_is_for_and_no_more(
    program: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    reads, writes = await a_key(house, linden, KeyScope.READ), await a_key(house, linden, KeyScope.WRITE)
    where = (await program.post(BOOKINGS, json=wish(linden), headers=writes)).headers["location"]
    assert (await program.get(where, headers=reads)).status_code == 200
    assert (await program.get(where, headers=writes)).status_code == 403
    assert (await program.get(BOOKINGS, headers=writes)).status_code == 403
    assert (await program.post(f"{where}/cancel", headers=reads)).status_code == 403
    assert (await program.get(where, headers=reads)).json()["status"] == "booked"


async def test_a_key_books_what_the_staff_books_and_the_public_does_not(
    program: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    key = await a_key(house, linden, KeyScope.WRITE)
    inner = str(linden.inner.id)
    assert (await program.get(SLOTS, params={"service": inner}, headers=key)).json()["slots"]
    assert (await program.post(BOOKINGS, json=wish(linden, service=inner), headers=key)).status_code == 201
    reads = await a_key(house, linden, KeyScope.READ)
    refused = await program.post(BOOKINGS, json=wish(linden, service=inner), headers=reads)
    assert (refused.status_code, refused.json()["reason"]) == (403, "forbidden")


async def test_the_word_of_a_public_service_is_the_same_with_a_key_and_what_the_staff_book_has_one_after_it(
    program: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    before = replace(linden.first, name=linden.session.name, public=False)
    await house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, before, house.clock()))
    key, services = await a_key(house, linden, KeyScope.WRITE), f"{CLINIC}/services"
    plain = (await program.get(services)).json()["services"]
    theirs = (await program.get(services, headers=key)).json()["services"]
    assert [one for one in theirs if one["public"]] == plain
    inner = {one["slug"]: one["id"] for one in theirs if not one["public"]}
    assert inner["a-session-2"] == str(before.id)
    elsewhere = await make_clinic(house, slug="elsewhere")
    other = await a_key(house, linden, *KeyScope, clinic_id=elsewhere.id)
    assert (await program.get(services, headers=other)).json()["services"] == plain
    for word, service in (("a-session", linden.session), ("a-session-2", before)):
        slots = (await program.get(SLOTS, params={"service": word}, headers=key)).json()["slots"]
        assert {one["service"] for one in slots} == {str(service.id)}
    made = await program.post(BOOKINGS, json=wish(linden, service="a-session"), headers=key)
    assert made.json()["service"] == str(linden.session.id)


async def test_the_key_of_another_clinic_opens_nothing(
    program: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    elsewhere = await make_clinic(house, slug="elsewhere")
    key = await a_key(house, linden, *KeyScope, clinic_id=elsewhere.id)
    where = (await program.post(BOOKINGS, json=wish(linden))).headers["location"]
    for answer in (
        await program.get(where, headers=key),
        await program.post(f"{where}/cancel", headers=key),
        await program.get(BOOKINGS, headers=key),
    ):
        assert answer.status_code == 404
    inner = await program.get(SLOTS, params={"service": str(linden.inner.id)}, headers=key)
    assert reasons(inner) == {"service": "not_offered"}


async def test_who_shows_a_key_books_by_it_or_not_at_all(
    program: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    """A key that does not fit is told so; as if none were shown the booking would be kept as that of a visitor."""
    elsewhere = await make_clinic(house, slug="elsewhere")
    for key, status, why in (
        (await a_key(house, linden, KeyScope.READ), 403, "forbidden"),
        (await a_key(house, linden, KeyScope.WRITE, clinic_id=elsewhere.id), 404, "not_found"),
        (bearer("plk_of-nobody"), 401, "not_known"),
        (bearer("of-nobody"), 401, "not_known"),
    ):
        refused = await program.post(BOOKINGS, json=wish(linden), headers=key)
        assert (refused.status_code, refused.json()["reason"]) == (status, why)
        assert refused.headers["content-type"] == "application/problem+json"
        assert (await program.post(BOOKINGS, content=b"{", headers=key)).status_code == status, "before what was sent"
    assert (await program.post(BOOKINGS, content=b"{")).status_code == 422
    writes = await a_key(house, linden, KeyScope.WRITE)
    assert (await program.post(BOOKINGS, json=wish(linden), headers=writes)).status_code == 201
    later = wish(linden, start="2026-03-12T12:00:00Z")
    assert (await program.post(BOOKINGS, json=later)).status_code == 201


async def test_what_a_key_may_do_freely_is_true_or_false(
    program: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    key, odd = await a_key(house, linden, KeyScope.WRITE), {"freely": "true", "outside_hours": 1}
    told = dict.fromkeys(odd, "not_true_or_false")
    refused = await program.post(BOOKINGS, json=wish(linden, **odd), headers=key)
    assert (refused.status_code, reasons(refused)) == (422, told)
    made = await program.post(BOOKINGS, json=wish(linden, **odd))
    assert made.status_code == 201, "nobody else's are looked at"
    later = {"start": "2026-03-12T12:00:00Z"}
    refused = await program.post(f"{made.headers['location']}/move", json=later | odd, headers=key)
    assert (refused.status_code, reasons(refused)) == (422, told)
    assert (await program.post(f"{made.headers['location']}/move", json=later, headers=key)).status_code == 200


async def test_what_was_ended_opens_nothing_from_then_on(
    program: httpx2.AsyncClient, linden: Linden, house: House, clock: Clock
) -> None:
    key = await a_key(house, linden, KeyScope.READ)
    assert (await program.get(BOOKINGS, headers=key)).status_code == 200
    (card,) = await house.db.read(lambda db: store.keys_of(db, linden.clinic.id))
    assert card.used_at == clock.now
    assert await house.db.unit(lambda db: store.revoke(db, linden.clinic.id, card.id, clock.now, None))
    assert (await program.get(BOOKINGS, headers=key)).status_code == 401
    assert not await house.db.unit(lambda db: store.revoke(db, linden.clinic.id, card.id, clock.now, None))


async def test_no_row_holds_the_key(house: House, linden: Linden) -> None:
    token = (await a_key(house, linden, KeyScope.READ))["authorization"].removeprefix("Bearer ")
    row = await house.db.read(lambda db: db.scalar(select(ApiKey)))
    assert token not in repr(row.__dict__)
    assert row.shown == token[:10]


async def test_a_program_with_a_key_may_ask_more_and_not_without_end(
    program: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    key = await a_key(house, linden, KeyScope.WRITE)
    answers = await until_paused(lambda _: program.post(BOOKINGS, content=b"", headers=key), 300)
    assert {one.status_code for one in answers[:-1]} == {422}


async def test_made_up_keys_do_not_get_around_the_limit_of_an_address(
    program: httpx2.AsyncClient, linden: Linden
) -> None:
    answers = await until_paused(
        lambda number: program.post(BOOKINGS, content=b"", headers=bearer(f"plk_{number}")), 300
    )
    assert {one.status_code for one in answers[:-1]} == {401}
