"""What somebody types of a patient's care: a genetic test that says too little is refused, with what is needed."""

import pytest

from server.record.care.forms import Reason, parse
from server.record.care.rules import GeneTest, Kind


def typed(gene: str, result: str, phenotype: str = "") -> object:
    return parse(Kind.GENE, {"gene": gene, "result": result, "phenotype": phenotype, "lab": "Labor Mitte"})


@pytest.mark.parametrize(
    "result", ["HLA-B", "HLA-B positive", "positive", "negative", "HLA-B*15:02", "*15:02", "*57:01 positive", "B 15:02"]
)
def test_of_an_hla_gene_the_allele_and_what_was_found_are_needed(result: str) -> None:
    assert typed("HLA-B", result) == {"result": Reason.NO_ALLELE}


@pytest.mark.parametrize(
    ("gene", "result"),
    [
        ("HLA-B", "HLA-B*15:02 positive"),
        ("HLA-B", "*15:02 negative"),
        ("HLA-B", "HLA-B*15:02/HLA-B*40:01"),
        ("HLA-A", "HLA-A*31:01 positive"),
        ("CYP2D6", "*1/*4"),
    ],
)
def test_what_says_it_is_taken(gene: str, result: str) -> None:
    found = typed(gene, result)
    assert isinstance(found, GeneTest)
    assert found.result == result


def test_the_phenotype_of_the_laboratory_is_enough_by_itself() -> None:
    assert isinstance(typed("HLA-B", "", "*15:02 positive"), GeneTest)
    assert typed("HLA-B", "") == {"result": Reason.MISSING}
    assert typed("CYP2D6", "HLA-B*15:02 positive") == {"result": Reason.NO_DIPLOTYPE}
