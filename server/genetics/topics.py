"""What of the genetics awaits a clinician: our words for the guidelines, the factors of inhibitors, a rule of ours."""

import json
from collections.abc import Sequence
from functools import cache
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.confirming.rules import Topic, version_of
from server.clinic.confirming.store import confirmed
from server.clinic.confirming.topics import Asks
from server.genetics.catalogue import DATA, shipped
from server.genetics.interacting import inhibitors

TOPIC = "genetics"


@cache
def version() -> str:
    """Of all the data, so that whatever changes asks again."""
    files = sorted(DATA.glob("*.json"))
    return version_of({one.name: json.loads(one.read_text("utf-8")) for one in files})


async def is_confirmed(db: AsyncSession, clinic_id: UUID) -> bool:
    return await confirmed(db, clinic_id, TOPIC, version())


async def genetics_topics(asks: Asks) -> Sequence[Topic]:
    """One topic: the words are read against their guidelines in one go."""
    _ = asks.gettext
    drugs = shipped().drugs.values()
    said: dict[str, dict[str, None]] = {}  # advice -> the medicines that it is given for, each once
    for drug in drugs:
        for row in drug.rows:
            said.setdefault(row.words, {})[drug.name] = None
    factors = {drug: f"{gene} × {factor:g}" for drug, (gene, strength, factor) in inhibitors().items()}
    return [
        Topic(
            key=TOPIC,
            area=_("Genetics"),
            name=_("Genetic tests and medicines"),
            version=version(),
            awaits=[
                _("Our short words for what the guidelines say"),
                _("Which medicines slow an enzyme, and by how much"),
                _("Where a report leaves open which allele is doubled, both are read"),
            ],
            figures=[*((", ".join(names), words) for words, names in said.items()), *factors.items()],
            sources=list(dict.fromkeys(f"{one.guideline.name}, {one.guideline.url}" for one in drugs)),
        )
    ]
