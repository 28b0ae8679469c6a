"""What comes out of a file of a laboratory: results as it has them, and what of it was not taken, with why. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

MOST_FOUND = 40


class Why(StrEnum):
    """Why something of the file is not among the results."""

    GENE = "gene"  # the tables do not have it
    UNCLEAR = "unclear"  # it says no result, or not one alone
    PHENOTYPE = "phenotype"  # the diplotype was taken, what the laboratory calls it says not one thing
    VOID = "void"  # the laboratory has not finished it or took it back
    COPIES = "copies"  # how many copies there are cannot be read, or not beside this diplotype
    TWICE = "twice"  # two columns for one thing say different things
    CELLS = "cells"  # a row has more cells than the table has columns
    COLUMN = "column"  # a column that is not read
    DAY = "day"  # a day that cannot be read as one
    AROUND = "around"  # it stands above or below the table


@dataclass(frozen=True)
class Left:
    """A part of the file that was not taken, in its words."""

    words: str = field(repr=False)
    why: Why


class NotReadable(ValueError):
    """The file is none of those that are known, or has no result of a gene of the tables; `left`: what it has.
    `several`: it has results of more than one person; `twice`: a name that stands twice within the same braces.
    """

    def __init__(self, left: Sequence[Left] = (), *, several: bool = False, twice: str = "") -> None:
        super().__init__()
        self.left = left
        self.several = several
        self.twice = twice


@dataclass(frozen=True)
class Found:
    """One result as the file has it. `phenotype` in the words of the tables, '' where the file says another one."""

    gene: str
    result: str = field(default="", repr=False)
    phenotype: str = field(default="", repr=False)
    lab: str = ""
    method: str = ""
    on: str = ""


class Said(StrEnum):
    """What a file says of its patient."""

    NAME = "name"
    BORN = "born"
    OTHER = "other"  # a number of theirs


@dataclass(frozen=True)
class Whom:
    """Of whom the file says that it is, in its own words."""

    words: str = field(repr=False)
    kind: Said = Said.OTHER


@dataclass(frozen=True)
class Lab:
    """Which laboratory the whole file is of."""

    words: str


@dataclass(frozen=True)
class Read:
    """What a file says, what of it could not be taken, of whom it says that it is, and which laboratory made it (''
    where it names none, or several).
    """

    found: Sequence[Found]
    left: Sequence[Left]
    people: Sequence[Whom] = field(default=(), repr=False)
    lab: str = ""

    @property
    def whom(self) -> list[str]:
        return [one.words for one in self.people]


Part = Found | Left | Whom | Lab
