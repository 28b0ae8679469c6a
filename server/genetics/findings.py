"""What a guideline says of a medicine for somebody with these results. Pure: looks up, and picks and ranks nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product

from server.genetics.catalogue import Drug, Guideline, Row, Span, Tables
from server.genetics.names import without_amounts
from server.genetics.phenotypes import NOT_TESTED, Called, State

ENDINGS = "eao"


@dataclass(frozen=True)
class Said:
    """One thing that a guideline says, and for which readings of the results it does."""

    row: Row
    states: tuple[Mapping[str, State], ...]


@dataclass(frozen=True)
class Finding:
    """All that is said of one medicine: by population, since nobody but a clinician says of which one somebody is.

    Several in one population: the results leave it open, so all that may hold stand there. `missing`: genes of the
    medicine that were not tested.
    """

    drug: str
    guideline: Guideline
    version: str
    said: Mapping[str, tuple[Said, ...]]
    missing: tuple[str, ...]

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
    said = {population: _said(found, population, readings) for population in found.populations}
    missing = tuple(gene for gene in found.genes if gene not in results)
    return Finding(drug, found.guideline, tables.version, {name: one for name, one in said.items() if one}, missing)


def _said(drug: Drug, population: str, readings: Iterable[Mapping[str, State]]) -> tuple[Said, ...]:
    found: dict[int, list[Mapping[str, State]]] = {}
    for number, row in enumerate(drug.rows):
        for reading in readings:
            if row.population == population and any(fits(one, reading) for one in row.any_of):
                found.setdefault(number, []).append(reading)
    return tuple(Said(drug.rows[number], tuple(several)) for number, several in found.items())


def fits(conditions: Mapping[str, frozenset[str] | Span], reading: Mapping[str, State]) -> bool:
    """Whether every gene is as a row asks."""
    return all(_holds(asked, reading[gene]) for gene, asked in conditions.items())


def _holds(asked: frozenset[str] | Span, state: State) -> bool:
    if isinstance(asked, Span):
        return state.score is not None and asked.meets(state.score)
    scores = [float(one.removeprefix("AS ")) for one in asked if one.startswith("AS ")]
    by_score = state.score is not None and any(Span(one, one).meets(state.score) for one in scores)
    return state.phenotype in asked or by_score


def drug_of(words: str, known: Iterable[str]) -> str | None:
    """The one of the known medicines that a line of the medicine list names, in whichever language: international names
    differ in their last vowel (sertraline, Sertralin, sertralina). A brand's name is not known.
    """
    names = {name.rstrip(ENDINGS): name for name in known}
    for word in without_amounts(words).lower().replace(",", " ").replace("/", " ").split():
        if word.rstrip(ENDINGS) in names:
            return names[word.rstrip(ENDINGS)]
    return None
