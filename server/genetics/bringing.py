"""Results out of a file that a laboratory or a program made: PharmCAT's JSON, FHIR Observations, tables. Pure.

What comes out is what the file says, in our fields, for somebody to look at before any of it is kept. A gene for which
a file has several diplotypes comes several times: none is picked. What cannot be read as one result is not guessed: it
is named with the reason. Formats: pharmcat.clinpgx.org ('Phenotyper' and
'Reporter' JSON, versions 2 and 3), HL7's Genomics Reporting guide (the gene is the component of LOINC 48018-6).
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from server.genetics.alleles import Pair, read_diplotype
from server.genetics.catalogue import Gene, Tables
from server.genetics.phenotypes import call

MOST_FOUND = 40
GENE_STUDIED, COPY_NUMBER = "48018-6", "82155-3"
DAY = re.compile(r"(?:19|20)\d\d(?:-\d\d){0,2}", re.ASCII)
COLUMNS = {
    "gene": ("gene", "gene symbol", "genesymbol", "gene name", "marker"),
    "result": ("diplotype", "genotype", "star alleles", "result", "allele result", "alleles", "genotype result"),
    "phenotype": ("phenotype", "metabolizer status", "metaboliser status", "predicted phenotype", "activity", "status"),
    "lab": ("laboratory", "lab", "performed by", "labor"),
    "method": ("method", "assay", "panel", "platform"),
    "on": ("date", "report date", "reported", "collected", "datum"),
    "copies": ("copies", "cnv", "cn"),
    "patient": (
        "patient", "patient id", "patientid", "patient name", "patient number", "person", "subject", "subject id",
        "mrn", "name of patient",
    ),
    "sample": ("sample", "sample id", "sampleid", "sample name", "specimen", "specimen id", "sample number", "probe"),
}  # fmt: skip
"""Heads of columns as laboratories name them, in small letters."""
KINDS = {
    "ultrarapid": "UM", "um": "UM", "rapid": "RM", "rm": "RM", "normal": "NM", "nm": "NM", "extensive": "NM",
    "intermediate": "IM", "im": "IM", "poor": "PM", "pm": "PM", "indeterminate": "Indeterminate",
}  # fmt: skip
"""Words and letters for what somebody's enzyme does. Before 2017 'normal' was called 'extensive'."""
BESIDE = frozenset(
    [
        "metabolizer", "metaboliser", "metabolizers", "metabolisers", "metabolism", "phenotype", "status", "function",
        "activity", "predicted", "checked", "confirmed", "verified", "geprüft",
    ]
)  # fmt: skip
"""Words beside them that change nothing. With any other word, such as 'not' or 'perhaps', a text is not read."""
SCORE = re.compile(r"activity score\W{0,3}\d+(?:\.\d+)?", re.ASCII)
BETWEEN = re.compile(r"\||;| or ")
VOID = frozenset(("entered-in-error", "cancelled", "unknown", "registered"))
"""States of an Observation that has no result, or one that does not count."""
NOTHING = frozenset(("", "-", "n/a", "na", "none", "no result"))
COPIES = re.compile(r"x?(\d{1,2})(?:\.0+)?(?: ?cop(?:y|ies))?", re.ASCII)
DELETED = {"CYP2D6": "*5"}
"""Alleles that say that there is no copy."""


class Why(StrEnum):
    """Why something of the file is not among the results."""

    GENE = "gene"  # the tables do not have it
    UNCLEAR = "unclear"  # it says no result, or not one alone
    PHENOTYPE = "phenotype"  # the diplotype was taken, what the laboratory calls it says not one thing
    VOID = "void"  # the laboratory has not finished it or took it back
    COPIES = "copies"  # how many copies there are cannot be read, or not beside this diplotype


@dataclass(frozen=True)
class Left:
    """A part of the file that was not taken, in its words."""

    words: str = field(repr=False)
    why: Why


class NotReadable(ValueError):
    """The file is none of those that are known, or has no result of a gene of the tables; `left`: what it has.
    `several`: it has results of more than one person.
    """

    def __init__(self, left: Sequence[Left] = (), *, several: bool = False) -> None:
        super().__init__()
        self.left = left
        self.several = several


@dataclass(frozen=True)
class Found:
    """One result as the file has it. `phenotype` in the words of the tables, '' where the file says another one."""

    gene: str
    result: str = field(default="", repr=False)
    phenotype: str = field(default="", repr=False)
    lab: str = ""
    method: str = ""
    on: str = ""


@dataclass(frozen=True)
class Read:
    """What a file says, and what of it could not be taken."""

    found: Sequence[Found]
    left: Sequence[Left]


Part = Found | Left


def read_file(data: bytes, tables: Tables) -> Read:
    """Raises NotReadable."""
    try:
        parts = list(dict.fromkeys(_parts(_text(data), tables)))
    except (RecursionError, csv.Error, UnicodeEncodeError) as odd:
        raise NotReadable from odd
    found = [one for one in parts if isinstance(one, Found)]
    left = [one for one in parts if isinstance(one, Left)]
    if not found or len(found) > MOST_FOUND:
        raise NotReadable(left)
    return Read(found, left)


def _parts(text: str, tables: Tables) -> Iterable[Part]:
    """Raises RecursionError for brackets without end, UnicodeEncodeError for half a sign, csv.Error for a cell without
    end.
    """
    try:
        value = json.loads(text)
    except ValueError:
        return _of_table(text, tables)
    json.dumps(value, ensure_ascii=False).encode()
    return _of_json(value, tables)


def _text(data: bytes) -> str:
    for way in ("utf-8-sig", "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252"):
        try:
            return data.decode(way)
        except UnicodeDecodeError:
            continue
    raise NotReadable


def phenotype_of(words: str) -> str:
    """A metabolizer status in the tables' words; '' for another, and where the text does not say one alone."""
    said = SCORE.sub(" ", words.lower()).replace("ultra-rapid", "ultrarapid").replace("ultra rapid", "ultrarapid")
    named = re.findall(r"[^\W_]+|[*?]", said)
    likely = named[:1] in (["likely"], ["possible"])
    named = named[1:] if likely else named
    kinds = {KINDS[one] for one in named if one in KINDS}
    if len(kinds) != 1 or not all(one in KINDS or one in BESIDE for one in named):
        return ""
    (short,) = kinds
    if likely:
        return f"likely {short}" if short in ("PM", "IM") else ""
    return short


def _made(tables: Tables, gene: str, result: str, phenotype: str, copies: str = "", **more: str) -> Iterable[Part]:
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


def _of_json(value: Any, tables: Tables) -> Iterable[Part]:
    if isinstance(value, dict) and isinstance(value.get("genes") or value.get("geneReports"), dict):
        return _of_pharmcat(value, tables)
    return _of_fhir(value, tables)


def _of_pharmcat(value: Mapping[str, Any], tables: Tables) -> Iterable[Part]:
    reports = value.get("genes") or value["geneReports"]
    version = str(
        value.get("pharmcatVersion") or _mapping(value.get("matcherMetadata")).get("namedAlleleMatcherVersion") or ""
    )
    reports = reports["CPIC"] if isinstance(reports.get("CPIC"), dict) else reports
    for gene, report in reports.items():
        for one in _list(_mapping(report).get("sourceDiplotypes")):
            said = " / ".join(dict.fromkeys(str(each) for each in _list(_mapping(one).get("phenotypes"))))
            method = f"PharmCAT {version}".strip()
            if gene == "CYP2D6" and _mapping(report).get("callSource") == "MATCHER":
                method += ", called from variants: copies not counted"
            label = str(_mapping(one).get("label") or "")
            yield from _made(tables, str(gene), label, said, method=method)


def _of_fhir(value: Any, tables: Tables) -> Iterable[Part]:
    entries = _list(_mapping(value).get("entry")) if isinstance(value, dict) else _list(value)
    resources = [_mapping(_mapping(one).get("resource", one)) for one in entries] or [_mapping(value)]
    observations = [one for one in resources if one.get("resourceType") == "Observation"]
    _of_one_person(str(_mapping(one.get("subject")).get("reference") or "").split("/")[-1] for one in observations)
    for one in observations:
        yield from _of_observation(one, tables)


def _of_one_person(names: Iterable[str]) -> None:
    """Raises NotReadable where these name several people."""
    if len({" ".join(name.split()).casefold() for name in names} - {""}) > 1:
        raise NotReadable(several=True)


def _of_observation(one: Mapping[str, Any], tables: Tables) -> Iterable[Part]:
    words = [*_words(one.get("valueCodeableConcept")), str(one.get("valueString") or "")]
    performer = _list(one.get("performer"))
    day = DAY.match(str(one.get("effectiveDateTime") or one.get("issued") or ""))
    more = {
        "lab": str(_mapping(performer[0]).get("display") or "") if performer else "",
        "method": next(iter(_words(_mapping(one.get("method")))), ""),
        "on": day[0] if day else "",
        "copies": " ".join(_number(part) for part in _list(one.get("component")) if _is_of(part, COPY_NUMBER)),
    }
    genes = [
        word
        for part in _list(one.get("component"))
        if _is_of(part, GENE_STUDIED)
        for word in _words(_mapping(part).get("valueCodeableConcept"))
    ]
    others, genes = [gene for gene in genes if gene not in tables.genes], [one for one in genes if one in tables.genes]
    for text in filter(None, words):
        named = [gene for gene in tables.genes if gene in text] or (genes if len(genes) == 1 else [])
        if str(one.get("status") or "") in VOID:
            yield from (Left(f"{gene} {text.replace(gene, '').strip()}"[:120], Why.VOID) for gene in named)
            continue
        for gene in dict.fromkeys(named):
            yield from _made(tables, gene, text.replace(gene, "").strip(), "", **more)
        if not named and (others or genes):
            yield Left(f"{', '.join(others or genes)} {text}"[:120], Why.UNCLEAR if genes else Why.GENE)


def _is_of(part: Any, code: str) -> bool:
    codings = _list(_mapping(_mapping(part).get("code")).get("coding"))
    return any(_mapping(one).get("code") == code for one in codings)


def _number(part: Any) -> str:
    """The number that a component says; '?' where it says none alone, or with more than it."""
    quantity = _mapping(_mapping(part).get("valueQuantity"))
    said = [quantity.get("value"), _mapping(part).get("valueInteger"), _mapping(part).get("valueString")]
    said += _words(_mapping(part).get("valueCodeableConcept"))[:1]
    given = [str(one) for one in said if one is not None]
    return given[0] if len(given) == 1 and not quantity.get("comparator") else "?"


def _words(concept: Any) -> list[str]:
    """What a CodeableConcept says, its own words first."""
    found = [
        _mapping(concept).get("text"),
        *(_mapping(one).get("display") for one in _list(_mapping(concept).get("coding"))),
    ]
    return [str(one) for one in found if one]


def _of_table(text: str, tables: Tables) -> Iterable[Part]:
    lines = [line for line in text.splitlines() if line.strip()]
    for start, line in enumerate(lines[:20]):
        for mark in (",", ";", "\t"):
            heads = _heads([_head(one) for one in line.split(mark)])
            if "gene" in heads and heads.keys() & {"result", "phenotype"}:
                yield from _rows(csv.reader(io.StringIO("\n".join(lines[start + 1 :])), delimiter=mark), heads, tables)
                return


def _head(text: str) -> str:
    """A head as COLUMNS has it; one that speaks of copies in whichever words counts as theirs."""
    name = text.strip().strip('"').lower().replace("_", " ")
    return "copies" if any(word in name for word in ("copy", "copies", "kopie")) else name


def _heads(names: Sequence[str]) -> dict[str, int]:
    return {
        key: names.index(known[0])
        for key, spelled in COLUMNS.items()
        if (known := [name for name in spelled if name in names])
    }


def _rows(rows: Iterable[Sequence[str]], heads: Mapping[str, int], tables: Tables) -> Iterable[Part]:
    table = [{key: row[at].strip() if at < len(row) else "" for key, at in heads.items()} for row in rows]
    table = [said for said in table if said["gene"] or said.get("result") or said.get("phenotype")]
    patients, samples = ([said.pop(key, "") for said in table] for key in ("patient", "sample"))
    _of_one_person(patients if any(patients) else samples)
    for said in table:
        day = DAY.fullmatch(said.pop("on", ""))
        gene, result, phenotype = said.pop("gene"), said.pop("result", ""), said.pop("phenotype", "")
        for one in _made(tables, gene, result, phenotype, **said):
            yield replace(one, on=day[0] if day else "") if isinstance(one, Found) else one


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else []
