"""What patients read of a programme: in their language, or marked as what it is in."""

import json
from typing import Any

import pytest
from sqlalchemy import update

from server.patients.tables import Patient
from server.programmes.catalogue import read, shipped, shipped_data
from server.programmes.definition import Definition
from server.programmes.forms import parse
from server.programmes.sense_of_sentences import read_by_patients
from server.programmes.shape import FileShape
from server.programmes.tongues import in_tongues
from server.tongues import LANGUAGES, Words
from tests.server.programmes.conftest import begun, give
from tests.server.programmes.filed.test_forms import own
from tests.server.programmes.filed.test_pages import brought, owner

__all__ = ["owner"]
FRENCH = {"language": "fr", "words": {"ar": {"Notre cure": "علاجنا"}}}


def mine(**changed: Any) -> dict[str, Any]:
    return own(id="notre-cure", name="Notre cure", **changed)


@pytest.mark.parametrize("definition", shipped().values(), ids=lambda one: one.id)
def test_all_that_patients_read_of_what_comes_along_is_there_in_every_language(definition: Definition) -> None:
    words = set(read_by_patients(FileShape.model_validate(shipped_data()[definition.id])))
    assert definition.name in words
    assert {phase.name for phase in definition.phases} < words
    left = {lang: {one for one in words if isinstance(in_tongues(definition, one)[lang], Words)} for lang in LANGUAGES}
    assert not any(left.values()), "translate them in web/locale"
    assert in_tongues(definition, definition.name)["en"] == definition.name


def test_a_file_says_what_it_is_in_and_what_its_words_are_in_others() -> None:
    found = parse(mine(**FRENCH))
    assert isinstance(found, Definition)
    assert (found.name.lang, found.steps[0].name.lang, found.gates[0].reason.lang) == ("fr", "fr", "fr")
    name = in_tongues(found, found.name)
    assert (name["ar"], getattr(name["ar"], "lang", None)) == ("علاجنا", None)
    assert (name["en"], name["en"].lang) == ("Notre cure", "fr")
    phase = in_tongues(found, found.phases[0].name)["ar"]
    assert (phase, phase.lang) == ("Treatment", "fr"), "what is not English is not looked up as if it were"
    english = read("one", mine())
    assert in_tongues(english, "Treatment")["ar"] == "العلاج", "a sentence of Parlour's that a clinic left as it is"


def test_a_figure_within_a_sentence_is_said_in_every_language() -> None:
    data = json.loads(json.dumps(mine(words={"ar": {"Notre cure de {acute}": "علاج {acute}"}})))
    data["steps"][next(number for number, one in enumerate(data["steps"]) if one["kind"] == "consent")]["name"] = (
        "Notre cure de {acute}"
    )
    found = parse(data)
    assert isinstance(found, Definition)
    assert found.words["ar"] == {"Notre cure de 30 sessions": "علاج 30 sessions"}


@pytest.mark.parametrize(
    ("changed", "place", "words"),
    [
        ({"language": "xx"}, "language", "There is no language ‘xx’"),
        ({"words": {"xx": {}}}, "words.xx", "There is no language"),
        ({"words": {"en": {}}}, "words.en", "in this language already"),
        ({"words": {"ar": {"Nowhere": "لا"}}}, "words.ar", "‘Nowhere’"),
        ({"words": {"ar": {"Notre cure": ""}}}, "words.ar.Notre cure", "empty"),
    ],
)
def test_a_language_that_nobody_knows_and_words_for_nothing_are_refused(changed, place: str, words: str) -> None:
    found = parse(mine(**changed))
    assert isinstance(found, list)
    assert [words in one.words for one in found if one.place == place] == [True]


@pytest.mark.asyncio
async def test_a_patients_page_speaks_their_language(house, linden, jo, mara, phone) -> None:
    await give(house, linden.clinic.id, "tms")
    course = await begun(mara, jo.made.card.patient_id)
    path = f"/me/courses/{course.base.rpartition('/')[2]}"
    page = (await phone.get(f"{path}?lang=ar")).text
    assert "التحفيز المغناطيسي: ثلاثون جلسة" in page
    assert "thirty sessions" not in page
    assert 'lang="en"' not in page.partition("<main")[2].partition("</main")[0]
    assert "TMS: thirty sessions and a taper" in (await phone.get(f"{path}?lang=en")).text


@pytest.mark.asyncio
async def test_a_file_in_another_language_is_marked_with_it_on_every_page(
    house, linden, jo, mara, owner, phone
) -> None:
    await brought(owner, mine(**FRENCH))
    await give(house, linden.clinic.id, "notre-cure")
    second = await begun(mara, jo.made.card.patient_id, "notre-cure")
    own_path = f"/me/courses/{second.base.rpartition('/')[2]}"
    assert "علاجنا" in (await phone.get(f"{own_path}?lang=ar")).text
    english = (await phone.get(f"{own_path}?lang=en")).text
    assert '<bdi lang="fr" dir="ltr">Notre cure</bdi>' in english
    assert '<span lang="fr" dir="auto">Notre cure</span>' in await second.page()


@pytest.mark.asyncio
async def test_a_consent_stands_in_the_language_of_who_gives_it_too(house, linden, jo, mara) -> None:
    await give(house, linden.clinic.id, "tms")
    course = await begun(mara, jo.made.card.patient_id)
    form = f"{course.base}/steps/consent/0/0"
    below, point = "Below each point stands what it says", '<bdi lang="ar" dir="rtl">أن بإمكانهم التوقف'
    assert below not in (await mara.get(form)).text
    arabic = update(Patient).where(Patient.id == jo.made.card.patient_id).values(language="ar")
    await house.db.unit(lambda db: db.execute(arabic))
    page = (await mara.get(form)).text
    assert below in page
    assert point in page
