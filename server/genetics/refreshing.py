"""The tables of alleles anew, from the files in which they are published. Pure.

One file per gene, as the PharmCAT project carries the tables of CPIC
(src/main/resources/org/pharmgkb/pharmcat/phenotype/cpic/CYP2D6.json ...): `haplotypes` says of each allele its
function, or, of a gene with scores, its value ('0.25', '≥3.0', 'n/a'); `diplotypes` says of each pair of alleles its
`phenotype`.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from server.genetics.catalogue import INDETERMINATE, Gene, read_tables
from server.genetics.phenotypes import call

PHENOTYPES = {
    "Poor Metabolizer": "PM",
    "Likely Poor Metabolizer": "likely PM",
    "Intermediate Metabolizer": "IM",
    "Likely Intermediate Metabolizer": "likely IM",
    "Normal Metabolizer": "NM",
    "Rapid Metabolizer": "RM",
    "Ultrarapid Metabolizer": "UM",
    "Indeterminate": INDETERMINATE,
}
FUNCTIONS = re.compile(r"(no|decreased|normal|increased|uncertain|unknown) function", re.IGNORECASE)
VALUE = re.compile(r"(?P<at_least>≥)?(?P<value>\d+(?:\.\d+)?)")
NUMBERS = re.compile(r"\d+")
EXAMPLES = 5
"""So many pairs are named where a table and a file do not agree."""

Worth = tuple[str, float | None, bool]


def wanted(genes: Mapping[str, Any]) -> list[str]:
    """The genes of which a file is read: all but those of which only one allele is asked for."""
    return [name for name, data in genes["genes"].items() if data["method"] != "allele_status"]


def refreshed(genes: Mapping[str, Any], files: Mapping[str, Mapping[str, Any]], version: str) -> dict[str, Any]:
    """The content of genes.json by these files (gene -> its file).

    Raises ValueError, with what would have to be mended by hand: a gene without a file, a word or a value that these
    tables do not know, a pair of alleles of which the rules here say another phenotype than the file.
    """
    new = {name: dict(data) for name, data in genes["genes"].items()}
    for name in wanted(genes):
        if files.get(name, {}).get("gene") != name:
            raise ValueError(f"There is no file of {name}")
        new[name] |= {
            "source": f"CPIC allele functionality table, {version}",
            "functions": _grouped(name, genes["genes"][name], files[name]["haplotypes"]),
        }
    content = {"version": version, "genes": new}
    known = read_tables(content, {"version": "", "guidelines": [], "rows": [], "advice": {}}).genes
    if problems := [line for name in wanted(genes) for line in _unlike(known[name], files[name]["diplotypes"])]:
        raise ValueError("\n".join(problems))
    return content


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """One line per allele that is new, gone or counts otherwise."""
    lines = []
    for name in wanted(after):
        old, new = (_worths(content["genes"][name]) for content in (before, after))
        for allele in sorted(old.keys() | new.keys(), key=_by_number):
            if old.get(allele) != new.get(allele):
                lines.append(f"{name} {allele}: {_said(old.get(allele))} -> {_said(new.get(allele))}")
    return lines


def written(content: Mapping[str, Any]) -> str:
    """The text of genes.json: one line per group of alleles and per phenotype, so that a change is read as one."""
    lines = ["{", f'  "version": {_json(content["version"])},', '  "genes": {']
    for name, data in content["genes"].items():
        parts = []
        for key, value in data.items():
            several = isinstance(value, list)
            rows = ",\n".join(f"        {_json(row)}" for row in value) if several else ""
            parts.append(f'      "{key}": ' + (f"[\n{rows}\n      ]" if several else _json(value)))
        lines.append(
            f'    "{name}": {{\n' + ",\n".join(parts) + "\n    }" + ("," if name != list(content["genes"])[-1] else "")
        )
    return "\n".join([*lines, "  }", "}", ""])


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _grouped(gene: str, data: Mapping[str, Any], said: Mapping[str, str]) -> list[dict[str, Any]]:
    before = {allele: worth[0] for allele, worth in _worths(data).items()}
    scored = data["method"] == "activity_score"
    groups: dict[Worth, list[str]] = {}
    for allele in sorted(said, key=_by_number):
        worth = _value(gene, allele, said[allele], before.get(allele)) if scored else _word(gene, allele, said[allele])
        groups.setdefault(worth, []).append(allele)
    return [
        {"function": function, "alleles": groups[function, value, at_least]}
        | ({} if value is None else {"value": value})
        | ({"at_least": True} if at_least else {})
        for function, value, at_least in sorted(groups, key=lambda worth: (worth[0], worth[1] or 0, worth[2]))
    ]


def _word(gene: str, allele: str, text: str) -> Worth:
    found = FUNCTIONS.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{gene} {allele}: nobody here knows what ‘{text}’ is")
    return found[1].lower(), None, False


def _value(gene: str, allele: str, text: str, before: str | None) -> Worth:
    """A file says of no allele without a value whether its function is uncertain or unknown: what stood here stays."""
    if text.strip().lower() == "n/a":
        return before if before in ("uncertain", "unknown") else "unknown", None, False
    found = VALUE.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{gene} {allele}: ‘{text}’ is no value")
    value = float(found["value"])
    function = "no" if value == 0 else "decreased" if value < 1 else "normal" if value == 1 else "increased"
    return function, value, found["at_least"] is not None


def _unlike(gene: Gene, diplotypes: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the rules here say otherwise than the file, of each phenotype with its first pairs."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in diplotypes:
        theirs = PHENOTYPES.get(one["phenotype"], one["phenotype"])
        called = call(gene, one["diplotype"])
        ours = ", ".join(called.phenotypes) if called else "no diplotype"
        if ours != theirs:
            found.setdefault((theirs, ours), []).append(one["diplotype"])
    return [
        f"{gene.name}: {len(pairs)} pairs are {theirs} there and {ours} here ({', '.join(pairs[:EXAMPLES])})"
        for (theirs, ours), pairs in found.items()
    ]


def _worths(data: Mapping[str, Any]) -> dict[str, Worth]:
    return {
        allele: (group["function"], group.get("value"), group.get("at_least", False))
        for group in data["functions"]
        for allele in group["alleles"]
    }


def _said(worth: Worth | None) -> str:
    if worth is None:
        return "not there"
    function, value, at_least = worth
    return function if value is None else f"{function} ({'≥' if at_least else ''}{value:g})"


def _by_number(allele: str) -> tuple[list[int], str]:
    return [int(number) for number in NUMBERS.findall(allele)], allele
