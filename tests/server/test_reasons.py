"""What of a reason can be read."""

import pytest

from server.booking.forms import Problem, read_late_reason
from server.programmes.course import Override, Seen, Why
from server.programmes.questions import Verdict
from server.programmes.recording import No, Refused, pass_gate
from server.reasons import readable
from server.record.emergency.forms import Reason, Wish
from server.record.emergency.forms import parse as glass
from tests.server.programmes.courses import CLINICIAN, Hand, small

UNSEEN = ["", "  ", "\u200b", "\u200b \u2060\ufeff", "\u00a0\u3000", "\u2800\u3164", "\u202e\u00ad", "\x00\n\t"]


@pytest.mark.parametrize("text", UNSEEN)
def test_what_cannot_be_seen_is_no_reason_anywhere(text: str) -> None:
    assert readable(text) == ""
    hand = Hand.of(small())
    hand.does("screening", verdict=Verdict.STOP)
    one = Override("eligible", 0, hand.now, CLINICIAN, frozenset([Seen(Why.STOP, "screening")]), text)
    assert pass_gate(hand.programme, hand.done, one, hand.now) == Refused(No.NO_REASON)
    assert read_late_reason({"reason": text}) is Problem.LATE_REASON_MISSING
    assert glass({"who": "Jo Almeida", "reason": text * 12}) is Reason.NO_REASON


def test_what_can_be_read_counts_by_what_is_seen_and_is_kept_as_it_was_typed() -> None:
    assert readable(" می\u200cخواهم \n now ") == "میخواهم now"
    assert glass({"who": "Jo Almeida", "reason": "short" + "\u200b" * 20}) is Reason.NO_REASON
    kept = glass({"who": "Jo Almeida", "reason": "می\u200cخواهم now"})
    assert isinstance(kept, Wish)
    assert "\u200c" in kept.reason
