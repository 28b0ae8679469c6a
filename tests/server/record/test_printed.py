"""What a printed record says of a measure that is not complete."""

from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from server.measures.catalogue import shipped
from server.measures.results import Result, Taken
from server.measures.scoring import Score, score
from server.moments import Speaker
from server.record.export.plain import _result
from server.record.export.printed import Printer

AT = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)


def entered(**answers: int) -> Result:
    given = {f"cssrs_{name}": value for name, value in answers.items()}
    instrument, found = shipped()["cssrs"], score(shipped()["cssrs"], given)
    assert isinstance(found, Score)
    return Result("cssrs", [Taken(UUID(int=1), None, AT, True, 0, instrument, given, found)], ())


@pytest.mark.parametrize(
    ("answers", "says", "partial"),
    [
        ({"q1": 1, "q6": 0}, "so far; questions are open", True),
        ({"q1": 0, "q2": 0}, "questions are open", True),
        ({"q1": 1, "q2": 0, "q6": 0}, "", False),
    ],
)
def test_a_level_that_an_open_answer_may_change_is_said_to_be_one_so_far(answers, says, partial) -> None:
    result = entered(**answers)
    ((_, line),) = Printer(Speaker(ZoneInfo("Europe/Berlin"), "en"), lambda text: text)._result(result)["texts"]
    name = result.latest.result.level.name if result.latest.result.level else ""
    assert line.endswith(" ".join(part for part in (name, says) if part))
    assert ("open" in line) == partial
    assert _result(result, None)["taken"][0]["partial"] is partial
