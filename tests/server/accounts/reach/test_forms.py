"""How somebody wants to be called: what stands, and what wants another look."""

import pytest

from server.accounts.reach.forms import Reason, Wish, parse_reach


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({"mail": "yes"}, Wish(mail=True, sms=False)),
        ({}, Wish(mail=False, sms=False)),
        ({"sms": "yes", "phone": " +49 30  5550134 "}, Wish(mail=False, sms=True, phone="+49305550134")),
        ({"mail": "yes", "phone": "+49 30 5550134"}, Wish(mail=True, sms=False, phone="+49305550134")),
        ({"sms": "yes"}, {"phone": Reason.MISSING}),
        ({"sms": "yes", "phone": "030 5550134"}, {"phone": Reason.NOT_A_NUMBER}),
        ({"phone": "+49 call me"}, {"phone": Reason.NOT_A_NUMBER}),
    ],
)
def test_what_is_typed(fields, outcome) -> None:
    assert parse_reach(fields) == outcome
