"""Times that no label gives stand in one topic to confirm, and the screens that depend on them say so until then."""

from datetime import timedelta

import pytest

from server.programmes.times import rules
from server.programmes.times.rules import PROPOSED, said
from server.programmes.times.topics import KEY, version
from tests.server.visible import visible

HERE = "/staff/confirming"
WORDS = "is a proposal of this program, and nobody here has confirmed it."


def test_every_time_is_asked_for() -> None:
    times = [one for name, one in vars(rules).items() if name.isupper() and isinstance(one, timedelta)]
    assert sorted(times) == sorted(length for length, _ in PROPOSED.values())
    assert len(times) == 6


def test_a_time_is_said_in_its_largest_unit() -> None:
    times = [timedelta(minutes=1), timedelta(minutes=90), timedelta(hours=1), timedelta(hours=12), timedelta(days=7)]
    assert [said(one) for one in times] == ["1 minute", "90 minutes", "1 hour", "12 hours", "7 days"]


@pytest.mark.asyncio
async def test_the_screens_say_that_nobody_confirmed_the_times_until_somebody_does(course, mara) -> None:
    screens = ["/staff/observing", course.base, f"{course.base}/steps/screening/0/0"]

    async def told() -> list[bool]:
        return [WORDS in visible((await mara.get(at)).text) for at in screens]

    assert await told() == [True, True, True]
    topic = visible((await mara.get(HERE)).text).partition("Times within which a course is written")[2]
    for words in ("1 minute", "6 hours", "7 days", "12 hours", "2 days", "A proposal of this program"):
        assert words in topic, words
    assert (await mara.post(HERE, data={"topic": KEY, "version": version()})).status_code == 303
    assert await told() == [False, False, False]
    after = visible((await mara.get(HERE)).text).partition("Times within which a course is written")[2]
    assert "Mara" in after, "who, and when"
