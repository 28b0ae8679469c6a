"""Documents in a record: brought, sealed, taken, thrown away, and nothing else than what they are."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from server.files import MOST_BYTES
from server.house import House
from server.record.documents.tables import Document
from tests.server.test_files import PDF
from tests.server.visit.conftest import Browser, Jo
from tests.server.visit.test_keeping import found
from tests.server.visit.test_record import record_of

pytestmark = pytest.mark.asyncio


async def bring(browser: Browser, jo: Jo, data: bytes, name: str = "Letter of St. Anna.pdf", once: str = ""):
    sent = {"once": once or str(uuid4())}
    return await browser.post(f"{record_of(jo)}/documents", data=sent, files={"file": (name, data, "text/html")})


async def test_a_document_is_sealed_kept_once_and_taken_as_a_file(
    jo: Jo, mara: Browser, samir: Browser, desk: Browser, house: House
) -> None:
    once, data = str(uuid4()), PDF.replace(b"startxref", b"%canary of a letter" + bytes(2_000_000) + b"\nstartxref")
    for _ in range(2):
        assert (await bring(mara, jo, data, once=once)).status_code == 303
    page = (await mara.get(f"{record_of(jo)}/documents")).text
    assert "One document" in page
    assert page.count("Letter of St. Anna.pdf") == 1
    file = await mara.get(f"{record_of(jo)}/documents/{once}")
    assert file.content == data
    assert file.headers["content-type"] == "application/pdf"
    assert file.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in file.headers["content-security-policy"]
    assert not found(house.settings.data, ["canary of a letter", "St. Anna"])
    for stranger in (samir, desk):
        assert (await stranger.get(f"{record_of(jo)}/documents/{once}")).status_code in {403, 404}
    assert (await mara.post(f"{record_of(jo)}/documents/{once}/throw-away")).status_code == 303
    assert (await mara.get(f"{record_of(jo)}/documents/{once}")).status_code == 404
    assert await house.db.read(lambda db: db.scalar(select(Document.content))) == b""


async def test_what_is_no_document_is_said_and_not_kept(jo: Jo, mara: Browser, house: House) -> None:
    for data, name, status, words in (
        (b"<script>alert(1)</script>", "cat.png", 415, "This file is something else."),
        (PDF, "cat.png", 415, "not what the end of its name says"),
        (b"", "cat.png", 422, "Choose a file first."),
        (b"%PDF-" + bytes(MOST_BYTES), "big.pdf", 422, "larger than 8 MB"),
    ):
        answer = await bring(mara, jo, data, name)
        assert (answer.status_code, words in answer.text) == (status, True), name
    assert (await bring(mara, jo, bytes(MOST_BYTES + 200_000))).status_code == 413
    assert await house.db.read(lambda db: db.scalar(select(Document.id))) is None
