"""Who hears that a record was opened in an emergency: somebody else, wherever somebody else works there. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from server.accounts.team.rules import Person


class Stands(StrEnum):
    """As what somebody is told."""

    ADMIN = "admin"  # they can see whose it is and why, and end it
    TREATS = "treats"  # they treat whose it is
    WORKS = "works"  # they work there; whose it is they cannot see


@dataclass(frozen=True)
class Hearing:
    """`ids` of who is told, all of them as the same; empty where nobody else works there."""

    stands: Stands
    ids: frozenset[UUID]


def heard_by(team: Collection[Person], opener: UUID, treating: Collection[UUID]) -> Hearing:
    """The other admins; without any, who treats the patient; else everybody else who works there."""
    others = [one for one in team if one.id != opener and one.joined and not one.disabled]
    admins = frozenset(one.id for one in others if one.runs_the_clinic)
    if admins:
        return Hearing(Stands.ADMIN, admins)
    treats = frozenset(one.id for one in others if one.id in treating)
    if treats:
        return Hearing(Stands.TREATS, treats)
    return Hearing(Stands.WORKS, frozenset(one.id for one in others))
