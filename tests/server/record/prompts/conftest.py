"""Jo and her clinic, as for visits."""

from tests.server.visit.conftest import browsers, desk, jo, linden, mara

__all__ = ["browsers", "desk", "jo", "linden", "mara"]
