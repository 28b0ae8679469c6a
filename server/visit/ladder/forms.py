"""What the page about those who wait accepts: fields -> the rules and the ladder, or a reason per field."""

from collections.abc import Collection
from datetime import timedelta

from server.clinic.sheet import Fields, Reason, Sheet
from server.safety.alerts.rules import Ladder, Step
from server.visit.ladder.rules import COMING, USUAL, Offer, Rung, WaitingRules, Whom

MINUTE = timedelta(minutes=1)
LONGEST = 60
SET_HERE = tuple(step for step in USUAL if step.rung != Rung.PAGE)
"""The rungs that a clinic sets; the page itself is told at once, always."""

Chosen = tuple[WaitingRules, Ladder]


def parse_waiting(fields: Fields, offers: Collection[str]) -> Chosen | dict[str, Reason]:
    """The choices; a rung without a tick is off. A later rung may not come before an earlier one."""
    sheet = Sheet(fields)
    ladder = [USUAL[0]]
    for step in SET_HERE:
        if not sheet.ticked(f"{step.rung}_on"):
            continue
        after = sheet.span(f"{step.rung}_after", MINUTE, 1, LONGEST)
        if after < ladder[-1].after and f"{step.rung}_after" not in sheet.reasons:
            sheet.reasons[f"{step.rung}_after"] = Reason.ENDS_BEFORE
        ladder.append(Step(step.rung, after, step.calls))
    rules = WaitingRules(
        whom=_whom(sheet),
        offers=frozenset(Offer(offer) for offer in offers if offer in set(Offer)),
        tells=sheet.ticked("tells"),
        back_within=sheet.span("back_minutes", MINUTE, 1, LONGEST),
        push=sheet.ticked("push"),
    )
    return sheet.answer((rules, tuple(ladder)))


def _whom(sheet: Sheet) -> Whom:
    chosen = sheet.choice("whom", set(Whom))
    return Whom(chosen) if chosen else Whom.DESK


def fields_of(rules: WaitingRules, ladder: Ladder) -> dict[str, str]:
    """The fields that `parse_waiting` reads back."""
    after = {step.rung: step.after for step in ladder}
    fields = {"whom": rules.whom.value, "tells": "yes" if rules.tells else "", "push": "yes" if rules.push else ""}
    fields["back_minutes"] = str(rules.back_within // MINUTE)
    for step in SET_HERE:
        fields[f"{step.rung}_on"] = "yes" if step.rung in after else ""
        fields[f"{step.rung}_after"] = str(max(1, after.get(step.rung, step.after) // MINUTE))
    return fields


def coming_of(fields: Fields) -> timedelta:
    """In how long somebody comes; what was not offered counts as the shortest."""
    minutes = fields.get("minutes", "")
    known = {str(choice): choice for choice in COMING}
    return known.get(minutes, COMING[0]) * MINUTE


def offer_of(fields: Fields) -> Offer | None:
    """What a patient asks for."""
    asked = fields.get("wish", "")
    return Offer(asked) if asked in set(Offer) else None
