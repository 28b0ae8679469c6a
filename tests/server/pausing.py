"""Asking until the limit of an address says no."""

from collections.abc import Awaitable, Callable

import httpx2

Ask = Callable[[int], Awaitable[httpx2.Response]]


async def until_paused(ask: Ask, allowed: int) -> list[httpx2.Response]:
    """The answers to `ask(0)`, `ask(1)`..., the last of them the 429.

    `allowed` come before it; a few more where a minute ended meanwhile, since the window slides.
    """
    answers = []
    for number in range(2 * allowed + 1):
        answers.append(await ask(number))
        if answers[-1].status_code == 429:
            break
    assert answers[-1].status_code == 429, "the limit never said no"
    assert len(answers) > allowed, "the limit said no too soon"
    return answers
