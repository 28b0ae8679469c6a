"""How a message is signed: as the standard's own library reads it, for this moment and this body alone; and how long
it is sent again."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from server.interop.webhooks import rules
from server.interop.webhooks.rules import TRIES, headers, secret_of
from server.outbox import OUTSIDE

API = Path(__file__).parents[4] / "docs" / "api.md"
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


def test_how_long_it_is_sent_again_is_what_is_said() -> None:
    assert TRIES == OUTSIDE.tries == 12
    waits = [OUTSIDE.wait(tries) for tries in range(1, TRIES)]
    assert [wait.total_seconds() for wait in waits[:3]] == [20, 40, 80]
    assert round(sum(waits, timedelta()) / timedelta(hours=1)) == 10
    assert "about ten hours" in Path(rules.__file__).read_text()
    assert "twelve times over about ten hours" in API.read_text()
