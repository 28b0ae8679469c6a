"""A record as plain data for a JSON file that people and programs can read. Pure."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from server.measures.results import Result
from server.measures.risk.history import Stood
from server.record.care.rules import Entry
from server.record.export.gather import Whole
from server.record.notes.rules import Note
from server.safety.plan.catalogue import shape
from server.safety.plan.rules import Plan, lines_by_step

FORMAT = "parlour-record/1"


def data_of(whole: Whole) -> dict[str, Any]:
    """The whole record; times are ISO 8601 with their offset."""
    person = whole.person
    return {
        "format": FORMAT,
        "clinic": whole.clinic,
        "made_at": whole.at.isoformat(),
        "patient": {
            "id": str(person.id),
            "name": person.name,
            "mail": person.mail,
            "phone": person.phone,
            "language": person.language,
            "needs": asdict(person.needs),
        },
        "bookings": [
            {
                "starts_at": one.starts_at.isoformat(),
                "minutes": one.minutes,
                "service": one.service_name,
                "therapist": one.therapist_name,
                "means": one.means,
                "cancelled_at": one.cancelled_at.isoformat() if one.cancelled_at else None,
                **({"reason": whole.reasons[one.id]} if one.id in whole.reasons else {}),
            }
            for one in whole.bookings
        ],
        "notes": [_note(whole, one) for one in whole.notes],
        "care": [_entry(whole, one) for one in whole.care],
        "safety_plan": _plan(whole.plan),
        "measures": [_result(one, whole.danger.get(one.key)) for one in whole.results],
        "agreements": [
            {
                "about": one.kind,
                "version": one.version,
                "by": one.given_by,
                "by_id": str(one.given_by_id) if one.given_by_id else None,
                "by_name": whole.helpers.get(one.given_by_id, "") if one.given_by_id else "",
                "at": one.at.isoformat(),
                "withdrawn_at": one.withdrawn_at.isoformat() if one.withdrawn_at else None,
                "withdrawn_by": one.withdrawn_by or None,
            }
            for one in whole.consents
        ],
    }


def _note(whole: Whole, note: Note) -> dict[str, Any]:
    return {
        "id": str(note.id),
        "format": note.format.name,
        "by": whole.staff.get(note.author_id, ""),
        "signed_at": note.signed_at.isoformat() if note.signed_at else None,
        "sections": [
            {"title": one.title, "text": note.part(one.key).text}
            for one in note.format.sections
            if note.part(one.key).text.strip()
        ],
        "additions": [
            {"by": whole.staff.get(one.by_id, ""), "at": one.at.isoformat(), "text": one.text} for one in note.addenda
        ],
    }


def _entry(whole: Whole, entry: Entry) -> dict[str, Any]:
    by = whole.staff.get(entry.by_id, "")
    return {"kind": entry.kind.value, "by": by, "at": entry.at.isoformat(), **asdict(entry.value)}


def _plan(plan: Plan) -> dict[str, Any] | None:
    if plan.empty:
        return None
    return {
        "changed_at": plan.last.isoformat() if plan.last else None,
        "steps": [
            {"step": step, "lines": [asdict(one) for one in lines]}
            for step, lines in lines_by_step(plan, shape()).items()
            if lines
        ],
    }


def _result(result: Result, danger: Stood | None) -> dict[str, Any]:
    return {
        **({"spoke_of_danger": _danger(danger)} if danger else {}),
        "measure": result.instrument.title,
        "taken": [
            {
                "at": one.at.isoformat(),
                "came": one.came.isoformat() if one.came else None,
                "version": one.instrument.version,
                "total": one.result.total,
                "level": one.result.level.name if one.result.level else None,
                "partial": one.result.partial,
                "open": one.open,
                "answers": _answers(one.answers),
            }
            for one in result.taken
        ],
    }


def _danger(stood: Stood) -> dict[str, Any]:
    """Every answer to the questions that spoke of danger, the oldest first; `counts` unless another page was newer."""
    return {
        "seen_by": stood.seen_by,
        "seen_at": stood.seen_at.isoformat() if stood.seen_at else None,
        "answers": [
            {
                "question": one.number,
                "value": one.value,
                "words": one.words,
                "at": one.at.isoformat(),
                "came": one.came.isoformat() if one.came else None,
                "danger": one.loud,
                "counts": not one.overtaken,
            }
            for one in stood.said
        ],
    }


def _answers(answers: Mapping[str, int]) -> dict[str, int]:
    return dict(answers)
