"""By which way a message of this house reaches somebody."""

from server.house import House
from server.patients.rules import Person
from server.patients.space.rules import Way, way_to


def reached_by(house: House, person: Person, wanted: str = "") -> Way | None:
    """As they wish where that is possible; a mail that does not leave is no way where a text message does."""
    return way_to(person.mail, person.phone, wanted, mails=house.mailer.sends, texts=house.texter.sends)
