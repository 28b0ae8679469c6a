"""What a clinic says of footings, as its form sends it. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from server.booking.forms import read_date, read_uuid
from server.patients.rules import one_line
from server.programmes.definition import Definition
from server.programmes.footings import Base, Footing
from server.programmes.outside.rules import Chosen

MOST_DAYS = 365
LONGEST_SOURCE = 400


@dataclass(frozen=True)
class Said:
    """Footing -> what counts from now on, and the fields in which something is wrong."""

    chosen: Mapping[str, Chosen]
    wrong: frozenset[str]


def read(
    fields: Mapping[str, str], definition: Definition, known: Mapping[str, Chosen], clinicians: Collection[UUID]
) -> Said:
    """Fields are `KIND-PROGRAMME-FOOTING`: person, until, warn and source. Of what was not sent, what is known stays. A
    last day that is not the file's needs the clinic's own source.
    """
    wrong, found = set[str](), {}
    for one in definition.footings:
        name = f"{definition.id}-{one.id}"
        before = known.get(one.id, Chosen())
        if one.base is Base.PERSON and f"person-{name}" in fields:
            chosen = read_uuid(fields[f"person-{name}"])
            found[one.id] = Chosen(staff_id=chosen if chosen in clinicians else None)
        elif one.base is Base.DATE and f"until-{name}" in fields:
            found[one.id] = _date(fields, one, name, wrong)
        else:
            found[one.id] = before
    return Said(found, frozenset(wrong))


def _date(fields: Mapping[str, str], one: Footing, name: str, wrong: set[str]) -> Chosen:
    typed, days = fields[f"until-{name}"].strip(), fields.get(f"warn-{name}", "").strip()
    source = one_line(fields.get(f"source-{name}", ""))[:LONGEST_SOURCE]
    until = read_date(typed)
    if typed and until is None:
        wrong.add(f"until-{name}")
    if days and not (days.isascii() and days.isdigit() and int(days[:6]) <= MOST_DAYS):
        wrong.add(f"warn-{name}")
        days = ""
    if until == one.until:
        until = None
    if until and not source:
        wrong.add(f"source-{name}")
    warn = int(days) if days else None
    usual = one.warn.length.days if one.warn else None
    return Chosen(until=until, warn=None if warn == usual else warn, source=source if until else "")
