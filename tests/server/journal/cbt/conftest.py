from tests.server.journal.conftest import browsers, jo, linden, mara, phone

__all__ = ["browsers", "jo", "linden", "mara", "phone"]
