"""The page of webhooks: an address is told from now on, its secret shown once; what nobody took is sent again."""

import re

import pytest
import pytest_asyncio
from sqlalchemy import select

from server.access import Role
from server.audit.tables import AuditEntry
from server.interop.webhooks import store
from server.interop.webhooks.rules import MOST, State
from server.interop.webhooks.tables import WebhookMessage
from tests.server.clinic.made import let_in, make_clinic, make_staff

pytestmark = pytest.mark.asyncio
HERE = "/staff/clinic/webhooks"
SECRET = re.compile(r'value="(whsec_[^"]{44})"')
URL = "https://records.example/hear"


@pytest_asyncio.fixture
async def clinic(client, house):
    """A clinic, and a browser that its admin is signed in with."""
    made = await make_clinic(house)
    await let_in(client, house, await make_staff(house, made, "Ada", Role.ADMIN))
    return made


async def told(client, url: str = URL, *events: str) -> str:
    page = await client.post(HERE, data={"url": url, "event": list(events) or ["booking.created"]})
    assert page.status_code == 200, page.text
    (secret,) = SECRET.findall(page.text)
    return secret


async def test_a_secret_is_shown_once_and_kept_sealed(client, house, clinic) -> None:
    secret = await told(client)
    again = await client.get(HERE)
    assert secret not in again.text
    assert URL in again.text
    assert "Hears when somebody booked." in again.text
    assert (await house.db.read(lambda db: store.hooks_of(db, clinic.id)))[0].url == URL


@pytest.mark.parametrize(
    "url",
    ["", "records.example", "http://records.example/", "https://user:word@records.example/", "file:///etc/passwd"],
)
async def test_what_is_no_address_is_asked_again(client, house, clinic, url: str) -> None:
    page = await client.post(HERE, data={"url": url, "event": "booking.created"})
    assert page.status_code == 422
    assert await house.db.read(lambda db: store.count(db, clinic.id)) == 0


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("https://records.example:99999/", "a number from 1 to 65535"),
        ("https://records.example:0/hear", "a number from 1 to 65535"),
        ("https://records.example#frag", "What follows a # is never sent"),
        ("https://records.example/hear?a=1#", "What follows a # is never sent"),
    ],
)
async def test_what_could_never_be_reached_is_not_kept(client, house, clinic, url: str, says: str) -> None:
    page = await client.post(HERE, data={"url": url, "event": "booking.created"})
    assert page.status_code == 422
    assert says in page.text
    assert await house.db.read(lambda db: store.count(db, clinic.id)) == 0
    await told(client, "https://records.example:65535/hear?a=1")


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1/", "https://localhost:8443/", "https://[::1]/", "https://10.1.2.3/", "https://2130706433/",
     "https://169.254.169.254/latest", "https://[::ffff:10.0.0.1]/", "https://[3fff::1]/"],
)  # fmt: skip
async def test_d14_an_address_that_leads_inside_is_told_so_when_it_is_typed(client, house, clinic, url: str) -> None:
    page = await client.post(HERE, data={"url": url, "event": "booking.created"})
    assert page.status_code == 422
    assert "leads into a private network" in page.text
    assert await house.db.read(lambda db: store.count(db, clinic.id)) == 0


async def test_an_ended_address_is_gone_and_both_stand_in_the_audit(client, house, clinic) -> None:
    await told(client)
    (hook,) = await house.db.read(lambda db: store.hooks_of(db, clinic.id))
    for _ in range(2):
        ended = await client.post(f"{HERE}/{hook.id}/end")
        assert ended.headers["location"] == f"{HERE}?notice=hook-ended"
    assert "Nobody else hears of anything." in (await client.get(HERE)).text
    rows = await house.db.read(lambda db: db.scalars(select(AuditEntry.action)))
    assert sorted(action for action in rows if action.startswith("webhook.")) == ["webhook.ended", "webhook.made"]


async def test_what_was_given_up_is_seen_and_sent_again(client, house, clinic) -> None:
    await told(client)
    (hook,) = await house.db.read(lambda db: store.hooks_of(db, clinic.id))
    event = next(iter(hook.events))

    async def give_up(db):
        await store.tell(db, [hook], event, "{}", hook.id, house.clock())
        row = (await db.scalars(select(WebhookMessage))).one()
        row.state, row.why, row.tries = State.DEAD, "slow", 12
        return row.id

    message_id = await house.db.unit(give_up)
    page = (await client.get(HERE)).text
    assert "took longer than ten seconds." in page
    assert "Given up after 12 tries." in page
    sent = await client.post(f"{HERE}/messages/{message_id}/again")
    assert sent.headers["location"] == f"{HERE}?notice=on-its-way"
    assert "Given up" not in (await client.get(HERE)).text
    other = await make_clinic(house, slug="elsewhere")
    await let_in(client, house, await make_staff(house, other, "Eve", Role.ADMIN))
    assert "Not taken yet" not in (await client.get(HERE)).text
    assert (await client.post(f"{HERE}/messages/x/again")).status_code == 404


async def test_there_is_an_end_to_addresses(client, house, clinic) -> None:
    for number in range(MOST):
        await told(client, f"{URL}/{number}")
    assert "as many addresses as a clinic can have" in (await client.get(HERE)).text
