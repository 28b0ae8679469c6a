"""How a clinic is paid, and what it gives back to who does not come. Pure."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

MINUTE = timedelta(minutes=1)
SHORTEST, LONGEST = 15, 24 * 60  # minutes in which a time is paid


class Way(StrEnum):
    """Who asks for the money: nobody here, an invoice at the end of the visit, or a page of Stripe before it."""

    NONE = "none"
    INVOICE = "invoice"
    STRIPE = "stripe"


@dataclass(frozen=True)
class Refunds:
    """Hundredths of the price that somebody has back, or does not owe: who cancels in time, who cancels late, who does
    not come, and when the clinic cancels."""

    in_time: int = 100
    late: int = 0
    missed: int = 0
    by_clinic: int = 100

    def __str__(self) -> str:
        return f"{self.in_time} {self.late} {self.missed} {self.by_clinic}"

    @classmethod
    def read(cls, kept: str) -> "Refunds":
        return cls(*map(int, kept.split()))


@dataclass(frozen=True)
class Paying:
    """`currency` of every price; '' until the clinic has chosen one, and then nothing has a price. `within`: how long
    a time that is paid before the visit is kept unpaid."""

    way: Way = Way.NONE
    currency: str = ""
    refunds: Refunds = Refunds()
    within: timedelta = 30 * MINUTE

    def __str__(self) -> str:
        return f"{self.way} {self.currency} {self.refunds} {self.within // MINUTE}" if self.currency else ""

    @classmethod
    def read(cls, kept: str) -> "Paying":
        if not kept:
            return NO_PAYING
        way, currency, *refunds, within = kept.split()
        return cls(Way(way), currency, Refunds(*map(int, refunds)), int(within) * MINUTE)


NO_PAYING = Paying()


@dataclass(frozen=True)
class StripeKeys:
    """`hooks`: the secrets that a message may be signed with, the newest first: two while one takes over."""

    key: str = field(repr=False)
    hooks: tuple[str, ...] = field(repr=False)
