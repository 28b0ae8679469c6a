"""How a message is signed: as the standard's own library reads it, for this moment and this body alone."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from server.interop.webhooks.rules import headers, secret_of

SECRET, MESSAGE, BODY = secret_of(b"s" * 32), UUID(int=7), b'{"type":"booking.created"}'


def signed(secret: str = SECRET, age: timedelta = timedelta()) -> dict[str, str]:
    """Signed just now: the library reads the machine's own clock."""
    return dict(headers(secret, MESSAGE, BODY, datetime.now(UTC) - age))


def test_the_standards_own_library_takes_it() -> None:
    assert Webhook(SECRET).verify(BODY.decode(), signed()) == {"type": "booking.created"}


@pytest.mark.parametrize(
    ("secret", "body", "age"),
    [
        (secret_of(b"t" * 32), BODY, timedelta()),
        (SECRET, BODY + b" ", timedelta()),
        (SECRET, BODY, timedelta(hours=1)),
    ],
)
def test_nothing_else_passes(secret: str, body: bytes, age: timedelta) -> None:
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.decode(), signed(secret, age))
