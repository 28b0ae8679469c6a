"""Who acts for somebody: who books, whose yes counts, who gets which message. Pure.

Ages are a clinic's own: from which age somebody consents to their own care differs from place to place (`notes.json`
says what we know, and from where), so none is set before the clinic says so, and a clinician confirms it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

OF_AGE = 18
"""From this age nobody is booked for as a child: they come by themselves, or somebody helps them with times. Whose yes
counts is another question, and goes by the age that the clinic sets."""


class Kind(StrEnum):
    GUARDIAN = "guardian"  # a parent, or whom the law names, of somebody who is not of age
    PROXY = "proxy"  # who decides for an adult: named by them or by a court
    CARER = "carer"  # helps with times, and decides nothing


class Told(StrEnum):
    """Who gets the messages about somebody's times."""

    PATIENT = "patient"
    HELPER = "helper"
    BOTH = "both"


class Whose(StrEnum):
    """Whose yes to the clinic's text counts."""

    PATIENT = "patient"
    GUARDIAN = "guardian"
    PROXY = "proxy"
    UNDECIDED = "undecided"  # it depends on an age that nobody has said


@dataclass(frozen=True)
class ActingRules:
    """What a clinic chose. `young`: who is told about somebody below `consent_age` who has a guardian, `grown`: about
    anybody else for whom somebody acts. `books`: who may book for somebody else on the public page.

    `confirmed_by`: the clinician who says that this holds where the clinic is. `number`: how often it was changed.
    """

    consent_age: int | None = None
    young: Told = Told.HELPER
    grown: Told = Told.PATIENT
    books: frozenset[Kind] = frozenset()
    confirmed_by: str = ""
    number: int = 0


@dataclass(frozen=True)
class Helper:
    """Somebody who acts for a patient. `confirmed`: staff has seen on what that rests; until then it is only said."""

    id: UUID
    kind: Kind
    name: str = field(repr=False)
    mail: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    language: str = "en"
    relation: str = field(default="", repr=False)  # in their own words: mother, son
    evidence: str = field(default="", repr=False)  # what was seen: a birth certificate, a court order
    confirmed: bool = False


@dataclass(frozen=True)
class Arrangement:
    """What holds for one patient. `told`: who gets their messages, None: as the clinic's rules say.

    `confidential`: their helpers are told nothing, whatever else holds. `over`: the rows that it stands for, several
    where two records became one.
    """

    born: date | None = field(default=None, repr=False)
    told: Told | None = None
    confidential: bool = False
    over: tuple[UUID, ...] = ()


NOTHING_ARRANGED = Arrangement()


def age_on(born: date, day: date) -> int:
    """In whole years; who was born on 29 February is a year older on 1 March of other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def below_consent(rules: ActingRules, born: date | None, day: date) -> bool | None:
    """Whether somebody is too young to consent themselves; None: an age is missing."""
    if rules.consent_age is None or born is None:
        return None
    return age_on(born, day) < rules.consent_age


def whose_yes(rules: ActingRules, arranged: Arrangement, kinds: Collection[Kind], day: date) -> Whose:
    """Whose yes counts for this patient; `kinds` of those who act for them and whose standing was seen."""
    below = below_consent(rules, arranged.born, day)
    if below or (below is None and Kind.GUARDIAN in kinds):
        return Whose.GUARDIAN if below else Whose.UNDECIDED
    return Whose.PROXY if Kind.PROXY in kinds else Whose.PATIENT


def counts(given_by: str, whose: Whose) -> bool:
    """Whether a yes that stands in the ledger is one that counts. Of two doubtful ones nobody's is enough by itself."""
    return whose is not Whose.UNDECIDED and given_by == whose.value


def audience(rules: ActingRules, arranged: Arrangement, helpers: Sequence[Helper], day: date) -> Told:
    """Who gets a message about this patient's times.

    A guardian counts as one when staff have seen on what that rests, or the patient is known to be below the age of
    consent: nobody's messages turn to somebody else because of a word that was only said.
    """
    if arranged.confidential or not helpers:
        return Told.PATIENT
    if arranged.told:
        return arranged.told
    below = below_consent(rules, arranged.born, day)
    guarded = any(one.kind is Kind.GUARDIAN and (one.confirmed or below) for one in helpers)
    return rules.young if guarded and below is not False else rules.grown


def told(
    rules: ActingRules, arranged: Arrangement, helpers: Sequence[Helper], day: date, *, reached: bool
) -> tuple[bool, Sequence[Helper]]:
    """Whether the patient gets it, and which helpers. A message that would reach nobody goes to who can be reached,
    unless it is confidential. `reached`: the patient has an address or a number.
    """
    who = audience(rules, arranged, helpers, day)
    able = [one for one in helpers if one.mail or one.phone]
    if arranged.confidential:
        return True, ()
    if who is Told.PATIENT:
        return (True, ()) if reached or not able else (False, able)
    if who is Told.HELPER and able:
        return False, able
    return True, able
