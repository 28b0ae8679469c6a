"""Reading a diplotype as laboratories write it: '*1/*4', '*1x2/*4', '(*1/*4)x2', '*36+*10/*1'. Pure.

A strand is what one chromosome carries: one allele, several in tandem, or an allele in several copies. Star alleles are
those of the Pharmacogene Variation Consortium (www.pharmvar.org); a suballele such as '*4.012' counts as its core
allele, as defined there. Letters after a number ('*4B') are older names: they stay as they are and are then unknown.
"""

import re
from dataclasses import dataclass

ONE = re.compile(r"(?P<allele>\*\d{1,3}[A-Z]?)(?:\.\d{3})?(?:[x×](?P<at_least>≥|>=)?(?P<copies>\d{1,2}|N))?", re.ASCII)
WHOLE = re.compile(r"\((?P<pair>[^()]+)\)[x×](?P<at_least>≥|>=)?(?P<copies>\d{1,2}|N)")
APART = re.compile(r"(?P<pair>[^()x×/]+/[^()x×/]+)\s(?P<times>\s*[x×].*)", re.DOTALL)
"""A number that stands apart behind both alleles, '*1/*4 xN': it says not which of them is there several times."""
MOST = 13
"""Copies of one gene; more than were ever reported are a slip of the pen."""


@dataclass(frozen=True)
class Copies:
    """An allele, how many times it stands there; `open`: so many at least."""

    allele: str
    count: int = 1
    open: bool = False

    def __str__(self) -> str:
        if self.open:
            return f"{self.allele}x≥{self.count}"
        return self.allele if self.count == 1 else f"{self.allele}x{self.count}"


Strand = tuple[Copies, ...]
Pair = tuple[Strand, Strand]


def written(pair: Pair) -> str:
    """A diplotype in one notation."""
    return "/".join("+".join(str(one) for one in strand) for strand in pair)


def read_diplotype(gene: str, text: str) -> tuple[Pair, ...] | None:
    """Every diplotype that the text may mean: two where it does not say which allele is there several times. None where
    it says none.
    """
    text = text.replace(gene, "").replace("X", "x").strip()
    if apart := APART.fullmatch(text):
        text = f"({apart['pair']}){apart['times']}"
    text = re.sub(r"\s+", "", text)
    whole = WHOLE.fullmatch(text)
    if whole is None:
        pair = _pair(text)
        return (pair,) if pair else None
    pair, several = _pair(whole["pair"]), _count(whole["copies"], whole["at_least"])
    if pair is None or several is None or any(len(strand) > 1 or strand[0].count > 1 for strand in pair):
        return None
    (first,), (second,) = pair
    either = [((Copies(first.allele, *several),), pair[1]), (pair[0], (Copies(second.allele, *several),))]
    return tuple(either if first.allele != second.allele else either[:1])


def _pair(text: str) -> Pair | None:
    strands = [_strand(part) for part in text.split("/")]
    if len(strands) != 2 or strands[0] is None or strands[1] is None:
        return None
    return strands[0], strands[1]


def _strand(text: str) -> Strand | None:
    found = [ONE.fullmatch(part) for part in text.split("+")]
    strand = []
    for one in found:
        several = _count(one["copies"], one["at_least"]) if one else None
        if one is None or several is None:
            return None
        strand.append(Copies(one["allele"], *several))
    return tuple(strand)


def _count(copies: str | None, at_least: str | None) -> tuple[int, bool] | None:
    """'xN' says that there are several, and not how many."""
    if copies is None:
        return 1, False
    if copies == "N":
        return 2, True
    count = int(copies)
    return (count, at_least is not None) if 1 <= count <= MOST else None
