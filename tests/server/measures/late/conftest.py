"""Jo, her clinic, and a browser of her own in which her space is open."""

from tests.server.journal.conftest import browsers, jo, linden, mara, phone

__all__ = ["browsers", "jo", "linden", "mara", "phone"]
