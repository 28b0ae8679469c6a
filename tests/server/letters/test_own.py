"""A patient writes, is answered, and reads by when and by whom; what they began is kept, and sent twice is once."""

from uuid import uuid4

import pytest

from server.letters.rules import MOST_A_DAY
from tests.server.home.space.test_printed import words as read_words
from tests.server.letters.conftest import letters_in, take_letters, thread_in
from tests.server.test_files import png

pytestmark = pytest.mark.asyncio
PNG = png(1, 1)


async def test_a_letter_and_its_answer(house, clock, phone, mara) -> None:
    home = (await phone.browser.get("/me")).text
    assert 'href="/me/letters"' in home
    page = (await phone.browser.get("/me/letters/new")).text
    for words in ("Not for emergencies.", 'href="/c/linden/help"', "nobody is called because of what stands in it"):
        assert words in page
    assert (
        "Mara Lind answers within 2 working days. Sent now, it has an answer by Wednesday 11 March at the latest."
        in page
    )
    assert "Samir" not in page, "who does not treat Jo is not offered"
    once = str(uuid4())
    sent = [await phone.writes("The nights are hard.", once=once) for _ in range(2)]
    assert sent[0].headers["location"] == sent[1].headers["location"]
    thread = thread_in(sent[0])
    here, there = f"/me/letters/{thread}", f"/staff/letters/{thread}"
    page = (await phone.browser.get(here)).text
    assert len(letters_in(page)) == 1, "sent twice it is one letter"
    assert "Not opened yet" in page
    assert "You have an answer by Wednesday 11 March at the latest." in page
    assert 'nav-count">1<' in (await mara.get("/staff")).text
    assert "The nights are hard." in (await mara.get(there)).text
    assert "Mara Lind opened it: Monday 9 March 2026" in (await phone.browser.get(here)).text
    clock.forward(minutes=1)
    answer = {"once": str(uuid4()), "text": "Let us look at them on Thursday."}
    for _ in range(2):
        assert (await mara.post(there, data=answer)).status_code == 303
    assert 'nav-count">' not in (await mara.get("/staff")).text
    assert "One letter that you have not read" in (await phone.browser.get("/me")).text
    page = (await phone.browser.get(here)).text
    assert len(letters_in(page)) == 2
    assert "Let us look at them on Thursday." in page
    assert "One letter that you have not read" not in (await phone.browser.get("/me")).text
    assert "Opened: Monday 9 March 2026" in (await mara.get(there)).text
    clock.forward(minutes=1)
    await phone.browser.post(here, data={"once": str(uuid4()), "text": "Thank you."})
    assert "Thank you." in (await mara.get(there)).text
    clock.forward(minutes=1)
    assert (await mara.post(f"{there}/settle")).headers["location"] == "/staff/letters?notice=settled"
    taken = (await phone.browser.get(f"/me/record/{(await _jo(house))}/json")).json()["letters"]
    assert [one["text"] for one in taken[0]["letters"]][:2] == ["The nights are hard.", answer["text"]]
    paper = read_words((await phone.browser.get(f"/me/record/{(await _jo(house))}/pdf")).content)
    for said in ("The nights are hard.", "Let us look at them on Thursday.", "Mara Lind, ", "You, "):
        assert said in paper
    bundle = (await phone.browser.get(f"/me/record/{(await _jo(house))}/fhir")).json()
    sent = [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == "Communication"]
    assert [one["payload"][0]["contentString"] for one in sent][:2] == ["The nights are hard.", answer["text"]]
    assert [one["sender"] for one in sent[:2]] == [sent[0]["subject"], {"display": "Mara Lind"}]
    staffs = (await mara.get(f"/staff/patients/{(await _jo(house))}/record/fhir")).json()
    assert "Communication" not in {one["resource"]["resourceType"] for one in staffs["entry"]}, "a thread is its own"


async def _jo(house) -> object:
    from server.patients.tables import Patient

    return await house.db.read(lambda db: db.scalar(Patient.__table__.select().with_only_columns(Patient.id)))


async def test_a_browser_that_only_fetches_ahead_has_opened_nothing(phone, mara) -> None:
    thread = await phone.begins("Hello")
    await mara.get(f"/staff/letters/{thread}", headers={"sec-purpose": "prefetch"})
    assert "Not opened yet" in (await phone.browser.get(f"/me/letters/{thread}")).text


async def test_where_the_clinic_does_not_say_when_it_opened_a_letter_nothing_is_said(
    house, linden, phone, mara
) -> None:
    await take_letters(house, linden.clinic.id, receipts=False)
    thread = await phone.begins("Hello")
    await mara.get(f"/staff/letters/{thread}")
    page = (await phone.browser.get(f"/me/letters/{thread}")).text
    assert "opened" not in page.casefold()


async def test_a_draft_outlives_a_reload_and_goes_when_it_is_sent(house, phone) -> None:
    once = str(uuid4())
    ask = {"headers": {"accept": "application/json"}}
    kept = await phone.browser.post(f"/me/letters/draft?once={once}", data=_draft(once, 0, "Dear M"), **ask)
    assert kept.json()["version"] == 1
    page = (await phone.browser.get("/me/letters/new")).text
    assert "Dear M" in page
    assert once in page
    for text, status in (("Dear Mara", 200), ("Dear Mara", 200), ("Dear Ma", 409)):  # another window is too late
        answer = await phone.browser.post("/me/letters/draft", data=_draft(once, 1, text), **ask)
        assert answer.status_code == status
        assert status == 409 or answer.json()["version"] == 2, "the answer to the very same words was lost"
    await phone.writes("Dear Mara, hello", once=once)
    late = await phone.browser.post("/me/letters/draft", data=_draft(once, 2, "Dear Mara, hello"), **ask)
    assert late.status_code == 409, "what was sent is no draft again"
    assert "Dear Mara" not in (await phone.browser.get("/me/letters/new")).text
    other = str(uuid4())
    await phone.browser.post("/me/letters/draft", data=_draft(other, 0, "Nothing"))
    await phone.browser.post("/me/letters/draft", data=_draft(other, 1, " "))
    assert "Nothing" not in (await phone.browser.get("/me/letters/new")).text


def _draft(once: str, version: int, text: str) -> dict[str, str]:
    return {"once": once, "version": str(version), "text": text}


async def test_files_are_looked_at_and_handed_out_to_be_kept(phone, mara) -> None:
    for name, data, status in (
        ("page.html", b"<script>alert(1)</script>", 415),
        ("picture.png", b"GIF89a", 415),
        ("picture.png", png(0xFFFF, 0xFFFF), 422),
        ("docs.zip", b"PK\x03\x04" + b"\x00" * 40, 415),
    ):
        answer = await phone.writes("See this", files={"file": (name, data, "image/png")})
        assert answer.status_code == status
        assert "See this" in answer.text, "what was typed is not lost"
    four = [("file", (f"{number}.txt", b"Hello", "text/plain")) for number in range(4)]
    answer = await phone.writes("See these", files=four)
    assert (answer.status_code, "At most 3 files" in answer.text) == (422, True)
    once = str(uuid4())
    for _ in range(2):
        sent = await phone.writes("See this", once=once, files={"file": ("a/b/plan.png", PNG, "text/html")})
    thread = thread_in(sent)
    page = (await mara.get(f"/staff/letters/{thread}")).text
    (href,) = {part.split('"')[0] for part in page.split('href="') if "/files/" in part.split('"')[0]}
    for browser, path in ((mara, href), (phone.browser, href.replace("/staff/", "/me/"))):
        taken = await browser.get(path)
        assert (taken.status_code, taken.content) == (200, PNG)
        assert taken.headers["content-disposition"] == "attachment; filename*=UTF-8''plan.png"
        assert taken.headers["content-type"] == "image/png"
        assert taken.headers["x-content-type-options"] == "nosniff"
    other = await phone.begins("Another")
    assert (await mara.get(href.replace(thread, other))).status_code == 404


async def test_what_cannot_be_sent_says_why(house, clock, linden, phone, mara) -> None:
    assert (await phone.writes(" ")).status_code == 422
    assert (await phone.writes("Hello", to=str(linden.samir.staff_id))).status_code == 422
    assert (await phone.writes("x" * 8001)).status_code == 422
    thread = await phone.begins("Hello")
    await mara.get(f"/staff/letters/{thread}")
    await mara.post(f"/staff/letters/{thread}/close")
    answer = await phone.browser.post(f"/me/letters/{thread}", data={"once": str(uuid4()), "text": "More"})
    assert (answer.status_code, "Closed" in answer.text) == (422, True)
    assert (await mara.post(f"/staff/letters/{thread}/open")).status_code == 303
    for number in range(MOST_A_DAY - 1):
        assert (await phone.writes(f"Letter {number}")).status_code == 303
    assert "enough letters for one day" in (await phone.writes("One too many")).text
    clock.forward(days=1, minutes=1)
    assert (await phone.writes("A day later")).status_code == 303
    await take_letters(house, linden.clinic.id, is_open=False)
    assert "takes no letters" in (await phone.browser.get("/me/letters/new")).text
    assert (await phone.writes("Hello")).status_code == 404
    assert "takes no letters" in (await phone.browser.get(f"/me/letters/{thread}")).text


async def test_who_is_not_treated_any_more_writes_to_the_front_desk(clock, phone) -> None:
    for days in (60, 31):  # a device that is used stays signed in
        clock.forward(days=days)
        await phone.browser.get("/me")
    page = (await phone.browser.get("/me/letters/new")).text
    assert "Mara" not in page.split("<form")[1]
    assert (await phone.writes("Hello")).status_code == 422
    assert (await phone.writes("May I have a time?", to="desk")).status_code == 303
