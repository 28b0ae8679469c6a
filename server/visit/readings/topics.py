"""Whom a red reading calls and when, as a clinician confirms it."""

from collections.abc import Sequence

from server.clinic.confirming.rules import Topic, version_of
from server.clinic.confirming.topics import Asks
from server.visit.readings.rules import USUAL, Name

KEY = "visit-readings"


def version() -> str:
    """Of who is called in which order, and after how long."""
    return version_of({step.rung: step.after.total_seconds() for step in USUAL})


async def reading_topics(asks: Asks) -> Sequence[Topic]:
    """One: the ladder of a red reading."""
    _ = asks.gettext
    names = {Name.ON_CALL: _("who is on call"), Name.OTHERS: _("every other therapist")}
    told = _("%(who)s after %(minutes)g min")
    steps = [told % {"who": names[Name(one.rung)], "minutes": one.after.total_seconds() / 60} for one in USUAL]
    return [
        Topic(
            key=KEY,
            area=_("Safety"),
            name=_("When a reading in a session is red"),
            version=version(),
            awaits=[_("who is called, and after how many minutes")],
            figures=[(_("Who is called"), "; ".join(steps))],
            sources=[_("Our own proposal")],
        )
    ]
