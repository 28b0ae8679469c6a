"""A third language costs its tag and its catalogue: with a made-up one, made of the English by a mark around each
sentence, the pages of patients and every mail speak it, from right to left, and what has no words in it says so.
"""

import re
from html import unescape

import pytest
import pytest_asyncio
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from server import templates, tongues
from server.assets import web_folder
from server.templates import render_text
from tests.server.booking.linden import form
from tests.server.home.space.ways import come_in, handed_over
from tests.server.test_every_message import every_mail
from tests.server.visit.conftest import browsers, desk, jo, linden, mara, samir

__all__ = ["browsers", "desk", "jo", "linden", "mara", "samir"]

HE = "he"
PUBLIC = (
    "/c/linden",
    "/c/linden/help",
    "/c/linden/waiting-room",
    "/c/linden/waitlist",
    "/c/linden/calm",
)
LATIN = re.compile(r"[A-Za-z]{3}")


def marked(words: str) -> str:
    """A sentence of the made-up language."""
    return f"«{words}»" if words else words


def made_up(folder) -> Catalog:
    """Writes the catalogue where the program looks for it, with every sentence that there is."""
    with (web_folder() / "locale" / "parlour.pot").open("rb") as source:
        every = read_po(source)
    new = Catalog(locale=HE)
    for one in every:
        if one.id:
            plural = isinstance(one.id, tuple)
            said = tuple(map(marked, one.id))[: new.num_plurals] if plural else marked(one.id)
            padded = (*said, *[said[-1]] * (new.num_plurals - len(said))) if plural else said
            new.add(one.id, padded, one.locations, one.flags)
    place = folder / HE / "LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / "parlour.po").open("wb") as file:
        write_po(file, new)
    return new


@pytest.fixture
def hebrew(tmp_path, monkeypatch):
    """The third language, as long as a test lasts."""
    made = made_up(tmp_path / "locale")
    monkeypatch.setattr(tongues, "FOLDERS", [*tongues.FOLDERS, tmp_path / "locale"])
    monkeypatch.setitem(tongues.LANGUAGES, HE, tongues.direction(HE))
    yield made
    for kept in (templates.catalogue, templates.translations, templates.environment, templates.usual_words):
        kept.cache_clear()


@pytest_asyncio.fixture
async def house_in_it(hebrew, house):
    return house


def texts(page: str) -> list[str]:
    """What a page shows, piece by piece, without scripts, styles and what it marks as another language."""
    body = re.sub(r"<(script|style|template)\b.*?</\1>", "", page, flags=re.S).partition("<body")[2]
    body = re.sub(r'<(\w+)[^>]* lang="(?!he)[^>]*>.*?</\1>', "", body, flags=re.S)
    return [unescape(one).strip() for one in re.findall(r">([^<]+)<", body) if one.strip()]


def lacking(page: str, made: Catalog) -> list[str]:
    """Sentences of ours that a page shows in English."""
    known = {one.id for one in made if isinstance(one.id, str) and LATIN.search(one.id)}
    return [one for one in texts(page) if one in known]


@pytest.mark.asyncio
@pytest.mark.parametrize("path", PUBLIC)
async def test_what_anybody_opens_speaks_it(client, hebrew, linden, path) -> None:
    page = await client.get(path, headers={"accept-language": "he-IL, en;q=0.3"}, follow_redirects=True)
    assert page.status_code == 200
    assert re.search(r'<html lang="he" dir="rtl"', page.text)
    assert page.text.count("«") > 5
    assert not lacking(page.text, hebrew)


@pytest.mark.asyncio
async def test_every_page_leads_to_every_other_language_by_its_own_name(client, hebrew, linden) -> None:
    page = (await client.get("/c/linden?lang=he")).text
    assert '<a href="?lang=ar" lang="ar" hreflang="ar">العربية</a>' in page
    assert '<a href="?lang=he" lang="he" hreflang="he">עברית</a>' in (await client.get("/c/linden?lang=en")).text


@pytest.mark.asyncio
async def test_the_visit_and_the_space_speak_it_and_what_lacks_words_is_marked(
    hebrew, house, linden, clock, jo, mara, browsers
) -> None:
    for page in (await jo.browser.get(f"{jo.url}?lang=he"), await jo.arrive(), await jo.browser.get(jo.url)):
        assert page.status_code in {200, 303}
        if page.status_code == 200:
            assert '<html lang="he" dir="rtl"' in page.text
            assert not lacking(page.text, hebrew)
    assert '<p class="said" lang="en" dir="ltr">Make yourself a tea.</p>' in page.text
    phone = await browsers()
    await come_in(house, phone, await handed_over(mara, jo.made.card.patient_id), "jo.almeida@example.org", own="yes")
    for path in ("/me?lang=he", "/me/devices", "/me/calm", "/me/tools"):
        page = await phone.get(path, follow_redirects=True)
        assert page.status_code == 200, path
        assert '<html lang="he" dir="rtl"' in page.text
        assert not lacking(page.text, hebrew), path
    assert '<bdi lang="en" dir="ltr">Thought record</bdi>' in (await phone.get("/me/tools")).text


@pytest.mark.asyncio
async def test_who_booked_in_it_is_written_to_in_it(client, hebrew, house, linden) -> None:
    assert (await client.post("/c/linden/book?lang=he", data=form(linden))).status_code == 303
    await house.outbox.run_due()
    letter = next(one for one in house.mailer.sent if not one.for_staff)
    assert letter.lang == HE
    assert letter.subject.startswith("«")
    assert 'dir="rtl"' in letter.html


def test_every_mail_can_be_written_in_it(hebrew) -> None:
    for name, context in every_mail(HE):
        html = render_text(f"mail/{name}.html", context, HE)
        assert 'lang="he" dir="rtl"' in html, name
        assert not set(lacking(html, hebrew)) - {context.subject}, name


@pytest.mark.asyncio
async def test_a_clinic_can_offer_it_and_write_in_it(client, hebrew, linden) -> None:
    assert "עברית" in (await client.get("/c/linden?lang=en")).text
    assert (await client.get("/api/v1/clinics/linden?lang=he")).json()["languages"] == ["en", "ar", HE]
