"""What the forms for rooms and equipment accept: submitted fields -> value, or a reason per field."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID
from zoneinfo import ZoneInfo

from server.clinic.hours_forms import parse_leave
from server.clinic.resources.rules import Closure, Kind, Unit
from server.clinic.rules import Leave
from server.clinic.sheet import Answer, Fields, Reason, Sheet


@dataclass(frozen=True)
class Added:
    """A new unit, and its kind when the clinic had no such word yet."""

    unit: Unit
    new_kind: Kind | None


def parse_new(ids: tuple[UUID, UUID], known: Sequence[Kind], fields: Fields) -> Added | Answer:
    """A unit of a kind that is named by its word; (unit id, kind id) are taken for what is new."""
    sheet = Sheet(fields)
    word, name = sheet.line("word"), sheet.line("name")
    kind = next((one for one in known if one.word.casefold() == word.casefold()), None)
    if kind and any(unit.name.casefold() == name.casefold() for unit in kind.units):
        sheet.reasons["name"] = Reason.SAME_NAME
    unit = Unit(ids[0], kind.id if kind else ids[1], name)
    return sheet.answer(Added(unit, None if kind else Kind(ids[1], word)))


def parse_unit(unit: Unit, others: Sequence[Unit], fields: Fields) -> Unit | Answer:
    """Its name, its number, and whether it is still used; `others` are those of its kind."""
    sheet = Sheet(fields)
    serial = sheet.line("serial", needed=False)
    changed = replace(unit, name=sheet.line("name"), retired=sheet.ticked("retired"), serial=serial)
    if any(one.name.casefold() == changed.name.casefold() for one in others if one.id != unit.id):
        sheet.reasons["name"] = Reason.SAME_NAME
    return sheet.answer(changed)


def unit_fields(unit: Unit) -> dict[str, str]:
    """The fields that `parse_unit` reads back."""
    return {"name": unit.name, "serial": unit.serial, "retired": "yes" if unit.retired else ""}


def parse_kind(kind: Kind, known: Sequence[Kind], fields: Fields) -> Kind | Answer:
    """The word for a kind."""
    sheet = Sheet(fields)
    word = sheet.line("word")
    if any(one.word.casefold() == word.casefold() for one in known if one.id != kind.id):
        sheet.reasons["word"] = Reason.SAME_NAME
    return sheet.answer(replace(kind, word=word))


def parse_closure(closure_id: UUID, unit: Unit, zone: ZoneInfo, fields: Fields) -> Closure | Answer:
    """Time in the clinic's wall time; without times it is whole days, the last one included."""
    found = parse_leave(closure_id, None, zone, fields)
    return Closure(found.id, unit.id, found.from_at, found.until_at) if isinstance(found, Leave) else found
