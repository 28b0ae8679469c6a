"""What is typed about letters."""

from datetime import date
from uuid import UUID

import pytest

from server.letters.forms import MOST_SIGNS, Draft, Reason, Written, away_of, days_of, draft_of, written
from server.letters.rules import Away

ONCE, MARA, SAMIR = UUID(int=1), UUID(int=2), UUID(int=3)
TODAY = date(2026, 3, 9)


def test_a_letter_has_words_or_files_and_one_kind_of_line_break() -> None:
    typed = {"once": str(ONCE), "text": " Hello\r\nMara \n"}
    assert written(typed) == Written(ONCE, "Hello\nMara")
    assert written({**typed, "text": " \r\n"}) is Reason.MISSING
    assert written({**typed, "text": ""}, files=1) == Written(ONCE, "")
    assert written({**typed, "text": "x" * (MOST_SIGNS + 1)}) is Reason.TOO_LONG
    assert written({"text": "Hello"}) is written({"once": "7", "text": "Hello"}) is None


@pytest.mark.parametrize("fields", [{}, {"once": "x", "version": "0"}, {"once": str(ONCE), "version": "-1"}])
def test_what_is_no_draft_of_ours_is_none(fields: dict[str, str]) -> None:
    assert draft_of(fields) is None


def test_a_draft_keeps_its_spaces() -> None:
    assert draft_of({"once": str(ONCE), "version": "3", "text": "Hello "}) == Draft(ONCE, 3, "Hello ")
    assert draft_of({"once": str(ONCE), "version": "3", "text": "x" * (MOST_SIGNS + 1)}) is None


@pytest.mark.parametrize(
    ("typed", "days"), [("2", 2), (" 10 ", 10), ("0", None), ("11", None), ("", None), ("1.5", None), ("٢", None)]
)
def test_how_many_days_can_be_promised(typed: str, days: int | None) -> None:
    assert days_of({"days": typed}) == days


@pytest.mark.parametrize(
    ("since", "until", "stand_in", "wrong"),
    [
        ("", "2026-03-10", "", {"since": Reason.MISSING}),
        ("2026-03-10", "", "", {"until": Reason.MISSING}),
        ("2026-03-01", "2026-03-08", "", {"until": Reason.PAST}),
        ("2026-03-12", "2026-03-10", "", {"until": Reason.BACKWARDS}),
        ("2026-03-12", "2028-03-10", "", {"until": Reason.BACKWARDS}),
        ("2026-03-10", "2026-03-10", str(MARA), {"stand_in": Reason.UNKNOWN}),
        ("2026-03-10", "2026-03-10", str(ONCE), {"stand_in": Reason.UNKNOWN}),
    ],
)
def test_days_away_that_are_none(since: str, until: str, stand_in: str, wrong: dict[str, Reason]) -> None:
    fields = {"since": since, "until": until, "stand_in": stand_in}
    assert away_of(fields, ONCE, MARA, {MARA, SAMIR}, TODAY) == wrong


def test_days_away_with_somebody_who_stands_in() -> None:
    fields = {"since": "2026-03-01", "until": "2026-03-09", "stand_in": str(SAMIR)}
    said = away_of(fields, ONCE, MARA, {MARA, SAMIR}, TODAY)
    assert said == Away(ONCE, MARA, date(2026, 3, 1), TODAY, SAMIR)
