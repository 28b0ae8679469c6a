"""One line of a file as results of a gene: each that its text leaves open, or what was not taken, with why. Pure.

None is picked: where a number of copies leaves open which allele has more of them, each way stands there.
"""

import re
from collections.abc import Iterable, Sequence

from server.genetics.alleles import Pair, read_diplotype
from server.genetics.bringing.calling import NOTHING, phenotype_of
from server.genetics.bringing.found import Found, Left, Part, Why
from server.genetics.catalogue import Gene, Tables
from server.genetics.phenotypes import call

BETWEEN = re.compile(r"\||;| or ")
COPIES = re.compile(r"x?(\d{1,2})(?:\.0+)?(?: ?cop(?:y|ies))?", re.ASCII)
DELETED = {"CYP2D6": "*5"}
"""Alleles that say that there is no copy."""


def made(tables: Tables, gene: str, result: str, phenotype: str, copies: str = "", **more: str) -> Iterable[Part]:
    """The results of a gene that is known, each that its text leaves open; a phenotype may stand where others write the
    diplotype. `copies`: how many of the gene there are, where the file says it. What cannot be read is left, with why.
    """
    known, named = _gene(tables, gene)
    words = " ".join(f"{gene} {result} {phenotype if phenotype != result else ''} {copies}".split())[:120]
    if known is None:
        yield Left(words, Why.GENE)
        return
    results = [_result(known, one, named) for one in BETWEEN.split(" ".join(result.split()))]
    said = _named(known, phenotype, named)
    short = {key: value[:120] for key, value in more.items()}
    if all(results):
        counted = [_counted(known, one, copies) for one in results]
        if not all(counted):
            yield Left(words, Why.COPIES)
            return
        yield from (Found(known.name, one[:120], said, **short) for several in counted for one in several)
        if not said and phenotype.strip().lower() not in NOTHING:
            yield Left(words, Why.PHENOTYPE)
        return
    other = _named(known, result, named)
    told = {one for one in (said, other) if one}
    if len(told) != 1 or (not other and result.strip().lower() not in NOTHING):
        yield Left(words, Why.UNCLEAR)
        return
    yield Found(known.name, "", told.pop(), **short)


def meant(tables: Tables, gene: str, text: str) -> tuple[str, str]:
    """What a text says of a gene: ('result', its alleles in order) or ('phenotype', the word of the tables); else
    nothing.
    """
    known, named = _gene(tables, gene)
    if known and (found := _result(known, text, named)):
        return "result", "/".join(sorted("".join(found.split()).split("/")))
    phenotype = _named(known, text, named) if known else ""
    return ("phenotype", phenotype) if phenotype else ("", "")


def _counted(gene: Gene, text: str, copies: str) -> Sequence[str]:
    """Every result that the text may mean where there are so many copies of the gene; none where both do not fit."""
    if copies.strip().lower() in NOTHING:
        return [text]
    number = COPIES.fullmatch(copies.strip().lower())
    if number is None:
        return []
    wanted = int(number[1])
    pairs: Sequence[Pair] = [] if gene.allele else read_diplotype(gene.name, text) or []
    if gene.allele:
        return [text] if wanted == 2 else []
    if any(one.open for pair in pairs for strand in pair for one in strand):
        return []
    if all(_copies(gene, pair) == wanted for pair in pairs):
        return [text]
    ways = _ways(gene, pairs[0], wanted) if len(pairs) == 1 else []
    return ways if all(call(gene, one) is not None for one in ways) else []


def _copies(gene: Gene, pair: Pair) -> int:
    return sum(one.count for strand in pair for one in strand if one.allele != DELETED.get(gene.name))


def _ways(gene: Gene, pair: Pair, wanted: int) -> list[str]:
    """How two single alleles may be there in so many copies, fewer than which their text does not say."""
    if any(len(strand) > 1 or strand[0].count > 1 for strand in pair) or wanted <= _copies(gene, pair):
        return []
    first, second = (strand[0].allele for strand in pair)
    gone = DELETED.get(gene.name)
    if gone in (first, second):
        return (
            [] if first == second else ["/".join(one if one == gone else f"{one}x{wanted}" for one in (first, second))]
        )
    both = [f"({first}/{second})x{wanted - 1}"]
    between = range(2, wanted - 1) if first != second else ()
    return both + [f"{first}x{count}/{second}x{wanted - count}" for count in between]


def _gene(tables: Tables, text: str) -> tuple[Gene | None, str]:
    """The gene of a name, and its allele where the name has it: 'HLA-B*15:02'."""
    name, star, allele = "".join(text.split()).upper().partition("*")
    known = tables.genes.get(name)
    if known is None or not star:
        return known, ""
    return (known, known.allele) if known.allele == star + allele else (None, "")


def _result(gene: Gene, text: str, named: str) -> str:
    """A text that is a result of this gene, or ''. Of an HLA gene 'negative' is one where its allele is named."""
    text = text.strip()
    if gene.allele and text.lower() in ("positive", "negative"):
        text = f"{named} {text.lower()}" if named else ""
    return text if text and call(gene, text) is not None else ""


def _named(gene: Gene, words: str, named: str) -> str:
    """The phenotype of this gene that the words name, or ''."""
    words = words.strip()
    every = (words, f"{named} {words.lower()}", phenotype_of(words.replace(gene.name, "")))
    return next((one for one in every if one in gene.phenotypes), "")
