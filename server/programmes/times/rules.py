"""Times around what is written of a course that no label and no guideline gives: proposals of this program. Pure.

Whoever adds one says in `PROPOSED` what it is, so that a clinician is asked for it.
"""

from collections.abc import Mapping
from datetime import timedelta

UNASKED = timedelta(minutes=1)
"""A step by which the time is counted may be typed back by so much before anybody asks why: by the minute that passes
while it is written. What is typed back further makes the time of who is watched shorter.
"""
LATELY = timedelta(hours=6)
"""So long after midnight the evening before is still at hand: a time of day that is yet to come and was not longer ago
than this is that of yesterday, and a booking of yesterday that no session used is the next one's.
"""
EARLIER = timedelta(days=7)
"""So many days back a step of a session may still be written."""
AFTERWARDS = timedelta(hours=12)
"""So long after a session is over something that happened may still be written of it."""
CALLS_FOR = timedelta(hours=12)
"""A session that nobody closed calls no longer than this after its last reading was late."""
LONGEST = timedelta(days=2)
"""What a device kept for longer was no reading of a session that goes on."""

PROPOSED: Mapping[str, tuple[timedelta, str]] = {
    "unasked": (UNASKED, "A step by which the time is counted may be typed back by so much without a reason"),
    "lately": (LATELY, "So long after midnight a time of the evening before is taken as yesterday’s"),
    "earlier": (EARLIER, "So far back a step of a session may still be written, with its day and a reason"),
    "afterwards": (AFTERWARDS, "So long after a session something that happened may still be written or pressed"),
    "calls_for": (CALLS_FOR, "So long a late reading of a session that nobody closed calls people"),
    "longest": (LONGEST, "So long a device keeps a reading that has not come to the clinic"),
}
"""id -> how long, and what for."""


def said(length: timedelta) -> str:
    """'7 days', '6 hours' or '1 minute': the largest unit of which it is a whole number, days from two on."""
    minutes = int(length.total_seconds()) // 60
    for size, one in ((24 * 60, "day"), (60, "hour")):
        if minutes % size == 0 and minutes >= size:
            count = minutes // size
            return f"{count} {one}" if count == 1 else f"{count} {one}s"
    return f"{minutes} minute" if minutes == 1 else f"{minutes} minutes"
