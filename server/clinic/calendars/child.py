"""Reads one calendar in a process of its own, which may use ten seconds of processor time and a gigabyte, and no more.

stdin:   one line of JSON {"zone", "from", "until", "whole_days"}, then the calendar
stdout:  JSON {"busy", "by_uid", "left_out"}, or {"trouble"}
"""

import json
import resource
import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

CPU_SECONDS = 10
BYTES = 1024**3


def bound() -> None:
    """From here on the process ends where it takes more than a calendar may take."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (BYTES if hard == resource.RLIM_INFINITY else min(BYTES, hard), hard))


def main() -> None:
    from server.clinic.calendars.expansion import CutShort, NoCalendar, TooMuch, expanded

    asked = json.loads(sys.stdin.buffer.readline())
    from_at, until_at = (datetime.fromtimestamp(asked[name], UTC) for name in ("from", "until"))
    try:
        zone, body = ZoneInfo(asked["zone"]), sys.stdin.buffer.read()
        found = expanded(body, zone, from_at, until_at, whole_days=asked["whole_days"])
        said = {"busy": found.busy, "by_uid": found.by_uid, "left_out": found.left_out}
    except NoCalendar:
        said = {"trouble": "no_calendar"}
    except CutShort:
        said = {"trouble": "cut_short"}
    except (TooMuch, MemoryError, RecursionError):
        said = {"trouble": "too_much"}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    bound()
    main()
