"""What is said of a medicine: every worked example of the source, what stays open, and what is never said."""

import json
from pathlib import Path

import pytest

from server.genetics.catalogue import DATA, Span, shipped
from server.genetics.findings import drugs_of, lookup
from server.genetics.interacting import inhibitors, slowed
from server.genetics.phenotypes import call, told, uncounted

TABLES = shipped()
WORKED = json.loads((Path(__file__).parent / "worked.json").read_text("utf-8"))["worked"]
ADVICE = json.loads((DATA / "guidelines.json").read_text("utf-8"))


def results(**tests: str):
    return {gene.replace("_", "-"): call(TABLES.genes[gene.replace("_", "-")], text) for gene, text in tests.items()}


@pytest.mark.parametrize("one", WORKED, ids=[one["id"] for one in WORKED])
def test_a_worked_example_comes_out_as_the_guideline_has_it(one) -> None:
    found = {gene: call(TABLES.genes[gene], text) for gene, text in one["input"].items()}
    assert {gene: called.phenotypes for gene, called in found.items()} == {
        gene: [phenotype] for gene, phenotype in one["phenotype"].items()
    }
    for gene, score in one["score"].items():
        assert found[gene].states[0].score == Span(float(score), float(score))
    (said,) = lookup(found, one["drug"], TABLES).said[one["population"]]
    assert (said.row.words, said.row.strength) == (ADVICE["advice"][one["advice"]]["words"], one["strength"])


def test_two_readings_of_a_report_are_two_things_said_and_none_is_picked() -> None:
    found = lookup(results(CYP2D6="(*1/*4)x2"), "nortriptyline", TABLES)
    assert found.is_open
    assert [(one.row.words, one.row.strength) for one in found.said[""]] == [
        ("Start at the usual label dose.", "strong"),
        ("Start about 25% lower; use TDM to adjust.", "optional"),
    ]
    same = lookup(results(CYP2D6="(*2/*41)x2"), "nortriptyline", TABLES)
    assert not same.is_open
    assert len(same.said[""][0].states) == 2


def test_a_phenotype_without_a_score_leaves_open_what_the_score_decides() -> None:
    found = lookup({"CYP2D6": told(TABLES.genes["CYP2D6"], "IM")}, "nortriptyline", TABLES)
    assert [one.row.strength for one in found.said[""]] == ["moderate", "optional"]


def test_a_gene_that_was_not_tested_is_named_and_weighed_as_not_tested() -> None:
    found = lookup(results(CYP2C19="*2/*2"), "sertraline", TABLES)
    assert found.missing == ("CYP2B6",)
    assert lookup(results(CYP2C9="*1/*1"), "sertraline", TABLES) is None
    assert lookup(results(CYP2D6="*4/*4"), "fluoxetine", TABLES) is None


def test_each_population_stands_for_itself() -> None:
    found = lookup(results(HLA_B="positive"), "carbamazepine", TABLES)
    assert {name: [one.row.level for one in several] for name, several in found.said.items()} == {
        "taken": ["caution"], "no_alternative": ["stop"], "never_taken": ["stop"],
    }  # fmt: skip
    assert found.version == TABLES.version
    assert "CPIC" in found.guideline.name


@pytest.mark.parametrize("text", ["*15:02P/*07:02", "*15:XX/*07:02", "*99:99/*07:02"])
@pytest.mark.parametrize("drug", ["carbamazepine", "oxcarbazepine", "phenytoin", "fosphenytoin"])
def test_of_an_unknown_allele_nothing_is_recommended(text: str, drug: str) -> None:
    for others in ({}, {"HLA_A": "*02:01/*03:01"}, {"HLA_A": "*31:XX/*02:01"}, {"CYP2C9": "*1/*1"}):
        found = lookup(results(HLA_B=text, **others), drug, TABLES)
        assert found.said == {}
        assert "HLA-B" in found.unsure
    assert lookup(results(HLA_B="*15:01/*07:02"), drug, TABLES).unsure == ()


def test_what_warns_whether_an_unknown_allele_is_there_or_not_is_still_said() -> None:
    def levels(drug: str, **tests: str) -> dict[str, list[str]]:
        said = lookup(results(**tests), drug, TABLES).said
        return {name: [one.row.level for one in several] for name, several in said.items()}

    assert levels("carbamazepine", HLA_B="*15:02/*07:02", HLA_A="*31:XX/*02:01") == {
        "taken": ["caution"], "no_alternative": ["stop"], "never_taken": ["stop"],
    }  # fmt: skip
    assert levels("carbamazepine", HLA_B="*15:XX/*07:02", HLA_A="*31:01/*02:01") == {
        "taken": ["caution"], "no_alternative": ["caution", "stop"], "never_taken": ["stop", "stop"],
    }  # fmt: skip
    assert levels("phenytoin", HLA_B="*15:XX/*07:02", CYP2C9="*3/*3")["never_taken"] == ["change", "stop"]


@pytest.mark.parametrize(
    ("words", "drug"),
    [
        ("Sertraline", "sertraline"), ("sertralin 50", "sertraline"), ("Sertralina", "sertraline"),
        ("Escitalopram", "escitalopram"), ("Citalopram, evening", "citalopram"), ("Oxcarbazepin", "oxcarbazepine"),
        ("carbamazepine retard", "carbamazepine"), ("Zoloft", None), ("Lamotrigine", None), ("", None),
    ],
)  # fmt: skip
def test_a_substance_is_found_in_several_languages_and_a_brand_is_not(words: str, drug: str | None) -> None:
    assert drugs_of(words, TABLES.drugs) == ([drug] if drug else [])


@pytest.mark.parametrize(
    "words",
    [
        "Paroxetine/Citalopram", "Paroxetin 20 mg + Citalopram 10 mg", "paroxetina, citalopram",
        "X (paroxetine; citalopram)",
    ],
)  # fmt: skip
def test_every_substance_of_a_line_is_found(words: str) -> None:
    assert drugs_of(words, TABLES.drugs) == ["paroxetine", "citalopram"]


@pytest.mark.parametrize(
    ("text", "phenotypes"),
    [
        ("*1/*1", ["IM", "NM", "UM"]), ("*1/*2", ["NM", "UM"]), ("*1/*4", ["IM", "NM", "UM"]), ("*4/*4", ["PM"]),
        ("*4/*5", ["PM"]), ("*10/*10", ["IM", "NM", "UM"]),
    ],
)  # fmt: skip
def test_where_no_copies_were_counted_a_diplotype_means_every_number_of_them(text: str, phenotypes: list[str]) -> None:
    gene = TABLES.genes["CYP2D6"]
    open_number = uncounted(gene, call(gene, text))
    assert set(open_number.phenotypes) == set(phenotypes)
    assert open_number.uncounted
    other = TABLES.genes["CYP2C9"]
    assert uncounted(other, call(other, "*1/*1")) == call(other, "*1/*1"), "its copies do not vary"


def test_a_result_without_its_copies_recommends_nothing_alone() -> None:
    gene = TABLES.genes["CYP2D6"]
    sure = lookup({"CYP2D6": call(gene, "*1/*1")}, "paroxetine", TABLES)
    found = lookup({"CYP2D6": uncounted(gene, call(gene, "*1/*1"))}, "paroxetine", TABLES)
    more = lookup({"CYP2D6": call(gene, "*1/*1xN")}, "paroxetine", TABLES)
    assert (sure.is_open, found.is_open) == (False, True)
    assert (sure.uncounted, found.uncounted) == ((), ("CYP2D6",))
    words = {one.row.words for one in found.said[""]}
    assert words > {one.row.words for one in sure.said[""]}
    assert words >= {one.row.words for one in more.said[""]}


def test_no_two_medicines_are_told_apart_by_their_last_vowel_alone() -> None:
    assert len({name.rstrip("eao") for name in [*TABLES.drugs, *inhibitors()]}) == len({*TABLES.drugs, *inhibitors()})


def test_an_enzyme_that_is_slowed_is_noted_apart_and_changes_no_result() -> None:
    tests = results(CYP2D6="*1/*1", CYP2C19="*1/*1")
    strong, moderate = slowed(tests, ["paroxetine", "duloxetine", "sertraline"])
    assert (strong.gene, strong.strength, strong.scores) == ("CYP2D6", "strong", (Span(0, 0),))
    assert (moderate.strength, moderate.scores) == ("moderate", (Span(1, 1),))
    assert tests["CYP2D6"].phenotypes == ["NM"]
    assert slowed(results(CYP2C19="*1/*1"), ["paroxetine"]) == []
    (open_end,) = slowed(results(CYP2D6="*1x≥3/*1"), ["duloxetine"])
    assert open_end.scores == (Span(2, None),)
