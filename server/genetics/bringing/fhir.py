"""Results out of FHIR Observations, by HL7's Genomics Reporting guide: the gene is the component of LOINC 48018-6.
Pure.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from server.genetics.bringing.found import Lab, Left, Part, Said, Whom, Why
from server.genetics.bringing.making import made
from server.genetics.bringing.parts import mapping, of_one_person, sequence
from server.genetics.bringing.whose import whom
from server.genetics.catalogue import Tables

GENE_STUDIED, COPY_NUMBER = "48018-6", "82155-3"
DAY = re.compile(r"(?:19|20)\d\d(?:-\d\d){0,2}", re.ASCII)
VOID = frozenset(("entered-in-error", "cancelled", "unknown", "registered"))
"""States of an Observation that has no result, or one that does not count."""


def of_fhir(value: Any, tables: Tables) -> Iterable[Part]:
    entries = sequence(mapping(value).get("entry")) if isinstance(value, dict) else sequence(value)
    resources = [mapping(mapping(one).get("resource", one)) for one in entries] or [mapping(value)]
    observations = [one for one in resources if one.get("resourceType") == "Observation"]
    whose = [mapping(one.get("subject")) for one in observations]
    of_one_person(str(one.get("reference") or "").split("/")[-1] for one in whose)
    of_one_person(str(one.get("display") or "") for one in whose)
    for one in whose:
        if one.get("display"):
            yield whom("patient", str(one["display"]))
        elif one.get("reference"):
            yield Whom(str(one["reference"])[:120])
    resources += [mapping(inner) for one in observations for inner in sequence(one.get("contained"))]
    yield from _people(resources, {_id(str(one.get("reference") or "")) for one in whose})
    labs = {_id(str(one.get("id"))): str(one.get("name") or "") for one in resources if _is(one, "Organization")}
    yield from (Lab(lab[:120]) for one in resources if _is(one, "DiagnosticReport") if (lab := _lab(one, labs)))
    for one in observations:
        yield from _of_observation(one, tables, _lab(one, labs))


def _people(resources: Iterable[Mapping[str, Any]], asked: Collection[str]) -> Iterable[Whom]:
    """The patients of whom the observations are; without a word of that all that are there. Raises NotReadable where
    they are several.
    """
    patients = [one for one in resources if _is(one, "Patient")]
    patients = [one for one in patients if _id(str(one.get("id"))) in asked] or patients
    names = [_name(one) for one in patients]
    births = [str(one.get("birthDate") or "") for one in patients]
    of_one_person(names)
    of_one_person(births)
    yield from (Whom(one[:120], Said.NAME) for one in names if one)
    yield from (Whom(one[:120], Said.BORN) for one in births if one)


def _is(resource: Mapping[str, Any], kind: str) -> bool:
    return resource.get("resourceType") == kind


def _id(reference: str) -> str:
    """Of what a reference is: 'Patient/9', '#9', 'urn:uuid:9'."""
    return reference.split("/")[-1].split(":")[-1].lstrip("#")


def _name(patient: Mapping[str, Any]) -> str:
    """The official name of a Patient, else the first one."""
    names = [mapping(one) for one in sequence(patient.get("name"))]
    one = next((one for one in names if one.get("use") == "official"), names[0] if names else {})
    parts = [*(str(given) for given in sequence(one.get("given"))), str(one.get("family") or "")]
    return str(one.get("text") or " ".join(filter(None, parts)))


def _lab(one: Mapping[str, Any], labs: Mapping[str, str]) -> str:
    """Who made it, by the name that stands there, or that of the organization that it refers to."""
    performer = mapping(next(iter(sequence(one.get("performer"))), None))
    return str(performer.get("display") or labs.get(_id(str(performer.get("reference") or "")), ""))


def _of_observation(one: Mapping[str, Any], tables: Tables, lab: str) -> Iterable[Part]:
    words = [*_words(one.get("valueCodeableConcept")), str(one.get("valueString") or "")]
    day = DAY.match(str(one.get("effectiveDateTime") or one.get("issued") or ""))
    more = {
        "lab": lab,
        "method": next(iter(_words(mapping(one.get("method")))), ""),
        "on": day[0] if day else "",
        "copies": " ".join(_number(part) for part in sequence(one.get("component")) if _is_of(part, COPY_NUMBER)),
    }
    genes = [
        word
        for part in sequence(one.get("component"))
        if _is_of(part, GENE_STUDIED)
        for word in _words(mapping(part).get("valueCodeableConcept"))
    ]
    others, genes = [gene for gene in genes if gene not in tables.genes], [one for one in genes if one in tables.genes]
    if not any(words):
        void = str(one.get("status") or "") in VOID
        yield from (Left(gene, Why.VOID if void else Why.UNCLEAR) for gene in dict.fromkeys(genes))
    for text in filter(None, words):
        named = [gene for gene in tables.genes if gene in text] or (genes if len(genes) == 1 else [])
        if str(one.get("status") or "") in VOID:
            yield from (Left(f"{gene} {text.replace(gene, '').strip()}"[:120], Why.VOID) for gene in named)
            continue
        for gene in dict.fromkeys(named):
            yield from made(tables, gene, text.replace(gene, "").strip(), "", **more)
        if not named and (others or genes):
            yield Left(f"{', '.join(others or genes)} {text}"[:120], Why.UNCLEAR if genes else Why.GENE)


def _is_of(part: Any, code: str) -> bool:
    codings = sequence(mapping(mapping(part).get("code")).get("coding"))
    return any(mapping(one).get("code") == code for one in codings)


def _number(part: Any) -> str:
    """The number that a component says; '?' where it says none alone, or with more than it."""
    quantity = mapping(mapping(part).get("valueQuantity"))
    said = [quantity.get("value"), mapping(part).get("valueInteger"), mapping(part).get("valueString")]
    said += _words(mapping(part).get("valueCodeableConcept"))[:1]
    given = [str(one) for one in said if one is not None]
    return given[0] if len(given) == 1 and not quantity.get("comparator") else "?"


def _words(concept: Any) -> list[str]:
    """What a CodeableConcept says, its own words first."""
    found = [
        mapping(concept).get("text"),
        *(mapping(one).get("display") for one in sequence(mapping(concept).get("coding"))),
    ]
    return [str(one) for one in found if one]
