"""Tickets: one meaning, one algorithm, one minute."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.tickets import LIFETIME, Ticket, TicketRefusal, mint, verify

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OLD, NEW = b"o" * 32, b"n" * 32
TICKET = Ticket("visit-1", "patient-1", "patient", 4, NOW + LIFETIME)


def forged(key: bytes = NEW, **changes: Any) -> str:
    """A ticket signed as `mint` signs, with other claims."""
    claims: dict[str, Any] = {"aud": "room", "visit": "v", "peer": "p", "role": "patient", "epoch": 1}
    claims |= {"exp": int((NOW + LIFETIME).timestamp() * 1000)} | changes
    payload = base64.urlsafe_b64encode(json.dumps({k: v for k, v in claims.items() if v is not None}).encode())
    return f"{payload.decode()}.{hmac.new(key, b'parlour/ticket/1:' + payload, hashlib.sha256).hexdigest()}"


def test_what_is_minted_verifies() -> None:
    assert verify([NEW], mint([NEW], TICKET), NOW) == TICKET


def test_keys_rotate_first_signs_all_verify() -> None:
    before = mint([OLD], TICKET)
    assert verify([NEW, OLD], before, NOW) == TICKET
    assert verify([OLD], mint([NEW, OLD], TICKET), NOW) is TicketRefusal.FORGED


def test_F02_an_expired_ticket_is_refused() -> None:
    text = mint([NEW], TICKET)
    assert verify([NEW], text, TICKET.expires - timedelta(milliseconds=1)) == TICKET
    assert verify([NEW], text, TICKET.expires) is TicketRefusal.EXPIRED


def test_F02_a_ticket_that_would_live_for_long_is_refused() -> None:
    ticket = Ticket("v", "p", "patient", 1, NOW + timedelta(hours=1))
    assert verify([NEW], mint([NEW], ticket), NOW) is TicketRefusal.TOO_FAR


def test_F02_a_change_of_any_character_is_refused() -> None:
    text = mint([NEW], TICKET)
    for at, letter in enumerate(text):
        changed = text[:at] + ("A" if letter != "A" else "B") + text[at + 1 :]
        assert isinstance(verify([NEW], changed, NOW), TicketRefusal), at


def test_F02_claims_of_another_ticket_do_not_take_this_signature() -> None:
    mine, other = mint([NEW], TICKET), mint([NEW], Ticket("visit-2", "patient-1", "therapist", 4, NOW + LIFETIME))
    swapped = f"{other.partition('.')[0]}.{mine.partition('.')[2]}"
    assert verify([NEW], swapped, NOW) is TicketRefusal.FORGED


def test_B19_a_signature_for_another_purpose_with_the_same_key_is_refused() -> None:
    payload = mint([NEW], TICKET).partition(".")[0]
    for signed in (payload.encode(), b"parlour/session/1:" + payload.encode(), b""):
        signature = hmac.new(NEW, signed, hashlib.sha256).hexdigest()
        assert verify([NEW], f"{payload}.{signature}", NOW) is TicketRefusal.FORGED


def test_B19_another_audience_is_refused() -> None:
    assert verify([NEW], forged(aud="api"), NOW) is TicketRefusal.OTHER_PURPOSE


def test_B19_naming_an_algorithm_changes_nothing() -> None:
    header = base64.urlsafe_b64encode(b'{"alg":"none"}').decode()
    payload = mint([NEW], TICKET).partition(".")[0]
    texts = [f"{header}.{payload}.", f"{payload}.", f"{payload}.none", f"{header}.{payload}.{'0' * 64}"]
    assert {verify([NEW], text, NOW) for text in texts} == {TicketRefusal.FORGED}
    assert verify([NEW], forged(alg="none"), NOW) is TicketRefusal.MALFORMED


@pytest.mark.parametrize("keys", [[], [b""], [b"", b"x"]])
def test_B19_an_empty_key_signs_and_opens_nothing(keys: list[bytes]) -> None:
    assert verify(keys, forged(key=b""), NOW) is TicketRefusal.FORGED
    with pytest.raises(ValueError, match="needs a key"):
        mint(keys, TICKET)


@pytest.mark.parametrize(
    "changes",
    [{"epoch": -1}, {"epoch": "1"}, {"epoch": 1.5}, {"epoch": None}, {"visit": ""}, {"peer": "x" * 65}, {"exp": 2**60}],
)
def test_F02_claims_out_of_bounds_are_refused(changes: dict[str, Any]) -> None:
    assert verify([NEW], forged(**changes), NOW) is TicketRefusal.MALFORMED


def test_a_ticket_carries_no_name() -> None:
    payload = mint([NEW], TICKET).partition(".")[0]
    assert set(json.loads(base64.urlsafe_b64decode(payload))) == {"aud", "visit", "peer", "role", "epoch", "exp"}


@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda raw: base64.urlsafe_b64encode(raw).decode() + ".ab"))
def test_F02_no_text_at_all_raises(text: str) -> None:
    assert isinstance(verify([NEW, OLD], text, NOW), TicketRefusal)


def test_F02_a_signed_payload_that_is_no_ticket_is_refused() -> None:
    for payload in (b"%%%", b"AAAA", base64.urlsafe_b64encode(b"[" * 999), base64.urlsafe_b64encode(b"\xff\xfe")):
        signature = hmac.new(NEW, b"parlour/ticket/1:" + payload, hashlib.sha256).hexdigest()
        assert verify([NEW], f"{payload.decode()}.{signature}", NOW) is TicketRefusal.MALFORMED
