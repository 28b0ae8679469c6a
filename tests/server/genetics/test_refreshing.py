"""The tables of alleles from published files: the same files give the same table, a change is seen first.

The pairs below stand so in the files of CPIC that the PharmCAT project carries.
"""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from server.cli import main
from server.genetics.catalogue import DATA
from server.genetics.refreshing import changes, refreshed, wanted, written

TEXT = (DATA / "genes.json").read_text("utf-8")
GENES: dict[str, Any] = json.loads(TEXT)
PAIRS = {
    "CYP2D6": {
        "*1/*1": "Normal Metabolizer",
        "*1/*1x≥3": "Ultrarapid Metabolizer",
        "*1/*4x≥3": "Intermediate Metabolizer",
        "*1/*9": "Normal Metabolizer",
        "*1/*17x2": "Normal Metabolizer",
        "*1/*22": "Indeterminate",
    },
    "CYP2C19": {
        "*1/*2": "Intermediate Metabolizer",
        "*1/*9": "Likely Intermediate Metabolizer",
        "*1/*12": "Indeterminate",
        "*1/*17": "Rapid Metabolizer",
        "*10/*22": "Likely Poor Metabolizer",
    },
    "CYP2B6": {"*1/*6": "Intermediate Metabolizer"},
    "CYP2C9": {"*1/*2": "Intermediate Metabolizer", "*3/*3": "Poor Metabolizer"},
}


def published() -> dict[str, dict[str, Any]]:
    """What the tables here say, in the shape in which they were published."""
    files = {}
    for gene in wanted(GENES):
        scored = GENES["genes"][gene]["method"] == "activity_score"
        haplotypes = {
            allele: _value(group) if scored else f"{group['function'].capitalize()} function"
            for group in GENES["genes"][gene]["functions"]
            for allele in group["alleles"]
        }
        pairs = [{"diplotype": pair, "phenotype": phenotype} for pair, phenotype in PAIRS[gene].items()]
        files[gene] = {"gene": gene, "haplotypes": haplotypes, "diplotypes": pairs}
    return files


def _value(group: dict[str, Any]) -> str:
    return f"{'≥' if group.get('at_least') else ''}{group['value']}" if "value" in group else "n/a"


def test_the_same_files_give_the_same_table_to_the_letter() -> None:
    assert written(refreshed(GENES, published(), "2024-08-27")) == TEXT


def test_what_changed_is_said_allele_by_allele() -> None:
    files = published()
    files["CYP2D6"]["haplotypes"] |= {"*9": "0.5", "*164": "n/a", "*22": "0.0"}
    files["CYP2D6"]["diplotypes"] = [{"diplotype": "*1/*22", "phenotype": "Intermediate Metabolizer"}]
    del files["CYP2C19"]["haplotypes"]["*39"]
    new = refreshed(GENES, files, "2026-05-01")
    assert changes(GENES, new) == [
        "CYP2D6 *9: decreased (0.25) -> decreased (0.5)",
        "CYP2D6 *22: uncertain -> no (0)",
        "CYP2D6 *164: not there -> unknown",
        "CYP2C19 *39: uncertain -> not there",
    ]
    assert new["version"] == "2026-05-01"
    assert new["genes"]["HLA-B"] == GENES["genes"]["HLA-B"]
    assert changes(GENES, GENES) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda files: files.pop("CYP2B6"), "no file of CYP2B6"),
        (lambda files: files["CYP2C9"].update(gene="CYP2C8"), "no file of CYP2C9"),
        (
            lambda files: files["CYP2C19"]["haplotypes"].update({"*2": "Lost function"}),
            r"CYP2C19 \*2: nobody here knows",
        ),
        (lambda files: files["CYP2D6"]["haplotypes"].update({"*2": "much"}), r"CYP2D6 \*2: ‘much’ is no value"),
        (
            lambda files: files["CYP2C19"]["diplotypes"].append(
                {"diplotype": "*1/*2", "phenotype": "Slow Metabolizer"}
            ),
            r"1 pairs are Slow Metabolizer there and IM here \(\*1/\*2\)",
        ),
        (
            lambda files: files["CYP2D6"]["diplotypes"].append(
                {"diplotype": "*1/*999", "phenotype": "Poor Metabolizer"}
            ),
            "PM there and Indeterminate here",
        ),
    ],
)
def test_what_cannot_be_read_by_the_rules_is_refused(change: Any, said: str) -> None:
    files = deepcopy(published())
    change(files)
    with pytest.raises(ValueError, match=said):
        refreshed(GENES, files, "2026-05-01")


def test_the_command_looks_first_and_writes_where_it_is_told(tmp_path: Path) -> None:
    files = published()
    files["CYP2B6"]["haplotypes"]["*1"] = "Uncertain function"
    files["CYP2B6"]["diplotypes"] = []
    for gene, one in files.items():
        (tmp_path / f"{gene}.json").write_text(json.dumps(one), "utf-8")
    asked = ["genes", "refresh", str(tmp_path), "--version", "2026-05-01"]
    looked = CliRunner().invoke(main, asked)
    assert looked.exit_code == 0
    assert "CYP2B6 *1: normal -> uncertain" in looked.output
    assert "13 pairs of alleles come out" in looked.output
    assert "Nothing was written" in looked.output
    assert CliRunner().invoke(main, [*asked, "--write", str(tmp_path / "new.json")]).exit_code == 0
    assert json.loads((tmp_path / "new.json").read_text("utf-8"))["version"] == "2026-05-01"
    (tmp_path / "CYP2C9.json").unlink()
    refused = CliRunner().invoke(main, asked)
    assert refused.exit_code == 1
    assert "CYP2C9.json" in refused.output
    assert (DATA / "genes.json").read_text("utf-8") == TEXT
