"""How and where who waits wants to meet, and for whom they wait: asked, kept sealed, honoured when a time is free."""

from collections.abc import Mapping
from datetime import date

import httpx2
import pytest
from sqlalchemy import select

from server.access import Role
from server.booking import desk
from server.booking.desk import Made
from server.booking.forms import Cared
from server.booking.meeting import Meeting, meeting_of
from server.booking.rules import Refused
from server.booking.store import By
from server.booking.waitlist.joining import take
from server.booking.waitlist.offering import backfill
from server.booking.waitlist.rules import WAITS
from server.booking.waitlist.tables import Wait
from server.clinic.licences.rules import Place
from server.clinic.rules import Means
from server.house import House
from server.patients.acting.rules import Kind, Told
from server.patients.rules import ForWhom
from tests.server.booking.acting.test_other_paths import who
from tests.server.booking.acting.test_pages import letters, offer, yeses
from tests.server.booking.linden import Linden
from tests.server.booking.test_by_staff import sign_in_as
from tests.server.booking.test_means import given_by
from tests.server.booking.waitlist.test_offering import full, offer_of, practice, waits
from tests.server.booking.where.test_pages import TEXAS, licensed

__all__ = ["practice"]
pytestmark = pytest.mark.asyncio
LIST = "/c/linden/waitlist"
CHILD = {"for_whom": "child", "patient_name": "Noa Almeida", "born": "2016-05-01"}


def joining(linden: Linden, **changes: str) -> dict[str, str | list[str]]:
    return {
        "service": str(linden.session.id), "therapist": linden.mara.slug, "name": "Jo Almeida",
        "contact": "jo.almeida@example.org", "day": [str(day) for day in range(7)],
        "part": ["morning", "afternoon", "evening"], "consent": "yes", "once": "a-word", **changes,
    }  # fmt: skip


async def the_wait(house: House) -> Wait:
    found = await house.db.read(lambda db: db.scalar(select(Wait)))
    assert found
    return found


async def test_the_form_asks_how_and_where_and_says_it_on_the_own_page(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    plain = (await client.get(LIST)).text
    assert not [name for name in ("means", "where", "number", "patient_name") if f'name="{name}"' in plain]
    await licensed(house, linden)
    await given_by(house, linden, Means.VIDEO, Means.PHONE)
    page = (await client.get(f"{LIST}?service={linden.session.id}&means=phone&where=DE")).text
    assert 'value="phone" selected' in page
    assert 'value="DE" selected' in page
    missing = await client.post(LIST, data=joining(linden, means="phone"))
    assert missing.status_code == 422
    assert "Say where you will be" in missing.text
    assert "Write the number where we call you." in missing.text
    made = await client.post(LIST, data=joining(linden, means="phone", number="030 555 0177", where="DE"))
    assert made.status_code == 303
    row = await the_wait(house)
    assert b"0177" not in (row.meeting_sealed or b"")
    own = (await client.get(made.headers["location"])).text
    assert "By phone, <bdi>+49305550177</bdi>" in own
    assert "Germany" in own
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    listed = (await client.get("/staff/bookings/waitlist")).text
    assert "By phone. Germany." in listed


async def test_a_time_is_offered_where_somebody_may_treat_them_and_passes_on_who_is_elsewhere(
    either_house: House, practice: Linden
) -> None:
    """Mara may in Germany, and in Texas until Wednesday; all that becomes free is on Thursday."""
    house = either_house
    made = await full(house, practice)
    await licensed(house, practice)
    texan = await waits(house, practice, "texan", where=TEXAS)
    berliner = await waits(house, practice, "berliner", where=Place("DE"), means=Means.PHONE, number="+49305550177")
    await given_by(house, practice, Means.VIDEO, Means.PHONE)
    assert await desk.cancel(house, practice.clinic, made[0].card, By())
    assert await backfill(house, practice.clinic.id) == 1
    assert await offer_of(house, texan) is None
    offered = await offer_of(house, berliner)
    assert offered
    taken = await take(house, berliner, offered)
    assert isinstance(taken, Made)
    assert taken.card.means == "phone"
    assert await meeting_of(house, taken.card) == Meeting("+49305550177", Place("DE"))


async def test_an_offer_is_no_way_around_a_licence_that_ended_meanwhile(either_house: House, practice: Linden) -> None:
    house = either_house
    made = await full(house, practice)
    one = await waits(house, practice, "lisbon", where=Place("PT"))
    assert await desk.cancel(house, practice.clinic, made[0].card, By())
    await backfill(house, practice.clinic.id)
    offered = await offer_of(house, one)
    assert offered, "nobody keeps a list yet"
    await licensed(house, practice)
    assert isinstance(await take(house, one, offered), Refused)


@pytest.mark.parametrize(
    ("fields", "kind", "given"),
    [(CHILD, Kind.GUARDIAN, ["guardian"]), ({"for_whom": "other", "patient_name": "Rui Almeida"}, Kind.CARER, [])],
)
async def test_who_waits_for_somebody_else_is_told_and_decides_what_is_theirs_to_decide(
    client: httpx2.AsyncClient,
    linden: Linden,
    house: House,
    fields: Mapping[str, str],
    kind: Kind,
    given: list[str],
) -> None:
    await offer(house, linden, consent_age=14, young=Told.HELPER)
    assert 'name="patient_name"' in (await client.get(LIST)).text
    missing = await client.post(LIST, data=joining(linden, for_whom="child"))
    assert "Write the name of the person who comes." in missing.text
    made = await client.post(LIST, data=joining(linden, **fields))
    assert made.status_code == 303
    row = await the_wait(house)
    assert row.for_whom == fields["for_whom"]
    name = fields["patient_name"]
    helper = (kind, "Jo Almeida", "jo.almeida@example.org")
    assert await who(house, linden, row.patient_id) == (name, "", [helper])
    assert await yeses(house) == given
    assert await letters(house) == {"jo.almeida@example.org"}


async def test_the_booking_that_becomes_of_it_is_the_childs(either_house: House, practice: Linden) -> None:
    house = either_house
    made = await full(house, practice)
    one = await waits(house, practice, "jo", for_whom=ForWhom.CHILD, patient=Cared("Noa Almeida", date(2016, 5, 1)))
    assert await desk.cancel(house, practice.clinic, made[0].card, By())
    await backfill(house, practice.clinic.id)
    offered = await offer_of(house, one)
    assert offered
    taken = await take(house, one, offered)
    assert isinstance(taken, Made)
    assert (taken.card.for_whom, taken.card.patient_id) == ("child", one.patient_id)
    assert (await yeses(house)).count("guardian") == 1, "as it was given on the list"


async def test_a_place_in_line_of_before_keeps_nothing_of_it(either_house: House, practice: Linden) -> None:
    one = await waits(either_house, practice, "first")
    assert (one.means, one.meeting_sealed) == (None, None)
    assert await meeting_of(either_house, one, WAITS) == Meeting()
