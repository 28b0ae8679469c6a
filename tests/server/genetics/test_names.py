"""One medicine is one name, whatever amount stands beside it."""

import pytest

from server.genetics.findings import drugs_of
from server.genetics.names import without_amounts


@pytest.mark.parametrize(
    "words",
    [
        "escitalopram",
        "escitalopram 10 mg",
        "escitalopram 10mg",
        "escitalopram10mg",
        "escitalopram 0,5 mg",
        "10 mg escitalopram",
        "escitalopram (10 mg)",
        "escitalopram, 10-20 mg",
        "escitalopram 2 x 10 mg",
        "escitalopram 10 MG/d",
        "escitalopram 20 mg/ml",
        "escitalopram 10",
        " escitalopram  10 mg ",
    ],
)
def test_an_amount_is_no_part_of_a_name(words: str) -> None:
    assert without_amounts(words) == "escitalopram"
    assert drugs_of(words, ["escitalopram", "citalopram"]) == ["escitalopram"]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Vitamin B 12", "Vitamin B 12"),
        ("vitamin b12 100 µg", "vitamin b12"),
        ("5-HTP 100 mg", "5-HTP"),
        ("omega-3", "omega-3"),
        ("lithium carbonate 450 mg retard", "lithium carbonate retard"),
        ("10 mg", "10 mg"),
        ("", ""),
        ("levodopa 100 mg / carbidopa 25 mg", "levodopa / carbidopa"),
        ("St John's wort 3 gel caps", "St John's wort 3 gel caps"),
    ],
)
def test_a_number_that_belongs_to_the_name_stays(words: str, name: str) -> None:
    assert without_amounts(words) == name
