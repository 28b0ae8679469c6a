"""Loops that run beside the requests: owned by lifespan, restarted when they stumble, awaited at the end."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

log = structlog.get_logger("loops")

PAUSE_SECONDS = 1.0
Loop = Callable[[], Awaitable[None]]


async def every(seconds: float, look: Callable[[], Awaitable[object]]) -> None:
    """Look, pause, look again, until cancelled."""
    while True:
        await look()
        await asyncio.sleep(seconds)


async def keep(name: str, loop: Loop) -> None:
    """Run `loop` for ever: a database that is away for a minute must not end it."""
    while True:
        try:
            await loop()
        except Exception as problem:  # the boundary of a background task: tell once, go on
            log.error("loop.stumbled", loop=name, kind=type(problem).__name__, exc_info=problem)
        await asyncio.sleep(PAUSE_SECONDS)


@asynccontextmanager
async def running(**loops: Loop) -> AsyncIterator[None]:
    """Run these loops for the length of the block."""
    tasks = [asyncio.create_task(keep(name, loop), name=name) for name, loop in loops.items()]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
