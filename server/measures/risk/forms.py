"""What the page about answers that speak of danger accepts: fields -> a ladder of each kind, or a reason per field."""

from collections.abc import Mapping
from datetime import timedelta

from server.clinic.sheet import Fields, Reason, Sheet
from server.measures.risk.rules import KINDS, USUAL, Rung
from server.safety.alerts.rules import Ladder, Step

MINUTE = timedelta(minutes=1)
LONGEST = 120
SET_HERE = (Rung.THERAPIST, Rung.COLLEAGUE, Rung.ROSTER)
"""The steps whose times a clinic sets. None can be switched off, and the page is told at once, always."""

Ladders = dict[str, Ladder]


def parse_danger(fields: Fields) -> Ladders | dict[str, Reason]:
    """Minutes of each step of each kind; a later step may not come before an earlier one."""
    sheet = Sheet(fields)
    found: Ladders = {}
    for kind in KINDS:
        steps = [USUAL[kind][0]]
        for rung in SET_HERE:
            name = f"{kind}_{rung}"
            after = sheet.span(name, MINUTE, 0, LONGEST)
            if after < steps[-1].after and name not in sheet.reasons:
                sheet.reasons[name] = Reason.ENDS_BEFORE
            steps.append(Step(rung, after))
        found[kind] = tuple(steps)
    return sheet.reasons or found


def fields_of(ladders: Mapping[str, Ladder]) -> dict[str, str]:
    """The fields that `parse_danger` reads back."""
    return {f"{kind}_{step.rung}": str(step.after // MINUTE) for kind, steps in ladders.items() for step in steps}
