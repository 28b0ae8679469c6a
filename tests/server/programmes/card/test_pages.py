"""Whom the card calls: said by who leads the clinic, and shown where somebody presses it."""

import pytest
from sqlalchemy import select

from server.access import Role
from server.audit.tables import AuditEntry
from tests.server.visit.conftest import add_staff, signed_in

pytestmark = pytest.mark.asyncio
PATH = "/staff/programmes/card"
SAID = {
    "name-physician": "Dr Osei", "phone-physician": "0171 5550", "phone-emergency": "2222", "phone-clinic": "030 9",
    "seen-physician": "0", "seen-emergency": "0", "seen-clinic": "0",
}  # fmt: skip


async def led(house, linden, browsers):
    return await signed_in(house, await browsers(), await add_staff(house, linden.clinic.id, Role.ADMIN))


async def pressed(course) -> str:
    """The card of a session that goes on."""
    await course.is_ready()
    for name in ("threshold", "today", "treatment"):
        assert (await course.writes(name, 1)).status_code == 303
    return (await course.page()).partition("Whom to call")[2].partition("</section>")[0]


async def test_what_the_clinic_says_stands_on_the_card_with_who_said_it(house, linden, browsers, course) -> None:
    admin = await led(house, linden, browsers)
    answer = await admin.post(PATH, data=SAID)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PATH}?notice=kept")
    card = await pressed(course)
    order = ["Robin Amberg", "Physician on site", "tel:01715550", "tel:2222", "tel:112", "tel:0309"]
    assert [card.index(words) for words in order] == sorted(card.index(words) for words in order)
    assert card.count("said by ") == 3
    assert "Nobody of the clinic has said yet" not in card
    actions = await house.db.read(lambda db: db.scalars(select(AuditEntry.action)))
    assert list(actions).count("programmes.card") == 3


async def test_what_nobody_said_is_told_in_a_sentence(course) -> None:
    card = await pressed(course)
    told = card.partition("Nobody of the clinic has said yet:")[2].partition("</p>")[0]
    for words in ("who the physician on site is", "the emergency number of this place", "the line of the clinic", PATH):
        assert words in told
    assert "tel:112" in card, "the number of the country is there in any case"


async def test_all_of_it_is_kept_or_nothing(house, linden, browsers) -> None:
    admin = await led(house, linden, browsers)
    refused = await admin.post(PATH, data=SAID | {"phone-clinic": "the desk"})
    assert refused.status_code == 422
    assert "Please write a number that can be called" in refused.text
    assert 'value="the desk"' in refused.text
    assert (await admin.post(PATH, data=SAID)).status_code == 303
    assert (await admin.post(PATH, data=SAID)).status_code == 303, "the same once more is nothing new"
    late = await admin.post(PATH, data=SAID | {"phone-emergency": "3333", "phone-clinic": "030 8", "seen-clinic": "1"})
    assert (late.status_code, "Somebody else changed this meanwhile." in late.text) == (409, True)
    page = (await admin.get(PATH)).text
    assert "030 9" in page
    assert "030 8" not in page


async def test_who_gives_programmes_reads_it_and_who_leads_the_clinic_says_it(mara, desk, browsers) -> None:
    page = (await mara.get(PATH)).text
    assert "Nobody of the clinic has said yet:" in page
    assert "Who leads the clinic says whom it calls." in page
    assert "<button" not in page.partition("<main")[2].partition("</main>")[0]
    assert (await mara.post(PATH, data=SAID)).status_code == 403
    assert (await desk.get(PATH)).status_code == 403
    assert (await (await browsers()).get(PATH)).status_code == 303
