"""The line of five years of daily entries: processor time of finding its course, drawing and rendering."""

import random
from datetime import UTC, datetime, timedelta
from time import process_time
from uuid import uuid4
from zoneinfo import ZoneInfo

from bench.timing import Line, Series
from server.measures.catalogue import shipped
from server.measures.results import Result, Taken
from server.measures.scoring import Score, score
from server.moments import Speaker
from server.templates import environment

BARS = "a chart of five years of daily entries rendered in at most 30 ms of processor time"
DAYS, ROUNDS, BAR_MS = 5 * 365, 30, 30
END = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
DRAWN = (
    "{% from 'measures/chart.html' import drawing %}{% from 'measures/staff/words.html' import finding %}"
    "{{ drawing(result.chart(), finding(result), say) }}"
)


def five_years() -> Result:
    """One entry a day but for the days that were missed, and a session each week."""
    chance, phq9 = random.Random(7), shipped()["phq9"]
    taken = []
    for day in range(DAYS):
        if chance.random() < 0.1:
            continue
        answers = {item.id: chance.choice((0, 1, 2)) for item in phq9.items}
        result = score(phq9, answers)
        assert isinstance(result, Score)
        at = END - timedelta(days=DAYS - day)
        taken.append(Taken(uuid4(), None, at, True, 0, phq9, answers, result))
    return Result("phq9", taken, (), [END - timedelta(weeks=week) for week in range(DAYS // 7)])


async def run() -> list[Line]:
    """Milliseconds of processor time, drawn anew each time."""
    template = environment("en").overlay(bytecode_cache=None).from_string(DRAWN)  # a bench before left one that is gone
    result, say = five_years(), Speaker(ZoneInfo("Europe/Berlin"), "en")
    found = []
    for _ in range(ROUNDS + 1):
        begun = process_time()
        drawn = template.render(result=result, say=say)
        found.append((process_time() - begun) * 1000)
    assert drawn.count("L") > DAYS / 2
    return [Line(Series("five years of days, as a drawing", "ms", found[1:]), bar=BAR_MS, bar_is="value")]
