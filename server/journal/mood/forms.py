"""What the form of an entry says of it. Pure; the sentence for a reason stands in the template."""

from collections.abc import Mapping, Sequence

from server.journal.forms import Fields, Reason
from server.journal.mood.rules import (
    CARD_TOP,
    FEELINGS,
    HOURS,
    LONG_OWN,
    MOST_NOTE,
    MOST_OWN,
    REST,
    SCALES,
    SKILLS,
    TAGS,
    TOP,
    Dose,
    Medicine,
    Mood,
    Taken,
)

MOST_CARD = 12


def listed(text: str) -> list[str]:
    """What stands apart by commas, each once."""
    parts = text.replace("\N{ARABIC COMMA}", ",").split(",")
    return [one for one in dict.fromkeys(" ".join(part.split()) for part in parts) if one]


def mood_from(fields: Fields, medicines: Sequence[Medicine]) -> tuple[Mood, Mapping[str, Reason]]:
    """The entry as far as it can be read, and what is wrong, by field. Nothing at all is no entry."""
    reasons: dict[str, Reason] = {}
    scales = {name: _scale(fields, name, reasons) for name in (*SCALES, REST)}
    mood = Mood(
        **scales,
        sleep=_chosen(fields, "sleep", HOURS, reasons),
        doses=tuple(_doses(fields, medicines, reasons)),
        tags=tuple(tag for tag in TAGS if tag in fields.get("tag", ())),
        own=tuple(_own(fields, reasons)),
        note=_note(fields, reasons),
        urges=tuple(_levels(fields, "urge-", None, reasons)),
        feelings=tuple(_levels(fields, "feel-", FEELINGS, reasons)),
        skills=tuple(one for one in SKILLS if one in fields.get("skill", ())),
    )
    if set(fields.get("tag", ())) - set(TAGS):
        reasons["tag"] = Reason.OUT
    if mood.empty and not reasons:
        reasons["mood"] = Reason.EMPTY
    return mood, reasons


def _scale(fields: Fields, name: str, reasons: dict[str, Reason]) -> int | None:
    said = _last(fields, name)
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and len(said) < 3 and int(said) <= TOP):
        reasons[name] = Reason.OUT
        return None
    return int(said)


def _chosen(fields: Fields, name: str, known: Mapping[str, float], reasons: dict[str, Reason]) -> str | None:
    said = _last(fields, name)
    if said and said not in known:
        reasons[name] = Reason.OUT
    return said if said in known else None


def _doses(fields: Fields, medicines: Sequence[Medicine], reasons: dict[str, Reason]) -> list[Dose]:
    """Of medicines that are on the patient's list; of another one nothing is kept."""
    found = []
    for one in medicines:
        said = _last(fields, f"dose-{one.id}")
        if said and said not in set(Taken):
            reasons[f"dose-{one.id}"] = Reason.OUT
        elif said:
            found.append(Dose(one.id, one.name, Taken(said)))
    return found


def _levels(
    fields: Fields, begin: str, known: Sequence[str] | None, reasons: dict[str, Reason]
) -> list[tuple[str, int]]:
    """How strong each was, from 0 to CARD_TOP; urges are called as the patient called them."""
    found: list[tuple[str, int]] = []
    for field_name in [one for one in fields if one.startswith(begin)]:
        name, said = field_name.removeprefix(begin), _last(fields, field_name)
        if not said:
            continue
        fits = name in known if known is not None else 0 < len(name) <= LONG_OWN
        if not fits or said not in {str(level) for level in range(CARD_TOP + 1)} or len(found) >= MOST_CARD:
            reasons["card"] = Reason.OUT
        else:
            found.append((name, int(said)))
    return found


def _own(fields: Fields, reasons: dict[str, Reason]) -> list[str]:
    """Own tags that were ticked, and those written anew, apart by commas; each once."""
    new = [part for line in fields.get("new", ()) for part in listed(line)]
    every = dict.fromkeys(" ".join(one.split()) for one in (*fields.get("own", ()), *new))
    found = [one for one in every if one]
    if len(found) > MOST_OWN or any(len(one) > LONG_OWN for one in found):
        reasons["new"] = Reason.LONG
    return found


def _note(fields: Fields, reasons: dict[str, Reason]) -> str:
    note = _last(fields, "note").replace("\r\n", "\n")
    if len(note) > MOST_NOTE:
        reasons["note"] = Reason.LONG
    return note


def _last(fields: Fields, name: str) -> str:
    return fields[name][-1].strip() if fields.get(name) else ""
