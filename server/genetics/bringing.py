"""Results out of a file that a laboratory or a program made: PharmCAT's JSON, FHIR Observations, tables. Pure.

What comes out is what the file says, in our fields, for somebody to look at before any of it is kept. A gene for which
a file has several diplotypes comes several times: none is picked. Formats: pharmcat.clinpgx.org ('Phenotyper' and
'Reporter' JSON, versions 2 and 3), HL7's Genomics Reporting guide (the gene is the component of LOINC 48018-6).
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from server.genetics.catalogue import Gene, Tables
from server.genetics.phenotypes import call

MOST_FOUND = 40
GENE_STUDIED = "48018-6"
DAY = re.compile(r"(?:19|20)\d\d(?:-\d\d){0,2}", re.ASCII)
COLUMNS = {
    "gene": ("gene", "gene symbol", "genesymbol", "gene name", "marker"),
    "result": ("diplotype", "genotype", "star alleles", "result", "allele result", "alleles", "genotype result"),
    "phenotype": ("phenotype", "metabolizer status", "metaboliser status", "predicted phenotype", "activity", "status"),
    "lab": ("laboratory", "lab", "performed by", "labor"),
    "method": ("method", "assay", "panel", "platform"),
    "on": ("date", "report date", "reported", "collected", "datum"),
}
"""Heads of columns as laboratories name them, in small letters."""


class NotReadable(ValueError):
    """The file is none of those that are known, or names no gene of the tables."""


@dataclass(frozen=True)
class Found:
    """One result as the file has it. `phenotype` in the words of the tables, '' where the file says another one."""

    gene: str
    result: str = field(default="", repr=False)
    phenotype: str = field(default="", repr=False)
    lab: str = ""
    method: str = ""
    on: str = ""


def read_file(data: bytes, tables: Tables) -> list[Found]:
    """Raises NotReadable."""
    text = _text(data)
    try:
        value = json.loads(text)
    except ValueError:
        found = list(_of_table(text, tables))
    else:
        found = list(_of_json(value, tables))
    kept = list(dict.fromkeys(found))
    if not kept or len(kept) > MOST_FOUND:
        raise NotReadable
    return kept


def _text(data: bytes) -> str:
    for way in ("utf-8-sig", "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252"):
        try:
            return data.decode(way)
        except UnicodeDecodeError:
            continue
    raise NotReadable


def phenotype_of(words: str) -> str:
    """A metabolizer status in the tables' words; '' for another. Before 2017 'normal' was called 'extensive'."""
    said = " ".join(re.sub(r"[^a-z]+", " ", words.lower().replace("ultra-rapid", "ultrarapid")).split())
    likely = "likely " if said.startswith(("likely", "possible")) else ""
    kinds = {"ultrarapid": "UM", "rapid": "RM", "normal": "NM", "extensive": "NM", "intermediate": "IM", "poor": "PM"}
    for word, short in kinds.items():
        if word in said.split() or said == short.lower():
            return likely + short if short in ("PM", "IM") else short
    return "Indeterminate" if said.split()[:1] == ["indeterminate"] else ""


def _made(tables: Tables, gene: str, result: str, phenotype: str, **more: str) -> Iterable[Found]:
    """A result of a gene that is known, if it says anything; a phenotype may stand where others write the diplotype."""
    known, result = tables.genes.get(gene.strip().upper()), " ".join(result.split())[:120]
    if known is None:
        return
    is_diplotype = call(known, result) is not None
    said = _named(known, phenotype) or ("" if is_diplotype else _named(known, result))
    if is_diplotype or said:
        short = {key: value[:120] for key, value in more.items()}
        yield Found(known.name, result if is_diplotype else "", said, **short)


def _named(gene: Gene, words: str) -> str:
    """The phenotype of this gene that the words name, or ''."""
    found = words.strip() if words.strip() in gene.phenotypes else phenotype_of(words)
    return found if found in gene.phenotypes else ""


def _of_json(value: Any, tables: Tables) -> Iterable[Found]:
    if isinstance(value, dict) and isinstance(value.get("genes") or value.get("geneReports"), dict):
        return _of_pharmcat(value, tables)
    return _of_fhir(value, tables)


def _of_pharmcat(value: Mapping[str, Any], tables: Tables) -> Iterable[Found]:
    reports = value.get("genes") or value["geneReports"]
    version = str(
        value.get("pharmcatVersion") or _mapping(value.get("matcherMetadata")).get("namedAlleleMatcherVersion") or ""
    )
    reports = reports["CPIC"] if isinstance(reports.get("CPIC"), dict) else reports
    for gene, report in reports.items():
        for one in _list(_mapping(report).get("sourceDiplotypes")):
            said = _list(_mapping(one).get("phenotypes"))
            method = f"PharmCAT {version}".strip()
            if gene == "CYP2D6" and _mapping(report).get("callSource") == "MATCHER":
                method += ", called from variants: copies not counted"
            label = str(_mapping(one).get("label") or "")
            yield from _made(tables, str(gene), label, str(said[0]) if said else "", method=method)


def _of_fhir(value: Any, tables: Tables) -> Iterable[Found]:
    entries = _list(_mapping(value).get("entry")) if isinstance(value, dict) else _list(value)
    resources = [_mapping(_mapping(one).get("resource", one)) for one in entries] or [_mapping(value)]
    for one in resources:
        if one.get("resourceType") == "Observation":
            yield from _of_observation(one, tables)


def _of_observation(one: Mapping[str, Any], tables: Tables) -> Iterable[Found]:
    words = [*_words(one.get("valueCodeableConcept")), str(one.get("valueString") or "")]
    performer = _list(one.get("performer"))
    day = DAY.match(str(one.get("effectiveDateTime") or one.get("issued") or ""))
    more = {
        "lab": str(_mapping(performer[0]).get("display") or "") if performer else "",
        "method": next(iter(_words(_mapping(one.get("method")))), ""),
        "on": day[0] if day else "",
    }
    genes = [
        word
        for part in _list(one.get("component"))
        if _is_gene(part)
        for word in _words(_mapping(part).get("valueCodeableConcept"))
    ]
    genes = [gene for gene in genes if gene in tables.genes]
    for text in words:
        named = [gene for gene in tables.genes if gene in text]
        for gene in dict.fromkeys(named or (genes if len(genes) == 1 else [])):
            result = text.replace(gene, "").strip()
            yield from _made(tables, gene, result, result, **more)


def _is_gene(part: Any) -> bool:
    codings = _list(_mapping(_mapping(part).get("code")).get("coding"))
    return any(_mapping(one).get("code") == GENE_STUDIED for one in codings)


def _words(concept: Any) -> list[str]:
    """What a CodeableConcept says, its own words first."""
    found = [
        _mapping(concept).get("text"),
        *(_mapping(one).get("display") for one in _list(_mapping(concept).get("coding"))),
    ]
    return [str(one) for one in found if one]


def _of_table(text: str, tables: Tables) -> Iterable[Found]:
    lines = [line for line in text.splitlines() if line.strip()]
    for start, line in enumerate(lines[:20]):
        for mark in (",", ";", "\t"):
            heads = _heads([one.strip().strip('"').lower() for one in line.split(mark)])
            if "gene" in heads and heads.keys() & {"result", "phenotype"}:
                yield from _rows(csv.reader(io.StringIO("\n".join(lines[start + 1 :])), delimiter=mark), heads, tables)
                return


def _heads(names: Sequence[str]) -> dict[str, int]:
    return {
        key: names.index(known[0])
        for key, spelled in COLUMNS.items()
        if (known := [name for name in spelled if name in names])
    }


def _rows(rows: Iterable[Sequence[str]], heads: Mapping[str, int], tables: Tables) -> Iterable[Found]:
    for row in rows:
        said = {key: row[at].strip() if at < len(row) else "" for key, at in heads.items()}
        day = DAY.fullmatch(said.pop("on", ""))
        gene, result, phenotype = said.pop("gene"), said.pop("result", ""), said.pop("phenotype", "")
        for one in _made(tables, gene, result, phenotype, **said):
            yield replace(one, on=day[0] if day else "")


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else []
