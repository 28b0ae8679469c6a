"""Of whom a file says that it is, and whether that is the patient."""

from datetime import date

import pytest

from server.genetics.bringing.found import Left, Said, Whom, Why
from server.genetics.bringing.reading import read_file
from server.genetics.bringing.whose import others
from server.genetics.catalogue import shipped

BORN = date(1988, 5, 14)


@pytest.mark.parametrize(
    ("words", "same"),
    [
        ("Jo Almeida", True), ("ALMEIDA, JO", True), ("Almeida^Jo", True), ("Jo Maria Almeida", True),
        ("Almeida", True), ("---", True),
        ("Dr. J. Álmeida", True), ("Robin Amberg", False), ("Jo Amberg", False), ("R. Almeida", False),
    ],
)  # fmt: skip
def test_a_name_is_the_same_in_another_order_or_with_more_of_it(words: str, same: bool) -> None:
    assert (not others([Whom(words, Said.NAME)], "Jo Almeida", None)) is same


@pytest.mark.parametrize(
    ("words", "same"),
    [
        ("1988-05-14", True), ("19880514", True), ("1988-05", True), ("1988", True), ("14.5.1988", True),
        ("05/14/1988", True), ("1988-05-14T00:00:00Z", True), ("in May", True),
        ("1988-05-15", False), ("1978", False), ("15.05.1988", False),
    ],
)  # fmt: skip
def test_a_date_of_birth_is_read_in_each_way_that_it_may_be_written(words: str, same: bool) -> None:
    assert (not others([Whom(words, Said.BORN)], "Jo Almeida", BORN)) is same
    assert not others([Whom(words, Said.BORN)], "Jo Almeida", None), "the clinic does not know it"


def test_lines_above_and_below_a_table_are_read_or_named() -> None:
    table = "Report of 2024\nPatient: Jo Almeida\nDate of birth;14.05.1988\nLaboratory;Labor Mitte\n\n"
    table += "Nr;Gene;Diplotype\n1;CYP2D6;*1/*4\nMRN;A-1\nsigned by hand;;\n"
    read = read_file(table.encode(), shipped())
    assert [(one.words, one.kind) for one in read.people] == [
        ("Jo Almeida", Said.NAME), ("14.05.1988", Said.BORN), ("A-1", Said.OTHER),
    ]  # fmt: skip
    assert read.lab == "Labor Mitte"
    assert {one.words for one in read.left if one.why is Why.AROUND} == {"Report of 2024", "signed by hand"}
    assert Left("Nr", Why.COLUMN) in read.left


def test_two_laboratories_are_none() -> None:
    table = "Lab: Labor Mitte\nGene,Diplotype,Lab\nCYP2D6,*1/*4,Another\n"
    assert read_file(table.encode(), shipped()).lab == ""
