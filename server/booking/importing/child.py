"""Reads one calendar in a process of its own, which may use ten seconds of processor time and a gigabyte, and no more.

stdin:   one line with the moment in seconds since 1970, then the calendar
stdout:  the table as JSON, or {"trouble"}
"""

import json
import sys
from datetime import UTC, datetime

from server.clinic.calendars.child import bound


def main() -> None:
    from server.booking.importing.events import read_calendar
    from server.booking.importing.reading import Sheet, Unreadable

    now = datetime.fromtimestamp(float(sys.stdin.buffer.readline()), UTC)
    try:
        found = read_calendar(sys.stdin.buffer.read().decode(), now)
    except (MemoryError, RecursionError):
        found = Unreadable.TOO_MUCH
    sys.stdout.write(found.to_json() if isinstance(found, Sheet) else json.dumps({"trouble": found.value}))


if __name__ == "__main__":
    bound()
    main()
