"""A clinic's picture and languages: kept by an admin, and seen wherever its patients are."""

from dataclasses import replace
from email import policy
from email.parser import BytesParser
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import select

from server.access import Role
from server.audit.tables import AuditEntry
from server.clinic import store
from server.clinic.colour import palette
from server.clinic.look.mails import dressed
from server.clinic.look.store import Look, look_of
from server.notify.mail import Letter, message
from server.templates import render_text
from tests.server.booking.linden import seed
from tests.server.clinic.look.pictures import picture
from tests.server.clinic.made import let_in, make_clinic, make_staff

pytestmark = pytest.mark.asyncio
HERE = "/staff/clinic/about/picture"
FILE = {"picture": ("../../mark.svg", picture(), "image/svg+xml")}


@pytest_asyncio.fixture
async def linden(client, house):
    """Linden with its services, and a browser that its admin is signed in with."""
    made = await seed(house)
    await let_in(client, house, await make_staff(house, made.clinic, "Ada", Role.ADMIN))
    return made


async def test_a_picture_stands_on_booking_and_framed_pages_and_comes_from_us(client, linden, house) -> None:
    assert 'img class="brand-mark"' not in (await client.get("/c/linden")).text
    answer = await client.post(HERE, files=FILE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/clinic/about?notice=kept#picture")
    clinic = await house.db.read(lambda db: store.clinic_of(db, linden.clinic.id))
    address = f"/c/linden/mark.png?{clinic.mark}"
    for path in ("/c/linden", "/c/linden/help", "/staff/clinic/about"):
        assert (
            f'<img class="brand-mark" src="{address}" alt="" width="90" height="28">' in (await client.get(path)).text
        )
    shown = await client.get(address)
    assert shown.content.startswith(b"\x89PNG")
    said = {name: shown.headers[name] for name in ("content-type", "x-content-type-options", "content-security-policy")}
    assert said == {
        "content-type": "image/png",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
    }
    assert "immutable" in shown.headers["cache-control"]


async def test_it_is_taken_away_and_both_stand_in_the_audit(client, linden, house) -> None:
    await client.post(HERE, files=FILE)
    for _ in range(2):
        assert (await client.post(f"{HERE}/drop")).status_code == 303
    assert 'img class="brand-mark"' not in (await client.get("/c/linden")).text
    assert (await client.get("/c/linden/mark.png")).status_code == 404
    noted = await house.db.read(lambda db: db.scalars(select(AuditEntry.action)))
    assert sorted(noted) == ["clinic.picture_dropped", "clinic.picture_set"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<svg onload='alert(1)'/>", "An SVG can carry a program"),
        (b"GIF89a", "We could not read this"),
        (b"\x89PNG\r\n\x1a\n" + bytes(600_000), "larger than 500 kB"),
        (b"", "Choose a file first."),
    ],
)
async def test_what_is_not_taken_is_answered_with_what_would_help(client, linden, data: bytes, words: str) -> None:
    answer = await client.post(HERE, files={"picture": ("mark.png", data, "image/png")})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="Linden Practice"' in answer.text


async def test_each_clinic_has_its_own_and_only_its_admin_changes_it(client, linden, house) -> None:
    await client.post(HERE, files=FILE)
    other = await make_clinic(house, slug="birke", name="Birkenhaus")
    assert (await client.get("/c/birke/mark.png")).status_code == 404
    await let_in(client, house, await make_staff(house, other, "Eve", Role.FRONT_DESK))
    assert (await client.post(HERE, files=FILE)).status_code == 403
    await let_in(client, house, await make_staff(house, other, "Una", Role.ADMIN))
    await client.post(f"{HERE}/drop")
    assert (await client.get("/c/linden/mark.png")).status_code == 200


async def test_people_read_one_of_the_languages_that_are_offered(client, linden) -> None:
    arabic = {"accept-language": "ar"}
    client.cookies.clear()
    assert 'lang="ar"' in (await client.get("/c/linden", headers=arabic)).text[:80]


async def test_languages_are_offered_kept_and_no_page_for_patients_speaks_another(client, app, linden, house) -> None:
    answer = await client.post("/staff/clinic/languages", data={"speaks_en": "yes", "language": "en"})
    assert answer.status_code == 303
    client.cookies.clear()
    page = (await client.get("/c/linden?lang=ar", headers={"accept-language": "ar"})).text
    assert '<html lang="en"' in page
    assert "العربية" not in page


async def test_at_least_one_language_is_asked_for(client, linden) -> None:
    answer = await client.post("/staff/clinic/languages", data={"language": "en"})
    assert answer.status_code == 422
    assert "Tick at least one." in answer.text
    other = await client.post("/staff/clinic/languages", data={"speaks_ar": "yes", "language": "en"})
    assert "Choose one from the list." in other.text


async def test_a_welcome_stands_on_the_booking_page_as_plain_words(client, linden) -> None:
    await client.post("/staff/clinic/words", data={"welcome_text": "Good to see you <b>here</b>."})
    assert "Good to see you &lt;b&gt;here&lt;/b&gt;." in (await client.get("/c/linden")).text
    long = await client.post("/staff/clinic/words", data={"welcome_text": "a" * 401})
    assert long.status_code == 422


async def test_the_first_page_names_whoever_wants_to_be_named(client, linden, house) -> None:
    other = await make_clinic(house, slug="birke", name="Birkenhaus", listed=False)
    page = (await client.get("/")).text
    assert "Linden Practice" in page
    assert "Birkenhaus" not in page
    about = {"name": "Linden", "phone": "030 555 0199", "country": "DE", "colour": "#1f6fa8"}
    await client.post("/staff/clinic/about", data=about)
    assert "Your clinic has an address of its own" in (await client.get("/")).text
    assert (await client.get(f"/c/{other.slug}")).status_code == 200


async def test_a_mail_wears_the_clinics_colour_and_its_picture_only_where_it_need_not_be_discreet(
    client, house
) -> None:
    colours = palette("#1f6fa8")
    clinic = await make_clinic(house, palette=colours.__dict__)
    await let_in(client, house, await make_staff(house, clinic, "Ada", Role.ADMIN))
    await client.post(HERE, files=FILE)
    known = {"lang": "en", "dir": "ltr", "clinic": "Linden", "phone": ""}
    html = render_text("mail/base.html", known, "en")
    letter = Letter(uuid4(), "jo@example.org", "A time", "Hello", html, clinic_id=clinic.id)
    discreet = dressed(letter, await house.db.read(lambda db: look_of(db, clinic.id)))
    assert f"background: {colours.accent_day};" in discreet.html
    assert f"background: {colours.accent_dusk};" in discreet.html
    assert "#25573f" not in discreet.html
    assert (discreet.mark, "cid:mark" in discreet.html) == (b"", False)
    plain = dressed(replace(letter, html="<p>as it came</p>"), Look(colours.__dict__, b"", 0))
    assert plain.html == "<p>as it came</p>", "nothing is looked for in words that no template wrote"
    about = {"name": "Linden", "phone": "030 555 0199", "country": "DE", "colour": "#1f6fa8", "says_more": "yes"}
    await client.post("/staff/clinic/about", data=about)
    open_words = dressed(letter, await house.db.read(lambda db: look_of(db, clinic.id)))
    sent = BytesParser(policy=policy.default).parsebytes(
        message(open_words, "c@linden.example", house.clock()).as_bytes()
    )
    (image,) = [part for part in sent.walk() if part.get_content_type() == "image/png"]
    assert image["content-id"] == "<mark>"
    assert image.get_content() == open_words.mark
    assert "cid:mark" in sent.get_body(("html",)).get_content()
