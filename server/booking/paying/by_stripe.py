"""Payment on a page that Stripe hosts (Checkout), by Stripe's own client. Imported only where the extra is installed.

Stripe learns an amount, a random number and the clinic's id here: no name, no address, no word of what it is about.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

import requests
import stripe

from server import money
from server.booking.paying.payments import Away, Back, Due, Forged, KeysRefused, News, NotOffered, Opened, Paid
from server.clinic.paying.least import NOT_BY_CARD, THREE, step
from server.clinic.paying.rules import StripeKeys

T = TypeVar("T")

SECONDS = 10
TOLERANCE = 300  # seconds that a signature may be old
WHOLE = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]
)
"""How Stripe counts (docs.stripe.com/currencies): these in whole units, THREE in thousandths, all others in hundredths;
that is not always how CLDR writes an amount."""
LOCALES = frozenset(
    {"bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "hr", "hu", "id", "it", "ja", "ko", "lt", "lv"}
    | {"ms", "mt", "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sv", "th", "tr", "vi", "zh"}
)
"""Languages of its pages (docs.stripe.com/api/checkout/sessions/create); asked for another it makes no page at all."""
NOT_GONE = frozenset({"failed", "canceled"})
PAID = frozenset({"checkout.session.completed", "checkout.session.async_payment_succeeded"})

stripe.enable_telemetry = False  # else it tells Stripe of this machine


class Quiet(requests.Session):
    """Goes where it was sent and nowhere else."""

    def __init__(self) -> None:
        super().__init__()
        self.max_redirects = 0
        self.trust_env = False  # no password of a .netrc, no proxy that nobody configured here


class ByStripe:
    """The pages, payments and refunds of one clinic's account."""

    def __init__(self, keys: StripeKeys, api: str) -> None:
        self._hooks = keys.hooks
        client = stripe.RequestsClient(timeout=SECONDS, session=Quiet())
        self._client = stripe.StripeClient(
            keys.key, http_client=client, base_addresses={"api": api}, max_network_retries=0
        )

    async def open_page(self, due: Due) -> Opened:
        about = {"due": str(due.id), "clinic": str(due.clinic_id)}
        line = {
            "quantity": 1,
            "price_data": {
                "currency": due.currency.lower(),
                "unit_amount": units(due.amount, due.currency),
                "product_data": {"name": due.words},
            },
        }
        params: Any = {
            "mode": "payment",
            "payment_method_types": ["card"],
            "line_items": [line],
            "client_reference_id": str(due.id),
            "metadata": about,
            "payment_intent_data": {"metadata": about, "description": due.words},
            "success_url": f"{due.back}?notice=paid",
            "cancel_url": due.back,
            "expires_at": int(due.expires_at.timestamp()),
            "locale": due.language if due.language in LOCALES else "auto",
        }
        sessions = self._client.v1.checkout.sessions
        # Stripe refuses the same key with other words; a page that broke off in another language is nobody's.
        once = f"page-{due.id}-{due.language}"
        made = await _asked(lambda: sessions.create(params, {"idempotency_key": once}))
        if not made.url:
            raise NotOffered("a page without an address")
        return Opened(made.id, made.url, datetime.fromtimestamp(made.expires_at, UTC))

    async def close_page(self, session: str) -> Paid | None:
        sessions = self._client.v1.checkout.sessions
        try:
            await _asked(lambda: sessions.expire(session))
        except NotOffered:  # it is over already: paid, or expired by itself
            found = await _asked(lambda: sessions.retrieve(session))
            return _paid(found.to_dict())
        return None

    async def give_back(self, back: Back) -> str:
        refunds, which = self._client.v1.refunds, {"back": str(back.id)}
        # Stripe forgets a key after a day: what went then, and whose answer never came, is found by what it carries.
        there: Any = {"payment_intent": back.moved_by, "limit": 100}
        for one in (await _asked(lambda: refunds.list(there))).to_dict()["data"]:
            if one.get("metadata") == which and one["status"] not in NOT_GONE:
                return str(one["id"])
        params: Any = {"payment_intent": back.moved_by, "amount": units(back.amount, back.currency), "metadata": which}
        made = await _asked(lambda: refunds.create(params, {"idempotency_key": f"back-{back.id}"}))
        if made.status in NOT_GONE:
            raise NotOffered(made.status)
        return str(made.id)

    def heard(self, body: bytes, signature: str) -> News:
        for secret in self._hooks:
            try:
                event = stripe.Webhook.construct_event(body, signature, secret, TOLERANCE)
            except (stripe.SignatureVerificationError, ValueError):
                continue
            return news_of(event.to_dict())
        raise Forged()


def news_of(event: Mapping[str, Any]) -> News:
    """What a proven message says to us; of a kind that we do not know it says nothing."""
    about = event.get("data", {}).get("object", {})
    clinic = str((about.get("metadata") or {}).get("clinic", ""))
    return News(str(event["id"]), clinic, _paid(about) if event.get("type") in PAID else None)


def _paid(session: Mapping[str, Any]) -> Paid | None:
    """What was paid on a page; None while nothing was."""
    if session.get("payment_status") != "paid":
        return None
    currency = str(session.get("currency", "")).upper()
    try:
        due_id = UUID(str(session.get("client_reference_id")))
        amount = amount_of(int(session["amount_total"]), currency)
    except (ValueError, KeyError, TypeError, NotOffered):
        return None
    return Paid(due_id, amount, currency, str(session.get("payment_intent") or session.get("id")))


async def _asked(call: Callable[[], T]) -> T:
    """Run a call of the client beside the loop. Raises Away where another try may help, KeysRefused and NotOffered."""
    try:
        return await asyncio.to_thread(call)
    except (stripe.APIConnectionError, stripe.RateLimitError) as problem:
        raise Away(type(problem).__name__) from None
    except (stripe.AuthenticationError, stripe.PermissionError) as problem:
        raise KeysRefused(type(problem).__name__) from None
    except stripe.StripeError as problem:
        status = problem.http_status or 500
        if status >= 500 or status in {409, 429}:
            raise Away(str(status)) from None
        raise NotOffered(f"{status} {problem.code or ''}") from None


def _step(currency: str) -> int:
    """How many of Stripe's units one of ours is. Raises NotOffered."""
    theirs = 0 if currency in WHOLE else 3 if currency in THREE else 2
    more = theirs - money.digits(currency)
    if more < 0 or currency in NOT_BY_CARD:
        raise NotOffered(currency)
    return int(10**more)


def units(amount: int, currency: str) -> int:
    """The amount as Stripe counts it. Raises NotOffered for one that it cannot move."""
    if amount % step(currency):
        raise NotOffered(currency)
    return amount * _step(currency)


def amount_of(counted: int, currency: str) -> int:
    """The amount as we count it. Raises NotOffered."""
    amount, rest = divmod(counted, _step(currency))
    if rest:
        raise NotOffered(currency)
    return amount
