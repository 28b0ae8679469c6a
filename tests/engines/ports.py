"""Free ports on loopback."""

import socket
from contextlib import ExitStack


def free_ports(count: int, kind: socket.SocketKind = socket.SOCK_STREAM) -> list[int]:
    """`count` different ports that nobody listened on a moment ago, TCP or UDP."""
    with ExitStack() as stack:
        held = [stack.enter_context(socket.socket(socket.AF_INET, kind)) for _ in range(count)]
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in held]


def free_port() -> int:
    """One free TCP port."""
    return free_ports(1)[0]
