"""Jo and her clinic, as for visits."""

from tests.server.visit.conftest import browsers, jo, linden, mara

__all__ = ["browsers", "jo", "linden", "mara"]
