"""What the patient reads of a hand-over while they wait or are away, and of a wait that was ended with words."""

from dataclasses import dataclass, field

from server.visit.door import Knock
from server.visit.handover import store
from server.visit.scenes import Scene
from server.visit.sealed import open_words

READ_IN = frozenset({Scene.WAITING, Scene.STEPPED_AWAY, Scene.STEPPED_OUT, Scene.CALLED_IN, Scene.DECLINED})


@dataclass(frozen=True)
class Told:
    """`by`: who led before; `words`: what was said with it."""

    handed: bool = False
    by: str = ""
    words: str = field(default="", repr=False)


async def told(knocked: Knock) -> Told:
    """The newest words; empty unless somebody else than they booked meets them and they are not in the session, or they
    were declined.
    """
    visit, scene = knocked.visit, knocked.view.scene
    if visit is None or scene not in READ_IN:
        return Told()
    declined = scene is Scene.DECLINED
    find = store.last_decline if declined else store.last_handover
    row = await knocked.house.db.read(lambda db: find(db, visit.id))
    if row is None:
        return Told()
    key = await knocked.house.keys.patient(knocked.card.clinic_id, knocked.card.patient_id)
    table = "visit_declines" if declined else "visit_handovers"
    words = open_words(key, knocked.card.clinic_id, table, row.id, row.blob)
    return Told(not declined, row.name, words)
