"""Who says that they are not safe is heard, also where they have a place already, or can have none."""

import asyncio
from collections import Counter
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import select

from server.access import Role
from server.accounts.store import join
from server.audit.tables import AuditEntry
from server.config import Settings
from server.house import House
from server.outbox import OutboxRow
from server.safety.roster import store as roster
from server.support import changing, entering
from server.support.rules import Lift, Safe, Said, newer, rises
from tests.server.booking.linden import Linden
from tests.server.home.space.ways import come_in, handed_over
from tests.server.support.conftest import BOARD, PAGE, asks, base, enter, led, waiting
from tests.server.visit.conftest import add_staff
from tests.server.visit.node import Node

pytestmark = pytest.mark.asyncio
BANNER = "You said that you are not safe."


@pytest.fixture
def settings(on_both_engines: Settings) -> Settings:
    return on_both_engines


async def lifts(house: House) -> list[tuple[str, str]]:
    return [(row.state, row.lift) for row in await asks(house)]


async def called(house: House) -> Counter[str]:
    """Rung -> messages to people of the clinic."""
    rows = await house.db.read(lambda db: db.scalars(select(OutboxRow).where(OutboxRow.topic == "support.call")))
    return Counter(row.payload["rung"] for row in rows)


async def off_call(house: House, linden: Linden) -> UUID:
    """The shifts end; returns who leads the clinic, who is then told."""
    ana = await add_staff(house, linden.clinic.id, Role.ADMIN)

    async def work(db) -> None:
        await join(db, ana, house.clock())
        for row in await roster.kept(db, linden.clinic.id):
            await roster.drop(db, linden.clinic.id, [row.id])

    await house.db.unit(work)
    return ana


async def test_the_button_of_the_place_lifts_and_calls_anew_however_long_they_wait(
    house, clock, mara, browsers
) -> None:
    robin = await waiting(browsers, name="Robin")
    assert BANNER not in (page := await robin.page())
    assert f'action="{robin.url}/not-safe"' in page
    clock.now += timedelta(minutes=11)
    await house.alerts.run_due()
    before = await called(house)
    for _ in range(2):
        answer = await robin.browser.post(f"{robin.url}/not-safe")
        assert answer.headers["location"] == robin.url
    page = await robin.page()
    assert BANNER in page
    assert "tel:112" in page
    assert "I am not safe now" not in page
    for rung, after in {"on_call": 0, "again": 30, "hand_over": 90}.items():
        clock.now += timedelta(seconds=after)
        await house.alerts.run_due()
        assert (await called(house))[rung] == 2 * before[rung], rung
    board = (await mara.get(BOARD)).text
    assert "Says that they are not safe." in board
    address = await base(house)
    told = (await mara.get(address)).text
    assert "Hauptstr. 3, Berlin" in told
    assert "+49305550177" in told
    entries = await house.db.read(lambda db: db.scalars(select(AuditEntry.action)))
    assert list(entries).count("support.raised") == 1


async def test_a_patient_with_a_place_is_heard_when_they_enter_again(house, mara, jo, browsers) -> None:
    own = await browsers()
    await come_in(house, own, await handed_over(mara, jo.made.card.patient_id), "jo.almeida@example.org")
    first = await led(own, await enter(own, name="Jo"))
    assert await lifts(house) == [("waiting", "none")]
    again = await enter(own, name="Jo", once="another", safe="no", place="Am Kanal 9")
    assert await led(own, again) == first
    assert await lifts(house) == [("waiting", "danger")]
    assert BANNER in (await own.get(first)).text
    assert "Am Kanal 9" in (await mara.get(await base(house))).text


async def test_the_same_form_with_another_answer_is_heard_and_only_upwards(house, on, browsers) -> None:
    browser = await browsers()
    for safe, lift in (
        ("yes", "none"),
        ("unsure", "unsure"),
        ("no", "danger"),
        ("yes", "danger"),
        ("unsure", "danger"),
    ):
        await enter(browser, safe=safe)
        assert await lifts(house) == [("waiting", lift)], safe


async def test_the_same_form_after_it_is_over_is_a_new_place(house, mara, browsers) -> None:
    robin = await waiting(browsers, name="Robin", once="same")
    await mara.post(f"{await base(house)}/take")
    await mara.post(f"{await base(house)}/end", data={"outcome": "talked"})
    unheard = await robin.browser.post(f"{robin.url}/not-safe")
    assert "nobody here reads that you are not safe" in unheard.text
    assert "tel:112" in unheard.text
    for _ in range(2):
        await enter(robin.browser, name="Robin", once="same", safe="no")
    assert sorted(await lifts(house)) == [("ended", "none"), ("waiting", "danger")]


async def test_who_lost_a_race_for_their_own_place_is_heard(house, mara, jo, browsers, monkeypatch) -> None:
    own = await browsers()
    await come_in(house, own, await handed_over(mara, jo.made.card.patient_id), "jo.almeida@example.org")
    await enter(own, name="Jo")
    found = entering.store.open_of
    seen = []

    async def blind_once(db, patient_id):
        seen.append(patient_id)
        return None if len(seen) == 1 else await found(db, patient_id)

    monkeypatch.setattr(entering.store, "open_of", blind_once)
    answer = await entered_quietly(own)
    assert answer.status_code == 303
    assert await lifts(house) == [("waiting", "danger")]


async def entered_quietly(browser):
    return await browser.post(
        PAGE, data={"name": "Jo", "place": "Am Kanal 9", "country": "DE", "safe": "no", "way": "video", "once": "late"}
    )


async def test_it_is_said_while_somebody_has_them_and_they_are_not_lost_in_their_hands(
    house, clock, mara, browsers
) -> None:
    robin = await waiting(browsers, name="Robin")
    await mara.post(f"{await base(house)}/take")
    await robin.browser.post(f"{robin.url}/not-safe")
    assert BANNER in await robin.page()
    assert await lifts(house) == [("taken", "danger")]
    clock.now += timedelta(minutes=6)
    await house.outbox.run_due()
    assert await lifts(house) == [("waiting", "danger")], "back in the line by itself, as before"


async def test_who_left_and_says_so_then_is_called_back(house, mara, browsers) -> None:
    robin = await waiting(browsers, name="Robin")
    await robin.browser.post(f"{robin.url}/leave")
    await robin.browser.post(f"{robin.url}/not-safe")
    await house.alerts.run_due()
    assert "Those on call still see that" in await robin.page()
    assert "Robin" in (await mara.get(BOARD)).text
    assert (await called(house))["on_call"]


async def test_leaving_with_a_page_of_before_takes_nothing_back(house, on, clock, browsers) -> None:
    robin = await waiting(browsers, name="Robin")
    (row,) = await asks(house)
    before = await house.db.read(lambda db: entering.store.ask_of(db, row.id))
    await robin.browser.post(f"{robin.url}/not-safe")
    await house.db.unit(lambda db: changing.leave(db, before, clock.now))
    assert "Those on call still see that" in await robin.page()
    await house.alerts.run_due()
    assert (await called(house))["on_call"]


async def test_two_nodes_raise_a_place_once(house, on, clock, browsers) -> None:
    nodes = [Node(house), Node(house)]
    await waiting(browsers, name="Robin")
    (row,) = await asks(house)
    raised = partial(changing.raise_lift, ask_id=row.id, lift=Lift.DANGER, sealed=lambda said: said, now=clock.now)
    done = await asyncio.gather(*(node.database.unit(raised) for node in nodes for _ in range(3)))
    assert sum(one is not None for one in done) == 1
    await house.alerts.run_due()
    assert (await called(house))["on_call"] == 2, "Mara and Samir, once each"
    for node in nodes:
        await node.database.close()


@pytest.mark.parametrize("number", ["030 555 0177", ""])
async def test_when_the_shift_just_ended_who_is_not_safe_reads_whom_to_call_and_the_clinic_is_told(
    house, on, browsers, number
) -> None:
    await off_call(house, on)
    kim = await waiting(browsers, name="Kim", safe="no", number=number)
    page = await kim.page()
    assert BANNER in page
    assert "tel:112" in page
    assert ("may call you at" in page) is bool(number)
    assert ("no number of yours" in page) is (not number)
    await house.alerts.run_due()
    assert await called(house) == {"on_call": 1}, "who leads the clinic"


@pytest.mark.parametrize("number", ["030 555 0177", ""])
async def test_those_on_call_read_why_somebody_without_a_place_is_on_their_page(
    house, mara, browsers, monkeypatch, number
) -> None:
    monkeypatch.setattr(entering, "LONGEST_LINE", 0)
    await waiting(browsers, name="Kim", safe="no", number=number)
    for page in (BOARD, await base(house)):
        words = (await mara.get(page)).text
        assert "the line could not take them" in words
        assert "Left the line" not in words
        assert ("They left no number" in words) is (not number)


@pytest.mark.parametrize("number", ["030 555 0177", ""])
async def test_those_on_call_read_of_who_left_whether_there_is_a_number_to_call(house, mara, browsers, number) -> None:
    kim = await waiting(browsers, name="Kim", safe="no", number=number)
    await kim.browser.post(f"{kim.url}/leave")
    words = (await mara.get(BOARD)).text
    assert "Left the line after saying that they are not safe" in words
    assert ("left no number" in words) is (not number)


async def test_a_full_line_drops_nobody_who_is_not_safe(house, mara, browsers, monkeypatch) -> None:
    await waiting(browsers, name="Robin")
    monkeypatch.setattr(entering, "LONGEST_LINE", 1)
    assert "Very many people wait just now" in (await enter(await browsers(), once="b")).text
    kim = await waiting(browsers, name="Kim", safe="no")
    assert "We could not take you into the line." in await kim.page()
    assert "Kim" in (await mara.get(BOARD)).text
    await mara.post(f"{BOARD}/{(await asks(house))[-1].id}/take")
    assert "Mara is there for you" in await kim.page()
    monkeypatch.setattr(entering, "MOST_TOLD", 2)
    most = (await enter(await browsers(), name="Lou", once="c", safe="no")).text
    assert "Please call now." in most.split("<h1")[0]
    assert len(await asks(house)) == 2


async def test_a_later_word_keeps_what_it_leaves_out() -> None:
    before = Said("Hauptstr. 3", "DE", "DE-BE", "+49305550177", "Sleep", Safe.YES)
    assert newer(before, Said(safe=Safe.NO)) == Said("Hauptstr. 3", "DE", "DE-BE", "+49305550177", "Sleep", Safe.NO)
    moved = newer(before, Said(country="FR", safe=Safe.NO))
    assert (moved.place, moved.country, moved.region) == ("", "FR", "")
    assert rises(Lift.NONE, Lift.UNSURE)
    assert not rises(Lift.DANGER, Lift.UNSURE)
    assert not rises(Lift.DANGER, Lift.DANGER)
