"""A clinic writes its words in each of its languages, beside its own; where there is one, nothing more is asked."""

import pytest

from server.clinic import store
from server.clinic.service_forms import service_fields
from server.clinic.tables import ConsentText
from tests.server.booking.linden import a_service
from tests.server.clinic.made import make_therapist
from tests.server.clinic.test_settings import clinic, now_of

__all__ = ["clinic"]
pytestmark = pytest.mark.asyncio


async def test_welcome_and_waiting_words_are_kept_in_each_language(client, house, clinic) -> None:
    page = (await client.get("/staff/clinic/words")).text
    assert 'name="welcome_text_ar"' in page
    assert 'lang="ar" dir="rtl"' in page
    assert "not written yet" in page
    words = {"welcome_text": "Welcome.", "welcome_text_ar": "أهلًا.", "waiting_text": "", "after_text_ar": " "}
    await client.post("/staff/clinic/words", data=words)
    found = await now_of(house, clinic)
    assert (found.welcome_text, found.said) == ("Welcome.", {"ar": {"welcome_text": "أهلًا."}})
    assert "أهلًا." in (await client.get("/staff/clinic/words")).text
    await client.post("/staff/clinic/words", data={**words, "welcome_text_ar": ""})
    assert (await now_of(house, clinic)).said is None


async def test_a_page_leaves_what_other_pages_ask_for(client, house, clinic) -> None:
    await client.post("/staff/clinic/words", data={"welcome_text_ar": "أهلًا."})
    about = {"name": "Linden", "name_ar": "الزيزفون", "phone": "030 555 0199", "country": "DE", "colour": "#1f6fa8"}
    await client.post("/staff/clinic/about", data=about)
    assert (await now_of(house, clinic)).said == {"ar": {"welcome_text": "أهلًا.", "name": "الزيزفون"}}


async def test_where_one_language_is_spoken_nothing_more_is_asked(client, house, clinic) -> None:
    await client.post("/staff/clinic/languages", data={"speaks_en": "yes", "language": "en"})
    for path in ("words", "about", "policy", "consent", "services/new"):
        assert "_ar" not in (await client.get(f"/staff/clinic/{path}")).text


async def test_its_words_stay_in_the_language_they_were_written_in_whatever_comes_first(client, house, clinic) -> None:
    await client.post("/staff/clinic/languages", data={"speaks_en": "y", "speaks_ar": "y", "language": "ar"})
    found = await now_of(house, clinic)
    assert (found.language, found.own) == ("ar", "en")
    await client.post("/staff/clinic/languages", data={"speaks_ar": "y", "language": "ar", "written": "ar"})
    assert (await now_of(house, clinic)).own == "ar"


async def test_a_service_and_who_gives_it_are_described_in_each_language(client, house, clinic) -> None:
    mara = await make_therapist(house, clinic, "Mara")
    sent = {**service_fields(a_service()), "name_ar": "جلسة", "about_ar": "ب" * 201}
    refused = await client.post("/staff/clinic/services/new", data=sent)
    assert refused.status_code == 422
    assert "<details open>" in refused.text
    assert "جلسة" in refused.text
    await client.post("/staff/clinic/services/new", data={**sent, "about_ar": "٥٠ دقيقة"})
    kept = (await house.db.read(lambda db: store.services(db, clinic.id)))[0]
    assert kept.said == {"ar": {"name": "جلسة", "about": "٥٠ دقيقة"}}
    await client.post(f"/staff/clinic/therapists/{mara.slug}", data={"name": "Mara", "about_ar": "معالجة نفسية"})
    card = (await house.db.read(lambda db: store.therapists(db, clinic.id)))[0]
    assert card.said == {"ar": {"about": "معالجة نفسية"}}


async def test_a_text_that_changes_in_any_language_is_the_next_that_people_agree_to(client, house, clinic) -> None:
    same = {"consent_text": clinic.consent_text}
    await client.post("/staff/clinic/consent", data={**same, "consent_text_ar": ""})
    assert (await now_of(house, clinic)).consent_version == "1"
    await client.post("/staff/clinic/consent", data={**same, "consent_text_ar": "يمكنك التوقف."})
    assert (await now_of(house, clinic)).consent_version == "2"
    kept = ConsentText.clinic_id == clinic.id, ConsentText.version == "2"
    row = await house.db.read(
        lambda db: db.scalar(ConsentText.__table__.select().with_only_columns(ConsentText.said).where(*kept))
    )
    assert row == {"ar": "يمكنك التوقف."}
