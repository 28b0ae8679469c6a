"""Decodes what somebody uploaded in a process of its own: it has no secrets, little time and little memory.

Decoders of pictures and of sound have had holes. A module that decodes reads the file from stdin, in
`python -m MODULE KIND`, calls `confine` before it looks at it, and says the rest by its exit code and stdout.
"""

import asyncio
import os
import sys
from contextlib import suppress
from typing import NamedTuple

CPU_SECONDS = 5
MEMORY = 2 * 1024**3  # of addresses, most of them for libraries that are mapped


class Ended(NamedTuple):
    """How it ended: the exit code, negative where it was killed, and what it wrote."""

    code: int
    out: bytes


async def decoded_apart(module: str, kind: str, data: bytes, seconds: float) -> Ended:
    """What `python -m module kind` makes of these bytes; it is killed after so many seconds of real time."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        kind,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )
    out = b""
    try:
        async with asyncio.timeout(seconds):
            out, _ = await child.communicate(data)
    except TimeoutError:
        with suppress(ProcessLookupError):
            child.kill()
    return Ended(await child.wait(), out)


def confine() -> None:
    """Bounds this process from here on: processor time, memory, and not one byte in a file."""
    import resource  # not on every system

    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
