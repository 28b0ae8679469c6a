"""How a feature tells what of it awaits a clinician.

A feature writes a `Maker` in its own folder and `home/confirming/topics.py` lists it; its pages ask `store.confirmed`
for the same key and version.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.confirming.rules import Topic
from server.clinic.rules import Clinic


@dataclass(frozen=True)
class Asks:
    """For which clinic, read in which unit, and in whose language."""

    db: AsyncSession
    clinic: Clinic
    language: str
    gettext: Callable[[str], str] = field(repr=False)


Maker = Callable[[Asks], Awaitable[Sequence[Topic]]]
