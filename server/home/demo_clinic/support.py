"""Help now in the made-up clinic: Mara is on call at all hours, and two people wait."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.rules import DAY_MINUTES, Clinic, Service
from server.home.demo_clinic.people import INES, MARA, Member
from server.house import House
from server.safety.roster import store as roster
from server.safety.roster.rules import Shift
from server.support import store
from server.support.entering import Comer, enter
from server.support.forms import Entering
from server.support.rules import Rules, Safe, Said, Way

TOPICS = ("Panic or fear", "Thoughts of dying", "A quarrel", "I cannot sleep", "Something else")
WAIT = (
    ("Robin", Safe.YES, Way.VIDEO, "I cannot sleep", "Hauptstr. 3, Berlin"),
    ("Noa", Safe.UNSURE, Way.PHONE, "Panic or fear", "At the main station, Hamburg"),
)


async def add_support(house: House, clinic: Clinic, team: Sequence[Member], service: Service, now: datetime) -> None:
    """Switch it on, put people on call, and let somebody wait."""
    words = "You need not know what to say. We begin wherever you are."
    rules = Rules(in_use=True, topics=TOPICS, words=words, service=service.id)

    async def work(db: AsyncSession) -> None:
        await store.set_rules(db, clinic.id, rules, now)
        for who, shift in ((MARA, (0, DAY_MINUTES)), (INES, (16 * 60, 22 * 60))):
            await roster.add_week(db, clinic.id, range(7), Shift(*shift, team[who].id))

    await house.db.unit(work)
    for name, safe, way, topic, place in WAIT:
        said = Said(place, "DE", "", "+49305550177", topic, safe, way)
        await enter(house, clinic, Entering(name, said, name), Comer(None, "en", clinic.zone.key))
