"""What the forms about who acts for whom hold: fields in, a value or a reason per field out. Pure."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from uuid import UUID

from server.digits import western
from server.patients.acting.rules import ActingRules, Arrangement, Helper, Kind, Told
from server.patients.contacts import read_mail, read_phone
from server.patients.rules import one_line

LONGEST = 120
LONGEST_EVIDENCE = 300
OLDEST = 120
AGES = range(1, 100)
USUAL = ActingRules()


class Problem(StrEnum):
    MISSING = "missing"
    LONG = "long"
    MAIL_ODD = "mail_odd"
    PHONE_SHORT = "phone_short"
    NOBODY_TOLD = "nobody_told"
    BORN_ODD = "born_odd"
    AGE_ODD = "age_odd"


Problems = dict[str, Problem]


def read_born(text: str, today: date) -> date | None:
    """A date of birth of somebody who lives; None for any other."""
    try:
        born = date.fromisoformat(western(text.strip()))
    except ValueError:
        return None
    return born if born <= today and today.year - born.year <= OLDEST else None


def parse_helper(helper_id: UUID, fields: Mapping[str, str], country: str, language: str) -> Helper | Problems:
    """Somebody who acts for a patient, with a way to reach them. Confirmed where something was seen."""
    problems: Problems = {}
    name, relation = one_line(fields.get("name", "")), one_line(fields.get("relation", ""))
    evidence = one_line(fields.get("evidence", ""))
    typed_mail, typed_phone = one_line(fields.get("mail", "")), one_line(fields.get("phone", ""))
    mail = read_mail(typed_mail) if typed_mail else ""
    phone = read_phone(typed_phone, country) if typed_phone else ""
    bounds = {"name": (name, LONGEST), "relation": (relation, LONGEST), "evidence": (evidence, LONGEST_EVIDENCE)}
    problems |= {field: Problem.LONG for field, (text, most) in bounds.items() if len(text) > most}
    if not name:
        problems["name"] = Problem.MISSING
    if mail is None:
        problems["mail"] = Problem.MAIL_ODD
    if phone is None:
        problems["phone"] = Problem.PHONE_SHORT
    if not typed_mail and not typed_phone:
        problems["mail"] = Problem.MISSING
    if problems:
        return problems
    kind = Kind(fields["kind"]) if fields.get("kind") in set(Kind) else Kind.CARER
    return Helper(helper_id, kind, name, mail or "", phone or "", language, relation, evidence, bool(evidence))


def parse_arrangement(over: tuple[UUID, ...], fields: Mapping[str, str], today: date) -> Arrangement | Problems:
    """What holds for a patient. Without a date of birth none is kept."""
    typed = fields.get("born", "").strip()
    born = read_born(typed, today) if typed else None
    if typed and born is None:
        return {"born": Problem.BORN_ODD}
    told = Told(fields["told"]) if fields.get("told") in set(Told) else None
    return Arrangement(born, told, bool(fields.get("confidential")), over)


def parse_rules(number: int, fields: Mapping[str, str]) -> ActingRules | Problems:
    """A clinic's rules. An empty age is none: then nobody's yes is taken to be enough where it depends on it."""
    typed = western(fields.get("consent_age", "").strip())
    age = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else None
    if typed and age not in AGES:
        return {"consent_age": Problem.AGE_ODD}
    confirmed = one_line(fields.get("confirmed_by", ""))
    if len(confirmed) > LONGEST:
        return {"confirmed_by": Problem.LONG}
    books = frozenset(kind for kind in (Kind.GUARDIAN, Kind.CARER) if fields.get(f"books_{kind}"))
    young, grown = _told(fields.get("young", ""), USUAL.young), _told(fields.get("grown", ""), USUAL.grown)
    return ActingRules(age, young, grown, books, confirmed, number)


def _told(text: str, usual: Told) -> Told:
    return Told(text) if text in set(Told) else usual


def rules_fields(rules: ActingRules) -> dict[str, str]:
    """The fields that `parse_rules` reads back."""
    return {
        "consent_age": "" if rules.consent_age is None else str(rules.consent_age),
        "young": rules.young.value,
        "grown": rules.grown.value,
        "confirmed_by": rules.confirmed_by,
        **{f"books_{kind}": "yes" if kind in rules.books else "" for kind in (Kind.GUARDIAN, Kind.CARER)},
    }
