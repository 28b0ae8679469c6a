"""A file of questions: what is written is read back, and whatever does not fit is said at its place."""

import json
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from server.record.care.rules import Way
from server.record.prompts.filed.forms import MOST_BYTES, Fault, Filed, read, written
from server.record.prompts.rules import Rule

TMS = Rule("Discuss TMS", trials=2, weeks=6, measure="phq9", above=15)
ONE = {"words": "Discuss TMS", "trials": 2, "measure": "phq9", "above": 15}
RULES = some.builds(
    Rule, words=some.sampled_from(["Think", "Überlegen"]), trials=some.none() | some.integers(1, 20),
    weeks=some.integers(1, 104), measure=some.just("phq9"), above=some.integers(0, 1000),
    days=some.integers(1, 730), diagnosis=some.sampled_from(["", "F33"]), untried=some.none() | some.sampled_from(Way),
)  # fmt: skip


def file(*questions: object, **more: object) -> bytes:
    return json.dumps({"format": "parlour-questions", "version": 1, "questions": list(questions)} | more).encode()


def faults(sent: bytes) -> list[tuple[Fault, int, str]]:
    return [(one.fault, one.number, one.place) for one in read(sent, {"phq9"})[1]]


def test_a_clinician_can_read_what_is_written() -> None:
    told = written([Filed(UUID(int=7), TMS)])
    assert json.loads(told)["questions"] == [
        {"id": str(UUID(int=7)), "words": "Discuss TMS", "trials": 2, "weeks": 6, "measure": "phq9", "above": 15,
         "days": 60}
    ]  # fmt: skip
    assert list(json.loads(written([Filed(None, Rule("Think", diagnosis="F33"))]))["questions"][0]) == [
        "words", "diagnosis",
    ]  # fmt: skip


@given(some.lists(some.builds(Filed, some.none() | some.uuids(), RULES), min_size=1, max_size=40, unique_by=repr))
def test_what_is_written_is_read_as_it_was(several) -> None:
    alone = {one.rule: one for one in several}.values()
    by_id = list({one.prompt_id or number: one for number, one in enumerate(alone)}.values())
    assert read(written(by_id).encode(), {"phq9"}) == (by_id, [])


def test_a_mark_at_its_beginning_and_many_spaces_do_no_harm() -> None:
    assert read(b"\xef\xbb\xbf" + file(ONE | {"words": " Discuss\n TMS "}), {"phq9"}) == ([Filed(None, TMS)], [])


@pytest.mark.parametrize(
    ("sent", "fault", "place"),
    [
        (b" ", Fault.EMPTY, ""),
        (file(), Fault.EMPTY, ""),
        (file(ONE) + b" " * MOST_BYTES, Fault.TOO_LARGE, ""),
        (b'{"format": 1,\n"version"', Fault.NOT_JSON, "2"),
        (b"\xff\xfe", Fault.NOT_JSON, ""),
        (b'{"version": NaN}', Fault.NOT_JSON, ""),
        (b'{"version": ' + b"9" * 5000 + b"}", Fault.NOT_JSON, ""),
        (b"[" * 60_000, Fault.TOO_DEEP, ""),
        (file([[[["words"]]]]), Fault.TOO_DEEP, ""),
        (b'{"format": 1, "format": 2}', Fault.TWICE_NAMED, ""),
        (b"[]", Fault.NOT_OURS, ""),
        (file(ONE, format="other"), Fault.NOT_OURS, ""),
        (file(ONE, version=2), Fault.OTHER_VERSION, ""),
        (file(ONE, version=True), Fault.OTHER_VERSION, ""),
        (file(ONE, rules=[]), Fault.UNKNOWN_FIELD, "rules"),
        (file(ONE, questions={}), Fault.NO_LIST, ""),
        (file(*[ONE] * 41), Fault.TOO_MANY, ""),
    ],
)
def test_a_file_that_cannot_be_is_refused_whole(sent, fault, place) -> None:
    assert faults(sent) == [(fault, 0, place)]


@pytest.mark.parametrize(
    ("changed", "fault", "place"),
    [
        ({"words": ""}, Fault.MISSING, "words"),
        ({"words": "  "}, Fault.MISSING, "words"),
        ({"words": 3}, Fault.NOT_TEXT, "words"),
        ({"words": "a\x00b"}, Fault.NOT_TEXT, "words"),
        ({"words": "\ud800"}, Fault.NOT_TEXT, "words"),
        ({"words": "x" * 201}, Fault.TOO_LONG, "words"),
        ({"words": "Give 50 mg"}, Fault.DOSE, "words"),
        ({"dose": 5}, Fault.UNKNOWN_FIELD, "dose"),
        ({"trials": "2"}, Fault.NOT_WHOLE, "trials"),
        ({"trials": 0}, Fault.OUT_OF_RANGE, "trials"),
        ({"weeks": 500}, Fault.OUT_OF_RANGE, "weeks"),
        ({"measure": "phq"}, Fault.NO_MEASURE, "measure"),
        ({"above": None}, Fault.BOTH, "above"),
        ({"measure": ""}, Fault.BOTH, "measure"),
        ({"untried": "surgery"}, Fault.NO_WAY, "untried"),
        ({"trials": None, "measure": "", "above": None}, Fault.NOTHING, ""),
        ({"id": "seven"}, Fault.NO_ID, "id"),
    ],
)
def test_each_fault_of_a_question_is_said_at_its_place(changed, fault, place) -> None:
    good = ONE | {"words": "Another"}
    assert faults(file(good, ONE | changed)) == [(fault, 2, place)]


def test_all_faults_are_said_at_once_and_what_a_page_cannot_say_is_left_out_of_them() -> None:
    found = read(file({"words": "5 mg", "trials": 1}, {"\x07": 1, "words": "x", "untried": "tms"}), {"phq9"})[1]
    assert [(one.fault, one.number) for one in found] == [(Fault.DOSE, 1), (Fault.UNKNOWN_FIELD, 2)]
    assert found[1].place == "\N{REPLACEMENT CHARACTER}"


def test_a_question_stands_once() -> None:
    one = ONE | {"id": str(UUID(int=7))}
    assert faults(file(one, one | {"above": 19})) == [(Fault.SAME_ID, 2, "id")]
    assert faults(file(one, ONE)) == [(Fault.SAME_QUESTION, 2, "")]
