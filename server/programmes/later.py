"""What is written later than it happened, or otherwise than before: what has to be said of it. Pure."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from server.programmes.course import Entry, History
from server.programmes.definition import Kind, Part, Step
from server.programmes.questions import Verdict
from server.programmes.signed import SIGNED
from server.programmes.times.rules import EARLIER

AT_ONCE = timedelta(minutes=2)
"""What is written within so long is written at once, as far as a clock on a wall can tell."""

WHY = "_why_later"
"""Under this the answers keep why a step of an earlier day is written now; no question has such an id."""
OTHERWISE = "_otherwise"
"""Under this they keep why a step that stopped, or asked for a look, does so no longer."""
WHY_BACK = "_why_back"
"""Under this they keep why a step by which the time is counted is written later on its day."""
OF_SESSION = frozenset({Part.BEFORE, Part.SESSION, Part.DURING, Part.AFTER, Part.HAPPENED})


def earliest(step: Step, today: date) -> date | None:
    """The first day of which a step may be written today; None: of today alone. Nobody signs for an earlier day."""
    return today - EARLIER if step.part in OF_SESSION and step.kind is not Kind.CONSENT else None


def lifts(done: History, step: Step, entry: Entry) -> bool:
    """Whether a check that came to a stop is answered once more, and does not stop now; or one at the beginning of the
    course that asked for a look, which a gate keeps until somebody says why, asks for none now. What is measured or
    happens is written anew each time, who waits to go home is looked at until they may, and a consent or a decision is
    the word of who gives it.
    """
    if step.kind is not Kind.CHECK or step.part is Part.DURING:
        return False
    before = done.newest.get((step.id, entry.key.session))
    if before is None or before.verdict is Verdict.CLEAR or entry.verdict is before.verdict:
        return False
    return before.verdict is Verdict.STOP or (step.part is Part.START and entry.verdict is Verdict.CLEAR)


def why_of(answers: Mapping[str, str]) -> str:
    """All that was said of why it is written, or signed, so."""
    return "\n".join(answers[key] for key in (WHY, WHY_BACK, OTHERWISE, SIGNED) if answers.get(key))


def written_later(at: datetime, written_at: datetime) -> datetime | None:
    """When it was written, where that was later than it happened."""
    return written_at if written_at - at >= AT_ONCE else None
