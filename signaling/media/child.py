"""The media worker itself: `python -m signaling.media.child FD`, started by `worker.py` and by nothing else.

It has a loop of its own, reads orders from the socket it was given, and ends when that socket does: the program may die
in any way and leaves no worker behind. After five quiet minutes it ends by itself; the next order starts another.
"""

import asyncio
import logging
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from signaling.media.echo import Echoes
from signaling.media.wire import EchoOffer, Order, Report, frame, read_order

QUIET_SECONDS = 300.0

Handler = Callable[[Any], Awaitable[Report]]


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, quiet: float = QUIET_SECONDS) -> None:
    """Takes orders until the socket ends, or for `quiet` seconds nothing was asked for and nothing runs."""
    echoes = Echoes()
    table: Mapping[type[Order], Handler] = {EchoOffer: echoes.take}
    tasks: set[asyncio.Task[None]] = set()
    reading = asyncio.create_task(read_order(reader))
    while True:
        done, _ = await asyncio.wait({reading}, timeout=quiet)
        if not done:
            if echoes.count or tasks:
                continue
            reading.cancel()
            break
        order = reading.result()
        if order is None:
            break
        task = asyncio.create_task(_carry_out(table[type(order)], order, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        reading = asyncio.create_task(read_order(reader))
    await asyncio.gather(*tasks, return_exceptions=True)
    await echoes.close()
    writer.close()


async def _carry_out(handler: Handler, order: Order, writer: asyncio.StreamWriter) -> None:
    writer.write(frame(await handler(order)))


def _quietly(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What a library lets fall is told by its kind alone: its words hold addresses of people."""
    problem = context.get("exception")
    logging.getLogger("media").error("stumbled: %s", type(problem).__name__ if problem else "unknown")


async def main(handle: int) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_quietly)
    for number in (signal.SIGINT, signal.SIGTERM):  # meant for the program, which says when it is over
        loop.add_signal_handler(number, lambda: None)
    await serve(*await asyncio.open_unix_connection(sock=socket.socket(fileno=handle)))


if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR)
    for name in ("aiortc", "aioice"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    asyncio.run(main(int(sys.argv[1])))
