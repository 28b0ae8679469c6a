"""What the record knows of what was tried before, for a question of a programme that asks for it."""

from collections.abc import Sequence

from server.programmes.definition import Step
from server.record.care.keeping import care_of
from server.record.care.rules import Trial, trials
from server.record.opening import Opened


async def tried_before(record: Opened, step: Step) -> dict[str, Sequence[Trial]]:
    """Question -> every medicine and treatment, with whether it was an adequate trial as the question counts them."""
    asks = [one for one in step.questions if one.trials]
    if not asks:
        return {}
    entries = await care_of(record.house, record.clinic.id, record.person.id)
    today = record.now.astimezone(record.clinic.zone).date()
    return {one.id: trials(entries, today, days=one.trials.length.days) for one in asks if one.trials}
