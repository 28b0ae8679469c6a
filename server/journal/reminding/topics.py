"""What of the reminders awaits a clinician: how often somebody is asked, and when it stops."""

from collections.abc import Sequence

from server.clinic.confirming.rules import Topic, version_of
from server.clinic.confirming.topics import Asks
from server.journal.reminding.catalogue import conventions, shipped_data

KEY = "mood-reminders"


async def reminding_topics(asks: Asks) -> Sequence[Topic]:
    """One."""
    _, how = asks.gettext, conventions()
    return [
        Topic(
            key=KEY,
            area=_("Mood"),
            name=_("Reminders to write about the day"),
            version=version_of(shipped_data()),
            awaits=how.awaits,
            figures=[
                (_("Once a day, usually at"), shipped_data()["daily"]),
                (_("At random times besides, at most"), str(how.random_most)),
                (_("On one day at most"), str(how.most_a_day)),
                (_("Stops after so many without an answer"), str(how.misses)),
            ],
            sources=how.sources,
        )
    ]
