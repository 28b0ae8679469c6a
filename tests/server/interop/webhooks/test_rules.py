"""How a message is signed: as the standard's own library reads it, for this moment and this body alone."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from server.interop.webhooks.rules import headers, secret_of

NOW = datetime.now(UTC)
SECRET, MESSAGE, BODY = secret_of(b"s" * 32), UUID(int=7), b'{"type":"booking.created"}'


def test_the_standards_own_library_takes_it() -> None:
    assert Webhook(SECRET).verify(BODY.decode(), dict(headers(SECRET, MESSAGE, BODY, NOW))) == {
        "type": "booking.created"
    }


@pytest.mark.parametrize(
    ("secret", "body", "at"),
    [
        (secret_of(b"t" * 32), BODY, NOW),
        (SECRET, BODY + b" ", NOW),
        (SECRET, BODY, NOW - timedelta(hours=1)),
    ],
)
def test_nothing_else_passes(secret: str, body: bytes, at: datetime) -> None:
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.decode(), dict(headers(secret, MESSAGE, BODY, at)))
