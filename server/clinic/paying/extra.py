"""Stripe's client is an extra: without it no page offers that way."""

from functools import cache
from importlib.util import find_spec


@cache
def stripe_is_there() -> bool:
    """Whether the extra is installed."""
    return find_spec("stripe") is not None
