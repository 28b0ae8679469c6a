"""What a file of questions would do: by its id, else by being the very same; and never more than there can be."""

from uuid import UUID

from server.record.prompts.filed.forms import Filed
from server.record.prompts.filed.rules import Planned, There, Verdict, plan, written_as
from server.record.prompts.rules import Rule

ONE, TWO = UUID(int=1), UUID(int=2)
FIRST, OTHER = Rule("First", trials=2), Rule("Other", trials=2)
THERE = There(ONE, 3, FIRST)


def verdicts(filed, there) -> list[Verdict]:
    return [one.verdict for one in plan(filed, there).planned]


def test_new_changed_and_the_same_are_told_apart() -> None:
    found = plan([Filed(ONE, OTHER), Filed(TWO, FIRST)], [THERE])
    assert [one.verdict for one in found.planned] == [Verdict.CHANGES, Verdict.NEW], "the first one is another now"
    assert verdicts([Filed(ONE, FIRST)], [THERE]) == [Verdict.SAME]
    assert verdicts([Filed(None, FIRST)], [THERE]) == [Verdict.SAME]
    assert verdicts([Filed(TWO, FIRST)], [THERE]) == [Verdict.SAME], "an id of another clinic"
    assert verdicts([Filed(None, OTHER)], [THERE]) == [Verdict.NEW]


def test_what_the_file_does_not_name_stays_and_is_counted() -> None:
    found = plan([Filed(ONE, FIRST)], [THERE, There(TWO, 1, OTHER)])
    assert (found.others, found.writes) == (1, [])


def test_more_than_there_can_be_is_said() -> None:
    there = [There(UUID(int=100 + number), 1, Rule(f"Q{number}", trials=1)) for number in range(39)]
    assert plan([Filed(None, FIRST)], there).too_many == 0
    assert plan([Filed(None, FIRST), Filed(None, OTHER)], there).too_many == 1


def test_who_saw_the_same_writes_under_the_same_id_and_nobody_else_does() -> None:
    new, clinic = Planned(Verdict.NEW, FIRST), UUID(int=9)
    assert written_as(new, clinic, 4, 0) == written_as(Planned(Verdict.NEW, OTHER), clinic, 4, 0)
    assert len({written_as(new, clinic, *seen) for seen in ((4, 0), (4, 1), (5, 0))}) == 3
    assert written_as(Planned(Verdict.CHANGES, OTHER, THERE), clinic, 4, 0) == (ONE, 4)
