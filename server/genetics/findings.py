"""What a guideline says of a medicine for somebody with these results. Pure: looks up, and picks and ranks nothing."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from server.genetics.catalogue import INDETERMINATE, Drug, Guideline, Row, Span, Tables
from server.genetics.names import ENDINGS, without_amounts
from server.genetics.phenotypes import NOT_TESTED, Called, State

BETWEEN = re.compile(r"[\s,;/+&()\[\]]+")
"""What stands between two names on a line; a hyphen belongs to a name."""


@dataclass(frozen=True)
class Said:
    """One thing that a guideline says, and for which readings of the results it does."""

    row: Row
    states: tuple[Mapping[str, State], ...]


@dataclass(frozen=True)
class Finding:
    """All that is said of one medicine: by population, since nobody but a clinician says of which one somebody is.

    Several in one population: the results leave it open, so all that may hold stand there. `missing`: genes of the
    medicine that were not tested; `unsure`: those of which a test does not say whether its allele is there;
    `uncounted`: those of which nobody counted the copies.
    """

    drug: str
    guideline: Guideline
    version: str
    said: Mapping[str, tuple[Said, ...]]
    missing: tuple[str, ...]
    unsure: tuple[str, ...] = ()
    uncounted: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        return any(len(several) > 1 for several in self.said.values())


def lookup(results: Mapping[str, Called], drug: str, tables: Tables) -> Finding | None:
    """None where the tables say nothing of the medicine, or none of its genes was tested."""
    found = tables.drugs.get(drug)
    if found is None or not any(gene in results for gene in found.genes):
        return None
    called = {gene: results.get(gene, NOT_TESTED) for gene in found.genes}
    readings = [
        dict(zip(called, several, strict=True)) for several in product(*(one.states for one in called.values()))
    ]
    said = {population: _said(found, population, readings, tables) for population in found.populations}
    missing = tuple(gene for gene in found.genes if gene not in results)
    unsure = tuple(gene for gene, one in called.items() if any(_is_unsure(tables, gene, each) for each in one.states))
    said = {name: one for name, one in said.items() if one}
    uncounted = tuple(gene for gene, one in called.items() if one.uncounted)
    return Finding(drug, found.guideline, tables.version, said, missing, unsure, uncounted)


def _said(drug: Drug, population: str, readings: Iterable[Mapping[str, State]], tables: Tables) -> tuple[Said, ...]:
    rows = [row for row in drug.rows if row.population == population]
    found: dict[int, list[Mapping[str, State]]] = {}
    for reading in readings:
        for number in _numbers(rows, reading, tables):
            found.setdefault(number, []).append(reading)
    return tuple(Said(rows[number], tuple(found[number])) for number in sorted(found))


def _numbers(rows: Sequence[Row], reading: Mapping[str, State], tables: Tables) -> set[int]:
    """Which rows hold. Where it is unknown whether an allele is there, those of both cases if each of them warns;
    otherwise none, so that nothing unknown reads as harmless.
    """
    cases = [_holding(rows, one) for one in _cases(reading, tables)]
    if len(cases) > 1 and not all(one and all(rows[number].level != "none" for number in one) for one in cases):
        return set()
    return set().union(*cases)


def _holding(rows: Sequence[Row], reading: Mapping[str, State]) -> set[int]:
    return {number for number, row in enumerate(rows) if any(fits(one, reading) for one in row.any_of)}


def _cases(reading: Mapping[str, State], tables: Tables) -> Iterable[Mapping[str, State]]:
    """The reading with each unknown allele once there and once not."""
    each = [
        [State(one) for one in tables.genes[gene].phenotypes] if _is_unsure(tables, gene, state) else [state]
        for gene, state in reading.items()
    ]
    return [dict(zip(reading, states, strict=True)) for states in product(*each)]


def _is_unsure(tables: Tables, gene: str, state: State) -> bool:
    return bool(tables.genes[gene].allele) and state.phenotype == INDETERMINATE


def fits(conditions: Mapping[str, frozenset[str] | Span], reading: Mapping[str, State]) -> bool:
    """Whether every gene is as a row asks."""
    return all(_holds(asked, reading[gene]) for gene, asked in conditions.items())


def _holds(asked: frozenset[str] | Span, state: State) -> bool:
    if isinstance(asked, Span):
        return state.score is not None and asked.meets(state.score)
    scores = [float(one.removeprefix("AS ")) for one in asked if one.startswith("AS ")]
    by_score = state.score is not None and any(Span(one, one).meets(state.score) for one in scores)
    return state.phenotype in asked or by_score


def drugs_of(words: str, known: Iterable[str]) -> Sequence[str]:
    """Those of the known medicines that a line of the medicine list names, in whichever language and in its order:
    international names differ in their last vowel (sertraline, Sertralin, sertralina). A brand's name is not known.
    """
    names = {name.rstrip(ENDINGS): name for name in known}
    named = [word.rstrip(ENDINGS) for word in BETWEEN.split(without_amounts(words).lower())]
    return list(dict.fromkeys(names[word] for word in named if word in names))
