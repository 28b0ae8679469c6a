"""What answers come to: the published rule of every measure we ship, in examples."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.measures.catalogue import shipped
from server.measures.rules import Band, Instrument, Method, Weight
from server.measures.scoring import Reason, Refused, Score, asked, flag_of, has_total, score, still_open

ALL = shipped()


def answers(key: str, values: str, first: int = 1) -> dict[str, int]:
    """`answers("phq9", "012")`: the first three items; a dot leaves one open."""
    items = [one.id for one in ALL[key].items][first - 1 :]
    return {item: int(value) for item, value in zip(items, values, strict=False) if value != "."}


def result(key: str, values: str) -> Score:
    found = score(ALL[key], answers(key, values))
    assert isinstance(found, Score)
    return found


@pytest.mark.parametrize(
    ("key", "values", "total", "level"),
    [
        # Kroenke 2001: 0-4, 5-9, 10-14, 15-19, 20-27
        ("phq9", "000000000", 0, "minimal"),
        ("phq9", "111100000", 4, "minimal"),
        ("phq9", "111110000", 5, "mild"),
        ("phq9", "222210000", 9, "mild"),
        ("phq9", "222220000", 10, "moderate"),
        ("phq9", "222222200", 14, "moderate"),
        ("phq9", "333330000", 15, "moderately-severe"),
        ("phq9", "333333100", 19, "moderately-severe"),
        ("phq9", "333333200", 20, "severe"),
        ("phq9", "3333333333", 27, "severe"),  # the tenth is not scored
        ("phq2", "11", 2, "negative"),
        ("phq2", "12", 3, "positive"),
        ("phq2", "33", 6, "positive"),
        # Spitzer 2006: 0-4, 5-9, 10-14, 15-21
        ("gad7", "1111000", 4, "minimal"),
        ("gad7", "1111100", 5, "mild"),
        ("gad7", "2222110", 10, "moderate"),
        ("gad7", "3333300", 15, "severe"),
        ("gad7", "3333333", 21, "severe"),
        ("gad2", "11", 2, "negative"),
        ("gad2", "30", 3, "positive"),
        ("phq4", "0011", 2, "normal"),
        ("phq4", "1110", 3, "mild"),
        ("phq4", "2220", 6, "moderate"),
        ("phq4", "3333", 12, "severe"),
        ("pcl5", "2" * 16 + "0000", 32, "below"),
        ("pcl5", "2" * 16 + "1000", 33, "above"),
        ("pcl5", "4" * 20, 80, "above"),
        ("pcptsd5", "0", 0, "negative"),  # never such an event: the others are not asked
        ("pcptsd5", "111100", 3, "negative"),
        ("pcptsd5", "111110", 4, "positive"),
        ("pcptsd5", "011111", 0, "negative"),  # answers from before the first was changed
        ("k10", "1" * 10, 10, "low"),
        ("k10", "2222211111", 15, "low"),
        ("k10", "2222221111", 16, "moderate"),
        ("k10", "3322222222", 22, "high"),
        ("k10", "3" * 10, 30, "very-high"),
        ("k10", "5" * 10, 50, "very-high"),
        ("k6", "222222", 12, "moderate"),
        ("k6", "322222", 13, "serious"),
        ("k6", "444444", 24, "serious"),
        ("auditc", "0", 0, "low"),  # never: the others count 0
        ("auditc", "110", 2, "low"),
        ("auditc", "210", 3, "mark"),
        ("auditc", "422", 8, "high"),
        ("auditc", "444", 12, "high"),
        ("who5", "11111", 20, "low"),  # the sum times 4
        ("who5", "22222", 40, "poor"),
        ("who5", "55555", 100, "adequate"),
        ("asrm", "11111", 5, "below"),
        ("asrm", "22200", 6, "above"),
        ("isi", "1111111", 7, "none"),
        ("isi", "2111111", 8, "subthreshold"),
        ("isi", "4444444", 28, "severe"),
        ("epds", "1111111110", 9, "below"),
        ("epds", "1111111111", 10, "possible"),
        ("epds", "3333100000", 13, "likely"),
        ("wsas", "22222", 10, "significant"),
        ("wsas", "85530", 21, "severe"),
        ("cadss", "4" * 23, 92, "any"),
    ],
)
def test_totals_and_ranges_are_those_of_the_source(key: str, values: str, total: int, level: str) -> None:
    found = result(key, values)
    assert (found.total, found.level and found.level.id, found.missing) == (total, level, ())


@pytest.mark.parametrize(
    ("key", "values", "level", "missing"),
    [
        ("asq", "0000", "negative", ()),
        ("asq", "0100", "positive", ("asq_5",)),  # a yes stands, though the last is open
        ("asq", "01000", "positive", ()),
        ("asq", "00011", "acute", ()),
        ("asq", "000.", None, ("asq_4", "asq_5")),  # what was not answered is not a no
        ("asq", "1...", "positive", ("asq_2", "asq_3", "asq_4", "asq_5")),
        ("cssrs", "00...0", "none", ()),
        ("cssrs", "10...0", "low", ()),
        ("cssrs", "011000", "moderate", ()),
        ("cssrs", "0100010", "moderate", ()),
        ("cssrs", "0101000", "high", ()),  # intent is high, whatever else
        ("cssrs", "0000011", "high", ()),  # in the past three months
    ],
)
def test_results_by_rule(key: str, values: str, level: str | None, missing: tuple[str, ...]) -> None:
    found = result(key, values)
    assert (found.level and found.level.id, found.total) == (level, None)
    assert found.missing == missing


def test_two_missing_answers_of_the_phq9_are_made_up_for_and_three_are_not() -> None:
    two = result("phq9", "11..11111")
    assert (two.total, two.made_up, two.missing) == (9, True, ("phq9_3", "phq9_4"))
    assert result("phq9", "1112222.2").total == 15  # 13 of 8: 14.6
    three = result("phq9", "11...1111")
    assert (three.total, three.level, three.positive) == (None, None, None)


def test_a_half_goes_up() -> None:
    assert result("phq9", "11111113.").total == 11  # 10 of 8: 11.25
    assert result("phq9", "1100000..").total == 3  # 2 of 7: 2.57
    tiny = replace(ALL["gad2"], missing=1)
    found = score(tiny, {"gad7_1": 1})
    assert isinstance(found, Score)
    assert found.total == 2
    three = replace(ALL["phq9"], items=ALL["phq9"].items[:3], missing=1)
    found = score(three, {"phq9_1": 1, "phq9_2": 0})
    assert isinstance(found, Score)
    assert found.total == 2  # one and a half


def test_question_9_left_open_is_open_and_not_0() -> None:
    found = result("phq9", "11111111.")
    assert found.missing == ("phq9_9",)
    assert found.flags == ()


@pytest.mark.parametrize("key", [key for key in ALL if ALL[key].missing == 0 and ALL[key].method is Method.SUM])
def test_the_others_have_no_total_with_one_open(key: str) -> None:
    whole = {one.id: one.options[0].value for one in ALL[key].items}
    whole.pop(ALL[key].scored[-1].id)
    lifted = {item: max(option.value for option in ALL[key].item(item).options) for item in whole}
    found = score(ALL[key], lifted)
    assert isinstance(found, Score)
    assert (found.total, found.level) == (None, None)
    assert found.missing == (ALL[key].scored[-1].id,)


def test_subscores() -> None:
    assert result("phq4", "2101").subscales == {"anxiety": 3, "depression": 1}
    assert result("pcl5", "1" * 20).subscales == {"b": 5, "c": 2, "d": 7, "e": 6}
    assert "b" not in result("pcl5", "1.111" + "1" * 15).subscales


@pytest.mark.parametrize(
    ("key", "item", "weights"),
    [
        ("phq9", "phq9_9", [None, "risk", "urgent", "urgent"]),
        ("asq", "asq_1", [None, "risk"]),
        ("asq", "asq_5", [None, "urgent"]),
        ("pcl5", "pcl5_16", [None, None, None, "review", "review"]),
        ("epds", "epds_10", [None, "risk", "risk", "risk"]),
        ("cssrs", "cssrs_q4", [None, "urgent"]),
        ("phq9", "phq9_8", [None, None, None, None]),
    ],
)
def test_an_answer_is_flagged_by_itself(key: str, item: str, weights: list[str | None]) -> None:
    fired = [flag_of(ALL[key], item, value) for value in range(len(weights))]
    assert [flag.weight.value if flag else None for flag in fired] == weights


def test_a_flag_stands_though_its_question_would_not_be_put_any_more() -> None:
    found = result("asq", "00001")
    assert [flag.weight for flag in found.flags] == [Weight.URGENT]
    assert found.level
    assert found.level.id == "acute"


def test_the_question_after_the_nine_is_put_once_anything_is_there() -> None:
    phq9 = ALL["phq9"]
    assert len(asked(phq9, answers("phq9", "000000000"))) == 9
    assert [one.id for one in still_open(phq9, answers("phq9", "00000001."))] == ["phq9_9", "phq9_difficulty"]


@pytest.mark.parametrize("value", [4, -1, 1.0, 1.5, True, "1", None, float("nan"), float("inf"), 10**30])
def test_what_is_no_option_refuses_the_whole(value: object) -> None:
    found = score(ALL["phq9"], {**answers("phq9", "00000000"), "phq9_9": value})
    assert found == Refused(Reason.NOT_AN_OPTION, "phq9_9")


def test_an_item_of_another_measure_refuses_the_whole() -> None:
    assert score(ALL["phq9"], {"gad7_1": 1}) == Refused(Reason.UNKNOWN_ITEM, "gad7_1")


@st.composite
def given_answers(draw: st.DrawFn) -> tuple[Instrument, dict[str, int]]:
    """Some of the answers to one of our measures."""
    instrument = draw(st.sampled_from(list(ALL.values())))
    open_ = st.none()
    picked = {
        one.id: draw(st.one_of(open_, st.sampled_from([option.value for option in one.options])))
        for one in instrument.items
    }
    return instrument, {item: value for item, value in picked.items() if value is not None}


@given(given_answers())
def test_a_total_is_within_the_range_and_its_band_holds_it(drawn: tuple[Instrument, dict[str, int]]) -> None:
    instrument, some = drawn
    found = score(instrument, some)
    assert isinstance(found, Score)
    if found.total is None:
        return
    assert instrument.span[0] <= found.total <= instrument.span[1]
    assert isinstance(found.level, Band)
    assert found.level.least <= found.total <= found.level.most
    assert len(found.missing) <= instrument.missing
    assert not (set(found.missing) & set(some)), "what was answered is not missing"


@given(given_answers(), st.data())
def test_anything_else_among_them_refuses_and_never_scores(
    drawn: tuple[Instrument, dict[str, int]], data: st.DataObject
) -> None:
    instrument, some = drawn
    item = data.draw(st.sampled_from([one.id for one in instrument.items]))
    whole = {option.value for option in instrument.item(item).options}
    odd = data.draw(st.one_of(st.floats(), st.text(max_size=3), st.booleans(), st.integers(), st.none()))
    if type(odd) is int and odd in whole:
        return
    assert isinstance(score(instrument, {**some, item: odd}), Refused)


@pytest.mark.parametrize(
    ("values", "there"),
    [("111111111", True), ("11111111", False), ("11111111.", False), ("000000000", True), ("", False)],
)
def test_a_total_is_there_once_all_that_it_is_made_of_is_answered(values: str, there: bool) -> None:
    phq9 = shipped()["phq9"]
    answers = {item.id: int(value) for item, value in zip(phq9.items, values, strict=False) if value != "."}
    assert has_total(phq9, answers) is there
    assert has_total(phq9, answers | {"phq9_difficulty": 1}) is there


def test_what_has_no_total_never_has_one() -> None:
    cssrs = shipped()["cssrs"]
    assert not has_total(cssrs, {item.id: item.options[0].value for item in cssrs.items})
