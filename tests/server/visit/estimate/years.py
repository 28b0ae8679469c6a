"""A made-up year of one therapist: overruns of a heavy tail, sessions that run into each other."""

from datetime import UTC, datetime, timedelta
from random import Random

from server.visit.estimate.rules import Met

NOW = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def year(seed: int, visits: int = 400) -> list[Met]:
    """An hour apart, one after the other; the same seed gives the same year."""
    chance = Random(seed)
    past, free = [], NOW
    for number in range(visits):
        starts = NOW + number * HOUR
        admitted = max(starts, free) + chance.lognormvariate(1, 0.8) * MINUTE
        ended = admitted + chance.gauss(51, 5) * MINUTE
        past.append(Met(starts - chance.uniform(1, 15) * MINUTE, starts, 50 * MINUTE, admitted, ended))
        free = ended
    return past
