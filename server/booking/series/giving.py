"""Whether people book all dates of a group themselves. Pure."""

from server.clinic.paying.rules import Way
from server.clinic.rules import Clinic, Service


def gives_all(clinic: Clinic, service: Service) -> bool:
    """Whether people may book all dates of a group themselves: the clinic wants it, and neither has to confirm each nor
    is paid for each before it stands."""
    paid_first = clinic.paying.way is Way.STRIPE and bool(service.price)
    return service.all_dates and service.in_group and not service.asks and not paid_first
