"""What stands on a patient's home beside times and questions: one card for each feature that has something for them.

A new feature writes a `Maker` in its own folder (shapes in `server/patients/space/cards.py`) and is listed here; the
home knows nothing else of it. Order here is order on the page.
"""

from collections.abc import Sequence

from server.calm.cards import quiet_card
from server.home.record.cards import record_card
from server.journal.cards import mood_card, tools_card
from server.journal.cbt.tasks import task_card
from server.letters.cards import letters_card
from server.measures.progress import progress_card
from server.patients.space.cards import Asks, Card, Maker
from server.programmes.cards import course_card, home_card
from server.safety.plan.cards import plan_card
from server.support.cards import support_card

MAKERS: Sequence[Maker] = (
    home_card,
    task_card,
    course_card,
    letters_card,
    mood_card,
    tools_card,
    progress_card,
    support_card,
    plan_card,
    quiet_card,
    record_card,
)


async def cards_for(asks: Asks, makers: Sequence[Maker] = MAKERS) -> list[Card]:
    """The cards for this patient; a feature that has nothing for them makes none."""
    made = [await maker(asks) for maker in makers]
    return [card for card in made if card]
