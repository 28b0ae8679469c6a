"""The baseline of the call set-up bench: a WebSocket relay with nothing in it.

Two sockets that open the same path are a pair, and each frame of one goes to the other: no tickets, no limits, no
states. Prints its port and runs until it is told to stop. `python bench/relay.py [port]`
"""

import asyncio
import signal
import sys
from collections import defaultdict

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

pairs: dict[str, list[ServerConnection]] = defaultdict(list)


async def relay(socket: ServerConnection) -> None:
    """Hands every frame of this socket to the other one of its path."""
    assert socket.request is not None
    pair = pairs[socket.request.path]
    pair.append(socket)
    try:
        async for frame in socket:
            for other in pair:
                if other is not socket:
                    await other.send(frame)
    except ConnectionClosed:
        pass
    finally:
        pair.remove(socket)


async def main(port: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with serve(relay, "127.0.0.1", port, compression=None) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
