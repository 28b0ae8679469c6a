"""The tables themselves: what may not be is refused, a copy counts as its product says, and of every possible result
each medicine has exactly one row.
"""

import json
import re
from copy import deepcopy
from itertools import product

import pytest

from server.genetics.catalogue import DATA, INDETERMINATE, UNTESTED, Span, read_tables, shipped
from server.genetics.findings import fits
from server.genetics.phenotypes import State, scored

GENES, GUIDELINES = (json.loads((DATA / f"{name}.json").read_text("utf-8")) for name in ("genes", "guidelines"))
COPIES = re.compile(r"(\*\d+)x(≥?)(\d+)")
STEPS = {"CYP2D6": [n / 4 for n in range(30)], "CYP2C9": [n / 2 for n in range(5)]}


def states(gene: str) -> list[State]:
    """Everything that a test of a gene can come to, and that there was none."""
    one = shipped().genes[gene]
    by_score = [state for step in STEPS.get(gene, ()) for state in scored(one, Span(step, step))]
    return [State(UNTESTED), *(by_score or map(State, one.phenotypes)), *([State(INDETERMINATE)] if by_score else [])]


@pytest.mark.parametrize("drug", shipped().drugs)
def test_every_result_has_exactly_one_row_of_each_population(drug: str) -> None:
    one = shipped().drugs[drug]
    for several in product(*(states(gene) for gene in one.genes)):
        reading = dict(zip(one.genes, several, strict=True))
        if all(state.phenotype == UNTESTED for state in several):
            continue
        for population in one.populations:
            rows = [row for row in one.rows if row.population == population]
            found = [row for row in rows if any(fits(each, reading) for each in row.any_of)]
            assert len(found) == 1, (population, reading, [row.words for row in found])


def test_a_copy_is_listed_with_the_product_of_its_allele() -> None:
    gene, listed = shipped().genes["CYP2D6"], 0
    for name, allele in gene.alleles.items():
        found = COPIES.fullmatch(name)
        if found:
            listed += 1
            value = gene.alleles[found[1]].value
            assert allele.value == (None if value is None else value * int(found[3])), name
    assert listed > 15


def test_there_are_the_nineteen_medicines_and_six_genes_of_the_source() -> None:
    assert len(shipped().drugs) == 19
    assert list(shipped().genes) == ["CYP2D6", "CYP2C19", "CYP2B6", "CYP2C9", "HLA-B", "HLA-A"]
    assert all(one.guideline.url.startswith("https://") and one.guideline.pmid for one in shipped().drugs.values())
    assert {row.strength for one in shipped().drugs.values() for row in one.rows} == {
        "",
        "strong",
        "moderate",
        "optional",
    }
    assert {row.level for one in shipped().drugs.values() for row in one.rows} == {"none", "caution", "change", "stop"}


def broken(change) -> tuple[dict, dict]:
    genes, guidelines = deepcopy(GENES), deepcopy(GUIDELINES)
    change(genes, guidelines)
    return genes, guidelines


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda genes, _: genes["genes"]["CYP2D6"]["functions"][0]["alleles"].append("*1"), "twice"),
        (lambda _, said: said["guidelines"][0]["drugs"].append("amitriptyline"), "of one guideline"),
        (lambda _, said: said["guidelines"][0]["drugs"].append("aspirin"), "something said of it"),
        (lambda _, said: said["guidelines"].pop(), "of no guideline"),
        (lambda _, said: said["rows"][0].update(advice="wish"), "nobody says"),
        (lambda _, said: said["rows"][0].update(any_of=[{"CYP1A2": ["PM"]}]), "no known gene"),
    ],
)
def test_tables_that_cannot_be_are_refused(change, said) -> None:
    with pytest.raises(ValueError, match=said):
        read_tables(*broken(change))
