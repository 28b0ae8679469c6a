"""From a report's notation to a phenotype: every pair of alleles of every gene, every way to write copies, and what is
never picked.
"""

from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.genetics.alleles import read_diplotype, written
from server.genetics.catalogue import INDETERMINATE, Span, shipped
from server.genetics.phenotypes import Called, call, told

GENES = shipped().genes
D6 = GENES["CYP2D6"]
BY_ENDS = {"CYP2D6": [(0, "PM"), (1, "IM"), (2.25, "NM"), (99, "UM")], "CYP2C9": [(0.5, "PM"), (1.5, "IM"), (2, "NM")]}
"""As the guidelines say it: the highest score of each phenotype."""
PAIRS = {
    "CYP2C19": {
        "no no": "PM", "decreased no": "likely PM", "no normal": "IM", "increased no": "IM",
        "decreased decreased": "likely IM", "decreased normal": "likely IM", "decreased increased": "likely IM",
        "normal normal": "NM", "increased normal": "RM", "increased increased": "UM",
    },
    "CYP2B6": {
        "no no": "PM", "decreased no": "PM", "no normal": "IM", "increased no": "IM",
        "decreased decreased": "PM", "decreased normal": "IM", "decreased increased": "IM",
        "normal normal": "NM", "increased normal": "RM", "increased increased": "UM",
    },
}  # fmt: skip


def only(called: Called | None) -> tuple[str, Span | None]:
    assert called is not None
    (state,) = called.states
    return state.phenotype, state.score


@pytest.mark.parametrize("name", ["CYP2D6", "CYP2C9"])
def test_every_pair_of_alleles_scores_as_the_table_says(name: str) -> None:
    gene, seen = GENES[name], set()
    for first, second in combinations_with_replacement([one for one in gene.alleles if "x" not in one], 2):
        phenotype, score = only(call(gene, f"{first}/{second}"))
        values = [gene.alleles[first].value, gene.alleles[second].value]
        if None in values:
            assert (phenotype, score) == (INDETERMINATE, None)
        else:
            total = sum(values)
            assert score == Span(total, total)
            assert phenotype == next(word for end, word in BY_ENDS[name] if total <= end), (first, second)
        seen.add(phenotype)
    assert seen >= {"PM", "IM", "NM", INDETERMINATE}


@pytest.mark.parametrize("name", ["CYP2C19", "CYP2B6"])
def test_every_pair_of_functions_has_its_phenotype(name: str) -> None:
    gene, seen = GENES[name], set()
    for first, second in combinations_with_replacement(gene.alleles, 2):
        phenotype, score = only(call(gene, f"{second}/{first}"))
        functions = " ".join(sorted((gene.alleles[first].function, gene.alleles[second].function)))
        expected = INDETERMINATE if "uncertain" in functions else PAIRS[name][functions]
        assert (phenotype, score) == (expected, None), (first, second)
        seen.add(phenotype)
    assert seen == {*PAIRS[name].values(), INDETERMINATE}


@pytest.mark.parametrize(
    ("text", "phenotypes", "scores"),
    [
        ("*1x2/*4", ["NM"], ["2"]),
        ("CYP2D6 *1/*1x2", ["UM"], ["3"]),
        ("*36+*10/*1", ["NM"], ["1.25"]),
        ("*36+*10x2/*5", ["IM"], ["0.5"]),
        ("*68+*4/*2", ["IM"], ["1"]),
        ("*13+*1/*1", ["NM"], ["2"]),
        ("*5/*29", ["IM"], ["0.5"]),
        ("*1x≥3/*4", ["UM"], ["≥ 3"]),
        ("*1x>=3/*4", ["UM"], ["≥ 3"]),
        ("*4x≥3/*1", ["IM"], ["1"]),
        ("*10x≥3/*4", ["IM", "NM", "UM"], ["0.75–1", "1.25–2.25", "≥ 2.5"]),
        ("*1xN/*4", ["NM", "UM"], ["2–2.25", "≥ 2.5"]),
        ("*4.012/*1.001", ["IM"], ["1"]),
    ],
)
def test_copies_and_tandems_are_summed(text: str, phenotypes: list[str], scores: list[str]) -> None:
    called = call(D6, text)
    assert called is not None
    assert called.phenotypes == phenotypes
    assert [str(one.score) for one in called.states] == scores


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(*1/*4)x2", [("*1x2/*4", "NM", "2"), ("*1/*4x2", "IM", "1")]),
        ("(*2/*41)x2", [("*2x2/*41", "NM", "2.25"), ("*2/*41x2", "NM", "1.5")]),
        ("(*1/*10)x3", [("*1x3/*10", "UM", "3.25"), ("*1/*10x3", "NM", "1.75")]),
        ("(*1/*1)x2", [("*1x2/*1", "UM", "3")]),
        ("*1/*4 x2", [("*1x2/*4", "NM", "2"), ("*1/*4x2", "IM", "1")]),
        ("CYP2D6 *1 / *4  X 2", [("*1x2/*4", "NM", "2"), ("*1/*4x2", "IM", "1")]),
        ("*1 x2/*4", [("*1x2/*4", "NM", "2")]),
    ],
)
def test_where_nobody_says_which_allele_is_doubled_both_stand_there(text, expected) -> None:
    called = call(D6, text)
    assert [(one.diplotype, one.phenotype, str(one.score)) for one in called.states] == expected
    assert called.is_open is (len({phenotype for _, phenotype, _ in expected}) > 1)


def test_an_open_number_behind_both_alleles_leaves_every_possibility() -> None:
    """A blank before it: it may be of either, so that it never comes to one of them alone."""
    apart = call(D6, "*1/*4 xN")
    assert apart == call(D6, "(*1/*4)xN")
    assert apart is not None
    assert (set(apart.phenotypes), apart.is_open) == ({"IM", "NM", "UM"}, True)


def test_what_the_table_does_not_know_is_said_to_be_unknown() -> None:
    called = call(D6, "*1/*999")
    assert (called.phenotypes, called.unknown, called.uncertain) == ([INDETERMINATE], ("*999",), ())
    called = call(D6, "*1/*22")
    assert (called.phenotypes, called.unknown, called.uncertain) == ([INDETERMINATE], (), ("*22",))
    assert call(GENES["CYP2C19"], "*4B/*1").unknown == ("*4B",)


@pytest.mark.parametrize(
    "text", ["", "*1", "*1/*2/*3", "1/4", "*1/", "poor", "(*1/*4)", "(*1x2/*4)x2", "*1x0/*4", "*1x14/*4", "*1/*4;drop"]
)
def test_what_is_no_diplotype_is_none(text: str) -> None:
    assert call(D6, text) is None


def test_copies_are_read_where_activity_is_counted() -> None:
    assert call(GENES["CYP2C19"], "*1x2/*2") is None
    assert only(call(GENES["CYP2C9"], "*1/*3")) == ("IM", Span(1, 1))


def test_a_phenotype_alone_stands_for_every_score_of_it() -> None:
    assert only(told(D6, "IM")) == ("IM", Span(0.25, 1))
    assert only(told(D6, "UM")) == ("UM", Span(2.5, None))
    assert told(D6, "RM") is None
    assert only(told(GENES["CYP2C19"], "RM")) == ("RM", None)


@pytest.mark.parametrize(
    ("text", "phenotype"),
    [
        ("positive", "*15:02 positive"),
        ("*15:02 negative", "*15:02 negative"),
        ("HLA-B*15:02 positive", "*15:02 positive"),
        ("*15:02/*40:01", "*15:02 positive"),
        ("HLA-B*40:01/HLA-B*15:02:01", "*15:02 positive"),
        ("*15:01/*40:01", "*15:02 negative"),
    ],
)
def test_an_hla_allele_carried_once_is_carried(text: str, phenotype: str) -> None:
    assert only(call(GENES["HLA-B"], text)) == (phenotype, None)


SURELY_ABSENT = ["*07:02", "*07:02:01", "*15:01:01:01", "*15:25", "*15:103", "HLA-B*40:01"]
SURELY_THERE = ["*15:02", "*15:02:01", "*15:02:01:01", "HLA-B*15:02", "HLA-B*15:02:01", " HLA-B *15:02 "]
UNKNOWN = [
    "*15:02P", "*15:02:01P", "*15:02G", "*15:02:01G", "*15:02N", "*15:02L", "*15:02S", "*15:02C", "*15:02A", "*15:02Q",
    "*15:02:01:01N", "*15:01P", "*07:02:01G", "*07:02N", "*15:XX", "*15:xx", "*15:BPXA", "*15:AB", "*15:new", "*15:?",
    "*15:02?", "*15:", "*99:99", "*31:01", "*95:02", "*15:2", "*15:00", "*15:002", "*15:02:01:01:01", "*15:02,15:25",
    "*15:02:", "*15:٠٢", "*XX:XX", "*015:02", "HLA-B*15:XX",
]  # fmt: skip


def named(gene: str, text: str) -> str:
    return text.strip().upper().removeprefix(gene).strip()


@pytest.mark.parametrize("other", UNKNOWN)
def test_an_hla_allele_that_is_not_surely_known_is_never_its_absence(other: str) -> None:
    gene = GENES["HLA-B"]
    for pair in (f"{other}/*07:02", f"*07:02/{other}", f"{other}/{other}"):
        called = call(gene, pair)
        if other == "*15:":
            assert called is None
            continue
        assert only(called) == (INDETERMINATE, None)
        assert called.unknown == (named("HLA-B", other),)
    for there in SURELY_THERE if other != "*15:" else ():
        assert only(call(gene, f"{other}/{there}")) == only(call(gene, f"{there}/{other}")) == ("*15:02 positive", None)


@pytest.mark.parametrize("text", ["*31:XX/*02:01", "*31:AB/*02:01", "*31:01:02P/*02:01", "*02:01/*07:02"])
def test_the_other_hla_gene_keeps_the_same_rule(text: str) -> None:
    assert only(call(GENES["HLA-A"], text)) == (INDETERMINATE, None)
    assert only(call(GENES["HLA-A"], "*02:01/*31:01:02")) == ("*31:01 positive", None)
    assert only(call(GENES["HLA-A"], "*02:01/*31:02")) == ("*31:01 negative", None)


@pytest.mark.parametrize("first", SURELY_ABSENT)
def test_two_whole_alleles_say_that_the_one_that_is_asked_for_is_not_there(first: str) -> None:
    for second in SURELY_ABSENT:
        assert only(call(GENES["HLA-B"], f"{first}/{second}")) == ("*15:02 negative", None)
    for there in SURELY_THERE:
        assert only(call(GENES["HLA-B"], f"{first}/{there}")) == ("*15:02 positive", None)


@pytest.mark.parametrize(
    "text", ["perhaps", "*1502/*4001", "*15:02", "", "*15:XX", "*15:02/*57:01 negative", "*15:02/*07:02/*15:25"]
)
def test_another_word_of_an_hla_gene_is_none(text: str) -> None:
    assert call(GENES["HLA-B"], text) is None


NAMES = st.sampled_from([one for one in D6.alleles if "x" not in one])


@given(first=NAMES, second=NAMES, copies=st.integers(2, 13))
def test_a_notation_is_read_as_it_is_written_and_order_says_nothing(first: str, second: str, copies: int) -> None:
    text = f"{first}x{copies}/{second}"
    (pair,) = read_diplotype("CYP2D6", text)
    assert written(pair) == text
    there, back = call(D6, text), call(D6, f"{second}/{first}x{copies}")
    assert [(one.phenotype, one.score) for one in there.states] == [(one.phenotype, one.score) for one in back.states]


@given(first=NAMES, second=NAMES, copies=st.integers(2, 12))
def test_an_open_number_of_copies_holds_every_number_that_it_may_be(first: str, second: str, copies: int) -> None:
    wide, exact = call(D6, f"{first}xN/{second}"), call(D6, f"{first}x{copies}/{second}")
    assert set(exact.phenotypes) <= set(wide.phenotypes)
