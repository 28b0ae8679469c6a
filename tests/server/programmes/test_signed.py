"""A consent signed with another name than the patient's: asked about once, and the answer stays beside it."""

import pytest
from sqlalchemy import select

from server.audit.tables import AuditEntry
from server.programmes.catalogue import shipped
from server.programmes.signed import other_name
from tests.server.programmes.conftest import an_answer

CONSENT = shipped()["tms"].by_id["consent"]
WHY = "Her mother, who is her guardian."


@pytest.mark.parametrize(
    ("typed", "name", "other"),
    [
        ("Jo Almeida", "Jo Almeida", False), ("almeida, jo", "Jo Almeida", False), ("José  Peña", "Jose Pena", False),
        ("نور حسن", "نور حسن", False),
        ("Anne-Marie O'Neil", "Anne Marie O\u2019Neil", False), ("", "Jo Almeida", False),
        ("Jo", "Jo Almeida", True), ("Kim Almeida", "Jo Almeida", True), ("Jo Jo Almeida", "Jo Almeida", True),
    ],
)  # fmt: skip
def test_a_name_is_the_patients_whatever_its_order_and_accents(typed: str, name: str, other: bool) -> None:
    assert bool(other_name(CONSENT, {"signature": typed}, name)) is other


def test_of_a_step_that_is_no_consent_nobody_asks() -> None:
    assert all(not other_name(one, {"signature": "Kim"}, "Jo") for one in shipped()["tms"].steps if one is not CONSENT)


@pytest.mark.asyncio
async def test_it_is_asked_once_and_what_was_answered_stands_beside_the_signature(house, course) -> None:
    assert (await course.writes("screening")).status_code == 303
    asked = await course.writes("consent", signature="Ana Almeida")
    assert asked.status_code == 422
    assert "It is signed with another name than Jo Almeida" in asked.text
    assert 'value="Ana Almeida"' in asked.text
    blank = await course.writes("consent", signature="Ana Almeida", when={"signed": " \u200b"})
    assert blank.status_code == 422
    kept = await course.writes("consent", signature="Ana Almeida", when={"signed": WHY})
    assert kept.status_code == 303
    page = await course.page()
    assert "Ana Almeida" in page
    assert WHY in page

    async def work(db):
        return [one.detail["step"] for one in await db.scalars(select(AuditEntry)) if one.action == "course.other_name"]

    assert await house.db.read(work) == ["consent"]


@pytest.mark.asyncio
async def test_with_the_patients_own_name_nothing_is_asked_and_no_other_word_is_kept(course) -> None:
    assert (await course.writes("screening")).status_code == 303
    signature = next(one for one in CONSENT.questions if one.id == "signature")
    assert an_answer(signature) == "Jo Almeida"
    assert (await course.writes("consent", when={"signed": WHY})).status_code == 303
    assert WHY not in await course.page()
