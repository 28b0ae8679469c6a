"""Odd files of genetic tests: nothing of them is passed over in silence, and nothing is guessed."""

import json

import pytest

from server.genetics.bringing.found import Found, Left, NotReadable, Why
from server.genetics.bringing.reading import read_file
from server.genetics.catalogue import shipped
from server.genetics.phenotypes import call

TABLES = shipped()
ROW = "CYP2D6,*1/*4,Intermediate Metabolizer"


def whole(value: object):
    text = value if isinstance(value, str) else json.dumps(value)
    return read_file(text.encode(), TABLES)


def results(read) -> list[tuple[str, str, str]]:
    return [(one.gene, one.result, one.phenotype) for one in read.found]


@pytest.mark.parametrize(
    "heads",
    ["gene,diplotype,phenotype,diplotype", "gene,diplotype,phenotype,Diplotype", "gene,diplotype,phenotype,genotype"],
)
def test_two_columns_that_say_different_things_of_a_gene_give_no_result(heads: str) -> None:
    table = f"{heads}\nCYP2D6,*1/*4,IM,*4/*4\nCYP2C19,*1/*2,IM,*2 / *1\n"
    read = whole(table.replace("*2 / *1", "*1/*2"))
    assert results(read) == [("CYP2C19", "*1/*2", "IM")]
    assert Left("CYP2D6 *1/*4 IM *4/*4", Why.TWICE) in read.left


def test_the_same_said_in_two_ways_is_no_contradiction_and_a_column_that_is_not_taken_is_named() -> None:
    read = whole("gene,diplotype,genotype,phenotype\nCYP2D6,*1/*4,*4/*1,IM\nCYP2C19,*1/*2,G/A,IM\n")
    assert results(read) == [("CYP2D6", "*1/*4", "IM"), ("CYP2C19", "*1/*2", "IM")]
    assert read.left == [Left("genotype", Why.COLUMN)]


@pytest.mark.parametrize("key", ["gene", "phenotype", "copies"])
def test_a_second_column_of_anything_that_differs_gives_no_result(key: str) -> None:
    other = {"gene": "CYP2C19", "phenotype": "PM", "copies": "3"}[key]
    with pytest.raises(NotReadable) as told:
        whole(f"gene,diplotype,phenotype,copies,{key}\nCYP2D6,*1/*4,IM,2,{other}\n")
    assert [one.why for one in told.value.left] == [Why.TWICE]


def test_a_column_that_nobody_knows_is_named_unless_it_is_empty() -> None:
    read = whole(f"gene,diplotype,phenotype,Remark,Empty\n{ROW},see below,\n")
    assert read.left == [Left("Remark", Why.COLUMN)]


def test_a_row_with_more_cells_than_heads_is_not_read_by_its_place() -> None:
    read = whole("gene,diplotype,phenotype\nCYP2D6,*1/*4, or *1/*41,IM\nCYP2C19,*1/*2,IM,\n")
    assert results(read) == [("CYP2C19", "*1/*2", "IM")]
    assert [one.why for one in read.left] == [Why.CELLS]


def test_heads_in_quotes_with_the_mark_in_them_keep_their_places() -> None:
    read = whole('gene,"remark, if any",diplotype,phenotype\nCYP2D6,none,*1/*4,IM\n')
    assert results(read) == [("CYP2D6", "*1/*4", "IM")]


@pytest.mark.parametrize("heads", ["phenotype;gene;lab;diplotype", "phenotype\tgene\tlab\tdiplotype"])
def test_columns_in_another_order_and_with_other_marks(heads: str) -> None:
    mark = ";" if ";" in heads else "\t"
    read = whole(f"Report of 2024{mark}{mark}{mark}\n\n{heads}\r\n" + mark.join(["IM", "CYP2D6", "Lab", "*1/*4"]))
    assert results(read) == [("CYP2D6", "*1/*4", "IM")]
    assert read.found[0].lab == "Lab"


@pytest.mark.parametrize("way", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_in_each_way_in_which_a_text_is_written(way: str) -> None:
    read = read_file(f"gene,diplotype,phenotype,lab\n{ROW},Prüflabor\n".encode(way), TABLES)
    assert (results(read), read.found[0].lab) == ([("CYP2D6", "*1/*4", "IM")], "Prüflabor")


@pytest.mark.parametrize(
    "table",
    [
        f"gene,diplotype,phenotype,patient,patient\n{ROW},Jo,Jo\n{ROW},Jo,Robin\n",
        f"gene,diplotype,phenotype,patient id,patient name\n{ROW},1,Jo\n{ROW},1,Robin\n",
        f"gene,diplotype,phenotype,name\n{ROW},Jo\nCYP2C19,*1/*2,IM,Robin\n",
        f"gene,diplotype,phenotype,date of birth\n{ROW},1990-01-01\nCYP2C19,*1/*2,IM,1991-01-01\n",
    ],
)
def test_whichever_column_names_two_people_the_file_is_refused(table: str) -> None:
    with pytest.raises(NotReadable) as told:
        whole(table)
    assert told.value.several


def test_of_whom_a_file_says_that_it_is_stands_beside_it() -> None:
    assert whole(f"gene,diplotype,phenotype,patient\n{ROW},Jo Almeida\n").whom == ["Jo Almeida"]
    assert whole(f"gene,diplotype,phenotype\n{ROW}\n").whom == []
    seen = observed(subject={"reference": "Patient/9", "display": "Jo Almeida"})
    assert whole([seen, seen]).whom == ["Jo Almeida"]
    with pytest.raises(NotReadable) as told:
        whole([seen, observed(subject={"display": "Robin"})])
    assert told.value.several


def observed(**more: object) -> dict[str, object]:
    return {"resourceType": "Observation", "status": "final", "valueString": "CYP2D6 *1/*4", **more}


def test_a_name_that_stands_twice_in_the_braces_is_refused() -> None:
    genes = '{"genes": {"CYP2D6": {"sourceDiplotypes": [{"label": "*1/*4"}]}, "CYP2D6": {"sourceDiplotypes": []}}}'
    with pytest.raises(NotReadable) as told:
        whole(genes)
    assert told.value.twice == "CYP2D6"


def test_a_gene_of_the_tables_without_any_diplotype_is_named() -> None:
    genes = {"CYP2D6": {"sourceDiplotypes": [{"label": "*1/*4"}]}, "CYP2C19": {"sourceDiplotypes": []}, "VKORC1": {}}
    read = whole({"genes": genes})
    assert [one.gene for one in read.found] == ["CYP2D6"]
    assert read.left == [Left("CYP2C19", Why.UNCLEAR)]


def test_an_observation_of_a_gene_without_a_value_is_named() -> None:
    coded = {"coding": [{"system": "http://loinc.org", "code": "48018-6"}]}
    gene = {"code": coded, "valueCodeableConcept": {"text": "CYP2C19"}}
    read = whole([observed(), observed(valueString=None, valueQuantity={"value": 2}, component=[gene])])
    assert [one.gene for one in read.found] == ["CYP2D6"]
    assert read.left == [Left("CYP2C19", Why.UNCLEAR)]


def test_a_day_that_may_be_two_is_none_and_named() -> None:
    read = whole(f"gene,diplotype,phenotype,date\n{ROW},03/04/2024\n")
    assert read.found == [Found("CYP2D6", "*1/*4", "IM")]
    assert read.left == [Left("03/04/2024", Why.DAY)]


def test_a_huge_table_is_refused_and_a_huge_cell_breaks_nothing() -> None:
    rows = "\n".join(f"CYP2D6,*1/*{number},IM" for number in range(2, 5000))
    with pytest.raises(NotReadable):
        whole(f"gene,diplotype,phenotype\n{rows}\n")
    with pytest.raises(NotReadable):
        whole(f'gene,diplotype,phenotype\nCYP2D6,"{"*" * 400_000}",IM\n')


def test_an_unknown_allele_is_said_to_be_unknown_and_comes_to_nothing() -> None:
    read = whole("gene,diplotype,phenotype\nCYP2D6,*1/*999,Normal Metabolizer\n")
    called = call(TABLES.genes["CYP2D6"], read.found[0].result)
    assert (called.unknown, [one.phenotype for one in called.states]) == (("*999",), ["Indeterminate"])
