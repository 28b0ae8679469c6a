"""What is known of genes and medicines, read from data/ and checked. Where each figure comes from: data/SOURCE.md."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
UNTESTED, INDETERMINATE = "No Result", "Indeterminate"


@dataclass(frozen=True)
class Span:
    """Activity scores from `low` to `high`, both within; no `high`: without an end."""

    low: float
    high: float | None

    def meets(self, other: "Span") -> bool:
        return (other.high is None or self.low <= other.high) and (self.high is None or other.low <= self.high)

    def within(self, other: "Span") -> "Span":
        """What both have in common, where they meet."""
        ends = [end for end in (self.high, other.high) if end is not None]
        return Span(max(self.low, other.low), min(ends) if ends else None)

    def __str__(self) -> str:
        if self.high is None:
            return f"≥ {self.low:g}"
        return f"{self.low:g}" if self.low == self.high else f"{self.low:g}–{self.high:g}"


@dataclass(frozen=True)
class Allele:
    """`value`: what it adds to the activity score; None where its function is uncertain or unknown."""

    function: str
    value: float | None = None


@dataclass(frozen=True)
class Gene:
    """One gene. By `scores` (phenotype -> span) or by `pairs` (two functions -> phenotype); of an HLA gene the one
    `allele` is asked for, and `groups` are the first fields that its alleles have.
    """

    name: str
    alleles: Mapping[str, Allele] = field(default_factory=dict)
    scores: Mapping[str, Span] = field(default_factory=dict)
    pairs: Mapping[frozenset[str], str] = field(default_factory=dict)
    allele: str = ""
    groups: frozenset[str] = frozenset()

    @property
    def phenotypes(self) -> list[str]:
        if self.allele:
            return [f"{self.allele} positive", f"{self.allele} negative"]
        return list(dict.fromkeys([*self.scores, *self.pairs.values(), INDETERMINATE]))


@dataclass(frozen=True)
class Guideline:
    """Who says it, in which year, and where it can be read."""

    name: str
    year: int
    url: str
    pmid: Sequence[str]
    note: str = ""


@dataclass(frozen=True)
class Row:
    """What a guideline says where one of `any_of` holds: of each gene the phenotypes, or a span of scores.

    `strength` as the guideline grades it, '' where it makes no recommendation; `level`: none, caution, change, stop.
    """

    population: str
    strength: str
    level: str
    words: str
    any_of: Sequence[Mapping[str, frozenset[str] | Span]]


@dataclass(frozen=True)
class Drug:
    name: str
    guideline: Guideline
    rows: Sequence[Row]

    @property
    def genes(self) -> list[str]:
        return list(dict.fromkeys(gene for row in self.rows for one in row.any_of for gene in one))

    @property
    def populations(self) -> list[str]:
        return list(dict.fromkeys(row.population for row in self.rows))


@dataclass(frozen=True)
class Tables:
    """`version`: of the alleles and of the guidelines, as they were published."""

    version: str
    genes: Mapping[str, Gene]
    drugs: Mapping[str, Drug]


def read_tables(genes: Mapping[str, Any], guidelines: Mapping[str, Any]) -> Tables:
    """Raises ValueError for what cannot be: an allele named twice, a medicine without a guideline or of two, an advice
    or a gene that nobody explains.
    """
    known = {name: _gene(name, data) for name, data in genes["genes"].items()}
    drugs: dict[str, Drug] = {}
    for one in guidelines["guidelines"]:
        guideline = Guideline(one["name"], one["year"], one["url"], tuple(one["pmid"]), one.get("note", ""))
        for name in one["drugs"]:
            rows = [_row(row, guidelines["advice"], known) for row in guidelines["rows"] if name in row["drugs"]]
            if name in drugs or not rows:
                raise ValueError(f"{name}: of one guideline, with something said of it")
            drugs[name] = Drug(name, guideline, rows)
    left = {name for row in guidelines["rows"] for name in row["drugs"]} - set(drugs)
    if left:
        raise ValueError(f"of no guideline: {', '.join(sorted(left))}")
    return Tables(f"{genes['version']}, {guidelines['version']}", known, drugs)


def _gene(name: str, data: Mapping[str, Any]) -> Gene:
    if data["method"] == "allele_status":
        return Gene(name, allele=data["allele"], groups=frozenset(f"*{one}" for one in data["groups"].split()))
    alleles: dict[str, Allele] = {}
    for group in data["functions"]:
        for allele in group["alleles"]:
            if allele in alleles:
                raise ValueError(f"{name} {allele} stands there twice")
            alleles[allele] = Allele(group["function"], group.get("value"))
    if data["method"] == "activity_score":
        return Gene(name, alleles, scores={one["phenotype"]: _span(one) for one in data["phenotypes"]})
    return Gene(name, alleles, pairs={frozenset(one["pair"]): one["phenotype"] for one in data["phenotypes"]})


def _span(data: Mapping[str, Any]) -> Span:
    return Span(float(data["low"]), None if data["high"] is None else float(data["high"]))


def _row(data: Mapping[str, Any], advice: Mapping[str, Any], genes: Mapping[str, Gene]) -> Row:
    said = advice.get(data["advice"])
    if said is None:
        raise ValueError(f"{data['advice']}: nobody says what that is")
    any_of = []
    for one in data["any_of"]:
        if set(one) - set(genes):
            raise ValueError(f"of no known gene: {', '.join(sorted(set(one) - set(genes)))}")
        any_of.append({gene: frozenset(of) if isinstance(of, list) else _span(of) for gene, of in one.items()})
    return Row(data["population"], data["strength"], said["level"], said["words"], any_of)


@cache
def shipped() -> Tables:
    """The tables that come with the program."""
    genes, guidelines = (json.loads((DATA / f"{name}.json").read_text("utf-8")) for name in ("genes", "guidelines"))
    return read_tables(genes, guidelines)
