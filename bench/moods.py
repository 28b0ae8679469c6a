"""Looking back on five years of daily entries of mood: processor time from opened entries to the drawn page part."""

import random
from datetime import date, timedelta
from time import process_time
from zoneinfo import ZoneInfo

from bench.timing import Line, Series
from server.journal.mood.course import Day
from server.journal.mood.looking import Beside, look, span_of
from server.journal.mood.rules import HOURS, TAGS, Mood
from server.moments import Speaker
from server.templates import environment

BARS = "a chart of five years of daily entries rendered in at most 30 ms of processor time"
DAYS, ROUNDS, BAR_MS = 5 * 365, 30, 30
TODAY = date(2026, 3, 12)
DRAWN = (
    "{% from 'journal/mood/chart.html' import bars, calendar, clouds, drawing %}"
    "{{ drawing(look, 'words', '', 1, say) }}{{ calendar(look.heat, 'words', say) }}{{ bars(look.tags) }}"
    "{{ clouds(look.cloud, 'words') }}"
)


def five_years() -> list[Day]:
    """One entry a day but for the days that were missed."""
    chance = random.Random(7)
    return [
        Day(TODAY - timedelta(days=DAYS - day - 1), _entry(chance)) for day in range(DAYS) if chance.random() >= 0.1
    ]


def _entry(chance: random.Random) -> Mood:
    tags, own = tuple(chance.sample(TAGS, 3)), ("the garden",) if chance.random() < 0.3 else ()
    mood, energy, anxiety = (chance.randint(0, 10) for _ in range(3))
    return Mood(mood=mood, energy=energy, anxiety=anxiety, sleep=chance.choice(list(HOURS)), tags=tags, own=own)


async def run() -> list[Line]:
    """Milliseconds of processor time: means, line, calendar, tags, sleep, drawn anew each time."""
    template = environment("en").overlay(bytecode_cache=None).from_string(DRAWN)  # a bench before left one that is gone
    days, say = five_years(), Speaker(ZoneInfo("Europe/Berlin"), "en")
    beside = Beside([TODAY - timedelta(weeks=week) for week in range(DAYS // 7)])
    found = []
    for _ in range(ROUNDS + 1):
        begun = process_time()
        drawn = template.render(look=look(days, span_of("all", TODAY, days[0].day), beside), say=say)
        found.append((process_time() - begun) * 1000)
    assert drawn.count("h0") > DAYS * 0.8
    return [Line(Series("five years of moods, looked back on", "ms", found[1:]), bar=BAR_MS, bar_is="value")]
