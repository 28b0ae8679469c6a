"""The column of those who wait, in which whoever came back too late lets others go first. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from server.visit.agenda import Matters, Waiter
from server.visit.recall.rules import Calling, let_pass
from server.visit.rules import State


def in_line(waiters: Sequence[Waiter], callings: Mapping[str, Calling]) -> list[Waiter]:
    """The same people; who is next is found again."""

    def lost(one: Waiter) -> int:
        calling = callings.get(one.public_id)
        return calling.behind if calling and one.state is State.WAITING else 0

    line = let_pass(waiters, lost, _is_here)
    first = next((one for one in line if one.leads and _is_here(one)), None)
    return [replace(one, is_next=one is first) for one in line]


def _is_here(one: Waiter) -> bool:
    return one.state is State.WAITING and one.matters is not Matters.AWAY
