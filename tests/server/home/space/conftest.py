"""Jo's visit with Mara, and everybody's browsers, as for visits."""

from tests.server.visit.conftest import browsers, desk, jo, linden, mara, samir

__all__ = ["browsers", "desk", "jo", "linden", "mara", "samir"]
