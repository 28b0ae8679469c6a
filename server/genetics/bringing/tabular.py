"""Results out of a table of a laboratory: CSV with commas, semicolons or tabs, whatever stands above its heads. Pure.

What is not read of it is named: a column that nobody knows, a row with more cells than there are heads, and one in
which two columns for the same thing say different things.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from server.genetics.bringing.found import Found, Left, Part, Whom, Why
from server.genetics.bringing.making import made, meant
from server.genetics.bringing.parts import of_one_person
from server.genetics.bringing.whose import BIRTHS, LABS, NAMES, NUMBERS, PEOPLE, around, head, is_around, whom
from server.genetics.catalogue import Tables

DAY = re.compile(r"(?:19|20)\d\d(?:-\d\d){0,2}", re.ASCII)
LINES = re.compile(r"\r\n|\r|\n")
MARKS = (",", ";", "\t")
MOST_ABOVE = 20
"""So many lines may stand above the heads."""
COLUMNS = {
    "gene": ("gene", "gene symbol", "genesymbol", "gene name", "marker"),
    "result": ("diplotype", "genotype", "star alleles", "result", "allele result", "alleles", "genotype result"),
    "phenotype": ("phenotype", "metabolizer status", "metaboliser status", "predicted phenotype", "activity", "status"),
    "lab": LABS,
    "method": ("method", "assay", "panel", "platform"),
    "on": ("date", "report date", "reported", "collected", "datum"),
    "copies": ("copies", "cnv", "cn"),
    "patient": (*PEOPLE, *NUMBERS, *NAMES, *BIRTHS),
    "sample": ("sample", "sample id", "sampleid", "sample name", "specimen", "specimen id", "sample number", "probe"),
}  # fmt: skip
"""Heads of columns as laboratories name them, in small letters."""
ASKED = ("gene", "result", "phenotype", "copies", "lab", "method", "on")


@dataclass(frozen=True)
class _Heads:
    """The heads of a table as they stand, and key -> where its columns are, by each of the names that they have, the
    usual one first.
    """

    names: Sequence[str]
    columns: Mapping[str, Sequence[Sequence[int]]]

    def cells(self, row: Sequence[str], key: str) -> list[list[str]]:
        """What a row has there, name by name, each thing once."""
        every = [[row[at].strip() for at in several if at < len(row)] for several in self.columns.get(key, ())]
        return [[one for one in dict.fromkeys(several) if one] for several in every]

    def unread(self) -> Iterator[int]:
        """The columns that nothing is taken of."""
        first = {at for key in ASKED for several in self.columns.get(key, ())[:1] for at in several}
        whose = {at for key in ("patient", "sample") for several in self.columns.get(key, ()) for at in several}
        return (at for at in range(len(self.names)) if at not in first | whose)


def of_table(text: str, tables: Tables) -> Iterable[Part]:
    lines = [line for line in LINES.split(text) if line.strip()]
    for start, line in enumerate(lines[:MOST_ABOVE]):
        for mark in MARKS:
            heads = _heads(next(csv.reader([line], delimiter=mark), []))
            if "gene" in heads.columns and heads.columns.keys() & {"result", "phenotype"}:
                for above in csv.reader(lines[:start], delimiter=mark):
                    yield from around(above)
                below = io.StringIO("\n".join(lines[start + 1 :]), newline="")
                yield from _rows(list(csv.reader(below, delimiter=mark)), heads, tables)
                return


def _heads(names: Sequence[str]) -> _Heads:
    known = [_head(one) for one in names]
    columns = {
        key: found
        for key, spelled in COLUMNS.items()
        if (found := [[at for at, one in enumerate(known) if one == name] for name in spelled if name in known])
    }
    return _Heads(names, columns)


def _head(text: str) -> str:
    """A head as COLUMNS has it; one that speaks of copies in whichever words counts as theirs."""
    name = head(text)
    return "copies" if any(word in name for word in ("copy", "copies", "kopie")) else name


def _rows(rows: Sequence[Sequence[str]], heads: _Heads, tables: Tables) -> Iterable[Part]:
    beside = [row for row in rows if _is_beside(row, heads)]
    for row in beside:
        yield from around(row)
    rows = [row for row in rows if row not in beside]
    yield from _whose(rows, heads)
    for at in heads.unread():
        if heads.names[at].strip() and any(row[at].strip() for row in rows if at < len(row)):
            yield Left(heads.names[at].strip()[:120], Why.COLUMN)
    for row in rows:
        yield from _row(row, heads, tables)


def _is_beside(row: Sequence[str], heads: _Heads) -> bool:
    """Whether a row is none of the table: it has nothing of a result, or says of whom all of them are."""
    begins = next((cell for cell in row if cell.strip()), "")
    return is_around(begins) or not any(any(heads.cells(row, key)) for key in ("gene", "result", "phenotype"))


def _whose(rows: Sequence[Sequence[str]], heads: _Heads) -> Iterator[Whom]:
    """Raises NotReadable where any column names several people; without one that names any, several samples."""
    columns = [several for key in ("patient", "sample") for several in heads.columns.get(key, ())]
    people = {at for several in heads.columns.get("patient", ()) for at in several}
    told = {at: [row[at].strip() for row in rows if at < len(row)] for several in columns for at in several}
    named = {at: values for at, values in told.items() if at in people and any(values)}
    for values in (named or told).values():
        of_one_person(values)
    for at, values in named.items():
        yield whom(head(heads.names[at]), next(filter(None, values)))


def _row(row: Sequence[str], heads: _Heads, tables: Tables) -> Iterator[Part]:
    words = " ".join(" ".join(row).split())[:120]
    if any(cell.strip() for cell in row[len(heads.names) :]):
        yield Left(words, Why.CELLS)
        return
    cells = {key: heads.cells(row, key) for key in ASKED}
    said = {key: names[0][0] if names and names[0] else "" for key, names in cells.items()}
    if any(names and len(names[0]) > 1 for names in cells.values()) or _differ(cells, said["gene"], tables):
        yield Left(words, Why.TWICE)
        return
    day = said.pop("on")
    for one in made(tables, **said):
        yield replace(one, on=day if DAY.fullmatch(day) else "") if isinstance(one, Found) else one
    if day and not DAY.fullmatch(day):
        yield Left(day[:120], Why.DAY)


def _differ(cells: Mapping[str, Sequence[Sequence[str]]], gene: str, tables: Tables) -> bool:
    """Whether columns of several names, such as 'diplotype' and 'result', say different things of the gene."""
    for key in ("result", "phenotype"):
        found = [meant(tables, gene, text) for names in cells[key] for text in names]
        if any(len({what for kind, what in found if kind == one}) > 1 for one in ("result", "phenotype")):
            return True
    return False
