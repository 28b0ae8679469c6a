"""Two pressures that are one measurement: the lower one is below the upper one. Pure.

Which two they are is in their names, the same in every programme: `systolic` and `diastolic`, with the same rest.
"""

from collections.abc import Iterable, Iterator, Mapping

from server.programmes.questions import Answer, Question

UPPER, LOWER = "systolic", "diastolic"


def upper_of(one: Question, several: Iterable[Question]) -> str:
    """The question of the upper pressure that belongs to this one of a lower; of any other question none."""
    if one.answer is not Answer.NUMBER or not one.id.startswith(LOWER):
        return ""
    name = UPPER + one.id.removeprefix(LOWER)
    return name if any(each.id == name and each.answer is Answer.NUMBER for each in several) else ""


def turned(questions: Iterable[Question], answers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(upper, lower) of each two that cannot be: what is said to be the lower one is not below the other."""
    asked = list(questions)
    for one in asked:
        upper = upper_of(one, asked)
        if upper and answers.get(upper) and answers.get(one.id) and float(answers[one.id]) >= float(answers[upper]):
            yield upper, one.id
