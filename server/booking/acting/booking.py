"""A time that somebody takes for somebody else: who comes, who is told, and whose yes it was."""

from dataclasses import replace
from uuid import uuid4

from server.booking.forms import Cared
from server.booking.orders import Acting, Order
from server.clinic.rules import Clinic
from server.house import House
from server.patients.acting.rules import Arrangement, Helper, Kind, Whose, whose_yes
from server.patients.acting.store import rules_of
from server.patients.rules import ForWhom, Person


async def for_somebody(house: House, order: Order, cared: Cared | None) -> Order:
    """The same order for who comes, with the one who books as their helper; as it is where they come themselves."""
    if cared is None:
        return order
    person, acting = through(order.person, order.for_whom, cared)
    agreed = order.agreed and await may_agree(house, order.clinic, acting)
    return replace(order, person=person, acting=acting, agreed=agreed, given_by=acting.helper.kind.value)


def through(booker: Person, for_whom: ForWhom, cared: Cared) -> tuple[Person, Acting]:
    """Who comes, and the one who books as their helper: they said so, and nobody has seen on what it rests."""
    kind = Kind.GUARDIAN if for_whom is ForWhom.CHILD else Kind.CARER
    helper = Helper(uuid4(), kind, booker.name, booker.mail, booker.phone, booker.language)
    person = replace(booker, name=cared.name, mail="", phone="")
    return person, Acting(helper, Arrangement(cared.born), mailed=booker.mail)


async def may_agree(house: House, clinic: Clinic, acting: Acting) -> bool:
    """Whether the yes of who books is kept as theirs.

    A guardian's counts below the clinic's age of consent, and where the clinic has not set one it is kept; a carer's
    counts for nobody. Where it does not count the patient is asked when they come in.
    """
    kind = acting.helper.kind
    if kind is not Kind.GUARDIAN:
        return False
    rules = await house.db.read(lambda db: rules_of(db, clinic.id))
    today = house.clock().astimezone(clinic.zone).date()
    return whose_yes(rules, acting.arranged, {kind}, today) in {Whose.GUARDIAN, Whose.UNDECIDED}
