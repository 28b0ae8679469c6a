"""A calendar's text, read in a process of its own: whatever is in it, the pages go on, and it ends."""

import asyncio
import json
import os
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from server.clinic.calendars.rules import Found, Times, Trouble

SECONDS = 20.0
CHILD = "server.clinic.calendars.child"
AT_ONCE = 1
"""One such process at a time on a node: reading calendars is never worth a slow page."""


class Expander:
    """Hands texts to child processes; `seconds`: how long one may take."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def read(
        self, body: bytes, zone: ZoneInfo, from_at: datetime, until_at: datetime, *, whole_days: bool
    ) -> Found | Trouble:
        """The taken time in a calendar between two moments, or why there is none to be had."""
        asked = {"zone": zone.key, "from": from_at.timestamp(), "until": until_at.timestamp(), "whole_days": whole_days}
        async with self._turn:
            said = await in_a_child(CHILD, json.dumps(asked).encode() + b"\n" + body, self._seconds)
        if said is None:
            return Trouble.TOO_MUCH
        found = json.loads(said)
        if "trouble" in found:
            return Trouble(found["trouble"])
        by_uid = {uid: _times(times) for uid, times in found["by_uid"].items()}
        return Found(_times(found["busy"]), by_uid, found["left_out"])


async def in_a_child(module: str, sent: bytes, seconds: float = SECONDS) -> bytes | None:
    """What a module says that reads something in a process of its own; None: it took too much, and was ended."""
    argv, pipe = (sys.executable, "-P", "-m", module), asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *argv, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL, env=_environment()
    )
    try:
        async with asyncio.timeout(seconds):
            said, _ = await process.communicate(sent)
    except TimeoutError:
        return None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return said if process.returncode == 0 else None


def _times(pairs: Iterable[Iterable[int]]) -> Times:
    return [(start, end) for start, end in pairs]


def _environment() -> dict[str, str]:
    """What the process gets of ours: no secret is among it."""
    ours = str(Path(__file__).parents[3])
    return {"PYTHONPATH": ours, "PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "PYTHONTZPATH": ""}
