"""Questions before a visit in each language of the clinic; an answer is the same in all of them."""

from uuid import uuid4

import pytest

from server.clinic.intake import store
from server.clinic.intake.forms import parse_question, question_fields
from server.clinic.intake.rules import Form, Kind, Question, asks_the_same
from server.clinic.sheet import Reason
from server.tongues import Words, in_language
from tests.server.visit.conftest import browsers, jo, linden

__all__ = ["browsers", "jo", "linden"]

SLEEP = {"ar": {"ask": "كيف تنام؟", "choices": "جيدًا\nسيئًا"}}
ASKED = Question("q1", Kind.ONE, "How do you sleep?", "Roughly", ("Well", "Badly"), said=SLEEP)


def test_choices_are_shown_in_a_language_and_answered_as_they_are() -> None:
    found = in_language(ASKED, "ar", "en")
    assert found.ask == "كيف تنام؟"
    assert found.named == [("Well", "جيدًا"), ("Badly", "سيئًا")]
    assert isinstance(found.hint, Words)
    assert ASKED.named == [("Well", "Well"), ("Badly", "Badly")]


def test_choices_that_nobody_wrote_in_it_are_marked() -> None:
    plain = Question("q1", Kind.ONE, "How do you sleep?", choices=("Well", "Badly"))
    assert [label.lang for _, label in in_language(plain, "ar", "en").named] == ["en", "en"]


def test_what_was_typed_is_read_back_and_choices_are_as_many_in_each() -> None:
    fields = question_fields(ASKED)
    assert parse_question("q1", Kind.ONE, {**fields, "choices_ar": " جيدًا \n\nسيئًا"}, ["ar"]) == ASKED
    assert parse_question("q1", Kind.ONE, {**fields, "choices_ar": "جيدًا"}, ["ar"]) == {"choices_ar": Reason.UNEVEN}
    assert parse_question("q1", Kind.ONE, fields, [], SLEEP) == ASKED, "a language that is not spoken now is kept"


def test_another_wording_in_any_language_is_another_version() -> None:
    form = Form(uuid4(), uuid4(), 1, (ASKED,), "So that we know.")
    assert not asks_the_same(form, Form(form.id, form.service_id, 1, (Question("q1", Kind.ONE, "x"),), form.intro))
    assert not asks_the_same(form, Form(form.id, form.service_id, 1, (ASKED,), form.intro, said={"ar": {"intro": "م"}}))


@pytest.mark.asyncio
async def test_a_patient_is_asked_in_their_language_and_a_program_in_the_one_it_asks_for(house, linden, jo) -> None:
    form = Form(uuid4(), linden.session.id, 1, (ASKED,), "So that we know.", said={"ar": {"intro": "لنعرف."}})

    async def work(db):
        await store.keep_draft(db, linden.clinic.id, form, None, house.clock())
        kept = await store.newest(db, linden.clinic.id, linden.session.id)
        return await store.publish(db, linden.clinic.id, kept, house.clock())

    assert await house.db.unit(work)
    page = (await jo.browser.get(f"{jo.url}/questions?lang=ar")).text
    assert "كيف تنام؟" in page
    assert '<p class="said" dir="auto">لنعرف.' in page
    assert '<bdi lang="en" dir="ltr">Roughly</bdi>' in page
    assert 'value="Well"' in page
    assert "<b>جيدًا</b>" in page
    done = await jo.browser.post(f"{jo.url}/questions", data={"q1": "Well", "seen": "0"})
    assert done.headers["location"].endswith("notice=questions-answered")
    services = (await jo.browser.get("/api/v1/clinics/linden/services?lang=ar")).json()["services"]
    (told,) = next(one["questions"] for one in services if one["questions"])
    assert (told["ask"], told["choices"], told["labels"]) == ("كيف تنام؟", ["Well", "Badly"], ["جيدًا", "سيئًا"])
