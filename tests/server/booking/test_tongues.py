"""Who books in another language reads what the clinic wrote in it, on pages, in mails, calendars and the API."""

import re
from dataclasses import replace

import pytest

from server.clinic import store as clinics
from tests.server.booking.linden import form, seed

pytestmark = pytest.mark.asyncio

SAID = {"ar": {"name": "عيادة الزيزفون", "welcome_text": "أهلًا بك.", "consent_text": "نحفظ اسمك."}}


async def said(house, **changes):
    """Linden Practice, which greets people in Arabic too and named one of its services in it."""
    linden = await seed(house, welcome_text="You are welcome here.", late_words="Please call.", said=SAID, **changes)
    first = replace(linden.first, said={"ar": {"name": "لقاء أول", "about": "مجانًا"}})
    await house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, first, house.clock()))
    return replace(linden, first=first)


async def test_an_arabic_page_says_what_was_written_in_arabic_and_marks_the_rest(client, house) -> None:
    await said(house)
    page = (await client.get("/c/linden?lang=ar")).text
    assert "لقاء أول" in page
    assert "مجانًا" in page
    assert "A first conversation" not in page
    assert '<bdi lang="en" dir="ltr">A session</bdi>' in page
    assert '<bdi lang="en" dir="ltr">Psychotherapist. English, German</bdi>' in page
    assert re.search(r'<p class="said" dir="auto">أهلًا بك', page)
    assert "نحفظ اسمك" in page
    assert "عيادة الزيزفون" in page
    assert "Linden Practice" not in page.partition("<body")[2]


async def test_words_that_are_lacking_stand_in_their_own_language_and_direction(client, house) -> None:
    await seed(house, welcome_text="You are welcome here.")
    page = (await client.get("/c/linden?lang=ar")).text
    assert '<p class="said" lang="en" dir="ltr">You are welcome here.' in page
    assert '<bdi lang="en" dir="ltr">Linden Practice</bdi>' in page


async def test_the_clinics_own_readers_see_no_mark_at_all(client, house) -> None:
    await said(house)
    page = (await client.get("/c/linden?lang=en")).text
    assert "A first conversation" in page
    assert "لقاء" not in page
    assert "<bdi lang" not in page


async def test_a_clinic_that_writes_arabic_and_answers_in_english_first_is_marked_as_arabic(client, house) -> None:
    await seed(house, welcome_text="أهلًا بك.", written="ar")
    page = (await client.get("/c/linden?lang=en")).text
    assert '<p class="said" lang="ar" dir="rtl">أهلًا بك.' in page


@pytest.mark.parametrize("asked", ["?lang=ar", ""])
async def test_programs_read_the_language_that_they_ask_for(client, house, asked) -> None:
    await said(house)
    headers = {} if asked else {"accept-language": "ar-EG, en;q=0.5"}
    found = (await client.get(f"/api/v1/clinics/linden{asked}", headers=headers)).json()
    assert found["name"] == "عيادة الزيزفون"
    assert found["consent"]["text"] == "نحفظ اسمك."
    assert found["languages"] == ["en", "ar"]
    assert found["language"] == "en"
    first, session, *_ = found["services"]
    assert (first["name"], first["lang"]) == ("لقاء أول", "ar")
    assert (session["name"], session["lang"]) == ("A session", "en")
    assert first["slug"] == "a-first-conversation", "what programs name it by is the same in every language"


async def test_mail_and_calendar_of_a_clinic_that_says_more_are_in_the_words_of_their_reader(client, house) -> None:
    linden = await said(house, discreet=False)
    sent = form(linden, service=str(linden.first.id))
    assert (await client.post("/c/linden/book?lang=ar", data=sent)).status_code == 303
    await house.outbox.run_due()
    letter = next(one for one in house.mailer.sent if not one.for_staff)
    assert letter.lang == "ar"
    assert "لقاء أول" in letter.text
    assert "A first conversation" not in letter.text
    assert "لقاء أول" in letter.calendar.decode().replace("\r\n ", "")
