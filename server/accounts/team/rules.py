"""Who works at a clinic, and which changes would leave nobody to run it. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from server.access import Role


@dataclass(frozen=True)
class Person:
    """A member of staff. `joined` is False until they first signed in, by whatever means."""

    id: UUID
    clinic_id: UUID
    name: str = field(repr=False)
    roles: frozenset[Role]
    mail_sealed: bytes = field(default=b"", repr=False)
    joined: bool = True
    disabled: bool = False
    has_totp: bool = False
    passkeys: int = 0

    @property
    def has_factor(self) -> bool:
        return self.has_totp or self.passkeys > 0

    @property
    def runs_the_clinic(self) -> bool:
        return Role.ADMIN in self.roles and self.joined and not self.disabled


class TeamRefusal(StrEnum):
    LAST_ADMIN = "last_admin"  # nobody would be left who can change anything
    ONESELF = "oneself"
    NO_ROLE = "no_role"


def refuse_roles(team: Collection[Person], target: UUID, roles: frozenset[Role]) -> TeamRefusal | None:
    """Why `target` may not be given `roles`, or None."""
    if not roles:
        return TeamRefusal.NO_ROLE
    return None if Role.ADMIN in roles or _admin_remains(team, target) else TeamRefusal.LAST_ADMIN


def refuse_disabling(team: Collection[Person], actor: UUID | None, target: UUID) -> TeamRefusal | None:
    """Why `actor` (None: the command on the server) may not disable `target`, or None."""
    if actor == target:
        return TeamRefusal.ONESELF
    return None if _admin_remains(team, target) else TeamRefusal.LAST_ADMIN


def refuse_factor_reset(actor: UUID | None, target: UUID) -> TeamRefusal | None:
    """A lost factor is reset by somebody else: who holds a stolen login must not be able to shed it."""
    return TeamRefusal.ONESELF if actor == target else None


def _admin_remains(team: Collection[Person], without: UUID) -> bool:
    """Whether somebody else runs the clinic; who never did so cannot be missed."""
    was_needed = any(person.id == without and person.runs_the_clinic for person in team)
    return not was_needed or any(person.runs_the_clinic and person.id != without for person in team)
