"""A record on paper: read back by another library, what people wrote as they wrote it, and nothing private."""

import io
import re
import unicodedata

import pypdf
import pytest

from server.record.export.paper import pdf_of
from server.tongues import LANGUAGES
from tests.server.home.space.ways import come_in, handed_over
from tests.server.visit.conftest import Browser, Jo
from tests.server.visit.test_record import begin, record_of, save

MARKUP = '*bold* #panic("no") $x^2$ <b>no</b> = no heading\n- no list // no comment\n"quoted" \\ #include "/etc/passwd"'
ARABIC = "أنام أفضل منذ أسبوع"


def read(body: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(body))


def words(body: bytes) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in read(body).pages))


def letters(text: str) -> set[str]:
    return {one for one in unicodedata.normalize("NFKC", text) if one.isalpha()}


def sheet(text: str, lang: str = "en") -> dict[str, object]:
    block = {"head": "A note", "small": "today", "texts": [["Plan", text]]}
    return {
        "title": "Record of Jo", "clinic": "Linden", "lang": lang, "dir": LANGUAGES[lang], "made": "Made today",
        "calm": "Slowly.",
        "inside": "What is inside", "beside": "Not all.", "facts": [["Name", "Jo"]],
        "parts": [{"title": "Notes", "blocks": [block]}],
    }  # fmt: skip


def test_what_people_wrote_is_text_and_never_markup() -> None:
    body = pdf_of(sheet(MARKUP))
    for line in MARKUP.splitlines():
        assert line in words(body)


def test_a_screen_reader_is_told_title_language_and_structure_in_both_directions() -> None:
    for lang in LANGUAGES:
        body = pdf_of(sheet(ARABIC, lang))
        root, meta = read(body).trailer["/Root"], body
        assert root["/Lang"] == lang
        assert root["/MarkInfo"]["/Marked"]
        assert root["/ViewerPreferences"]["/DisplayDocTitle"]
        assert "/StructTreeRoot" in root
        assert read(body).metadata.title == "Record of Jo"
        assert b"pdfuaid" in meta or b"pdfuaid" in root["/Metadata"].get_object().get_data()
        assert letters(ARABIC) <= letters(words(body))


def test_letters_that_no_font_of_ours_has_stop_nothing() -> None:
    assert "Plan" in words(pdf_of(sheet("中文 🙂")))


@pytest.mark.asyncio
async def test_the_patient_and_who_treats_them_take_it_along_without_what_is_private(
    house, jo: Jo, mara: Browser, samir: Browser, browsers, monkeypatch
) -> None:
    for form, kind, text, signs in (
        ("soap", "record", f"Signed words. {ARABIC}", True),
        ("free", "psychotherapy", "Psychotherapy words.", True),
        ("soap", "record", "Draft words.", False),
    ):
        place = await begin(mara, jo, format=form, kind=kind)
        await save(mara, place, "subjective" if form == "soap" else "text", text)
        if signs:
            await mara.post(f"{place}/sign", data={})
    medicine = {"name": "Sertraline", "dose": "50", "unit": "mg", "since": "2025-11", "effect": "some"}
    await mara.post(f"{record_of(jo)}/care/medicine", data=medicine | {"once": "00000000-0000-4000-8000-000000000001"})
    phone, mine = await browsers(), f"/me/record/{jo.made.card.patient_id}"
    await come_in(house, phone, await handed_over(mara, jo.made.card.patient_id), "jo.almeida@example.org", own="yes")
    for who, path in ((phone, f"{mine}/pdf"), (mara, f"{record_of(jo)}/record/pdf")):
        answer = await who.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
        assert 'attachment; filename="record.pdf"' in answer.headers["content-disposition"]
        said = words(answer.content)
        assert "Signed words." in said
        assert "Sertraline 50 mg" in said
        assert "some effect" in said
        assert letters(ARABIC) <= letters(said)
        assert "Psychotherapy" not in said
        assert "Draft" not in said
    assert (await samir.get(f"{record_of(jo)}/record/pdf")).status_code == 404
    assert f'href="{mine}/pdf"' in (await phone.get(mine)).text
    looked = (await phone.get(mine)).text
    assert "Mara Lind" in looked, "they see who took it along"
    for module in ("server.home.record.pages", "server.record.export.pages", "server.visit.record.overview"):
        monkeypatch.setattr(f"{module}.is_there", lambda: False)
    assert (await phone.get(f"{mine}/pdf")).headers["location"] == f"{mine}?notice=no-pdf"
    assert "makes no PDF yet" in (await phone.get(f"{mine}?notice=no-pdf")).text
    assert "keep it as a PDF" in (await phone.get(mine)).text
    assert (await mara.get(f"{record_of(jo)}/record/pdf")).status_code == 404
