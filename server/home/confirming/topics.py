"""What awaits a clinician, of all features: one maker for each that has figures or words without a source.

A new feature writes a `Maker` in its own folder (shapes in `server/clinic/confirming`) and is listed here; its pages
ask `server.clinic.confirming.store.confirmed` for the same key and version. Order here is order on the page.
"""

from collections.abc import Sequence

from server.calm.topics import calm_topics
from server.clinic.confirming.rules import Topic
from server.clinic.confirming.topics import Asks, Maker
from server.genetics.topics import genetics_topics
from server.journal.cbt.topics import tool_topics
from server.journal.mood.topics import mood_topics
from server.journal.reminding.topics import reminding_topics
from server.measures.topics import measure_topics
from server.programmes.medicines.topics import medicine_topics
from server.programmes.presets.topics import preset_topics
from server.programmes.results.topics import result_topics
from server.programmes.times.topics import time_topics
from server.programmes.topics import programme_topics
from server.record.prompts.topics import prompt_topics
from server.safety.danger.topics import danger_topics
from server.safety.plan.topics import plan_topics
from server.support.topics import support_topics
from server.visit.checklist.topics import visit_topics
from server.visit.readings.topics import reading_topics

MAKERS: Sequence[Maker] = (
    plan_topics,
    danger_topics,
    support_topics,
    measure_topics,
    genetics_topics,
    visit_topics,
    reading_topics,
    mood_topics,
    reminding_topics,
    tool_topics,
    calm_topics,
    programme_topics,
    preset_topics,
    medicine_topics,
    result_topics,
    time_topics,
    prompt_topics,
)


async def topics_for(asks: Asks, makers: Sequence[Maker] = MAKERS) -> list[Topic]:
    """All there are for this clinic."""
    return [topic for maker in makers for topic in await maker(asks)]
