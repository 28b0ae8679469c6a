"""Whatever goes wrong: a true sentence, what helps, and a next step."""

import re
from pathlib import Path

import pytest

from server.errors import ParlourError, TooMany
from tests.web.page import page, rendered, staff_page

FOLDER = Path(__file__).parents[2] / "web/templates/errors"
STATUSES = sorted(path.stem for path in FOLDER.glob("[0-9]*.html"))
UNKIND = re.compile(r"\b(invalid|failed|failure|error|denied|forbidden|oops|bad request|exception)\b|!", re.I)


def statuses(root: type[ParlourError]) -> set[int]:
    return {root.status}.union(*(statuses(child) for child in root.__subclasses__()))


def words_of(markup: str) -> str:
    body = markup[markup.index("<main") : markup.index("</main>")]
    return re.sub(r"<[^>]+>", " ", body)


def test_every_status_the_house_answers_has_a_page() -> None:
    assert {str(status) for status in statuses(ParlourError)} <= set(STATUSES)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_one_sentence_one_next_step(status: str, language: str) -> None:
    made = rendered(f"errors/{status}.html", page(language), problem=None)
    assert made.count("<h1>") == 1
    assert made.count("button-next") == 1


@pytest.mark.parametrize("status", STATUSES)
def test_no_blame_and_no_jargon(status: str) -> None:
    assert not UNKIND.search(words_of(rendered(f"errors/{status}.html", problem=None)))


@pytest.mark.parametrize("status", STATUSES)
def test_it_works_where_no_clinic_is_known(status: str) -> None:
    made = rendered(f"errors/{status}.html", page(brand=None), problem=None)
    assert "Or call" not in made


@pytest.mark.parametrize("status", ["403", "404", "410"])
def test_staff_are_led_to_their_day_and_patients_to_the_first_page(status: str) -> None:
    assert 'href="/staff"' in rendered(f"errors/{status}.html", staff_page(), problem=None)
    for_patients = rendered(f"errors/{status}.html", problem=None)
    assert 'button-next" href="/c/linden"' in for_patients
    assert 'href="/staff"' not in for_patients


def test_with_a_clinic_there_is_a_person_to_call() -> None:
    assert '<a href="tel:5550134">555 0134</a>' in rendered("errors/500.html", problem=None)


def test_too_many_says_when_one_can_go_on() -> None:
    assert "In 30 seconds you can go on." in rendered("errors/429.html", problem=TooMany(30))
    assert "In 1 second you can go on." in rendered("errors/429.html", problem=TooMany(1))
    assert "In a minute you can go on." in rendered("errors/429.html", problem=None)
