"""A booking that somebody makes for somebody else: who comes, who is told, and whose yes it was."""

from dataclasses import replace
from uuid import uuid4

from server.booking.desk import Acting, Order
from server.booking.forms import Details
from server.house import House
from server.patients.acting.rules import Arrangement, Helper, Kind, Whose, whose_yes
from server.patients.acting.store import rules_of
from server.patients.rules import ForWhom


async def for_somebody(house: House, order: Order, details: Details) -> Order:
    """The same order for who comes, with the one who books as their helper, who said so and was not checked yet.

    A guardian's yes counts below the clinic's age of consent, and where the clinic has not set one it is kept as
    theirs; a carer's counts for nobody. Where it does not count the patient is asked when they come in.
    """
    assert details.patient
    booker, cared = order.person, details.patient
    kind = Kind.GUARDIAN if details.for_whom is ForWhom.CHILD else Kind.CARER
    helper = Helper(uuid4(), kind, booker.name, booker.mail, booker.phone, booker.language)
    arranged = Arrangement(cared.born)
    rules = await house.db.read(lambda db: rules_of(db, order.clinic.id))
    today = house.clock().astimezone(order.clinic.zone).date()
    whose = whose_yes(rules, arranged, {kind}, today)
    return replace(
        order,
        person=replace(booker, name=cared.name, mail="", phone=""),
        acting=Acting(helper, arranged, mailed=booker.mail),
        agreed=kind is Kind.GUARDIAN and whose in {Whose.GUARDIAN, Whose.UNDECIDED},
        given_by=kind.value,
    )
