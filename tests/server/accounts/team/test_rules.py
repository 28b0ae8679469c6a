from uuid import UUID, uuid4

import pytest

from server.access import Role
from server.accounts.team.rules import Person, TeamRefusal, refuse_disabling, refuse_factor_reset, refuse_roles

CLINIC = uuid4()
ADMIN, THERAPIST = frozenset({Role.ADMIN}), frozenset({Role.THERAPIST})


def person(roles: frozenset[Role] = ADMIN, **more: bool) -> Person:
    return Person(uuid4(), CLINIC, "", roles, **more)


def test_the_last_admin_keeps_the_role_and_the_account() -> None:
    mara, samir = person(), person(THERAPIST)
    assert refuse_roles([mara, samir], mara.id, THERAPIST) is TeamRefusal.LAST_ADMIN
    assert refuse_disabling([mara, samir], samir.id, mara.id) is TeamRefusal.LAST_ADMIN
    assert refuse_disabling([mara, samir], None, mara.id) is TeamRefusal.LAST_ADMIN


@pytest.mark.parametrize("other", [person(disabled=True), person(joined=False)])
def test_an_admin_who_cannot_sign_in_does_not_count(other: Person) -> None:
    mara = person()
    assert refuse_roles([mara, other], mara.id, THERAPIST) is TeamRefusal.LAST_ADMIN
    assert refuse_disabling([mara, other], None, other.id) is None


def test_with_two_admins_one_may_go() -> None:
    mara, nora = person(), person()
    assert refuse_roles([mara, nora], mara.id, THERAPIST) is None
    assert refuse_disabling([mara, nora], nora.id, mara.id) is None
    assert refuse_roles([mara], mara.id, ADMIN | THERAPIST) is None


def test_nobody_does_it_to_themselves() -> None:
    mara, nora = person(), person()
    assert refuse_disabling([mara, nora], mara.id, mara.id) is TeamRefusal.ONESELF
    assert refuse_factor_reset(mara.id, mara.id) is TeamRefusal.ONESELF
    assert refuse_factor_reset(nora.id, mara.id) is None
    assert refuse_factor_reset(None, mara.id) is None


def test_everybody_has_a_role() -> None:
    mara: UUID = uuid4()
    assert refuse_roles([], mara, frozenset()) is TeamRefusal.NO_ROLE
