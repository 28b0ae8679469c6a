"""What of the moods awaits a clinician: from where on a gentle word comes."""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from server.clinic.confirming.rules import Topic, version_of
from server.clinic.confirming.topics import Asks
from server.journal.mood.checkin import numbers

KEY = "mood-words"


@cache
def version() -> str:
    return version_of(json.loads((files("server.journal.mood") / "checkins.json").read_text(encoding="utf-8")))


async def mood_topics(asks: Asks) -> Sequence[Topic]:
    """One: the gentle words after hard days, which the patient alone reads."""
    _, at = asks.gettext, numbers()
    low = _("mood at or below %(mood)g on %(days)s days in a row") % {"mood": at.low_mood, "days": at.low_days}
    drop = _("mood lower by %(by)g than the mean of %(days)s days") % {"by": at.drop_by, "days": at.drop_days}
    awake = _("less than %(hours)g hours of sleep on %(days)s days, with energy of %(energy)g or more")
    told = awake % {"hours": at.awake_hours, "days": at.awake_days, "energy": at.awake_energy}
    return [
        Topic(
            key=KEY,
            area=_("Mood"),
            name=_("A gentle word after hard days"),
            version=version(),
            awaits=[_("that these numbers are where a word helps"), _("what is said then")],
            figures=[(_("Low"), low), (_("A fall"), drop), (_("Awake"), told)],
            sources=[_("Our own proposal")],
        )
    ]
