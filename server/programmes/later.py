"""What is written later than it happened, or otherwise than before: what has to be said of it. Pure."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from server.programmes.course import Entry, History
from server.programmes.definition import Kind, Part, Step
from server.programmes.questions import Verdict
from server.programmes.signed import SIGNED

AT_ONCE = timedelta(minutes=2)
"""What is written within so long is written at once, as far as a clock on a wall can tell."""

UNASKED = timedelta(minutes=1)
"""A step by which the time is counted may be typed back by so much before anybody asks why: by the minute that passes
while it is written. What is typed back further makes the time of who is watched shorter. A proposal: no label and no
guideline names a figure.
"""

LATELY = timedelta(hours=6)
"""So long after midnight the evening before is still at hand: a time of day that is yet to come and was not longer ago
than this is that of yesterday, and a booking of yesterday that no session used is the next one's.
"""
EARLIER = timedelta(days=7)
"""So many days back a step of a session may still be written."""
WHY = "_why_later"
"""Under this the answers keep why a step of an earlier day is written now; no question has such an id."""
OTHERWISE = "_otherwise"
"""Under this they keep why a step that stopped does so no longer."""
WHY_BACK = "_why_back"
"""Under this they keep why a step by which the time is counted is written later on its day."""
OF_SESSION = frozenset({Part.BEFORE, Part.SESSION, Part.DURING, Part.AFTER, Part.HAPPENED})


def earliest(step: Step, today: date) -> date | None:
    """The first day of which a step may be written today; None: of today alone. Nobody signs for an earlier day."""
    return today - EARLIER if step.part in OF_SESSION and step.kind is not Kind.CONSENT else None


def lifts_stop(done: History, step: Step, entry: Entry) -> bool:
    """Whether a check that came to a stop is answered once more, and does not stop now. What is measured or happens is
    written anew each time, who waits to go home is looked at until they may, and a consent or a decision is the word
    of who gives it.
    """
    if step.kind is not Kind.CHECK or step.part is Part.DURING or entry.verdict is Verdict.STOP:
        return False
    before = done.newest.get((step.id, entry.key.session))
    return before is not None and before.verdict is Verdict.STOP


def why_of(answers: Mapping[str, str]) -> str:
    """All that was said of why it is written, or signed, so."""
    return "\n".join(answers[key] for key in (WHY, WHY_BACK, OTHERWISE, SIGNED) if answers.get(key))


def written_later(at: datetime, written_at: datetime) -> datetime | None:
    """When it was written, where that was later than it happened."""
    return written_at if written_at - at >= AT_ONCE else None
