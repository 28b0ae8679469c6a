"""Results out of the JSON of PharmCAT: its 'Phenotyper' and its 'Reporter', versions 2 and 3 (pharmcat.clinpgx.org).
Pure.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from server.genetics.bringing.found import Left, Part, Why
from server.genetics.bringing.making import made
from server.genetics.bringing.parts import mapping, sequence
from server.genetics.bringing.whose import titled
from server.genetics.catalogue import Tables
from server.genetics.phenotypes import NOT_COUNTED


def of_pharmcat(value: Mapping[str, Any], tables: Tables) -> Iterable[Part]:
    metadata = mapping(value.get("matcherMetadata"))
    for one in (value.get("title"), metadata.get("sampleId")):
        if isinstance(one, str) and one.strip():
            yield titled(one)
    reports = value.get("genes") or value["geneReports"]
    version = str(value.get("pharmcatVersion") or metadata.get("namedAlleleMatcherVersion") or "")
    reports = reports["CPIC"] if isinstance(reports.get("CPIC"), dict) else reports
    for gene, report in reports.items():
        if str(gene) in tables.genes and not sequence(mapping(report).get("sourceDiplotypes")):
            yield Left(str(gene), Why.UNCLEAR)
        for one in sequence(mapping(report).get("sourceDiplotypes")):
            said = " / ".join(dict.fromkeys(str(each) for each in sequence(mapping(one).get("phenotypes"))))
            method = f"PharmCAT {version[:40]}".strip()
            if gene == "CYP2D6" and mapping(report).get("callSource") == "MATCHER":
                method += f", called from variants: {NOT_COUNTED}"
            label = str(mapping(one).get("label") or "")
            yield from made(tables, str(gene), label, said, method=method)
