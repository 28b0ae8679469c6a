"""From a diplotype over its activity score to a phenotype, by the published tables. Pure.

Nothing is picked: where a text leaves open which allele is there several times, or how many times, every phenotype
that it may mean stands there.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from server.genetics.alleles import Copies, Pair, Strand, read_diplotype, written
from server.genetics.catalogue import INDETERMINATE, UNTESTED, Gene, Span

TYPED = re.compile(r"\*[^\s*/:]+:[^\s*/]+")
"""What stands where an HLA allele would, whatever it says."""
NOT_COUNTED = "copies not counted"
"""Stands in the method of a test that does not say how many copies of the gene there are."""
COPIES_VARY = frozenset(("CYP2D6",))
"""Genes of which people have more copies than two, or fewer."""
WHOLE_ALLELE = re.compile(
    r"(?P<group>\*\d\d):(?P<second>0[1-9]|[1-9]\d{1,3})(?::(?:0[1-9]|[1-9]\d{1,3})){0,2}", re.ASCII
)
"""One HLA allele of two to four fields, with nothing after them."""


@dataclass(frozen=True)
class State:
    """One thing that a result may mean. `score`: where the phenotype follows from one; `diplotype`: of which reading of
    the text it is.
    """

    phenotype: str
    score: Span | None = None
    diplotype: str = ""


@dataclass(frozen=True)
class Called:
    """All that a result may mean; `unknown`: alleles that the table does not have, `uncertain`: those whose function it
    does not know; `uncounted`: nobody counted the copies, so that every number of them is meant.
    """

    states: tuple[State, ...]
    unknown: tuple[str, ...] = ()
    uncertain: tuple[str, ...] = ()
    uncounted: bool = False

    @property
    def phenotypes(self) -> list[str]:
        return list(dict.fromkeys(one.phenotype for one in self.states))

    @property
    def is_open(self) -> bool:
        """More than one phenotype fits."""
        return len(self.phenotypes) > 1


NOT_TESTED = Called((State(UNTESTED),))


def call(gene: Gene, text: str) -> Called | None:
    """What a diplotype means; of an HLA gene, 'positive', 'negative' or two of its alleles, which may be unknown. None
    where the text is no diplotype.
    """
    if gene.allele:
        return _status(gene, text)
    pairs = read_diplotype(gene.name, text)
    if pairs is None:
        return None
    if not gene.scores and any(one.count > 1 for pair in pairs for strand in pair for one in strand):
        return None  # copies are counted where activity is
    named = list(dict.fromkeys(one.allele for pair in pairs for strand in pair for one in strand))
    unknown = tuple(name for name in named if name not in gene.alleles)
    vague = tuple(name for name in named if name in gene.alleles and _is_vague(gene, name))
    if unknown or vague:
        return Called((State(INDETERMINATE, diplotype=written(pairs[0])),), unknown, vague)
    return Called(tuple(state for pair in pairs for state in _states(gene, pair)))


def told(gene: Gene, phenotype: str) -> Called | None:
    """What a laboratory says that names the phenotype alone: the score may be any of its span. None for another."""
    if phenotype not in gene.phenotypes:
        return None
    return Called((State(phenotype, gene.scores.get(phenotype)),))


def uncounted(gene: Gene, called: Called) -> Called:
    """All that a result may mean where nobody counted the copies: each allele may be there more often, and of two that
    are alike one may be missing. Of a gene whose copies do not vary it means what it meant.
    """
    if gene.name not in COPIES_VARY:
        return called
    states = dict.fromkeys(each for one in called.states for each in _in_any_number(gene, one))
    return replace(called, states=tuple(states), uncounted=True)


def _in_any_number(gene: Gene, one: State) -> Iterable[State]:
    if one.score is None:
        return [one]
    first, _, second = one.diplotype.partition("/")
    low = one.score.low / 2 if first == second else one.score.low
    return scored(gene, Span(low, 0.0 if one.score.high == 0 else None), one.diplotype)


def _is_vague(gene: Gene, name: str) -> bool:
    one = gene.alleles[name]
    return one.function in ("uncertain", "unknown") or (bool(gene.scores) and one.value is None)


def _states(gene: Gene, pair: Pair) -> Sequence[State]:
    text = written(pair)
    if not gene.scores:
        functions = frozenset(gene.alleles[strand[0].allele].function for strand in pair)
        if any(len(strand) > 1 for strand in pair) or functions not in gene.pairs:
            return [State(INDETERMINATE, diplotype=text)]
        return [State(gene.pairs[functions], diplotype=text)]
    return list(scored(gene, _sum(_span(gene, strand) for strand in pair), text))


def scored(gene: Gene, score: Span, text: str = "") -> Iterable[State]:
    """Each phenotype that a score falls into; several where it has no end."""
    for phenotype, span in gene.scores.items():
        if span.meets(score):
            yield State(phenotype, score.within(span), text)


def _span(gene: Gene, strand: Strand) -> Span:
    return _sum(_worth(gene, one) for one in strand)


def _worth(gene: Gene, one: Copies) -> Span:
    value = gene.alleles[one.allele].value or 0.0
    return Span(value * one.count, None if one.open and value else value * one.count)


def _sum(spans: Iterable[Span]) -> Span:
    low, high = 0.0, 0.0
    ends = True
    for one in spans:
        low, ends = low + one.low, ends and one.high is not None
        high += one.high or 0.0
    return Span(low, high if ends else None)


def _status(gene: Gene, text: str) -> Called | None:
    """Carried once is carried."""
    said = text.strip().lower().replace(gene.name.lower(), "").replace(gene.allele, "").strip()
    if said in ("positive", "negative"):
        return told(gene, f"{gene.allele} {said}")
    pair = [part.strip().upper().removeprefix(gene.name).strip() for part in text.split("/")]
    if len(pair) != 2 or not all(TYPED.fullmatch(part) for part in pair):
        return None
    carried = [_carried(gene, part) for part in pair]
    if any(carried):
        return told(gene, f"{gene.allele} positive")
    unknown = tuple(dict.fromkeys(part for part, sure in zip(pair, carried, strict=True) if sure is None))
    if unknown:
        return Called((State(INDETERMINATE, diplotype="/".join(pair)),), unknown)
    return told(gene, f"{gene.allele} negative")


def _carried(gene: Gene, part: str) -> bool | None:
    """Whether an allele is the one that is asked for; None where it is not surely one allele: a G or P group, one with
    a suffix, a code of several, or of a group that the gene does not have.
    """
    one = WHOLE_ALLELE.fullmatch(part)
    if one is None or one["group"] not in gene.groups:
        return None
    return f"{one['group']}:{one['second']}" == gene.allele
