"""What is sealed, what is private, and what survives a restart."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from sqlalchemy import select

from server.app import build_app, build_house
from server.config import Settings
from server.house import House
from server.visit.tables import Visit, VisitNote
from tests.server.booking.linden import Linden, booked
from tests.server.conftest import Clock, browser_on
from tests.server.visit.conftest import HERE, START, Browser, Browsers, Jo, signed_in, with_link

pytestmark = pytest.mark.asyncio
JSON = {"accept": "application/json"}
NOTE = "Sleeps through since Sunday; a bit afraid of the call."


async def save(mara: Browser, jo: Jo, text: str, version: int):
    return await mara.post(f"{jo.staff_url}/note", data={"text": text, "version": str(version)}, headers=JSON)


async def test_the_note_saves_itself_and_is_there_after_a_reload(jo: Jo, mara: Browser) -> None:
    first = await save(mara, jo, "Sleeps", 0)
    assert first.json()["version"] == 1
    assert (await save(mara, jo, NOTE, 1)).json()["version"] == 2
    page = (await mara.get(jo.staff_url)).text
    assert NOTE in page
    assert 'name="version" value="2"' in page


async def test_a_note_is_never_saved_over_a_text_its_page_has_not_seen(jo: Jo, mara: Browser) -> None:
    await save(mara, jo, "from one window", 0)
    assert (await save(mara, jo, "from another", 0)).status_code == 409
    assert "from one window" in (await mara.get(jo.staff_url)).text
    assert (await save(mara, jo, "from one window", 0)).status_code == 200, "the same text again is no conflict"


@pytest.mark.parametrize(
    "data", [{"text": "x" * 8001, "version": "0"}, {"text": "x", "version": "-1"}, {"version": "²"}]
)
async def test_an_odd_note_is_refused_and_writes_nothing(jo: Jo, mara: Browser, house: House, data) -> None:
    assert (await mara.post(f"{jo.staff_url}/note", data=data, headers=JSON)).status_code == 422
    assert await house.db.read(lambda db: db.scalar(select(VisitNote.id))) is None


async def test_notes_and_places_are_sealed_on_the_disk(jo: Jo, mara: Browser, house: House) -> None:
    await jo.arrive()
    await save(mara, jo, NOTE, 0)
    assert not found(house.settings.data, [NOTE, *HERE.values(), "Almeida"])


def found(folder: Path, words: Iterable[str]) -> list[tuple[str, str]]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [(path.name, word) for path in files for word in words if word.encode() in path.read_bytes()]


async def test_the_note_reaches_no_page_of_the_patient_or_the_front_desk(jo: Jo, mara: Browser, desk: Browser) -> None:
    await jo.arrive()
    await save(mara, jo, NOTE, 0)
    pages = [await jo.page(), (await jo.browser.get(f"{jo.url}/wait-part")).text, (await desk.get("/staff")).text]
    await mara.post(f"{jo.staff_url}/admit")
    pages.append(await jo.page())
    await mara.post(f"{jo.staff_url}/end")
    pages.append(await jo.page())
    assert not [page for page in pages if "Sleeps" in page or "afraid" in page]


async def test_the_front_desk_does_not_read_the_place(jo: Jo, desk: Browser) -> None:
    await jo.arrive()
    for path in ("/staff", "/staff/day/waiting", "/staff/day/agenda"):
        text = (await desk.get(path)).text
        assert not [value for value in HERE.values() if value in text]


async def test_nothing_of_another_patient_is_in_a_patients_bytes(
    jo: Jo, mara: Browser, house: House, linden: Linden, browsers: Browsers, clock: Clock
) -> None:
    clock.now = jo.made.card.made_at
    samirs = await booked(
        house, linden, START, therapist=linden.samir.staff_id, name="Rui Weidenfeller", mail="r@x.org"
    )
    rui = await with_link(samirs, await browsers())
    clock.now = START
    await jo.arrive()
    await rui.arrive(place="Unter den Linden 1", number="555 7777", contact="")
    for path in ("", "/wait-part", "/check"):
        answer = await jo.browser.get(f"{jo.url}{path}")
        heard = answer.text + str(dict(answer.headers))
        secrets = ["Weiden", "Unter den Linden", "555 7777", rui.made.card.public_id, "Samir"]
        assert not [word for word in secrets if word in heard]


async def test_kill_and_reopen_keeps_the_place_and_the_clock(
    jo: Jo, house: House, clock: Clock, settings: Settings
) -> None:
    clock.now = START
    await jo.arrive()
    before = await jo.page()
    clock.forward(minutes=15)
    again = build_house(settings, clock)
    app = build_app(again)
    async with app.router.lifespan_context(app), browser_on(app) as phone:
        phone.cookies = jo.browser.cookies
        page = (await phone.get(jo.url)).text
    since = before.split("since ")[1].split(".")[0]
    assert f"You are in the waiting room since {since}." in page
    kept = await house.db.read(lambda db: db.scalar(select(Visit.arrived_at)))
    assert kept == START


async def test_hostile_words_are_inert_on_every_page(
    house: House, linden: Linden, clock: Clock, jo: Jo, browsers: Browsers
) -> None:
    evil = '<img src=x onerror="alert(1)">'
    made = await booked(house, linden, START, therapist=linden.samir.staff_id, name=evil, mail="e@x.org")
    other = await with_link(made, await browsers())
    clock.now = START
    await other.arrive(place=evil, number=evil, contact=evil)
    samir = await signed_in(house, await browsers(), linden.samir.staff_id)
    await save(samir, other, evil + "</textarea>", 0)
    pages = [(await samir.get(path)).text for path in ("/staff", other.staff_url)]
    assert all("&lt;img" in page for page in pages)
    pages.append(await other.page())
    assert not [page for page in pages if "<img src=x" in page]
