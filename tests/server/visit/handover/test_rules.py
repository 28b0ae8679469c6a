"""Who leads after two people wanted to, and in which order colleagues are offered."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.visit.handover.rules import HANDED_FROM, TAKEN_FROM, Answer, Colleague, answer, likeliest_first
from server.visit.presence.rules import Presence, Standing
from server.visit.rules import State

MARA, SAMIR, INES = (UUID(int=number) for number in range(1, 4))


@pytest.mark.parametrize("taking", [False, True])
def test_a_visit_is_given_while_somebody_waits_and_taken_out_of_no_session(taking: bool) -> None:
    given = {state for state in State if answer(state, MARA, MARA, SAMIR, taking=taking) is Answer.GO}
    assert given == (TAKEN_FROM if taking else HANDED_FROM)
    assert answer(State.IN_SESSION, MARA, MARA, SAMIR, taking=True) is Answer.NOT_NOW


def test_the_same_click_again_is_done_already() -> None:
    assert answer(State.WAITING, SAMIR, MARA, SAMIR, taking=False) is Answer.DONE


def test_who_was_slower_reads_that_somebody_else_was_faster() -> None:
    assert answer(State.WAITING, INES, MARA, SAMIR, taking=True) is Answer.TAKEN


WHO = st.sampled_from([MARA, SAMIR, INES])


@given(st.sampled_from(State), WHO, WHO, WHO, st.booleans())
def test_only_who_saw_the_truth_changes_it(state: State, leads: UUID, then: UUID, to: UUID, taking: bool) -> None:
    if answer(state, leads, then, to, taking=taking) is Answer.GO:
        assert leads == then != to
        assert state in HANDED_FROM


def test_who_is_here_and_free_is_offered_first() -> None:
    def one(slug: str, standing: Standing, free: bool) -> Colleague:
        return Colleague(MARA, slug, slug, Presence(standing), free)

    mixed = [
        one("d", Standing.AWAY, True),
        one("b", Standing.HERE, False),
        one("c", Standing.WITH_SOMEONE, True),
        one("a", Standing.HERE, True),
    ]
    assert [found.slug for found in likeliest_first(mixed)] == ["a", "b", "c", "d"]
