"""Who hears of an opening in an emergency, in examples."""

from uuid import UUID, uuid4

import pytest

from server.access import Role
from server.accounts.team.rules import Person
from server.record.emergency.rules import Hearing, Stands, heard_by

ANA, BEN, CIL, DOV = (uuid4() for _ in range(4))
CLINIC = uuid4()
T, A, D = Role.THERAPIST, Role.ADMIN, Role.FRONT_DESK


def person(who: UUID, *roles: Role, joined: bool = True, disabled: bool = False) -> Person:
    return Person(who, CLINIC, "", frozenset(roles), b"", joined=joined, disabled=disabled)


@pytest.mark.parametrize(
    ("others", "treating", "stands", "ids"),
    [
        ([person(BEN, A), person(CIL, T), person(DOV, A)], [CIL], Stands.ADMIN, {BEN, DOV}),
        ([person(BEN, A, disabled=True), person(CIL, T), person(DOV, T)], [CIL], Stands.TREATS, {CIL}),
        (
            [person(BEN, A, joined=False), person(CIL, T)],
            [CIL],
            Stands.TREATS,
            {CIL},
        ),  # one never came in
        ([person(CIL, T), person(DOV, D)], [], Stands.WORKS, {CIL, DOV}),
        ([person(CIL, T, disabled=True), person(DOV, D)], [CIL], Stands.WORKS, {DOV}),
        ([], [ANA], Stands.WORKS, set()),  # a practice of one
    ],
)
def test_somebody_else_hears_of_it_wherever_somebody_else_is(
    others: list[Person], treating: list[UUID], stands: Stands, ids: set[UUID]
) -> None:
    assert heard_by([person(ANA, A, T), *others], ANA, treating) == Hearing(stands, frozenset(ids))
