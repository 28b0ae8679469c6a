"""Reading what is known of a patient's care from a form: a value, or a reason for each field. Pure."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from server.booking.forms import read_uuid
from server.genetics.catalogue import shipped
from server.genetics.phenotypes import call
from server.record.care.rules import (
    Certainty,
    Diagnosis,
    Effect,
    Enough,
    GeneTest,
    Goal,
    Kind,
    Medicine,
    Reached,
    Spell,
    Treatment,
    Value,
    Way,
)

SHORT, LONG = 120, 2000
KNOWN = re.compile(r"(?P<year>(?:19|20)\d\d)(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?", re.ASCII)
E = TypeVar("E", bound=StrEnum)
Fields = Mapping[str, str]


class Reason(StrEnum):
    MISSING = "missing"
    NO_DATE = "no_date"
    NO_NUMBER = "no_number"
    BEFORE = "before"  # it ends before it begins
    NO_DIPLOTYPE = "no_diplotype"
    SEVERAL = "several"  # of a gene that a file has several times some are kept alone
    NO_ALLELE = "no_allele"  # of an HLA gene: which allele was found, or looked for


Reasons = dict[str, Reason]


def parse(kind: Kind, fields: Fields) -> Value | Reasons:
    """What was typed; fields that nobody sent are empty."""
    reasons: Reasons = {}
    value = PARSERS[kind](fields, reasons)
    return reasons or value


def _medicine(fields: Fields, reasons: Reasons) -> Medicine:
    return Medicine(
        name=_needed(fields, "name", reasons),
        dose=_amount(fields, "dose", reasons),
        unit=_line(fields, "unit")[:16] or "mg",
        often=_line(fields, "often"),
        spell=_spell(fields, reasons),
        effect=_one_of(Effect, fields.get("effect", ""), Effect.UNKNOWN),
        stopped=_line(fields, "stopped"),
        enough=_one_of(Enough, fields.get("enough", ""), Enough.UNKNOWN),
    )


def _treatment(fields: Fields, reasons: Reasons) -> Treatment:
    return Treatment(
        way=_one_of(Way, fields.get("way", ""), Way.TALK),
        method=_needed(fields, "method", reasons),
        sessions=_whole(fields, "sessions", reasons),
        spell=_spell(fields, reasons),
        effect=_one_of(Effect, fields.get("effect", ""), Effect.UNKNOWN),
        stopped=_line(fields, "stopped"),
        enough=_one_of(Enough, fields.get("enough", ""), Enough.UNKNOWN),
    )


def _diagnosis(fields: Fields, reasons: Reasons) -> Diagnosis:
    return Diagnosis(
        system=_needed(fields, "system", reasons),
        code=_needed(fields, "code", reasons)[:32],
        words=_line(fields, "words"),
        since=_when(fields, "since", reasons),
        certainty=_one_of(Certainty, fields.get("certainty", ""), Certainty.CONFIRMED),
    )


def _goal(fields: Fields, reasons: Reasons) -> Goal:
    return Goal(
        words=_needed(fields, "words", reasons),
        plan=fields.get("plan", "").replace("\r\n", "\n").strip()[:LONG],
        review=_when(fields, "review", reasons),
        reached=_one_of(Reached, fields.get("reached", ""), Reached.OPEN),
    )


def _gene(fields: Fields, reasons: Reasons) -> GeneTest:
    tables = shipped()
    gene = tables.genes.get(fields.get("gene", "")) or next(iter(tables.genes.values()))
    result, phenotype = _line(fields, "result"), fields.get("phenotype", "")
    phenotype = phenotype if phenotype in gene.phenotypes else ""
    if result and gene.allele and ("*" not in result or call(gene, result) is None):
        reasons["result"] = Reason.NO_ALLELE
    elif result and call(gene, result) is None:
        reasons["result"] = Reason.NO_DIPLOTYPE
    elif not result and not phenotype:
        reasons["result"] = Reason.MISSING
    return GeneTest(
        gene=gene.name,
        result=result,
        phenotype=phenotype,
        lab=_needed(fields, "lab", reasons),
        method=_line(fields, "method"),
        on=_when(fields, "on", reasons),
        document=fields.get("document", "") if read_uuid(fields.get("document", "")) else "",
        tables=tables.version,
    )


PARSERS: dict[Kind, Callable[[Fields, Reasons], Value]] = {
    Kind.MEDICINE: _medicine,
    Kind.TREATMENT: _treatment,
    Kind.DIAGNOSIS: _diagnosis,
    Kind.GOAL: _goal,
    Kind.GENE: _gene,
}


def _spell(fields: Fields, reasons: Reasons) -> Spell:
    since, until = _when(fields, "since", reasons), _when(fields, "until", reasons)
    if since and until and until[: len(since)] < since[: len(until)]:
        reasons["until"] = Reason.BEFORE
    going = fields.get("going", "") == "yes" and not until
    return Spell(since, until, _whole(fields, "weeks", reasons), going)


def _line(fields: Fields, name: str) -> str:
    return " ".join(fields.get(name, "").split())[:SHORT]


def _needed(fields: Fields, name: str, reasons: Reasons) -> str:
    text = _line(fields, name)
    if not text:
        reasons[name] = Reason.MISSING
    return text


def _when(fields: Fields, name: str, reasons: Reasons) -> str:
    text = fields.get(name, "").strip()
    found = KNOWN.fullmatch(text)
    if text and (found is None or not _is_day(found)):
        reasons[name] = Reason.NO_DATE
    return text


def _is_day(found: "re.Match[str]") -> bool:
    try:
        date(int(found["year"]), int(found["month"] or 1), int(found["day"] or 1))
    except ValueError:
        return False
    return True


def _whole(fields: Fields, name: str, reasons: Reasons) -> int | None:
    text = fields.get(name, "").strip()
    if not text:
        return None
    if not re.fullmatch(r"\d{1,4}", text, re.ASCII):
        reasons[name] = Reason.NO_NUMBER
        return None
    return int(text)


def _amount(fields: Fields, name: str, reasons: Reasons) -> float | None:
    text = fields.get(name, "").strip().replace(",", ".")
    if not text:
        return None
    if not re.fullmatch(r"\d{1,5}(\.\d{1,4})?", text, re.ASCII):
        reasons[name] = Reason.NO_NUMBER
        return None
    return float(text)


def _one_of(kind: type[E], text: str, usual: E) -> E:
    return kind(text) if text in {one.value for one in kind} else usual
