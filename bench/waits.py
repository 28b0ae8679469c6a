"""The range that a patient reads while waiting: of the waits that were given one, how many ended outside it.

Made-up years of one therapist (`tests/server/visit/estimate/years.py`), each visit asked at its arrival with only what
was known by then. A clinic reads the same figure of its own past on its page of waits.
"""

from bench.timing import Line, Series
from server.visit.estimate.rules import back_test
from tests.server.visit.estimate.years import year

BARS = "at most 25 of 100 waits end outside the range they were given; it is made for 20"
YEARS = 20


async def run() -> list[Line]:
    tested = [back_test(year(seed)) for seed in range(YEARS)]
    outside = [100 * (1 - one.coverage) for one in tested]
    return [
        Line(Series("waits that ended outside their range, of 100", "", outside), None, 25, "value"),
        Line(Series("waits of a year that were given one, of 400", "", [float(one.asked) for one in tested])),
    ]
