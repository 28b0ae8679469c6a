"""Child processes that must be ready before a test goes on and gone when it ends."""

import asyncio
import os
import signal
import subprocess
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path


def start(
    argv: Sequence[str], log: Path, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> subprocess.Popen[bytes]:
    """Starts the program, in a process group of its own, with both its outputs appended to `log`."""
    with log.open("ab") as output:
        return subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=env, cwd=cwd, start_new_session=True
        )


def end(child: subprocess.Popen[bytes], grace: float = 20) -> int:
    """Asks by SIGTERM, insists by SIGKILL after `grace` seconds, and answers the exit code.

    Whatever it left behind in its group goes too.
    """
    if child.poll() is None:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(grace)
        except subprocess.TimeoutExpired:
            child.kill()
    code = child.wait()
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    return code


async def until(ready: Callable[[], Awaitable[bool]], child: subprocess.Popen[bytes], log: Path, within: float) -> None:
    """Asks `ready` until it says yes; AssertionError with the log when the child dies first or `within` s pass."""
    clock = asyncio.get_running_loop()
    deadline = clock.time() + within
    while not await ready():
        assert child.poll() is None, _story(child, f"ended with {child.returncode}", log)
        assert clock.time() < deadline, _story(child, f"was not ready within {within} s", log)
        await asyncio.sleep(0.02)


def _story(child: subprocess.Popen[bytes], what: str, log: Path) -> str:
    return f"{child.args!r} {what}:\n{log.read_text(errors='replace')}"


async def until_true(yes: Callable[[], bool], within: float = 20) -> None:
    """Asks `yes` until it says so; AssertionError after `within` seconds."""
    clock = asyncio.get_running_loop()
    deadline = clock.time() + within
    while not yes():
        assert clock.time() < deadline, f"not within {within} s"
        await asyncio.sleep(0.02)
