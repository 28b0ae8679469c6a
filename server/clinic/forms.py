"""What the clinic's forms accept: submitted fields -> value, or a reason per field.

The sentence for each reason stands in templates/clinic/reasons.html.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from server.clinic.rules import (
    SHORTEST_OFFER,
    Anyone,
    Clinic,
    Most,
    Policy,
    Position,
    TherapistCard,
)
from server.clinic.service_forms import FARTHEST_CHANGE
from server.clinic.sheet import LINE_LENGTH, NAME_LENGTH, TEXT_LENGTH, Answer, Fields, Reason, Sheet
from server.clinic.tongues import Longest, others, parse_said, said_fields
from server.notify.discreet import discreet_name, findings

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
CONSENT_LENGTH = 10_000
LATE_LENGTH = 600
WELCOME_LENGTH = 400
PATHS = ("direct", "relay")
TIMES_LEFT = (15, 10, 5, 2)  # minutes before the end
MOST_A_DAY, MOST_A_WEEK = 24, 100
STEPS = ("5", "10", "15", "20", "30", "60")

ABOUT = Longest({"name": NAME_LENGTH, "address": LINE_LENGTH}, {})
WORDS = Longest({}, {"welcome_text": WELCOME_LENGTH, "waiting_text": TEXT_LENGTH, "after_text": TEXT_LENGTH})
LATE = Longest({}, {"late_words": LATE_LENGTH})
CONSENT = Longest({}, {"consent_text": CONSENT_LENGTH})
CARD = Longest({"about": LINE_LENGTH}, {})


def parse_about(clinic: Clinic, fields: Fields, countries: Collection[str]) -> Clinic | Answer:
    """Name, sender, phone, country, colour, and whether the first page names it."""
    sheet = Sheet(fields)
    changed = replace(
        clinic,
        name=sheet.line("name"),
        sender_name=_sender(sheet),
        discreet=not sheet.ticked("says_more"),
        phone=sheet.phone("phone"),
        country=sheet.choice("country", countries),
        colour=sheet.colour("colour"),
        address=sheet.line("address", LINE_LENGTH, needed=False),
        listed=sheet.ticked("listed"),
        said=parse_said(sheet, others(clinic), ABOUT, clinic.said),
    )
    return sheet.answer(changed)


def _sender(sheet: Sheet) -> str:
    """What was typed, or made of the clinic's name; words that give something away are refused or left out."""
    name, typed = sheet.line("name"), sheet.line("sender_name", needed=False)
    if sheet.ticked("says_more"):
        return typed or name
    if typed and findings(typed):
        sheet.reasons["sender_name"] = Reason.SAYS_WHY
    return typed or discreet_name(name) or name


def about_fields(clinic: Clinic) -> dict[str, str]:
    """The fields that `parse_about` reads back."""
    names = ("name", "sender_name", "phone", "country", "colour", "address")
    ticks = {"says_more": not clinic.discreet, "listed": clinic.listed}
    fields = {name: getattr(clinic, name) for name in names}
    return said_fields(clinic.said) | fields | {name: "yes" if ticked else "" for name, ticked in ticks.items()}


def parse_words(clinic: Clinic, fields: Fields) -> Clinic | Answer:
    """What the clinic says to who books, to those who wait, and afterwards."""
    sheet = Sheet(fields)
    changed = replace(
        clinic,
        welcome_text=sheet.text("welcome_text", WELCOME_LENGTH),
        waiting_text=sheet.text("waiting_text"),
        after_text=sheet.text("after_text"),
        said=parse_said(sheet, others(clinic), WORDS, clinic.said),
    )
    return sheet.answer(changed)


def words_fields(clinic: Clinic) -> dict[str, str]:
    """The fields that `parse_words` reads back."""
    return said_fields(clinic.said) | {name: getattr(clinic, name) for name in WORDS.texts}


def parse_languages(clinic: Clinic, fields: Fields, known: Collection[str]) -> Clinic | Answer:
    """What its pages for patients speak, which of these whoever asks for none of them reads, and what its own words are
    written in: that stays until somebody says otherwise.
    """
    sheet = Sheet(fields)
    spoken = tuple(tag for tag in known if sheet.ticked(f"speaks_{tag}"))
    if not spoken:
        sheet.reasons["speaks"] = Reason.MISSING
    language = sheet.choice("language", spoken or known)
    kept = () if set(spoken) == set(known) else spoken
    written = sheet.choice("written", known) if fields.get("written") else clinic.own
    kept_written = "" if written == language else written
    return sheet.answer(replace(clinic, language=language, languages=kept, written=kept_written))


def languages_fields(clinic: Clinic, known: Collection[str]) -> dict[str, str]:
    """The fields that `parse_languages` reads back."""
    spoken = clinic.languages or tuple(known)
    chosen = {"language": clinic.language, "written": clinic.own}
    return {**chosen, **{f"speaks_{tag}": "yes" if tag in spoken else "" for tag in known}}


def parse_zone(clinic: Clinic, fields: Fields, known: Collection[str]) -> Clinic | Answer:
    """The clock of the clinic. Times that are booked stay at their moment; weekly hours are read on the new clock."""
    sheet = Sheet(fields)
    return sheet.answer(replace(clinic, zone=sheet.zone("zone", known)))


def zone_fields(clinic: Clinic) -> dict[str, str]:
    """The fields that `parse_zone` reads back."""
    return {"zone": clinic.zone.key}


def parse_consent(clinic: Clinic, fields: Fields) -> Clinic | Answer:
    """The text people agree to; a changed text gets the next version, so that nobody is said to have read it."""
    sheet = Sheet(fields)
    text = sheet.text("consent_text", CONSENT_LENGTH)
    if not text:
        sheet.reasons["consent_text"] = Reason.MISSING
    changed = replace(clinic, consent_text=text, said=parse_said(sheet, others(clinic), CONSENT, clinic.said))
    if (changed.consent_text, changed.said) != (clinic.consent_text, clinic.said):
        changed = replace(changed, consent_version=next_version(clinic.consent_version))
    return sheet.answer(changed)


def consent_fields(clinic: Clinic) -> dict[str, str]:
    """The fields that `parse_consent` reads back."""
    return {**said_fields(clinic.said), "consent_text": clinic.consent_text}


def next_version(version: str) -> str:
    """'3' after '2'; a version that is no number starts at 2."""
    return str(int(version) + 1) if version.isascii() and version.isdigit() else "2"


def parse_policy(clinic: Clinic, fields: Fields) -> Clinic | Answer:
    """How booking works. The horizon stays within two months: a public page need not tell more of a calendar."""
    sheet = Sheet(fields)
    policy = Policy(
        notice=sheet.span("notice", HOUR, 0, 14 * 24),
        horizon=sheet.span("horizon", DAY, 1, 62),
        step=int(sheet.choice("step", STEPS) or 0) * MINUTE,
        change_until=sheet.span("change_until", HOUR, 0, FARTHEST_CHANGE),
        opens=sheet.span("opens", MINUTE, 5, 120),
        hold=sheet.span("hold", MINUTE, 0, 30),
        answer=sheet.span("answer", HOUR, 1, 7 * 24),
        late_cancel=sheet.ticked("late_cancel"),
        offer=_offer(sheet),
        lapses=sheet.number("lapses", 1, 20) if "lapses" in fields else clinic.policy.lapses,
        anyone=Anyone.FAIR if fields.get("anyone") == Anyone.FAIR else Anyone.IDLE,
    )
    words, asks, listed = sheet.text("late_words", LATE_LENGTH), sheet.ticked("asks_place"), sheet.ticked("only_listed")
    said = parse_said(sheet, others(clinic), LATE, clinic.said)
    return sheet.answer(
        replace(clinic, policy=policy, late_words=words, asks_place=asks, only_listed=listed, said=said)
    )


def _offer(sheet: Sheet) -> timedelta:
    """How long a time is kept for who waits: nothing, or long enough to be answered."""
    typed = sheet.span("offer", MINUTE, 0, 24 * 60)
    if timedelta() < typed < SHORTEST_OFFER:
        sheet.reasons["offer"] = Reason.HURRIES
    return typed


def policy_fields(clinic: Clinic) -> dict[str, str]:
    """The fields that `parse_policy` reads back."""
    policy = clinic.policy
    return {
        **said_fields(clinic.said),
        "notice": str(policy.notice // HOUR),
        "horizon": str(policy.horizon // DAY),
        "step": str(policy.step // MINUTE),
        "change_until": str(policy.change_until // HOUR),
        "opens": str(policy.opens // MINUTE),
        "hold": str(policy.hold // MINUTE),
        "answer": str(policy.answer // HOUR),
        "late_cancel": "yes" if policy.late_cancel else "",
        "late_words": clinic.late_words,
        "offer": str(policy.offer // MINUTE),
        "lapses": str(policy.lapses),
        "anyone": policy.anyone.value,
        "asks_place": "yes" if clinic.asks_place else "",
        "only_listed": "yes" if clinic.only_listed else "",
    }


def parse_waiting(clinic: Clinic, fields: Fields) -> Clinic | Answer:
    """What those who wait may know of their place."""
    sheet = Sheet(fields)
    position = sheet.choice("position", list(Position))
    return sheet.answer(replace(clinic, position=Position(position or Position.OFF)))


def waiting_fields(clinic: Clinic) -> dict[str, str]:
    """The fields that `parse_waiting` reads back."""
    return {"position": clinic.position}


def parse_calls(clinic: Clinic, fields: Fields) -> Clinic | Answer:
    """Whether calls pass through the relay alone. Whether there is one is not for a form to know."""
    sheet = Sheet(fields)
    path = sheet.choice("path", PATHS)
    return sheet.answer(replace(clinic, relay_only=path == "relay"))


def calls_fields(clinic: Clinic) -> dict[str, str]:
    """The fields that `parse_calls` reads back."""
    return {"path": "relay" if clinic.relay_only else "direct"}


def parse_exit(clinic: Clinic, fields: Fields) -> Clinic | Answer:
    """Where people land who leave at once: an https address, or none."""
    sheet = Sheet(fields)
    address = sheet.line("exit_to", LINE_LENGTH, needed=False)
    found = urlsplit(address) if "exit_to" not in sheet.reasons else urlsplit("")
    plain = found.scheme == "https" and found.hostname and "." in found.hostname and "@" not in found.netloc
    if address and not plain and "exit_to" not in sheet.reasons:
        sheet.reasons["exit_to"] = Reason.NOT_AN_ADDRESS
    return sheet.answer(replace(clinic, exit_to=address))


def exit_fields(clinic: Clinic) -> dict[str, str]:
    """The fields that `parse_exit` reads back."""
    return {"exit_to": clinic.exit_to}


def parse_time_left(clinic: Clinic, fields: Fields) -> Clinic | Answer:
    """How long before the booked end of a session its people are told. The end itself is always said."""
    sheet = Sheet(fields)
    chosen = tuple(minutes for minutes in TIMES_LEFT if sheet.ticked(f"left_{minutes}"))
    return sheet.answer(replace(clinic, time_left=chosen, tells_time_left=sheet.ticked("patient")))


def time_left_fields(clinic: Clinic) -> dict[str, str]:
    """The fields that `parse_time_left` reads back."""
    chosen = {f"left_{minutes}": "yes" if minutes in clinic.time_left else "" for minutes in TIMES_LEFT}
    return {**chosen, "patient": "yes" if clinic.tells_time_left else ""}


def parse_card(card: TherapistCard, fields: Fields, languages: Sequence[str] = ()) -> TherapistCard | Answer:
    """How a therapist is shown."""
    sheet = Sheet(fields)
    changed = replace(
        card,
        name=sheet.line("name"),
        about=sheet.line("about", LINE_LENGTH, needed=False),
        hidden=sheet.ticked("hidden"),
        most=Most(_bound(sheet, "most_a_day", MOST_A_DAY), _bound(sheet, "most_a_week", MOST_A_WEEK)),
        said=parse_said(sheet, languages, CARD, card.said),
    )
    return sheet.answer(changed)


def card_fields(card: TherapistCard) -> dict[str, str]:
    """The fields that `parse_card` reads back."""
    most = {"most_a_day": card.most.a_day, "most_a_week": card.most.a_week}
    bounds = {name: str(number) for name, number in most.items() if number is not None}
    words = {**said_fields(card.said), "name": card.name, "about": card.about}
    return {**words, "hidden": "yes" if card.hidden else "", **bounds}


def _bound(sheet: Sheet, name: str, most: int) -> int | None:
    """A number of sessions; None for an empty field."""
    return sheet.number(name, 1, most) if sheet.fields.get(name, "").strip() else None
