"""What other systems hear: each thing once for each address, signed; again while nobody takes it; never who."""

import json
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import pytest_asyncio
from jsonschema import Draft202012Validator
from sqlalchemy import select
from standardwebhooks.webhooks import Webhook

from server.access import Role
from server.booking import desk
from server.booking.rules import Wish
from server.booking.store import By
from server.config import Settings
from server.crypto import seal
from server.house import House
from server.interop.openapi import document
from server.interop.webhooks import store
from server.interop.webhooks.rules import TRIES, Hook, State, Told, secret_of, signature
from server.interop.webhooks.store import NewHook
from server.interop.webhooks.tables import WebhookMessage
from server.outbox import OutboxRow
from tests.engines.elsewhere import Elsewhere
from tests.server.booking.importing.files import ENGLISH, bring_in
from tests.server.booking.linden import THURSDAY, Linden, booked, seed
from tests.server.booking.test_by_staff import sign_in_as
from tests.server.conftest import Clock, browser_on

pytestmark = pytest.mark.asyncio
SECRET = secret_of(b"s" * 32)


@pytest.fixture
def settings(on_both_engines: Settings, elsewhere: Elsewhere) -> Settings:
    """The receiver of the tests lies on this machine, which the operator allowed."""
    return on_both_engines.model_copy(update={"private_hosts": elsewhere.host})


@pytest_asyncio.fixture
async def linden(app, house: House) -> Linden:  # type: ignore[no-untyped-def]
    return await seed(house)


async def hook(house: House, linden: Linden, url: str, *events: Told) -> Hook:
    """Linden Practice wants this address told."""
    hook_id, clinic_id = uuid4(), linden.clinic.id
    sealed = seal(await house.keys.clinic(clinic_id), SECRET, store.secret_place(clinic_id, hook_id))
    new = NewHook(hook_id, clinic_id, url, frozenset(events or Told), sealed)
    await house.db.unit(lambda db: store.add(db, new, house.clock(), None))
    return Hook(new.id, clinic_id, url, new.events)


async def spread_and_send(house: House) -> None:
    """All that is due: what happened becomes messages, and messages are sent."""
    while await house.outbox.run_due() or await house.couriers.run_due():
        pass


async def messages(house: House) -> list[WebhookMessage]:
    return list((await house.db.read(lambda db: db.scalars(select(WebhookMessage)))).all())


async def test_created_moved_and_cancelled_are_told_in_turn_signed_and_without_who(
    house: House, linden: Linden, elsewhere: Elsewhere
) -> None:
    await hook(house, linden, elsewhere.at("/hear"))
    made = await booked(house, linden, name="Secret Person", mail="secret@example.org", phone="030 901820")
    await spread_and_send(house)
    wish = Wish(THURSDAY.replace(hour=12, minute=0), linden.mara.staff_id)
    assert await desk.move(house, linden.clinic, made.card, wish, By()) is None
    await spread_and_send(house)
    moved = await house.db.read(lambda db: desk.store.booking_for_visit(db, made.card.id))
    assert moved
    assert await desk.cancel(house, linden.clinic, moved, By())
    await spread_and_send(house)
    heard = [json.loads(asked.body) for asked in elsewhere.asked]
    known = document("https://clinic.example")
    for one in heard:
        Draft202012Validator({"$ref": "#/components/schemas/Telling", **known}).validate(one)
    assert set(known["webhooks"]) == set(Told)
    assert [one["type"] for one in heard] == ["booking.created", "booking.moved", "booking.cancelled"]
    assert [one["data"]["sequence"] for one in heard] == [0, 1, 2]
    assert {one["data"]["id"] for one in heard} == {made.card.public_id}
    assert heard[2]["data"]["status"] == "cancelled"
    assert {one["data"]["therapist"] for one in heard} == {"mara-lind"}, "as the API names them"
    for asked in elsewhere.asked:
        assert b"ecret" not in asked.body
        assert "901820" not in asked.body.decode()
        assert set(json.loads(asked.body)["data"]) == {
            "id", "service", "therapist", "start", "end", "status", "means", "sequence",
        }  # fmt: skip


async def test_who_heard_of_a_file_hears_that_it_was_taken_back(
    client, house: House, linden: Linden, elsewhere: Elsewhere
) -> None:
    """The rows are gone, so that what is said was kept beforehand; who never heard of them hears nothing."""
    await hook(house, linden, elsewhere.at("/hear"))
    await sign_in_as(client, house, linden, Role.ADMIN)
    address = await bring_in(client, ENGLISH)
    await spread_and_send(house)
    await hook(house, linden, elsewhere.at("/hear-later"))
    assert (await client.post(f"{address}/undo")).status_code == 303
    await spread_and_send(house)
    heard = [json.loads(asked.body) for asked in elsewhere.asked]
    known = document("https://clinic.example")
    for one in heard:
        Draft202012Validator({"$ref": "#/components/schemas/Telling", **known}).validate(one)
    created, cancelled = (
        [one["data"] for one in heard if one["type"] == kind] for kind in (Told.CREATED, Told.CANCELLED)
    )
    assert len(created) == len(cancelled) == 3
    by_id = {one["id"]: one for one in created}
    for one in cancelled:
        assert one == by_id[one["id"]] | {"status": "cancelled", "sequence": 1}
    assert {asked.path for asked in elsewhere.asked} == {"/hear"}


async def test_the_standards_own_library_takes_what_is_sent(
    house: House, linden: Linden, elsewhere: Elsewhere, clock: Clock
) -> None:
    await hook(house, linden, elsewhere.at("/hear"))
    await booked(house, linden)
    await house.outbox.run_due()
    clock.now = datetime.now(tz=clock.now.tzinfo)  # the library has a clock of its own
    await house.couriers.run_due()
    (asked,) = elsewhere.asked
    assert Webhook(SECRET).verify(asked.body.decode(), dict(asked.headers))["type"] == "booking.created"


async def test_arrived_and_ended_are_told_signed_once_each(
    app, house: House, linden: Linden, elsewhere: Elsewhere, clock: Clock
) -> None:
    """Jo comes, is let in, and the visit ends; an address hears of both and of nothing else."""
    await hook(house, linden, elsewhere.at("/hear"), Told.ARRIVED, Told.ENDED)
    made = await booked(house, linden, name="Secret Person")
    clock.now = THURSDAY - timedelta(minutes=5)
    own, theirs = f"/visit/{made.card.public_id}", f"/staff/visit/{made.card.public_id}"
    async with browser_on(app) as jo, browser_on(app) as mara:
        await jo.get(f"/l/{made.token}")
        said = {"place": "Rua da Rosa 12, Lisbon", "number": "555 0142", "contact": "Ana, 555 0199"}
        for _ in range(2):  # a form that is sent twice
            assert (await jo.post(f"{own}/arrive", data=said)).status_code == 303
        await spread_and_send(house)
        await sign_in_as(mara, house, linden)
        for what in ("admit", "end", "end"):
            assert (await mara.post(f"{theirs}/{what}")).status_code == 303, what
        await spread_and_send(house)
    heard = [json.loads(asked.body) for asked in elsewhere.asked]
    known = document("https://clinic.example")
    assert [one["type"] for one in heard] == ["visit.arrived", "visit.ended"]
    for one, asked in zip(heard, elsewhere.asked, strict=True):
        Draft202012Validator({"$ref": "#/components/schemas/Telling", **known}).validate(one)
        stamp, number = asked.headers["webhook-timestamp"], asked.headers["webhook-id"]
        assert stamp == str(int(clock().timestamp()))
        assert asked.headers["webhook-signature"] == signature(SECRET, number, stamp, asked.body)
        assert (one["data"]["id"], one["data"]["therapist"]) == (made.card.public_id, "mara-lind")
        assert b"ecret" not in asked.body
        assert b"Rosa" not in asked.body
    assert len({asked.headers["webhook-id"] for asked in elsewhere.asked}) == 2


async def test_each_address_hears_what_it_wants_and_other_clinics_nothing(
    house: House, linden: Linden, elsewhere: Elsewhere
) -> None:
    await hook(house, linden, elsewhere.at("/all"))
    await hook(house, linden, elsewhere.at("/moves"), Told.MOVED)
    ended = await hook(house, linden, elsewhere.at("/ended"))
    await house.db.unit(lambda db: store.end(db, linden.clinic.id, ended.id, house.clock(), None))
    await booked(house, linden)
    await spread_and_send(house)
    assert [asked.path for asked in elsewhere.asked] == ["/all"]


async def test_what_is_not_taken_is_sent_again_later_under_the_same_id_until_it_is(
    house: House, linden: Linden, elsewhere: Elsewhere, clock: Clock
) -> None:
    await hook(house, linden, elsewhere.at("/hear"))
    await booked(house, linden)
    elsewhere.status = 503
    await spread_and_send(house)
    (message,) = await messages(house)
    assert (message.state, message.why, message.tries) == (State.WAITING, "503", 1)
    clock.forward(seconds=10)
    await spread_and_send(house)
    assert len(elsewhere.asked) == 1
    elsewhere.status = 204
    clock.forward(seconds=10)
    await spread_and_send(house)
    assert len({asked.headers["webhook-id"] for asked in elsewhere.asked}) == 1
    assert len(elsewhere.asked) == 2
    (message,) = await messages(house)
    assert (message.state, message.tries) == (State.TAKEN, 2)


async def test_after_twelve_tries_it_is_given_up_and_an_admin_sends_it_again(
    house: House, linden: Linden, elsewhere: Elsewhere, clock: Clock
) -> None:
    await hook(house, linden, elsewhere.at("/hear"))
    await booked(house, linden)
    elsewhere.status = 500
    for _ in range(TRIES + 2):
        await spread_and_send(house)
        clock.forward(hours=5)
    assert len(elsewhere.asked) == TRIES
    (dead,) = await house.db.read(lambda db: store.untaken(db, linden.clinic.id))
    assert dead.state is State.DEAD
    elsewhere.status = 200
    assert await house.db.unit(lambda db: store.send_again(db, linden.clinic.id, dead.id, clock.now))
    assert not await house.db.unit(lambda db: store.send_again(db, linden.clinic.id, dead.id, clock.now))
    await spread_and_send(house)
    assert await house.db.read(lambda db: store.untaken(db, linden.clinic.id)) == []
    assert len(elsewhere.asked) == TRIES + 1


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/", "https://localhost:8443/x", "https://169.254.169.254/latest", "https://[::1]/"]
)
async def test_d14_an_address_that_leads_inside_is_not_asked(house: House, linden: Linden, url: str) -> None:
    await hook(house, linden, url)
    await booked(house, linden)
    await spread_and_send(house)
    (message,) = await messages(house)
    assert (message.state, message.why) == (State.WAITING, "inside")


async def test_a_job_that_runs_twice_tells_once(house: House, linden: Linden, elsewhere: Elsewhere) -> None:
    await hook(house, linden, elsewhere.at("/hear"))
    await booked(house, linden)
    await house.outbox.run_due()

    async def undo(db) -> None:  # type: ignore[no-untyped-def]
        for row in await db.scalars(select(OutboxRow).where(OutboxRow.topic == "booking.booked")):
            row.finished_at = row.outcome = None

    await house.db.unit(undo)
    await spread_and_send(house)
    assert len(elsewhere.asked) == 1


async def test_a_redirect_is_no_answer(house: House, linden: Linden, elsewhere: Elsewhere) -> None:
    elsewhere.status, elsewhere.headers = 302, {"location": "https://10.0.0.1/"}
    await hook(house, linden, elsewhere.at("/hear"))
    await booked(house, linden)
    await spread_and_send(house)
    (message,) = await messages(house)
    assert (message.state, message.why) == (State.WAITING, "302")
