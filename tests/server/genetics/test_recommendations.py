"""Every recommendation that is shipped, against a list of them which is kept apart from the tables.

recommendations.csv: medicine, for whom, what each gene comes to (phenotypes, or a span of activity scores), which of
our pieces of advice holds, how far it departs from the label's dose, and how strongly the guideline says so ('' where
it recommends nothing). Facts of CPIC recommendations v1.30.0 (2023-08-08), CC0 1.0, cpicpgx.org/license.
"""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

from server.genetics.catalogue import DATA, Drug, Span, shipped

FILE = Path(__file__).parent / "recommendations.csv"
KEPT = [tuple(row) for row in csv.reader(FILE.read_text("utf-8").splitlines())][1:]
ADVICE = {one["words"]: key for key, one in json.loads((DATA / "guidelines.json").read_text("utf-8"))["advice"].items()}


def result(gene: str, comes_to: frozenset[str] | Span) -> str:
    if isinstance(comes_to, Span):
        high = "" if comes_to.high is None else f"{comes_to.high:g}"
        return f"{gene} {comes_to.low:g}..{high}"
    return f"{gene} {'|'.join(sorted(comes_to))}"


def said_of(drug: Drug) -> Iterator[tuple[str, ...]]:
    for row in drug.rows:
        for each in row.any_of:
            results = " & ".join(result(*one) for one in sorted(each.items()))
            yield drug.name, row.population or "any", results, ADVICE[row.words], row.level, row.strength


def test_every_recommendation_stands_as_the_guideline_grades_it_and_none_is_missing_or_too_many() -> None:
    shown = [said for drug in shipped().drugs.values() for said in said_of(drug)]
    assert sorted(shown) == sorted(KEPT)
    assert len({drug for drug, *_ in KEPT}) == 19
