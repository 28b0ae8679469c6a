"""A patient's home: what comes next, what waits, what was; and how much a phone has to load for it."""

import re
from gzip import compress
from pathlib import Path
from posixpath import dirname, join, normpath

import pytest

from server.assets import modules, web_folder
from server.booking import desk as bookings
from server.booking.desk import Order
from server.booking.rules import Wish
from server.booking.store import By
from server.home.me.cards import cards_for
from server.patients import store as patients
from server.patients.space.cards import Asks, Card
from server.sheets import sheet_at
from tests.server.booking.linden import THURSDAY, form, hours_of
from tests.server.home.space.ways import come_in, handed_over
from tests.server.measures.asked import answer_all, use
from tests.server.visit.conftest import START, browsers, desk, jo, linden, mara, samir, signed_in

__all__ = ["browsers", "desk", "jo", "linden", "mara", "samir"]

pytestmark = pytest.mark.asyncio
JO = "jo.almeida@example.org"
MOST = 60_000
"""Bytes of the whole page, compressed, without fonts and pictures. It was 22 kB with 2 of page, 16 of styles, 4 of
scripts when this was written."""


async def again(house, linden, jo, start):
    """One more booking of the same person."""
    card = jo.made.card
    person = (await patients.people(house.db, house.keys, card.clinic_id, [card.patient_id]))[card.patient_id]
    wish, who = Wish(start, linden.mara.staff_id), hours_of(linden.mara.staff_id)
    return await bookings.book(house, Order(linden.clinic, linden.session, who, wish, person, known_patient=True), By())


async def at_home(house, mara, jo, browsers):
    phone = await browsers()
    await come_in(house, phone, await handed_over(mara, jo.made.card.patient_id), JO, own="yes")
    return phone


async def at_home_now(house, linden, jo, browsers):
    """As `at_home`, by a therapist who signs in only now."""
    staff = await signed_in(house, await browsers(), linden.mara.staff_id)
    return await at_home(house, staff, jo, browsers)


async def test_the_safety_plan_stands_once_and_right_below_the_next_step(house, linden, jo, mara, browsers):
    home = (await (await at_home(house, mara, jo, browsers)).get("/me")).text
    assert home.count('href="/me/plan"') == 1
    between = home[home.index('class="button') : home.index('href="/me/plan"')]
    assert between.count("row-link") == 1, "no other row comes before it"
    assert home.index("Need help now") < home.index('href="/me/plan"')


async def test_the_home_says_what_comes_what_waits_and_what_was(house, linden, clock, jo, mara, browsers):
    await use(house, linden.clinic.id, phq9="visit")
    other = await again(house, linden, jo, THURSDAY)
    phone = await at_home(house, mara, jo, browsers)
    home = (await phone.get("/me")).text
    assert "The door is open" in home
    assert f'href="/visit/{jo.made.card.public_id}"' in home
    clock.now = START.replace(hour=16)
    home = (await phone.get("/me")).text
    assert "Your next time, Jo" in home
    assert "9 short questions before you meet" in home, re.findall("<h2>.*", home)
    assert home.index(other.card.public_id) < home.index("What was") < home.index(jo.made.card.public_id)
    questions = await phone.get(f"/visit/{other.card.public_id}/measures")
    assert questions.status_code in {200, 303}, "answered from here"
    assert "missed" not in home
    clock.now = THURSDAY.replace(hour=20)
    await use(house, linden.clinic.id)
    home = (await phone.get("/me")).text
    assert "Nothing is booked" in home
    assert "Find a time" in home


async def test_home_has_the_exercises_kept_on_a_device_of_their_own_alone(house, jo, mara, browsers):
    own, shared = await at_home(house, mara, jo, browsers), await browsers()
    await come_in(house, shared, await handed_over(mara, jo.made.card.patient_id), JO)
    assert 'data-calm="/calm-worker.js?clinic=linden' in (await own.get("/me")).text
    home = (await shared.get("/me")).text
    assert "Sign out here" in home
    assert "worker" not in home


async def test_who_books_from_home_is_known_and_it_stands_there_at_once(house, linden, clock, jo, mara, browsers):
    phone = await at_home(house, mara, jo, browsers)
    link = re.findall(r'href="(/c/linden\?again=[^"]+)"', (await phone.get("/me")).text)[0]
    assert "Almeida" in (await phone.get(link)).text
    assert "Almeida" not in (await (await browsers()).get(link)).text
    wish = form(linden, start="2026-03-13T09:00Z", again=jo.made.card.public_id, name="", contact="")
    made = await phone.post("/c/linden/book", data=wish)
    assert made.status_code == 303
    assert made.headers["location"].split("/")[2] in (await phone.get("/me")).text


async def test_progress_is_told_in_plain_words_to_whose_it_is_alone(house, linden, clock, jo, mara, browsers):
    await use(house, linden.clinic.id, phq9="visit")
    other = await again(house, linden, jo, THURSDAY)
    phone = await at_home(house, mara, jo, browsers)
    empty = (await phone.get("/me/progress")).text
    assert "How it goes will stand here" in empty
    assert re.search(r'<a class="button[^"]*" href="/me">', empty), "a next step"
    await answer_all(house, jo.made.card, "2222222200")
    clock.now = THURSDAY.replace(hour=8)
    await answer_all(house, other.card, "1111111000")
    page = (await phone.get("/me/progress")).text
    assert "PHQ-9 went from 16 to 7" in page
    assert "became lighter, by more than chance" in page
    assert '<figure class="trend"' in page
    assert re.search(r"<th scope=\"row\">12 March 2026</th><td class=\"number\">7</td>", page)
    assert "PHQ-9: 16 at first, 7 now" in (await phone.get("/me")).text
    link = jo.browser
    assert (await link.get("/me/progress")).headers["location"] == "/me/sign-in"
    assert (await phone.get(f"/me/progress?of={linden.clinic.id}")).status_code == 404
    assert (await phone.get("/me/progress?of=x")).status_code == 404


async def test_what_wants_a_person_beside_it_is_told_once_they_have_met(house, linden, clock, jo, mara, browsers):
    await use(house, linden.clinic.id, phq9="visit")
    other = await again(house, linden, jo, THURSDAY)
    await answer_all(house, jo.made.card, "1111111100")
    clock.now = THURSDAY.replace(hour=7)
    await answer_all(house, other.card, "2222222220")
    phone = await at_home_now(house, linden, jo, browsers)
    page = (await phone.get("/me/progress")).text
    assert "PHQ-9 came to 8 of 27" in page
    assert "to talk over" in page
    assert "went from" not in page
    clock.now = THURSDAY.replace(hour=12)
    assert "PHQ-9 went from 8 to 18" in (await phone.get("/me/progress")).text


async def test_a_feature_adds_a_card_where_it_has_something(house):
    card = Card("plan", "My safety plan", "", "/me/plan", "shield-check")

    async def has(asks: Asks) -> Card | None:
        return card

    async def has_nothing(asks: Asks) -> Card | None:
        return None

    asks: Asks = None  # type: ignore[assignment]  # these ask nothing
    assert await cards_for(asks, (has_nothing, has)) == [card]


def sheets_of(path: str) -> list[Path]:
    """A stylesheet and those that it brings along."""
    file = web_folder() / "static" / path
    more = re.findall(r"@import\s+(?:url\()?['\"]([^'\"]+)", file.read_text())
    return [file, *(one for name in more for one in sheets_of(normpath(join(dirname(path), name))))]


def weight_of(page: str) -> dict[str, int]:
    """Compressed bytes by kind: the page, its styles, its scripts with all that they load; no fonts, no pictures."""
    static = re.compile(r"""(?:href|src)="/static/[0-9a-f]{10}/([^"]+\.(?:css|js))\"""")
    files: dict[Path, str] = {}
    sheets = {path: found for path in static.findall(page) if (found := sheet_at(path))}
    for path in static.findall(page):
        if path in sheets:
            continue
        found = sheets_of(path) if path.endswith("css") else [web_folder() / "static" / one for one in modules(path)]
        files |= dict.fromkeys(found, path.rsplit(".", 1)[1])
    kinds = {"html": len(compress(page.encode())), "css": sum(len(packed) for _, packed in sheets.values()), "js": 0}
    for file, kind in files.items():
        kinds[kind] += len(compress(file.read_bytes()))
    return kinds


async def test_a_home_weighs_at_most_sixty_kilobytes(house, linden, jo, mara, browsers):
    await use(house, linden.clinic.id, phq9="visit", gad7="visit")
    phone = await at_home(house, mara, jo, browsers)
    weight = weight_of((await phone.get("/me")).text)
    assert min(weight.values()) > 0
    assert sum(weight.values()) <= MOST, weight


async def test_a_home_goes_packed_unless_its_address_says_anything(house, jo, mara, browsers):
    phone = await at_home(house, mara, jo, browsers)
    plain, packed = [await phone.get("/me", headers={"accept-encoding": way}) for way in ("identity", "gzip")]
    assert (packed.headers["content-encoding"], packed.text) == ("gzip", plain.text)
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    for said in ("tz=Europe/Lisbon", "notice=open", "x=1"):
        told = await phone.get(f"/me?{said}", headers={"accept-encoding": "gzip"})
        assert "content-encoding" not in told.headers, "a stranger may have chosen it, beside the links of bookings"
