"""The least that Stripe moves by card in one payment.

Source: docs.stripe.com/currencies, "Minimum and maximum charge amounts", read in 2026; in whole units, as it is written
there. What is settled in another currency has to be as much as its least after the exchange too, which nobody can know
beforehand: Stripe refuses such a page then, and ours says how to pay otherwise.
"""

from decimal import Decimal

from server import money
from server.money import Amounts

LEAST = {
    "AED": "2.00", "ARS": "0.50", "AUD": "0.50", "BRL": "0.50", "CAD": "0.50", "CHF": "0.50", "COP": "0.50",
    "CZK": "15.00", "DKK": "2.50", "EUR": "0.50", "GBP": "0.30", "HKD": "4.00", "HUF": "175.00", "IDR": "0.50",
    "ILS": "0.50", "INR": "0.50",
    "JPY": "50", "KRW": "50", "MXN": "10", "MYR": "2", "NOK": "3.00", "NZD": "0.50", "PHP": "0.50", "PLN": "2.00",
    "RON": "2.00", "RUB": "0.50", "SEK": "3.00", "SGD": "0.50", "THB": "10", "USD": "0.50", "ZAR": "0.50",
}  # fmt: skip


NOT_BY_CARD = frozenset({"UGX"})
"""Whole by one sentence of that page, and in hundredths by another: no card is charged in it here."""


THREE = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
"""Counted in thousandths there, of which the last digit has to be nought (the same page)."""


def by_card(currency: str) -> Amounts:
    """What a card can be charged."""
    return Amounts(least(currency), step(currency))


def step(currency: str) -> int:
    """Amounts by card are whole multiples of this, in the currency's smallest unit."""
    return 10 if currency in THREE else 1


def least(currency: str) -> int:
    """In the currency's smallest unit; 0 where Stripe publishes none."""
    return int(Decimal(LEAST.get(currency, "0")).scaleb(money.digits(currency)))
