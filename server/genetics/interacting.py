"""Medicines that slow an enzyme, so that it may work otherwise than its genes say. Pure, and apart from every finding:
it changes no result and looks nothing up. Which medicines and by how much awaits a clinician: data/SOURCE.md.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from server.genetics.catalogue import DATA, Span
from server.genetics.phenotypes import Called


@dataclass(frozen=True)
class Slowed:
    """A medicine on the list slows this gene's enzyme. `scores`: what the score then weighs, where there is one."""

    gene: str
    drug: str
    strength: str
    scores: tuple[Span, ...]


@cache
def inhibitors() -> Mapping[str, tuple[str, str, float]]:
    """Medicine -> (gene, strength, the factor of its score)."""
    data = json.loads((DATA / "inhibitors.json").read_text("utf-8"))
    return {
        drug: (data["gene"], strength, data[strength]["factor"])
        for strength in ("strong", "moderate")
        for drug in data[strength]["drugs"]
    }


def slowed(results: Mapping[str, Called], taken: Iterable[str]) -> list[Slowed]:
    """For each medicine that is taken and slows the enzyme of a gene that was tested."""
    found = []
    for drug in dict.fromkeys(taken):
        gene, strength, factor = inhibitors().get(drug, ("", "", 1.0))
        if gene in results:
            scores = [one.score for one in results[gene].states if one.score is not None]
            found.append(Slowed(gene, drug, strength, tuple(dict.fromkeys(_weighed(one, factor) for one in scores))))
    return found


def _weighed(score: Span, factor: float) -> Span:
    if factor == 0:
        return Span(0.0, 0.0)
    return Span(score.low * factor, None if score.high is None else score.high * factor)
