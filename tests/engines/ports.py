"""Free ports on loopback."""

import random
import socket
from contextlib import ExitStack

# Below what the kernel hands to outgoing connections, so that a port stays free while its server restarts.
RANGE = range(20000, 32000)


def free_ports(count: int) -> list[int]:
    """`count` different ports that nobody held a moment ago, neither for TCP nor for UDP."""
    found: list[int] = []
    with ExitStack() as held:
        while len(found) < count:
            port = random.choice(RANGE)
            if _take(held, port):
                found.append(port)
    return found


def _take(held: ExitStack, port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        one = held.enter_context(socket.socket(socket.AF_INET, kind))
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """One such port."""
    return free_ports(1)[0]
