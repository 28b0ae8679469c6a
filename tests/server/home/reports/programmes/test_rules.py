"""Counts of programmes hide whoever is one of few, also from who adds and subtracts all that is shown."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as some

from server.home.reports.programmes.pages import cell
from server.home.reports.programmes.rules import ABOVE, FAMILIES, Summary, summary
from server.programmes.results.rules import Came, Result

SMALL = range(5)
DAYS = some.none() | some.integers(0, 40).map(lambda days: timedelta(days=days))
COURSES = some.lists(
    some.builds(
        Came, waited=DAYS, over=some.booleans(), completed=some.booleans(), rule_met=some.booleans(),
        adverse=some.booleans(), result=some.sampled_from(Result),
    ),
    max_size=60,
)  # fmt: skip


def fixed(family: str, length: int) -> list[int]:
    return list(range(length))


def courses(count: int, **said) -> list[Came]:
    usual = {"waited": timedelta(days=7), "over": True, "completed": True, "rule_met": False, "adverse": False}
    return [Came(**{**usual, "result": Result.BOTH, **said}) for _ in range(count)]


def test_every_line_counts_what_it_says() -> None:
    found = summary(
        [
            *courses(8),
            *courses(6, completed=False, rule_met=True, result=Result.NEITHER, adverse=True),
            *courses(5, completed=False, result=Result.UNKNOWN),
            *courses(5, over=False, result=Result.UNKNOWN, waited=timedelta(days=30)),
            *courses(5, waited=None, over=False, result=Result.UNKNOWN),
        ],
        fixed,
    )
    c = found.counts
    assert (found.started, found.over, c["going"]) == (24, 19, 5)
    assert (c["completed"], c["stopped"], c["rule"], c["adverse"]) == (8, 11, 6, 6)
    assert (c["response"], c["remission"], c["measured"], found.wait_days) == (8, 8, 14, 7)


def test_the_table_says_what_the_page_says() -> None:
    mixed = [(9, Result.BOTH), (6, Result.RESPONSE), (5, Result.REMISSION), (7, Result.NEITHER)]
    every = [one for count, result in mixed for one in courses(count, result=result)]
    found = summary([*every, *courses(6, over=False, result=Result.UNKNOWN), *courses(8, completed=False)], fixed)
    assert (cell(found, "response"), cell(found, "remission"), cell(found, "over")) == (23, 22, 35)


def test_one_who_fell_is_hidden_and_so_is_who_did_not() -> None:
    found = summary([*courses(9), *courses(1, adverse=True)], fixed)
    assert (found.counts["adverse"], found.counts["no_adverse"]) == (None, None)


def test_what_stands_below_a_hidden_count_is_hidden_whatever_it_is() -> None:
    found = summary([*courses(9), *courses(3, completed=False, rule_met=True)], fixed)
    assert (found.counts["stopped"], found.counts["completed"]) == (None, None)
    assert (found.counts["rule"], found.counts["no_rule"]) == (None, None)


def test_that_nobody_did_is_hidden_as_it_tells_of_everybody() -> None:
    found = summary(courses(6, completed=False, result=Result.NEITHER), fixed)
    assert found.started == 6
    assert set(found.counts.values()) == {None}, "all six stopped early, and none had every session"
    many = summary([*courses(9), *courses(8, completed=False, result=Result.NEITHER)], fixed)
    assert (many.counts["going"], many.over, many.counts["adverse"]) == (None, None, None)


def test_few_courses_show_nothing_at_all() -> None:
    found = summary(courses(4), fixed)
    assert (found.started, found.wait_days, found.over) == (None, None, None)
    assert set(found.counts.values()) == {None}
    assert summary([], fixed).started is None, "nobody is fewer than five"


def shown_sums(found: Summary) -> dict[str, tuple[int | None, list[int | None]]]:
    every = {"": found.started, **found.counts}
    return {
        family: (every[ABOVE.get(family, "")], [found.counts[name] for name in names])
        for family, names in FAMILIES.items()
    }


@given(some.data(), COURSES)
def test_no_small_count_is_shown_and_no_sum_or_difference_gives_one_away(data: some.DataObject, every) -> None:
    orders = {family: data.draw(some.permutations(range(len(names)))) for family, names in FAMILIES.items()}
    found = summary(every, lambda family, _: orders[family])
    told = [found.started, found.over, *found.counts.values()]
    assert not [one for one in told if one in SMALL]
    for above, cells in shown_sums(found).values():
        if above is None:
            assert set(cells) == {None}
            continue
        hidden = above - sum(one or 0 for one in cells)
        assert cells.count(None) != 1
        assert hidden >= 5 if None in cells else hidden == 0
