"""What the genetic tests of one patient come to, beside what they take. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from server.genetics.catalogue import Tables
from server.genetics.findings import Finding, drugs_of, lookup
from server.genetics.interacting import Slowed, inhibitors, slowed
from server.genetics.phenotypes import NOT_COUNTED, Called, State, call, told, uncounted
from server.record.care.rules import Entry, GeneTest, Kind, Medicine, counting, holds


@dataclass(frozen=True)
class Tested:
    """A test as it was written down and read by today's tables. `otherwise`: the laboratory named another phenotype
    than the tables do; `reread`: other tables read it when it was written down.
    """

    entry: Entry
    test: GeneTest = field(repr=False)
    called: Called
    otherwise: bool
    reread: bool


@dataclass(frozen=True)
class Seen:
    """`findings`: (how a medicine stands on the list, what is said of it), those that are taken first; `apart`: enzymes
    that something on the list slows; `open_by_two`: genes of which two tests say different things.
    """

    tests: Sequence[Tested]
    findings: Sequence[tuple[Medicine, Finding]] = field(repr=False)
    apart: Sequence[Slowed]
    open_by_two: Sequence[str]


def tested(entries: Sequence[Entry], tables: Tables) -> list[Tested]:
    """Every test that counts, read by these tables."""
    found = []
    for entry in counting(entries, Kind.GENE):
        test = entry.value
        called = read_test(test, tables) if isinstance(test, GeneTest) else None
        if called is None or not isinstance(test, GeneTest):
            continue
        differs = bool(test.result and test.phenotype) and test.phenotype not in called.phenotypes
        found.append(Tested(entry, test, called, differs, test.tables != tables.version))
    return found


def read_test(test: GeneTest, tables: Tables) -> Called | None:
    """What one test means, by its method too; None where today's tables do not know the gene or the words."""
    gene = tables.genes.get(test.gene)
    if gene is None:
        return None
    called = call(gene, test.result) if test.result else told(gene, test.phenotype)
    return uncounted(gene, called) if called and NOT_COUNTED in test.method else called


def results_of(tests: Sequence[Tested]) -> Mapping[str, Called]:
    """By gene. Of two tests of one gene all that either may mean: which is right nobody says here."""
    found: dict[str, Called] = {}
    for one in tests:
        known = found.get(one.test.gene)
        states = (*(known.states if known else ()), *one.called.states)
        open_number = one.called.uncounted or bool(known and known.uncounted)
        found[one.test.gene] = replace(one.called, states=_each(states), uncounted=open_number)
    return found


def _each(states: Sequence[State]) -> tuple[State, ...]:
    """Those that differ in what they say, however they were written."""
    return tuple({(one.phenotype, one.score): one for one in states}.values())


def seen(entries: Sequence[Entry], tables: Tables) -> Seen:
    """Everything that the page of a patient's tests says."""
    tests = tested(entries, tables)
    results = results_of(tests)
    listed = [one.value for one in counting(entries, Kind.MEDICINE)]
    medicines = [one for one in listed if isinstance(one, Medicine)]
    findings: list[tuple[Medicine, Finding]] = []
    for medicine in medicines:
        said = (lookup(results, drug, tables) for drug in drugs_of(medicine.name, tables.drugs))
        findings += [(medicine, finding) for finding in said if finding]
    taken = [drug for one in medicines if holds(one) for drug in drugs_of(one.name, inhibitors())]
    several = [
        gene for gene in results if len({tuple(one.called.phenotypes) for one in tests if one.test.gene == gene}) > 1
    ]
    return Seen(tests, findings, slowed(results, taken), several)
